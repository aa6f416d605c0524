"""The page of what to do about each finding."""
