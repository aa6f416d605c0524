"""How long a first `up` takes, and what it waits for."""
