"""What is told of a kind of answers apart from any request: of route `/svc1` on the stage `v1`, for one."""

from collections.abc import Mapping

from crosslink.doctor.answers.kind import SIGNS, By, Kind

STAGE = "v1"
EXAMPLE: Mapping[str, object] = {
    "path": "/svc1",
    "sent_as": "/svc1",
    "leaked": f"/{STAGE}/svc1",
    "domain": "the domain",
    "host": "an inner host",
    "pending": "the endpoint waits for the owner of the endpoint service to accept it",
    "to_do": "have the owner run",
    "command": "aws ec2 accept-vpc-endpoint-connections",
}
# Names of errors that API Gateway has for several kinds, which the status tells apart
STATUSES_OF: Mapping[str, tuple[int, ...]] = {
    "BadRequestException": (400,),
    "InternalServerErrorException": (500, 504),
    "NotFoundException": (404,),
    "ServiceUnavailableException": (503,),
    "UnsupportedMediaTypeException": (415,),
}


def texts(kind: Kind, status: str = "in this way") -> tuple[str, str | None]:
    """What has happened, and what to do.

    Args:
        kind: a kind of answers.
        status: the status that is told, if it isn't the kind's only one.
    """
    own = kind.statuses if isinstance(kind.statuses, tuple) else ()
    status = str(own[0]) if len(own) == 1 else status
    by_status = [name for name, of in STATUSES_OF.items() if {*of} & {*own}]
    errors = (name for name in (*kind.error_types, *by_status) if "*" not in name)
    error = next(errors, "an error of another name")
    meaning = kind.meaning({**EXAMPLE, "error_type": error, "status": status})
    return meaning.what, meaning.fix


def statuses(kind: Kind) -> str:
    """The statuses, for people."""
    match kind.statuses:
        case range():
            first, last = kind.statuses[0], kind.statuses[-1]
            return f"below {last + 1}" if first < 400 else f"{first} and above"  # noqa: PLR2004 - no error
        case []:
            return "any" if kind.by is By.STRANGER else "any other"
        case several:
            return ", ".join(map(str, several))


def tell(kind: Kind) -> str:
    """How to tell an answer of this kind."""
    errors = " or ".join(f"`{name}`" for name in kind.error_types if "*" not in name)
    own = f"`x-amzn-errortype` is {errors}" if errors else SIGNS[kind.by]
    return f"{own}; {kind.sign}" if kind.sign else own


def of_auth(kind: Kind) -> str:
    """The auth of the routes on which it is of this kind."""
    return f", auth {' or '.join(kind.auth)}" if kind.auth else ""
