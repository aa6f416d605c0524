"""What a team has named in `policy/known.yaml`: further types and accounts, each with its reason."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Token = Annotated[str, StringConstraints(pattern=r"^[\w.-]+:[\w./-]*:[\w.-]+$")]
_Account = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]


class Known(BaseModel):
    """What a team has named, each with its reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: Mapping[_Token, _Reason] = {}
    accounts: Mapping[_Account, _Reason] = {}


def read_known(text: str) -> Known:
    """What the file `policy/known.yaml` says.

    Raises:
        ValueError: it isn't what it should be; the error names the key, the value and what must hold.
    """
    try:
        return Known.model_validate(yaml.safe_load(text) or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(
            f"policy/known.yaml: {where}: {first['msg']} (it is {first['input']!r}). Types are tokens, "
            "accounts texts of 12 digits, each with its reason: "
            '`accounts: {"444455556666": "the log archive"}`.'
        ) from None


FILE = Path(__file__).parent / "known.yaml"
KNOWN = read_known(FILE.read_text())  # what the checkout's own file says
