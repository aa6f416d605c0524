"""The rules of what a Deployment says of its pods."""
