"""IngressClass: the tags of the ALB."""

import pytest
from pulumi import ComponentResource, ResourceOptions

from components.provider.ingress_class import CONTROLLERS, IngressClassArgs, ingress_class
from crosslink.sandbox.engine import run
from tests.components.support import PROVIDER, kubernetes


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_the_parameters_have_the_tags_of_all_that_the_controller_makes(controller: str) -> None:
    def program() -> None:
        cluster = kubernetes(PROVIDER, "us-east-1")
        parent = ComponentResource("crosslink:test:Parent", "apps", None, ResourceOptions(provider=cluster))
        for name, tags in (("plain", {}), ("tagged", {"owner": "platform", "Cost.Center": "4711"})):
            args = IngressClassArgs(
                class_name=name,
                group="apps",
                controller=CONTROLLERS[controller],
                namespace="apps",
                subnet_ids=["subnet-1"],
                certificate_arn=None,
                longest_wait=29,
                tags=tags,
            )
            ingress_class(name, args, parent, None)

    kind = f"kubernetes:{CONTROLLERS[controller].api_version}:IngressClassParams"
    found = run(program, preview=False)
    assert "tags" not in found.one(kind, "plain").inputs["spec"]
    assert found.one(kind, "tagged").inputs["spec"]["tags"] == [
        {"key": "Cost.Center", "value": "4711"},
        {"key": "owner", "value": "platform"},
    ]
