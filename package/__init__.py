"""The path as a Pulumi package: components for programs in other languages."""
