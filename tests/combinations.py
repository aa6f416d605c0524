"""Stacks of every combination of backend, API and networks, composed of parts of the examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any
from unittest import mock

from pydantic import TypeAdapter

from crosslink.graph import from_aws as live
from crosslink.graph.from_sandbox import declared_of, model_of, nodes_of
from crosslink.path.walk import Model, read_model
from crosslink.sandbox import engine, go_yaml
from crosslink.sandbox.existing import Existing
from crosslink.sandbox.record import Run
from tests.fake_aws import FakeAws, beside
from tests.runs import PROGRAM, file_of
from tests.settings.stack_file import DROP, StackFile, as_config, edited

CONSUMER, BACKENDS, API = "crosslink:consumer", "crosslink:backends", "crosslink:api"
GATEWAY, LANDING = f"{CONSUMER}.network", f"{CONSUMER}.landings.us-east-1"
BACKEND = f"{BACKENDS}[0]"
PROVIDER = "organization/crosslink/provider"
LANDING_TABLE = "rtb-0f00000000000000a"
ROLE = "arn:aws:iam::111111111111:role/crosslink-deploy"


def config_of(example: str) -> StackFile:
    """The values of an example's stack file."""
    document: Any = go_yaml.load(file_of(example))
    return document["config"]


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a stack file: edits of `BASE`, and what exists beside it."""

    edits: Mapping[str, Any]
    beside: Mapping[str, Any] = field(default_factory=dict[str, Any])


def backend_of(example: str, beside_edits: Mapping[str, Any] | None = None, **edits: Any) -> Part:
    """The first backend of an example, with edits, and all that exists beside the example."""
    backend = edited(config_of(example)[BACKENDS][0], {"slot": 0, **edits})
    told = edited(dict(beside(file_of(example))), beside_edits or {})
    return Part({BACKEND: backend}, told)


def _consumer(example: str) -> Mapping[str, Any]:
    return config_of(example)[CONSUMER]


_JOINED = beside(file_of("existing-networks"))
_GATEWAY_VPC = beside(file_of("existing-network-cluster"))["vpcs"][0]
_NO_ROUTES = {f'vpcs[1].routeTables["{LANDING_TABLE}"]': []}
_LANDING = _consumer("existing-networks")["landings"]["us-east-1"]
_PEERED_LANDING = edited(_LANDING, {"connection": DROP, "existing.routeTables": [LANDING_TABLE]})
_PEERED_GATEWAY = _consumer("existing-network-cluster")["network"]
_SALES: Mapping[str, Any] = {"services[0].path": "/sales"}  # /orders is a route of the existing API's owner
_ADDRESSES = config_of("existing-networks")[BACKENDS][0]["endpointAddresses"]

BASE = config_of("existing-cluster")
KINDS: Mapping[str, Part] = {
    "made cluster": backend_of("dev"),
    "made cluster in an existing network": backend_of("existing-network-cluster"),
    "existing cluster, auto": backend_of("existing-cluster", **_SALES),
    "existing cluster, alb": backend_of(
        "existing-cluster",
        {"clusters[0].autoMode": False},
        **{"cluster.existing.controller": "alb", **_SALES},
    ),
    "loadBalancer": backend_of("load-balancer"),
    "networkLoadBalancer": backend_of("network-load-balancer"),
    "service": backend_of("published"),
}
"""Each kind of backend, in us-east-1."""
NEAR: Mapping[str, Part] = {
    "existing cluster, alb, in the API's region": backend_of("existing-cluster-alb"),
}
APIS: Mapping[str, Part] = {
    "new API": Part({API: config_of("existing-cluster")[API]}),
    "existing API": Part({API: config_of("existing-cluster-alb")[API]}),
}
NETWORKS: Mapping[str, Part] = {
    "made": Part({}),
    "existing, peered": Part(
        {GATEWAY: _PEERED_GATEWAY, LANDING: _PEERED_LANDING},
        edited(dict(_JOINED), {"vpcs[0]": _GATEWAY_VPC, **_NO_ROUTES}),
    ),
    "existing, connected": Part(
        {
            GATEWAY: _consumer("existing-networks")["network"],
            LANDING: _LANDING,
            f"{BACKEND}.endpointAddresses": _ADDRESSES,
        },
        _JOINED,
    ),
}
"""The consumer's networks. AWS chooses the endpoint's addresses where they are peered."""
NEAR_NETWORKS: Mapping[str, Part] = {
    "made": Part({f"{CONSUMER}.landings": DROP}),
    "existing": Part(
        {
            GATEWAY: edited(_PEERED_GATEWAY, {"existing.routeTables": DROP}),
            f"{CONSUMER}.landings": DROP,
        },
        {"vpcs": [_GATEWAY_VPC]},
    ),
}
"""The same for a backend in the API's own region."""
NATIVE: Mapping[str, str] = {
    "made cluster": "existing",
    "made cluster in an existing network": "made",
    "existing cluster, auto": "existing",
    "existing cluster, alb": "made",
    "loadBalancer": "made",
    "networkLoadBalancer": "existing",
    "service": "existing",
}
"""Kinds of backend → the consumer's network, with its endpoint, where PrivateLink crosses the regions."""
CROSSED = Part({f"{BACKEND}.crossing": "native"})
OFFERED: Mapping[str, Part] = {
    kind: Part(
        {
            **part.edits,
            f"{BACKEND}.allowedPrincipals": [ROLE],
            f"{BACKEND}.slot": DROP,
            CONSUMER: DROP,
            API: DROP,
        },
        part.beside,
    )
    for kind, part in KINDS.items()
    if kind != "service"
}
"""Each kind that a stack of the provider side alone can have."""


