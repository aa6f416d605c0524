"""What is encrypted, and what leaves records: secrets, keys, logs."""

from crosslink.graph import tokens
from crosslink.graph.node import Node, items
from crosslink.graph.unknown import Unknown, known
from crosslink.rules.rule import API_GATEWAY
from crosslink.rules.text import listed
from policy.security.rule import SECURITY_HUB, Stack, rule

KEY = "aws:kms/key:Key"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
CLUSTER_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@rule(
    tokens.EKS_CLUSTER,
    fix="Set encryption_config_key_arn to a KMS key of the stack.",
    source=f"{SECURITY_HUB}/eks-controls.html#eks-3",
)
def cluster_encrypts_secrets(stack: Stack, node: Node) -> str | None:
    """A cluster encrypts its secrets with a KMS key of the account's own."""
    if stack.graph.named_by(node, "encryptionConfig", KEY):
        return None  # its ARN is unknown until the up, but whose it is isn't
    return None if known(node.get("encryptionConfig", "provider", "keyArn")) else "it names no key"


@rule(KEY, fix="Set enable_key_rotation=True.", source=f"{SECURITY_HUB}/kms-controls.html#kms-4")
def keys_rotate(_stack: Stack, node: Node) -> str | None:
    """A KMS key that can be rotated is rotated every year."""
    # https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    symmetric = known(node.get("customerMasterKeySpec")) in (None, "SYMMETRIC_DEFAULT")
    if not symmetric or node.get("customKeyStoreId"):
        return None
    return None if known(node.get("enableKeyRotation")) is True else "its rotation is off"


@rule(
    tokens.EKS_CLUSTER,
    fix=f"Set enabled_cluster_log_types to {', '.join(CLUSTER_LOGS)}.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
)
def cluster_writes_logs(_stack: Stack, node: Node) -> str | None:
    """A cluster's control plane logs who did what in it, and all else that it can."""
    missing = set(CLUSTER_LOGS).difference(map(known, items(known(node.get("enabledClusterLogTypes")))))
    return f"it doesn't log {listed(missing)}" if missing else None


@rule(
    LOG_GROUP, fix="Set retention_in_days.", source=f"{SECURITY_HUB}/cloudwatch-controls.html#cloudwatch-16"
)
def logs_are_kept_for_a_time(_stack: Stack, node: Node) -> str | None:
    """A log group says how long it keeps its events: for ever is the default, and not meant."""
    return None if known(node.get("retentionInDays")) else "it keeps its events for ever"


@rule(tokens.STAGE, fix="Set `api.logs`.", source=f"{API_GATEWAY}/set-up-logging.html")
def stage_writes_access_logs(_stack: Stack, node: Node) -> str | None:
    """A stage logs every request."""
    settings = node.get("accessLogSettings")
    # The group's ARN is unknown until the up; that there are settings isn't.
    return None if settings or isinstance(settings, Unknown) else "it has no access logs"
