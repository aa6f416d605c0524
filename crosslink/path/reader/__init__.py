"""Reads the model from a graph of resources: a program's, in a preview as in an up, or AWS's."""

from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, at, each, follow
from crosslink.graph.unknown import Fact, Found, Hop, Unknown, present, visible
from crosslink.path.hops.api import Method
from crosslink.path.hops.cluster import IngressRule
from crosslink.path.output import Declared, DeclaredBackend
from crosslink.path.reader import api, pods
from crosslink.path.reader.alb import alb_facts, alb_of
from crosslink.path.reader.beside import accounts_of, registered_of
from crosslink.path.reader.domain import domain_facts
from crosslink.path.reader.ingress import ingress_behind, parts_of, paths_of, rule_facts
from crosslink.path.reader.load_balancers import (
    balancer_facts,
    group_facts,
    listener_facts,
    listener_for,
    targets_of,
)
from crosslink.path.reader.methods import is_preflight, methods_of, route_of
from crosslink.path.reader.network import INTERNET, way
from crosslink.path.reader.private_link import (
    endpoint_behind,
    endpoint_facts,
    service_facts,
    target_facts,
    target_port,
)
from crosslink.path.walk import NOT_DECLARED, Model, Order, Walk


def read(graph: Graph, declared: Declared | None) -> Model:
    """The model: the walk of every route, in the order of their paths, and what stands beside.

    The routes are those that the stack declares, or else those of its API and its Ingresses.

    Args:
        graph: the resources.
        declared: the stack's output `path`; None where it can't be seen.
    """
    stage = graph.one(graph.of_type(tokens.STAGE), tokens.STAGE)
    methods = stage if isinstance(stage, Unknown) else methods_of(graph, stage) if stage else []
    served = {route_of(one.path) for one in visible(methods)}
    routes = set(declared.routes) if declared else served.union(*map(paths_of, graph.of_type(tokens.INGRESS)))
    order = Order(waits=graph.order()) if graph.registered else None
    walker = _Walker(
        graph=graph,
        declared=declared,
        stage=stage,
        methods=methods,
        routes=frozenset(routes),
        order=order,
    )
    return Model(
        walks=tuple(walker.walk(path) for path in sorted(routes)),
        accounts=accounts_of(graph),
        registered=tuple(registered_of(graph)) if graph.registered else (),
        places=declared.places() if declared else NOT_DECLARED,
    )


