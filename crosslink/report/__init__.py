"""How walks and verdicts are told: for people, and as JSON."""
