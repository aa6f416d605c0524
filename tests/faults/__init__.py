"""Planted faults: small changes of a stack's resources, each with the rule that must catch it first."""