@dataclass(frozen=True, kw_only=True)
class _Walker:
    """Walks the routes of one stage."""

    graph: Graph
    declared: Declared | None
    stage: Found[Node]
    methods: Fact[list[Method]]
    routes: frozenset[str]
    order: Order | None

    def walk(self, path: str) -> Walk:
        """Follows the references from the API to the ALB, and the names from there to the pods."""
        graph, stage, backend = self.graph, self.stage, self._backend(path)
        methods = self._of_route(path)
        asked = methods if isinstance(methods, Unknown) else methods[0].port if methods else None

        link = graph.step(stage, "variables", tokens.VPC_LINK)
        balancer = graph.step(link, "targetArn", tokens.LOAD_BALANCER)
        listener = follow(balancer, lambda node: listener_for(graph, node, asked))
        group = graph.step(listener, "defaultActions", tokens.TARGET_GROUP)
        targets = targets_of(graph, group)
        endpoint = self._or_declared(
            endpoint_behind(graph, targets), tokens.ENDPOINT, backend.endpoint_id if backend else None
        )

        service = self._or_declared(
            graph.step(endpoint, "serviceName", tokens.ENDPOINT_SERVICE, anywhere=True),
            tokens.ENDPOINT_SERVICE,
            backend.service_id if backend else None,
        )
        provider = graph.step(service, "networkLoadBalancerArns", tokens.LOAD_BALANCER)
        # The endpoint passes a request on at the port at which it came.
        port = (
            targets if isinstance(targets, Unknown) else target_port(graph, targets[0]) if targets else None
        )
        provider_listener = follow(provider, lambda node: listener_for(graph, node, port))
        provider_group = graph.step(provider_listener, "defaultActions", tokens.TARGET_GROUP)
        provider_targets = targets_of(graph, provider_group)
        target = (
            provider_targets if isinstance(provider_targets, Unknown) else next(iter(provider_targets), None)
        )

        alb = follow(target, lambda node: alb_of(graph, node))
        ingress = follow(target, lambda node: ingress_behind(graph, node, alb, path))
        cluster = self._cluster(backend)
        if isinstance(ingress, Unknown) and isinstance(cluster, Node):
            ingress = ingress_behind(graph, cluster, None, path) or ingress
        rule = follow(ingress, lambda node: rule_facts(graph, node, path))
        kubernetes_service = (
            follow(ingress, lambda node: pods.service_behind(graph, node, path))
            if isinstance(rule, IngressRule)
            else rule
        )
        nodes = pods.node_subnets(graph, cluster)
        deployment = follow(kubernetes_service, lambda node: pods.selected(graph, node))

        return Walk(
            path=path,
            source=self._source(path),
            intent=self.declared.intent(path) if self.declared else NOT_DECLARED,
            api=follow(stage, lambda node: api.api_facts(graph, node)),
            domain=follow(stage, lambda node: domain_facts(graph, node, self._base_path())),
            methods=methods,
            preflights=self._of_route(path, preflights=True),
            permissions=api.permission_facts(graph, stage) if isinstance(stage, Node) else stage or (),
            stage=follow(stage, lambda node: api.stage_facts(graph, node, self.methods, self.routes)),
            link=follow(link, lambda node: api.link_facts(graph, node)),
            balancer=follow(balancer, lambda node: balancer_facts(graph, node)),
            listener=follow(listener, listener_facts),
            target_group=follow(group, lambda node: group_facts(graph, node)),
            targets=each(targets, lambda node: target_facts(graph, node, balancer, endpoint)),
            endpoint=follow(endpoint, lambda node: endpoint_facts(graph, node)),
            service=follow(service, lambda node: service_facts(graph, node)),
            provider_balancer=follow(provider, lambda node: balancer_facts(graph, node)),
            provider_listener=follow(provider_listener, listener_facts),
            provider_target_group=follow(provider_group, lambda node: group_facts(graph, node)),
            provider_target=follow(target, lambda node: target_facts(graph, node, provider, None)),
            alb=alb_facts(graph, alb, ingress),
            ingress_rule=rule,
            kubernetes_service=follow(
                kubernetes_service,
                lambda node: pods.service_facts(node, [one.service_port for one in present(rule)]),
            ),
            deployment=follow(deployment, lambda node: pods.deployment_facts(graph, node)),
            ingress_parts=tuple(parts_of(graph, ingress)) if isinstance(ingress, Node) else (),
            egress=tuple(pods.egress_of(graph, visible(nodes))),
            exits=each(nodes, lambda subnet: way(graph, subnet, INTERNET)),
            order=self.order,
        )

    def _or_declared(self, found: Found[Node], type_: str, id_: str | Unknown | None) -> Found[Node]:
        """What was found, or where nobody could look for it, what the stack says that it has made."""
        if not isinstance(found, Unknown) or isinstance(id_, Unknown):
            return found
        return next((node for node in self.graph.of_type(type_) if node.id == id_), found)

    def _backend(self, path: str) -> DeclaredBackend | None:
        """What the stack says of a route's backend."""
        return self.declared.backends[self.declared.routes[path].backend] if self.declared else None

    def _cluster(self, backend: DeclaredBackend | None) -> Found[Node]:
        """The cluster of a backend; its name is all that tells it from others in its account."""
        if backend is None:
            return None
        place = (backend.account_id, backend.region)
        beside = [one for one in self.graph.of_type(tokens.EKS_CLUSTER) if (one.account, one.region) == place]
        named = [one for one in beside if one.get("name") == backend.cluster_name]
        return self.graph.one(named, tokens.EKS_CLUSTER)

    def _of_route(self, path: str, *, preflights: bool = False) -> Fact[tuple[Method, ...]]:
        """The methods of a route: of the path itself, then of what is below it.

        A preflight that the stack doesn't declare is a method like any other.
        """
        if isinstance(self.methods, Unknown):
            return self.methods
        cors = self.declared is None or self.declared.routes[path].cors
        return tuple(
            sorted(
                (
                    one
                    for one in self.methods
                    if route_of(one.path) == path and (cors and is_preflight(one)) == preflights
                ),
                key=lambda one: one.path,
            )
        )

    def _base_path(self) -> str | None:
        return self.declared.api.base_path if self.declared else None

    def _source(self, path: str) -> Hop:
        """What names a route: the stage that serves it, or else the stack's output, or its Ingress."""
        if isinstance(self.stage, Node):
            return Hop(**at(self.stage))
        if self.declared:
            place = self.declared.consumer.place
            return Hop(
                resource="stack output path",
                urn="path",
                id="path",
                account=place.account,
                region=place.region,
            )
        ingresses = self.graph.of_type(tokens.INGRESS)
        return Hop(**at(next(one for one in ingresses if path in paths_of(one))))
