"""Characters of ids, names and addresses that are made up, the same in every run."""

import hashlib
import re

_ALPHABETS = {
    "decimal": "0123456789",
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "base32": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "base36": "0123456789abcdefghijklmnopqrstuvwxyz",
}


def characters(seed: str, length: int, alphabet: str = "hex") -> str:
    """Characters that are always the same for a seed."""
    symbols = _ALPHABETS[alphabet]
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")
    return "".join(symbols[(number >> 6 * i) % len(symbols)] for i in range(length))


def zone_id(region: str | None, number: int) -> str:
    """The id of a zone: of us-east-1, `use1-az1`."""
    area, *direction, last = str(region).split("-")
    words = re.findall("north|south|east|west|central|gov|iso", "".join(direction))
    return f"{area}{''.join(word[0] for word in words)}{last}-az{number}"


def zone_name(account: str, region: str | None, number: int) -> str:
    """An account's name of a zone: names differ between accounts, so they are the zones' numbers, shifted."""
    return f"{region}{'abcdef'[(number + int(account)) % 6]}"


def zone_number(account: str, name: str) -> int:
    """The number of a zone, from an account's name of it."""
    return ("abcdef".index(name[-1]) - int(account) - 1) % 6 + 1


def cluster_endpoint(seed: str, region: str | None) -> str:
    """The URL of a cluster's API."""
    return f"https://{characters(seed, 32, 'HEX')}.gr7.{region}.eks.amazonaws.com"
