"""`crosslink:tags`: default tags of all resources, in every account."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, RootModel

from settings.fields import Text, matching, unfit

MAX_TAGS = 40
"""AWS allows 50 tags on a resource; the others are for the program's own tags and those of EKS."""


def _tags(value: Mapping[str, str]) -> Mapping[str, str]:
    if len(value) > MAX_TAGS:
        raise unfit(f"must hold {MAX_TAGS} tags or less")
    return value


TagKey = Annotated[
    str,
    matching(
        r"(?i:(?!aws:))[\w .:/=+@-]{1,128}",
        "must be a tag key of 1 to 128 of the characters A-Za-z0-9 _.:/=+-@, not beginning with aws:",
    ),
]
"""The characters that all services allow (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html)."""
TagValue = Annotated[
    Text,
    matching(
        r"(?i:(?!aws:))[\w .:/=+@-]{0,256}",
        "must be a tag value of at most 256 of the characters A-Za-z0-9 _.:/=+-@, not beginning with aws:",
    ),
]


class Tags(RootModel[Annotated[Mapping[TagKey, TagValue], AfterValidator(_tags)]]):
    """The tags, key → value."""

    example: ClassVar[Mapping[str, object]] = {"owner": "platform"}
