"""AWS: botocore's clients, answered from a list of resources."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from botocore import xform_name
from botocore.config import Config
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from crosslink.graph.node import Node
from tests.fake_aws import (
    api_gateway,
    aws_lambda,
    definition,
    domain_name,
    eks,
    firewalls,
    ingress,
    kubernetes,
    links_v2,
    listener_rules,
    load_balancers,
    private_link,
    sts,
    vpc,
    waf,
)
from tests.fake_aws.existing import Told, existing
from tests.fake_aws.services import existing_services
from tests.fake_aws.wire import SESSION, Connection, Outcome
from tests.fake_aws.world import Answer, AwsError, Place, UnplayedError, World

_MODULES: Mapping[str, tuple[ModuleType, ...]] = {
    "apigateway": (api_gateway, domain_name),
    "apigatewayv2": (links_v2,),
    "ec2": (vpc, firewalls, private_link),
    "eks": (eks,),
    "elbv2": (load_balancers, listener_rules),
    "lambda": (aws_lambda,),
    "sts": (sts,),
    "wafv2": (waf,),
}
_IAM_PREFIXES = {"apigatewayv2": "apigateway", "elbv2": "elasticloadbalancing"}
_DENIALS = {"ec2": "UnauthorizedOperation", "elbv2": "AccessDenied", "sts": "AccessDenied"}
_DEFAULT_PAGES = {"apigateway": 25}
"""Default number of items on a page; other services send far more than a stack has."""
_CHECKED: set[tuple[str, str, str]] = set()
"""Service, operation and text of each answer that was found to be right: most are given for each fault."""


class FakeAws:
    """The accounts and regions that some resources are in.

    A client of botocore takes long to make: clients are kept for the whole process and answer for the
    FakeAws that handed them out last. So one FakeAws is used after the other, never two at once.

    Args:
        nodes: the resources, of any account and region; only their properties count, not their references.
        beside: what exists beside them, as a file `<stack>.aws.yaml` tells it.
        denied: IAM actions that are refused, such as "ec2:DescribeSubnets" or "apigateway:GET"; calls of
            API Gateway also by name, "apigateway:GetExport", and kinds of Kubernetes, "kubernetes:ingresses".
        page_size: how many items a page has at most.
        throttled: how often each call is refused for its rate before it is answered.
        config: the clients' configuration; theirs alone, so they are made anew.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        *,
        beside: Told | None = None,
        denied: Iterable[str] = (),
        page_size: int | None = None,
        throttled: int = 0,
        config: Config | None = None,
    ) -> None:
        nodes = list(nodes)
        nodes += existing(beside or {}, nodes)
        nodes += existing_services(nodes)
        self.world = World([*nodes, *ingress.load_balancers(nodes), *definition.existing_apis(nodes)])
        self.calls: list[tuple[str, str, str, str]] = []
        """Account, region, service and operation of each call that was answered or refused."""
        self.throttled = throttled
        self._denied = frozenset(denied)
        self._page_size = page_size
        self._config = config

    def client(self, account: str, region: str, service: str) -> Any:
        """A client of a service, in an account and region."""
        if self._config:
            connection = Connection(account, region, service, self._config)
        else:
            connection = _connection(account, region, service)
        connection.answers = self.answer
        connection.throttled = self.throttled
        return connection.client

    def connect(self, kubeconfig: str) -> kubernetes.Get:
        """The Kubernetes API of the cluster that a kubeconfig names; see `kubernetes.connect`."""
        return kubernetes.connect(self.world, kubeconfig, self._denied)

    def answer(
        self, account: str, region: str, service: str, model: OperationModel, asked: Answer
    ) -> Outcome:
        """The HTTP status and parsed response of a call."""
        self.calls.append((account, region, service, model.name))
        try:
            self._authorize(account, region, service, model)
            answer = _operation(service, model.name)(Place(self.world, account, region), asked)
        except AwsError as error:
            return error.status, {"Error": {"Code": error.code, "Message": error.message}}
        answer = self._page(service, model.name, asked, answer)
        _check(model, answer)
        return 200, answer

    def _authorize(self, account: str, region: str, service: str, model: OperationModel) -> None:
        prefix = _IAM_PREFIXES.get(service, service)
        action = f"{prefix}:{model.http['method'] if prefix == 'apigateway' else model.name}"
        if self._denied & {action, f"{prefix}:{model.name}"}:
            who = f"arn:aws:sts::{account}:assumed-role/doctor/crosslink"
            message = f"User: {who} is not authorized to perform: {action} in {region}"
            raise AwsError(_DENIALS.get(service, "AccessDeniedException"), message, 403)

    def _page(self, service: str, operation: str, asked: Answer, answer: Answer) -> Answer:
        """One page of an answer: what AWS's own description of the operation's pages makes of it."""
        pages = _pages(service).get(operation)
        if not pages:
            return answer
        limits = (self._page_size, asked.get(pages["limit_key"]), _DEFAULT_PAGES.get(service))
        items = answer[pages["result_key"]]
        size = min((limit for limit in limits if limit), default=len(items))
        first = int(asked.get(pages["input_token"]) or 0)
        page = answer | {pages["result_key"]: items[first : first + size]}
        return page | ({pages["output_token"]: str(first + size)} if first + size < len(items) else {})


@cache
def _connection(account: str, region: str, service: str) -> Connection:
    # Without one given, botocore makes up the name of the user agent anew for each call.
    return Connection(account, region, service, Config(user_agent="tests"))


@cache
def _pages(service: str) -> Mapping[str, Mapping[str, str]]:
    return SESSION.get_component("data_loader").load_service_model(service, "paginators-1")["pagination"]


def _operation(service: str, name: str) -> Callable[[Place, Answer], Answer]:
    for module in _MODULES[service]:
        if found := getattr(module, xform_name(name), None):
            return found
    raise UnplayedError(f"{service} {name} isn't played here")


def _check(model: OperationModel, answer: Answer) -> None:
    """Checks an answer against the service's model: its members, their types, the required ones."""
    assert model.output_shape is not None, f"{model.name} answers nothing"
    seen = model.service_model.service_name, model.name, repr(answer)
    if seen in _CHECKED:
        return
    report = ParamValidator().validate(answer, model.output_shape)
    if report.has_errors():
        raise UnplayedError(f"{model.name} would not answer this: {report.generate_report()}")
    _CHECKED.add(seen)
