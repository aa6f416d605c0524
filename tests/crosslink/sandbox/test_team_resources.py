"""What a team adds beside the path: the sandbox takes what the engine takes, and says what it makes up."""

import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest
from pulumi import ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource

from crosslink.sandbox import engine, manifests, stack_file
from crosslink.sandbox.engine import run
from crosslink.sandbox.new_resource import warning
from crosslink.sandbox.record import UNKNOWN, ProgramError, Run
from tests.crosslink.sandbox.programs import ACCOUNT, REGION, account, run_in_box
from tests.runs import DEV, PROGRAM, run_stack

BUCKET = "aws:s3/bucket:Bucket"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
QUEUE = "aws:sqs/queue:Queue"
RANDOM_ID = "random:index/randomId:RandomId"
TEAM = """

import pulumi_aws as aws


class TeamApi(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("acme:index:TeamApi", name, None, opts)
        within = pulumi.ResourceOptions(parent=self)
        assets = aws.s3.Bucket("assets", opts=within)
        rest = aws.apigateway.RestApi("team", opts=within)
        deployment = aws.apigateway.Deployment("team", rest_api=rest.id, opts=within)
        aws.apigateway.Stage(
            "team",
            rest_api=rest.id,
            deployment=deployment.id,
            stage_name="beta",
            variables={"assets": assets.bucket_domain_name},
            opts=within,
        )
        aws.cloudwatch.LogGroup("team", opts=within)
        aws.acm.Certificate("team", domain_name="team.example.com", validation_method="DNS", opts=within)
        pulumi.export("teamAssets", assets.arn)
        self.register_outputs({})


account = pulumi.ResourceOptions(provider=accounts.of(stack.consumer.account_id, stack.consumer.region))
TeamApi("team", account)
aws.sqs.Queue("jobs", opts=account)
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a component and a queue of a team's."""
    file = tmp_path_factory.mktemp("team") / "__main__.py"
    file.write_text(PROGRAM.read_text() + TEAM)
    return file


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_a_team_adds_to_the_program(program: Path, preview: bool):
    stack = stack_file.read(DEV, engine.PROJECT)
    found = run(program, config=stack.config, secret_keys=stack.secret_keys, preview=preview)
    alone = run_stack(DEV, preview=preview)
    assert found.resources.items() >= alone.resources.items()
    added = [resource for urn, resource in found.resources.items() if urn not in alone.resources]
    assert sorted(str(resource) for resource in added) == [
        'acme:index:TeamApi "team"',
        'aws:acm/certificate:Certificate "team"',
        'aws:apigateway/deployment:Deployment "team"',
        'aws:apigateway/restApi:RestApi "team"',
        'aws:apigateway/stage:Stage "team"',
        'aws:cloudwatch/logGroup:LogGroup "team"',
        'aws:s3/bucket:Bucket "assets"',
        'aws:sqs/queue:Queue "jobs"',
    ]
    assert found.one(QUEUE).parent is None
    bucket = found.one(BUCKET)
    assert bucket.parent == found.one("acme:index:TeamApi").urn
    assert (bucket.account, bucket.region) == ("111111111111", "us-west-2")
    if preview:
        assert (found.outputs["teamAssets"], found.warnings) == (UNKNOWN, ())
    else:
        assert found.outputs["teamAssets"] == f"arn:aws:s3:us-west-2:111111111111:bucket/{bucket.id}"
        assert sorted(found.warnings) == [warning(BUCKET), warning(QUEUE)]


def _queue_and_bucket(opts: ResourceOptions) -> None:
    aws.sqs.Queue("jobs", name="jobs", delay_seconds=5, opts=opts)
    aws.s3.Bucket("assets", opts=opts)
    aws.s3.Bucket("more-assets", opts=opts)


@cache
def _made_up() -> Run:
    return run_in_box(_queue_and_bucket)


