"""Sixty-six openings beside the path: each is found by the policy pack and told by the comparison."""
