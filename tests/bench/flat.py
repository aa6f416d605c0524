"""The same program without components: what a run of the structured one has registered, in one loop.

A value that another resource computes stays a reference to it, as anybody would write it down: its id, an
attribute, or a text with such in it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import pulumi
from pulumi._types import input_type_py_to_pulumi_names
from pulumi_aws import lb
from pulumi_kubernetes.apiextensions import CustomResource

from crosslink.graph import tokens
from crosslink.sandbox import eks, schemas
from crosslink.sandbox.record import Resource, Run

Made = dict[str, Any]  # URN → the flat program's resource
Get = Callable[[], pulumi.Output[Any]]
SHORTEST = 6  # of the texts that are taken for another resource's


def names_of(run: Run) -> dict[str, str]:
    """URN → name in the flat program, where no parent tells two of a name apart."""
    taken: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    for resource in registered(run):
        number = taken[resource.type, resource.name] = taken.get((resource.type, resource.name), 0) + 1
        names[resource.urn] = resource.name if number == 1 else f"{resource.name}-{number}"
    return names


def registered(run: Run) -> Iterator[Resource]:
    """What the flat program registers: all but local components, and what is inside of remote ones."""
    for resource in run.resources.values():
        parent = run.resources.get(resource.parent or "")
        if resource.package != "crosslink" and not (parent and parent.type == eks.CLUSTER):
            yield resource


def program(run: Run) -> None:
    """Register all of a run's resources."""
    made: Made = {}
    names = names_of(run)
    for resource in registered(run):
        kind, given = _kind(resource), _inputs(resource, run, made)
        made[resource.urn] = kind(names[resource.urn], **given, opts=_options(resource, run, made))
        if resource.type == tokens.INGRESS:
            _look_up(made[resource.urn], run, made)
    for name, value in run.outputs.items():
        pulumi.export(name, value)


def _look_up(ingress: Any, run: Run, made: Made) -> None:
    """The one data source of the program: the ALB that the controller makes of an Ingress."""
    place = run.resources[next(urn for urn, own in made.items() if own is ingress)]
    provider = next(
        made[other.urn]
        for other in run.of_type("pulumi:providers:aws")
        if (other.account, other.region) == (place.account, place.region)
    )
    host = ingress.status.load_balancer.ingress[0].hostname
    name = host.apply(lambda text: re.sub(r"^internal-|-[^-]*$", "", text.partition(".")[0]))
    lb.get_load_balancer_output(name=name, opts=pulumi.InvokeOptions(provider=provider))


def _kind(resource: Resource) -> Callable[..., pulumi.Resource]:
    return schemas.resource_class(resource.type) or CustomResource


def _inputs(resource: Resource, run: Run, made: Made) -> dict[str, Any]:
    """The arguments: Python's names of the inputs, and references for values that come from elsewhere."""
    cls = schemas.resource_class(resource.type)
    values = dict(resource.inputs)
    if resource.is_provider:  # what isn't a text there arrives as JSON
        fields = schemas.resource_inputs(cls)
        for name, value in resource.inputs.items():
            if isinstance(value, str) and str not in schemas.alternatives(fields[name].hint):
                values[name] = json.loads(value)
    given = {
        name: _value(value, resource.property_dependencies.get(name, frozenset()), run, made)
        for name, value in values.items()
    }
    if cls is None:
        return {"api_version": given.pop("apiVersion"), "kind": given.pop("kind"), **given}
    module = __import__(cls.__module__, fromlist=["_"])
    args = getattr(module, f"{cls.__name__}InitArgs", None) or getattr(module, f"{cls.__name__}Args")
    python = {wire: name for name, wire in input_type_py_to_pulumi_names(args).items()}
    return {python[wire]: value for wire, value in given.items()}


def _value(value: Any, urns: frozenset[str], run: Run, made: Made) -> Any:
    sources = [urn for urn in sorted(urns) if _maker(urn, run) in made]
    if not sources:
        return value
    texts = {text: get for urn in sources for text, get in _texts(urn, run, made)}
    found: list[int] = []

    def filled(inner: Any) -> Any:
        match inner:
            case dict():
                return {key: filled(item) for key, item in inner.items()}
            case list():
                return [filled(item) for item in inner]
            case str():
                referring = _referring(inner, texts)
                found.append(referring is not inner)
                return referring
            case _:
                return inner

    referring = filled(value)
    if any(found):
        return referring
    ids = [_attribute(urn, ("id",), run, made) for urn in sources]
    return pulumi.Output.all(*ids).apply(lambda _: value)


def _referring(text: str, texts: Mapping[str, Get]) -> Any:
    if text in texts:
        return texts[text]()
    parts = [part for part in texts if part in text]
    if not parts:
        return text
    split = re.split("|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True)), text)
    between = re.findall("|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True)), text)
    pieces: list[Any] = [split[0]]
    for part, rest in zip(between, split[1:], strict=True):
        pieces += [texts[part](), rest]
    return pulumi.Output.concat(*pieces)


def _texts(urn: str, run: Run, made: Made) -> Iterator[tuple[str, Get]]:
    """What a resource's outputs say, each with how it is asked for; the id last, which comes first."""
    resource = run.resources[urn]
    for path, text in _leaves(resource.outputs):
        if path[0] not in resource.inputs and len(text) >= SHORTEST:
            yield text, lambda path=path: _attribute(urn, path, run, made)
    if resource.id:
        yield resource.id, lambda: _attribute(urn, ("id",), run, made)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _leaves(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from _leaves(item, (*path, index))
        case str():
            yield path, value
        case _:
            pass


def _maker(urn: str, run: Run) -> str:
    """The resource of the flat program that has another one: the remote component around it, or itself."""
    resource = run.resources[urn]
    parent = run.resources.get(resource.parent or "")
    return parent.urn if parent and parent.type == eks.CLUSTER else urn


def _attribute(urn: str, path: Sequence[Any], run: Run, made: Made) -> pulumi.Output[Any]:
    first, *below = path
    maker = _maker(urn, run)
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(first)).lower()
    if maker != urn:
        inside: Any = made[maker]
        found = inside.eks_cluster.apply(lambda cluster: getattr(cluster, name))
    elif run.resources[urn].component and first == "id":
        found = pulumi.Output.from_input(made[maker].urn)
    else:
        found = getattr(made[maker], name)
    return reduce(lambda output, key: output[_snake(key)], below, found) if below else found


def _snake(key: Any) -> Any:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower() if isinstance(key, str) else key


def _options(resource: Resource, run: Run, made: Made) -> pulumi.ResourceOptions:
    """The options of a resource, without its parent."""
    options = resource.options
    by_value = frozenset[str]().union(*resource.property_dependencies.values())
    waited = {_maker(urn, run) for urn in resource.dependencies - by_value} & made.keys()
    providers = {package: made[urn] for package, urn in resource.providers.items() if urn in made}
    return pulumi.ResourceOptions(
        provider=made.get(resource.provider or ""),
        providers=providers or None,
        depends_on=[made[urn] for urn in sorted(waited)],
        protect=options.protect or None,
        retain_on_delete=options.retain_on_delete or None,
        delete_before_replace=options.delete_before_replace,
        custom_timeouts=pulumi.CustomTimeouts(**options.custom_timeouts) if options.custom_timeouts else None,
        ignore_changes=list(options.ignore_changes) or None,
        replace_on_changes=list(options.replace_on_changes) or None,
        replace_with=[made[urn] for urn in sorted(options.replace_with)] or None,
        aliases=list(options.aliases) or None,
    )
