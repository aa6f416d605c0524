"""`crosslink settings`: the reference of settings, and their schema for editors."""
