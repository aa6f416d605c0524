"""What stacks of the last version look like, and what this version makes of them."""
