"""`crosslink package`: the schema of the Pulumi package in `package/`."""
