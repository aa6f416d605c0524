"""What is printed of a run: exact texts for the stack dev, and the JSON of every example."""

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from reachability.model import Walk
from sandbox import report
from tests.runs import DEV, ROOT, STACK_FILES, run_stack, settings_of

SCHEMA = json.loads((ROOT / "sandbox" / "report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
AWS_GIVES_IT = "AWS gives it in the up"

STEPS = """\
The eight steps
1. a VPC of the consumer's in the backend's region
   111111111111 us-east-1  10.11.0.0/20           ec2.Vpc crosslink-landing-us-east-1
2. peering between the consumer's two VPCs
   111111111111 us-west-2  pcx-b3efb9d425ff88234  ec2.VpcPeeringConnection crosslink-landing-us-east-1
   111111111111 us-east-1  pcx-b3efb9d425ff88234  ec2.VpcPeeringConnectionAccepter crosslink-landing-us-east-1
   111111111111 us-west-2  10.11.0.0/20           ec2.Route crosslink-landing-us-east-1-out-usw2-az1
   111111111111 us-west-2  10.11.0.0/20           ec2.Route crosslink-landing-us-east-1-out-usw2-az2
   111111111111 us-east-1  10.10.0.0/16           ec2.Route crosslink-landing-us-east-1-back-use1-az1
   111111111111 us-east-1  10.10.0.0/16           ec2.Route crosslink-landing-us-east-1-back-use1-az2
3. the consumer among the allowed principals
   222222222222 us-east-1  arn:aws:iam::111111111111:root  ec2.VpcEndpointService crosslink-apps
4. the interface endpoint
   111111111111 us-east-1  vpce-88d8c0a48d21a8744  ec2.VpcEndpoint crosslink-apps
5. its network interfaces, with fixed addresses
   111111111111 us-east-1  10.11.2.10, 10.11.4.10  ec2.VpcEndpoint crosslink-apps
6. an NLB in the API's region with those addresses
   111111111111 us-west-2  10.10.32.0/26, 10.10.64.0/26  lb.LoadBalancer crosslink-gateway
   111111111111 us-west-2  TCP 8000                      lb.Listener crosslink-apps
   111111111111 us-west-2  TCP 80                        lb.TargetGroup crosslink-apps
   111111111111 us-west-2  10.11.2.10                    lb.TargetGroupAttachment crosslink-apps-use1-az1
   111111111111 us-west-2  10.11.4.10                    lb.TargetGroupAttachment crosslink-apps-use1-az2
7. a VPC link on that NLB
   111111111111 us-west-2  p1dlvq                 apigateway.VpcLink crosslink
8. the VPC link used by the API, new or existing
   111111111111 us-west-2  6k41ofm2ys             apigateway.RestApi crosslink
   111111111111 us-west-2  30ex1s                 apigateway.Deployment crosslink
   111111111111 us-west-2  v1                     apigateway.Stage crosslink
"""
WALK = """\
Walk of /svc1
  111111111111 us-west-2
    method             ANY /svc1, auth AWS_IAM  crosslink
      integration      HTTP_PROXY http://apps.crosslink.example.com:8000/svc1 by VPC_LINK
                       ${stageVariables.link}
    method             ANY /svc1/{proxy+}, auth AWS_IAM  crosslink
      integration      HTTP_PROXY http://apps.crosslink.example.com:8000/svc1/{proxy} by VPC_LINK
                       ${stageVariables.link}
    stage              v1, https://6k41ofm2ys.execute-api.us-west-2.amazonaws.com/v1  crosslink
      sets             stage variable link
    VPC link           p1dlvq  crosslink
    gateway NLB        internal, in 10.10.32.0/26 (usw2-az1), 10.10.64.0/26 (usw2-az2)  crosslink-gateway
    listener           TCP 8000  crosslink-apps
    target group       TCP 80 to targets of type ip  crosslink-apps
      asked            HTTP /healthz for 200
    target             10.11.2.10, port 80, zone all  crosslink-apps-use1-az1
    target             10.11.4.10, port 80, zone all  crosslink-apps-use1-az2
    route out          10.10.32.0/26 → 10.11.0.0/20 over the peering  crosslink-landing-us-east-1-out-usw2-az1
    route out          10.10.64.0/26 → 10.11.0.0/20 over the peering  crosslink-landing-us-east-1-out-usw2-az2
  111111111111 us-east-1
    route back         10.11.2.0/26 → 10.10.0.0/16 over the peering  crosslink-landing-us-east-1-back-use1-az1
    route back         10.11.4.0/26 → 10.10.0.0/16 over the peering  crosslink-landing-us-east-1-back-use1-az2
    interface endpoint vpce-88d8c0a48d21a8744, addresses 10.11.2.10, 10.11.4.10  crosslink-apps
      admits           10.10.32.0/26 to port 80
      admits           10.10.64.0/26 to port 80
  222222222222 us-east-1
    endpoint service   vpce-svc-bcb9db79133c8d9f4, allows arn:aws:iam::111111111111:root  crosslink-apps
    provider NLB       internal, in 10.20.48.64/26 (use1-az1), 10.20.80.64/26 (use1-az2)  crosslink-apps
    listener           TCP 80  crosslink-apps
    target group       TCP 80 to targets of type alb  crosslink-apps
      asked            HTTP /healthz for 200
    target             loadbalancer/app/k8s-crosslin-crosslin-166dabe59e/618b28f6c1a5e09f, port 80
                       crosslink-apps
    ALB, Ingress rule  internal, ports 80,
                       internal-k8s-crosslin-crosslin-166dabe59e-4624246749.us-east-1.elb.amazonaws.com
                       crosslink-apps
      rule             Prefix /svc1 → Service svc1:80
    Service            port 80 → port http of the pods  crosslink-apps-svc1
      selects          app.kubernetes.io/name=svc1
    Deployment         2 pods of hashicorp/http-echo:1.0, port 8080  crosslink-apps-svc1
      labelled         app.kubernetes.io/name=svc1
"""
STEPS_BEFORE = """\
The eight steps
1. a VPC of the consumer's in the backend's region
   111111111111 us-east-1  10.11.0.0/20           ec2.Vpc crosslink-landing-us-east-1
2. peering between the consumer's two VPCs
   111111111111 us-west-2  unknown: AWS gives it in the up  ec2.VpcPeeringConnection
                                                            crosslink-landing-us-east-1
   111111111111 us-east-1  unknown: AWS gives it in the up  ec2.VpcPeeringConnectionAccepter
                                                            crosslink-landing-us-east-1
   111111111111 us-west-2  10.11.0.0/20                     ec2.Route crosslink-landing-us-east-1-out-usw2-az1
   111111111111 us-west-2  10.11.0.0/20                     ec2.Route crosslink-landing-us-east-1-out-usw2-az2
   111111111111 us-east-1  10.10.0.0/16                     ec2.Route
                                                            crosslink-landing-us-east-1-back-use1-az1
   111111111111 us-east-1  10.10.0.0/16                     ec2.Route
                                                            crosslink-landing-us-east-1-back-use1-az2
3. the consumer among the allowed principals
   222222222222 us-east-1  arn:aws:iam::111111111111:root  ec2.VpcEndpointService crosslink-apps
4. the interface endpoint
   111111111111 us-east-1  unknown: AWS gives it in the up  ec2.VpcEndpoint crosslink-apps
5. its network interfaces, with fixed addresses
   111111111111 us-east-1  10.11.2.10, 10.11.4.10  ec2.VpcEndpoint crosslink-apps
6. an NLB in the API's region with those addresses
   111111111111 us-west-2  10.10.32.0/26, 10.10.64.0/26  lb.LoadBalancer crosslink-gateway
   111111111111 us-west-2  TCP 8000                      lb.Listener crosslink-apps
   111111111111 us-west-2  TCP 80                        lb.TargetGroup crosslink-apps
   111111111111 us-west-2  10.11.2.10                    lb.TargetGroupAttachment crosslink-apps-use1-az1
   111111111111 us-west-2  10.11.4.10                    lb.TargetGroupAttachment crosslink-apps-use1-az2
7. a VPC link on that NLB
   111111111111 us-west-2  unknown: AWS gives it in the up  apigateway.VpcLink crosslink
8. the VPC link used by the API, new or existing
   111111111111 us-west-2  unknown: AWS gives it in the up  apigateway.RestApi crosslink
   111111111111 us-west-2  unknown: AWS gives it in the up  apigateway.Deployment crosslink
   111111111111 us-west-2  v1                               apigateway.Stage crosslink
"""
WALK_BEFORE = """\
Walk of /svc1
  111111111111 us-west-2
    method             ANY /svc1, auth AWS_IAM  crosslink
      integration      HTTP_PROXY http://apps.crosslink.example.com:8000/svc1 by VPC_LINK
                       ${stageVariables.link}
    method             ANY /svc1/{proxy+}, auth AWS_IAM  crosslink
      integration      HTTP_PROXY http://apps.crosslink.example.com:8000/svc1/{proxy} by VPC_LINK
                       ${stageVariables.link}
    stage              v1, unknown: AWS gives it in the up  crosslink
      sets             stage variable link
    VPC link           unknown: AWS gives it in the up  crosslink
    gateway NLB        internal, in 10.10.32.0/26 (usw2-az1), 10.10.64.0/26 (usw2-az2)  crosslink-gateway
    listener           TCP 8000  crosslink-apps
    target group       TCP 80 to targets of type ip  crosslink-apps
      asked            HTTP /healthz for 200
    target             10.11.2.10, port 80, zone all  crosslink-apps-use1-az1
    target             10.11.4.10, port 80, zone all  crosslink-apps-use1-az2
    route out          10.10.32.0/26 → 10.11.0.0/20 over the peering  crosslink-landing-us-east-1-out-usw2-az1
    route out          10.10.64.0/26 → 10.11.0.0/20 over the peering  crosslink-landing-us-east-1-out-usw2-az2
  111111111111 us-east-1
    route back         10.11.2.0/26 → 10.10.0.0/16 over the peering  crosslink-landing-us-east-1-back-use1-az1
    route back         10.11.4.0/26 → 10.10.0.0/16 over the peering  crosslink-landing-us-east-1-back-use1-az2
    interface endpoint unknown: AWS gives it in the up, addresses 10.11.2.10, 10.11.4.10  crosslink-apps
      admits           10.10.32.0/26 to port 80
      admits           10.10.64.0/26 to port 80
  222222222222 us-east-1
    endpoint service   unknown: AWS gives it in the up, allows arn:aws:iam::111111111111:root  crosslink-apps
    provider NLB       internal, in 10.20.48.64/26 (use1-az1), 10.20.80.64/26 (use1-az2)  crosslink-apps
    listener           TCP 80  crosslink-apps
    target group       TCP 80 to targets of type alb  crosslink-apps
      asked            HTTP /healthz for 200
    target             unknown: AWS gives it in the up, port 80  crosslink-apps
    ALB, Ingress rule  internal, ports 80, unknown: the cluster gives it in the up  crosslink-apps
      rule             Prefix /svc1 → Service svc1:80
    Service            port 80 → port http of the pods  crosslink-apps-svc1
      selects          app.kubernetes.io/name=svc1
    Deployment         2 pods of hashicorp/http-echo:1.0, port 8080  crosslink-apps-svc1
      labelled         app.kubernetes.io/name=svc1
"""


@pytest.mark.parametrize(
    ("preview", "steps", "walk"), [(False, STEPS, WALK), (True, STEPS_BEFORE, WALK_BEFORE)]
)
def test_steps_and_walk_for_people(preview: bool, steps: str, walk: str) -> None:
    parts = _text(DEV, preview=preview).split("\n\n")
    assert parts[3] + "\n" == steps
    assert parts[4] + "\n" == walk
    assert parts[5].startswith("Walk of /svc2\n")


def test_resources_of_a_type_are_counted_where_there_are_several() -> None:
    landing = _text(DEV, preview=True).split("\n\n")[0]
    assert "│   ├── ec2.Vpc crosslink-landing-us-east-1\n" in landing
    assert "│   ├── ec2.Subnet (2)\n" in landing


def test_the_url_of_each_route() -> None:
    urls = _text(DEV, preview=False).split("\n\n")[6]
    stage = run_stack(DEV, preview=False).outputs["url"]
    assert urls == f"URLs\n  /svc1  {stage}/svc1\n  /svc2  {stage}/svc2"


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_the_json_of_every_example(file: Path, preview: bool) -> None:
    found: Any = json.loads(json.dumps(report.as_json(run_stack(file, preview=preview), "any")))
    VALIDATOR.validate(found)
    routes = {service.path for backend in settings_of(file).backends for service in backend.services}
    assert [walk["path"] for walk in found["walks"]] == sorted(routes)
    assert all(step["doers"] for step in found["steps"])
    if preview:
        assert found["urls"] == {path: {"unknown": AWS_GIVES_IT} for path in routes}
    else:
        assert found["urls"] == found["outputs"]["routes"]
        assert '"unknown"' not in json.dumps([found["steps"], found["walks"]])


def test_facts_have_the_names_of_the_model() -> None:
    walk: Any = report.as_json(run_stack(DEV, preview=True), "dev")["walks"]
    assert walk[0]["listener"] == {
        "resource": "aws:lb/listener:Listener crosslink-apps",
        "id": {"unknown": AWS_GIVES_IT},
        "account": "111111111111",
        "region": "us-west-2",
        "protocol": "TCP",
        "port": 8000,
    }
    assert walk[0]["targetGroup"]["preservesClientIp"] == "false"


def test_the_schema_has_every_hop_of_a_walk() -> None:
    fields = [report.camel_case(field.name) for field in dataclasses.fields(Walk)]
    assert SCHEMA["$defs"]["walk"]["required"] == fields
    assert list(SCHEMA["$defs"]["walk"]["properties"]) == fields


def test_a_missing_hop_is_shown() -> None:
    run = run_stack(DEV, preview=True)
    listeners = {urn for urn, one in run.resources.items() if one.type == "aws:lb/listener:Listener"}
    without = dataclasses.replace(
        run, resources={urn: one for urn, one in run.resources.items() if urn not in listeners}
    )
    text = _render(without)
    assert "    listener           missing\n" in text
    assert "    provider NLB       missing\n" in text


def _text(file: Path, *, preview: bool) -> str:
    return _render(run_stack(file, preview=preview))


def _render(run: Any) -> str:
    """As in a terminal of 110 columns, without the blanks that fill up lines."""
    console = Console(file=io.StringIO(), width=110, highlight=False)
    report.write(run, console)
    file: Any = console.file
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())
