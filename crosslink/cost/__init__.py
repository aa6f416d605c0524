"""What a stack costs a month before any traffic, and what a change adds to it."""