@dataclass(frozen=True, eq=False)
class Stack:
    """A stack, with all that exists beside it."""

    file: StackFile
    beside: Mapping[str, Any]
    joined: "Stack | None" = None  # the one of the provider side that it finds

    @property
    def backend(self) -> dict[str, Any]:
        """Its only backend."""
        (backend,) = self.file[BACKENDS]
        return backend

    @property
    def config(self) -> dict[str, str]:
        """The configuration, as the program gets it."""
        return {key: text for key, text in as_config(self.file).items() if text is not None}


def stack_of(*parts: Part, joined: Stack | None = None) -> Stack:
    """A stack of some parts; of what exists beside two of them, the later counts."""
    file: StackFile = BASE
    told: dict[str, dict[str, Any]] = {}
    for part in parts:
        file = edited(file, part.edits)
        for key, items in part.beside.items():
            for item in items:
                told.setdefault(key, {})[item.get("id") or item.get("arn") or item["name"]] = item
    return Stack(file, {key: list(items.values()) for key, items in told.items()}, joined)


def _one_stack() -> Mapping[str, Stack]:
    places = ((KINDS, NETWORKS), (NEAR, NEAR_NETWORKS))
    return {
        f"{kind}, {api}, networks {network}": stack_of(kinds[kind], APIS[api], networks[network])
        for kinds, networks in places
        for kind, api, network in product(kinds, APIS, networks)
    }


def _native() -> Mapping[str, Stack]:
    return {
        f"{kind}, native, networks {network}": stack_of(
            KINDS[kind], APIS["new API"], NEAR_NETWORKS[network], CROSSED
        )
        for kind, network in NATIVE.items()
    }


def _consumers() -> Mapping[str, Stack]:
    return {
        f"consumer of {kind}, {api}": stack_of(_reference(kind), APIS[api], joined=PROVIDERS[kind])
        for kind, api in product(PROVIDERS, APIS)
    }


def _reference(kind: str) -> Part:
    name = OFFERED[kind].edits[BACKEND]["name"]
    return Part({BACKEND: {"name": name, "service": {"stack": PROVIDER, "backend": name}}})


ONE_STACK = _one_stack()
CROSSING = _native()
PROVIDERS: Mapping[str, Stack] = {kind: stack_of(part) for kind, part in OFFERED.items()}
CONSUMERS = _consumers()
STACKS: Mapping[str, Stack] = {
    **ONE_STACK,
    **CROSSING,
    **{f"provider of {kind}": stack for kind, stack in PROVIDERS.items()},
    **CONSUMERS,
}


@cache
def run_of(stack: Stack, *, preview: bool) -> Run:
    """A run of a stack, beside an up of the one that it joins."""
    joined = stack.joined
    name = "provider" if stack in PROVIDERS.values() else "live"
    return engine.run(
        PROGRAM,
        stack=name,
        config=stack.config,
        existing=TypeAdapter(Existing).validate_python(stack.beside),
        run_of=lambda _: run_of(joined, preview=False) if joined else None,
        preview=preview,
    )


@cache
def seen(stack: Stack, vantage: str) -> Model:
    """What a vantage point sees of a stack: `preview`, `planned` (after an up of the sandbox) or `live`."""
    run = run_of(stack, preview=vantage == "preview")
    if vantage != "live":
        return model_of(run)
    aws = FakeAws(nodes_of(run), beside=stack.beside)
    declared = declared_of(run)
    assert declared is not None
    with mock.patch.object(live, "THREADS", 1):  # several gain nothing where nobody is far away
        graph = live.read(declared, aws, run.outputs["kubeconfigs"], aws.connect)
    return read_model(graph, declared)
