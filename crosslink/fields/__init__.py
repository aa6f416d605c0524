"""Which fields of a resource the rules judge, which are harmless, and which nothing judges."""
