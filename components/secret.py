"""Values of the settings that may be secret, on their way into resources and outputs."""

import pulumi
from pydantic import SecretStr


def carried(value: str | SecretStr | None) -> pulumi.Input[str] | None:
    """The value as Pulumi takes it: what the settings keep secret is a secret in state and outputs too."""
    return pulumi.Output.secret(value.get_secret_value()) if isinstance(value, SecretStr) else value
