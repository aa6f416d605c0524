"""The page of what answers mean."""
