"""The hop in front of the API: a domain name of its own."""

from dataclasses import dataclass

from crosslink.graph.unknown import Fact, Hop, Text, Unknown


@dataclass(frozen=True, kw_only=True)
class Alias(Hop):
    """A record that gives the domain name its addresses.

    Attributes:
        to_domain: whether they are those of the domain.
    """

    to_domain: Fact[bool]


@dataclass(frozen=True, kw_only=True)
class Domain(Hop):
    """A custom domain name that leads to the stage.

    Attributes:
        name: the domain name.
        base_path: the first segment of all paths that lead there; None for none.
        status: `AVAILABLE` and so on; None where AWS wasn't asked.
        certificate: the certificate that the stack makes for it; None for another.
        validation: what waits until that is issued; None if nothing does.
        aliases: the records of the name among the resources; none where AWS was asked.
    """

    name: Text
    base_path: Text
    status: Text
    certificate: Hop | None
    validation: Hop | None
    aliases: tuple[Alias, ...]

    @property
    def url(self) -> Text:
        """Where callers send requests, without a trailing slash."""
        if isinstance(self.name, Unknown):
            return self.name
        if isinstance(self.base_path, Unknown):
            return self.base_path
        return f"https://{self.name}/{self.base_path or ''}".removesuffix("/")
