"""What a change does: two previews side by side, of two stack files or of two checkouts."""
