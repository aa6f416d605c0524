"""A table of changes to stacks that stand: what becomes of each resource, and what callers notice of it."""