def test_an_unknown_type_has_an_id_and_an_arn():
    queue, bucket = _made_up().one(QUEUE), _made_up().one(BUCKET, "assets")
    assert queue.id == "jobs"
    assert queue.outputs["arn"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue/jobs"
    assert queue.outputs["region"] == REGION
    assert (bucket.id or "").startswith("assets-")
    assert bucket.outputs["arn"] == f"arn:aws:s3:{REGION}:{ACCOUNT}:bucket/{bucket.id}"


def test_what_nobody_can_compute_is_a_placeholder_or_missing():
    queue = _made_up().one(QUEUE)
    assert queue.outputs["url"] == "<url of jobs>"
    assert queue.outputs["delaySeconds"] == 5.0
    assert "maxMessageSize" not in queue.outputs  # a number
    assert "redrivePolicy" not in _made_up().one(BUCKET, "assets").outputs


def test_each_unknown_type_is_told_once():
    assert _made_up().warnings == (warning(QUEUE), warning(BUCKET))


def _more(size: Any) -> int:
    return size + 1


def test_who_fails_on_a_missing_output_is_told_why():
    def fill(opts: ResourceOptions) -> None:
        pulumi.export("x", aws.sqs.Queue("jobs", opts=opts).max_message_size.apply(_more))

    with pytest.raises(ProgramError) as caught:
        run_in_box(fill)
    first, *rest = str(caught.value).splitlines()
    assert "TypeError" in first
    assert rest == [warning(QUEUE)]


def _inputs_of_random_id(opts: ResourceOptions) -> None:
    pulumi.CustomResource(RANDOM_ID, "id", {"byteLength": 8, "anything": ["goes"]}, opts)


def test_a_package_without_an_sdk_is_recorded_as_given():
    found = run_in_box(_inputs_of_random_id)
    resource = found.one(RANDOM_ID)
    assert resource.inputs == resource.outputs == {"byteLength": 8.0, "anything": ["goes"]}
    assert (resource.id or "").startswith("id-")
    assert (resource.provider, resource.account) == (None, None)
    assert found.warnings == (warning(RANDOM_ID),)
    assert run_in_box(_inputs_of_random_id, preview=True).one(RANDOM_ID).id is None


def test_a_provider_without_an_sdk():
    def program() -> None:
        provider = pulumi.ProviderResource("random", "chance", {"seed": 1})
        pulumi.CustomResource(RANDOM_ID, "id", {}, ResourceOptions(provider=provider))

    found = run(program)
    assert found.one(RANDOM_ID).provider == found.one("pulumi:providers:random").urn


def test_what_is_inside_a_remote_component_is_not_known():
    def program() -> None:
        component = pulumi.ComponentResource("awsx:ec2:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16"}, remote=True)
        pulumi.export("urn", component.urn)

    for preview in (True, False):
        found = run(program, preview=preview)
        assert found.outputs["urn"] == found.one("awsx:ec2:Vpc").urn
        assert found.warnings == ("awsx:ec2:Vpc: the sandbox knows neither its outputs nor what is inside",)


def test_a_component_may_have_a_type_of_any_form():
    found = run(lambda: pulumi.ComponentResource("Team", "team"))
    assert [resource.urn for resource in found.resources.values()] == [
        "urn:pulumi:dev::crosslink::Team::team"
    ]


