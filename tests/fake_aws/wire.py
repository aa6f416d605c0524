"""Where botocore's clients are cut off from the network."""

import io
import os
import threading
from collections.abc import Callable
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.model import OperationModel
from urllib3 import HTTPResponse

from tests.fake_aws.world import Answer

Outcome = tuple[int, Answer]
"""An HTTP status and a response as botocore hands it to its caller; an error has "Error" in it."""

SESSION = botocore.session.Session(
    session_vars={  # nothing of whoever runs the tests
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
)
SESSION.set_credentials("AKIAEXAMPLEEXAMPLE", "nobody's")

_TOO_FAST = {  # service → HTTP status, headers and body of its answer to too many calls
    "apigateway": (429, {"x-amzn-errortype": "TooManyRequestsException"}, '{"message": "Too Many Requests"}'),
    "eks": (429, {"x-amzn-errortype": "ThrottlingException"}, '{"message": "Rate exceeded"}'),
    "ec2": (
        503,
        {},
        "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message>"
        "</Error></Errors><RequestID>1</RequestID></Response>",
    ),
    "elbv2": (
        400,
        {},
        "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message>"
        "</Error><RequestId>1</RequestId></ErrorResponse>",
    ),
}
_TOO_FAST["sts"] = _TOO_FAST["elbv2"]


class Connection:
    """A real client of one account, region and service, and who answers its calls.

    A call is answered before it is sent (`before-call`), as botocore's own Stubber does it. That leaves out
    botocore's retries, which wrap the sending; so a call that is to be throttled is sent, meets an HTTP
    response that says so (`before-send`), and is answered once it is repeated often enough.
    """

    def __init__(self, account: str, region: str, service: str, config: Config) -> None:
        self.answers: Callable[[str, str, str, OperationModel, Answer], Outcome]
        self.throttled = 0
        self._place = (account, region, service)
        self._call = threading.local()
        self.client: Any = SESSION.create_client(service, region_name=region, config=config)
        for event, handler in (
            ("before-parameter-build", self._note),
            ("before-call", self._answer),
            ("before-send", self._send),
            ("before-parse", self._parse),
        ):
            self.client.meta.events.register(event, handler)

    def _note(self, params: Answer, context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def _answer(
        self, model: OperationModel, context: dict[str, Any], **_: Any
    ) -> tuple[AWSResponse, Answer] | None:
        status, answer = self.answers(*self._place, model, context["asked"])
        if self.throttled and status == 200:
            self._call.refusals, self._call.answer = self.throttled, answer
            return None
        metadata = {"HTTPStatusCode": status, "RequestId": "1", "RetryAttempts": 0}
        return AWSResponse("", status, HTTPHeaders(), None), answer | {"ResponseMetadata": metadata}

    def _send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        xml = f"<Response><{operation}Result/></Response>"
        status, headers, body = 200, {}, "{}" if self._place[2] in ("apigateway", "eks") else xml
        if self._call.refusals:
            self._call.refusals -= 1
            status, headers, body = _TOO_FAST[self._place[2]]
        raw = HTTPResponse(io.BytesIO(body.encode()), preload_content=False)
        return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), raw)

    def _parse(self, response_dict: Answer, customized_response_dict: Answer, **_: Any) -> None:
        if response_dict["status_code"] == 200:
            customized_response_dict.update(self._call.answer)
