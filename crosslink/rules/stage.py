"""The rules of the stage: what it serves, and its VPC link."""

from crosslink.graph.unknown import known
from crosslink.path import steps
from crosslink.path.api import Snapshot, Stage, VpcLink
from crosslink.path.hop import Hop
from crosslink.path.walk import Walk
from crosslink.rules.rule import API_GATEWAY, rule
from crosslink.rules.text import listed


@rule(
    steps.ROUTE,
    fix="Register a stage that serves the API; in AWS `pulumi up --refresh` makes it again.",
    source=f"{API_GATEWAY}/set-up-stages.html",
)
def stage_exists(walk: Walk, _source: Hop) -> str | None:
    """There is a stage, at which callers find the API."""
    return None if known(walk.one(steps.STAGE)) else "there is no stage"


@rule(
    steps.STAGE,
    fix="Let the stage name the deployment of the API's own definition.",
    source=f"{API_GATEWAY}/how-to-deploy-api.html",
)
def stage_has_deployment(walk: Walk, _stage: Stage) -> str | None:
    """The stage serves a deployment of its API."""
    return None if known(walk.one(steps.SNAPSHOT)) else "the stage's deployment isn't there"


@rule(
    steps.SNAPSHOT,
    fix="Give the deployment a trigger that is the digest of the API's definition; in AWS, deploy again: "
    "`pulumi up --replace` on the deployment.",
    source=f"{API_GATEWAY}/how-to-deploy-api.html",
)
def deployment_is_current(_walk: Walk, snapshot: Snapshot) -> str | None:
    """The stage's deployment holds what the API's definition says now, and is made anew when that changes."""
    return None if known(snapshot.current) else "the deployment doesn't follow the API's definition"


@rule(
    steps.SNAPSHOT,
    fix="Let the deployment depend on every method and integration: it is a snapshot of what is there.",
    source=f"{API_GATEWAY}/how-to-deploy-api.html",
)
def deployment_waits_for_methods(walk: Walk, snapshot: Snapshot) -> str | None:
    """The deployment is made after the methods that it holds."""
    methods = walk.seen(steps.METHOD)
    early = [method.path for method in methods if walk.order and not walk.order.after(snapshot, method)]
    if early:
        known(snapshot.current)  # unknown for the deployment of an API that isn't the program's
    return f"doesn't wait for {', '.join(early)}" if early else None


@rule(
    steps.STAGE,
    told_at=steps.LINK,
    fix="Let the stage's variable hold the id of the VPC link.",
    source=f"{API_GATEWAY}/set-up-private-integration.html",
)
def stage_names_a_link(walk: Walk, stage: Stage) -> str | None:
    """A variable of the stage holds the id of a VPC link that is there."""
    if known(walk.one(steps.LINK)):
        return None
    return f"none of its variables ({listed({name for name, _ in known(stage.variables)})}) names a VPC link"


@rule(
    steps.LINK,
    when=lambda _, link: link.status is not None,
    fix="PENDING takes up to ten minutes. FAILED has a message: mostly the NLB isn't active, or the "
    "caller lacked the `ec2:*VpcEndpointService*` permissions. Then `pulumi up --replace` on the link.",
    source=f"{API_GATEWAY}/set-up-private-integration.html",
)
def link_is_available(_walk: Walk, link: VpcLink) -> str | None:
    """The VPC link is available."""
    status = known(link.status)
    return None if status == "AVAILABLE" else f"the link is {status}: {link.message}"