def test_a_resource_may_name_a_region_of_its_own():
    found = run_in_box(lambda opts: aws.cloudwatch.LogGroup("logs", region="eu-west-1", opts=opts))
    logs = found.one("aws:cloudwatch/logGroup:LogGroup")
    assert (logs.account, logs.region) == (ACCOUNT, "eu-west-1")
    assert logs.outputs["arn"].startswith(f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:logs-")


def test_a_provider_may_leave_its_account_open():
    def program() -> None:
        aws.kms.Key("key", opts=ResourceOptions(provider=aws.Provider("ambient", region=REGION)))

    key = run(program).one("aws:kms/key:Key")
    assert (key.account, key.region) == (None, REGION)
    assert key.outputs["arn"] == f"arn:aws:kms:{REGION}:000000000000:key/{key.id}"


def _in_cluster(opts: ResourceOptions) -> None:
    provider = kubernetes.Provider("apps", kubeconfig="{}", opts=opts)
    within = ResourceOptions(parent=opts.parent, provider=provider)
    kubernetes.rbac.v1.ClusterRole("reader", metadata={"name": "reader"}, rules=[], opts=within)
    kubernetes.helm.v3.Release("ingress", chart="ingress-nginx", opts=within)
    CustomResource(
        "monitor",
        api_version="monitoring.coreos.com/v1",
        kind="ServiceMonitor",
        metadata={"name": "apps"},
        spec={"anything": "goes"},
        opts=within,
    )
    kubernetes.networking.v1.IngressClass(
        "nginx", metadata={"name": "nginx"}, spec={"controller": "k8s.io/ingress-nginx"}, opts=within
    )
    kubernetes.networking.v1.Ingress(
        "team",
        metadata={"name": "team"},
        spec={"ingress_class_name": "nginx", "rules": _rules()},
        opts=within,
    )


def _rules() -> list[Any]:
    backend = {"service": {"name": "team", "port": {"number": 80}}}
    return [{"http": {"paths": [{"path": "/", "path_type": "Prefix", "backend": backend}]}}]


def test_objects_of_a_team_in_a_cluster():
    found = run_in_box(_in_cluster)
    assert found.one(CLUSTER_ROLE).id == "reader"
    assert "status" not in found.one(INGRESS).outputs  # the team's own controller makes what it makes
    manifests.check(found)


CALLS = {
    "getCallerIdentity": lambda opts: aws.get_caller_identity_output(opts=opts).account_id,
    "getPartition": lambda opts: aws.get_partition_output(opts=opts).partition,
    "getRegion": lambda opts: aws.get_region_output(opts=opts).region,
    "getRegion elsewhere": lambda opts: aws.get_region_output(region="eu-west-1", opts=opts).region,
}


def test_where_a_program_is_can_be_asked():
    def fill(opts: ResourceOptions) -> None:
        for name, call in CALLS.items():
            pulumi.export(name, call(pulumi.InvokeOutputOptions(parent=opts.parent)))

    found = run_in_box(fill, preview=True)
    assert found.outputs == {
        "getCallerIdentity": ACCOUNT,
        "getPartition": "aws",
        "getRegion": REGION,
        "getRegion elsewhere": "eu-west-1",
    }
    assert {call.account for call in found.invokes} == {ACCOUNT}


@pytest.mark.parametrize(
    ("region", "zone_id"),
    [("us-east-1", "use1-az1"), ("ap-southeast-2", "apse2-az1"), ("us-gov-west-1", "usgw1-az1")],
)
def test_zones_have_the_names_that_subnets_get(region: str, zone_id: str):
    def program() -> None:
        provider = account(region=region)
        zones = aws.get_availability_zones_output(opts=pulumi.InvokeOutputOptions(provider=provider))
        aws.ec2.Subnet(
            "subnet", vpc_id="vpc-1", availability_zone_id=zone_id, opts=ResourceOptions(provider=provider)
        )
        pulumi.export("zones", pulumi.Output.all(zones.names, zones.zone_ids))

    found = run(program)
    names, ids = found.outputs["zones"]
    assert (
        dict(zip(ids, names, strict=True))[zone_id]
        == found.one("aws:ec2/subnet:Subnet").outputs["availabilityZone"]
    )
    assert len(set(names)) == 3


def _policy(opts: ResourceOptions, **args: Any) -> None:
    document = aws.iam.get_policy_document_output(**args, opts=pulumi.InvokeOutputOptions(parent=opts.parent))
    pulumi.export("policy", document.minified_json)


def test_a_policy_document_is_written_as_the_provider_does():
    statement = {
        "sid": "Read",
        "actions": ["s3:GetObject"],
        "resources": ["arn:aws:s3:::a/&{aws:username}", "arn:aws:s3:::b"],
        "principals": [{"type": "Service", "identifiers": ["a.amazonaws.com", "b.amazonaws.com"]}],
        "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1", "2"]}],
    }
    denied = {"effect": "Deny", "notActions": ["s3:*"], "principals": [{"type": "*", "identifiers": ["*"]}]}
    found = run_in_box(lambda opts: _policy(opts, statements=[statement, denied]))
    assert found.outputs["policy"] == textwrap.dedent("""\
        {"Version":"2012-10-17","Statement":[
        {"Sid":"Read","Effect":"Allow","Action":"s3:GetObject",
        "Resource":["arn:aws:s3:::b","arn:aws:s3:::a/${aws:username}"],
        "Principal":{"Service":["b.amazonaws.com","a.amazonaws.com"]},
        "Condition":{"StringEquals":{"aws:SourceAccount":["1","2"]}}},
        {"Effect":"Deny","NotAction":"s3:*","Principal":"*"}]}
        """).replace("\n", "")


def test_policy_documents_are_not_merged():
    with pytest.raises(
        ProgramError, match="sourcePolicyDocuments: the sandbox doesn't merge policy documents"
    ):
        run_in_box(lambda opts: _policy(opts, source_policy_documents=["{}"]))
