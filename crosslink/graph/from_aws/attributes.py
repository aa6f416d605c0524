"""Attributes of load balancers, listeners and target groups, which AWS tells as keys and texts."""

from collections.abc import Mapping

from crosslink.graph.from_aws.collector import Answer, Collector, fact
from crosslink.graph.node import Value
from crosslink.graph.unknown import Unknown


def _header(way: str, name: str, what: str) -> str:
    """Pulumi's property for the attribute with a header of a request or a response."""
    words = f"routing_http_{way}_{name}_header_{what}".split("_")
    return words[0] + "".join(word.capitalize() for word in words[1:])


# AWS's key of an attribute → Pulumi's property, with a dot before one that is in another.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
BALANCER_ATTRIBUTES: Mapping[str, str] = {
    "access_logs.s3.bucket": "accessLogs.bucket",
    "access_logs.s3.enabled": "accessLogs.enabled",
    "access_logs.s3.prefix": "accessLogs.prefix",
    "client_keep_alive.seconds": "clientKeepAlive",
    "connection_logs.s3.bucket": "connectionLogs.bucket",
    "connection_logs.s3.enabled": "connectionLogs.enabled",
    "connection_logs.s3.prefix": "connectionLogs.prefix",
    "deletion_protection.enabled": "enableDeletionProtection",
    "dns_record.client_routing_policy": "dnsRecordClientRoutingPolicy",
    "health_check_logs.s3.bucket": "healthCheckLogs.bucket",
    "health_check_logs.s3.enabled": "healthCheckLogs.enabled",
    "health_check_logs.s3.prefix": "healthCheckLogs.prefix",
    "idle_timeout.timeout_seconds": "idleTimeout",
    "ipv6.deny_all_igw_traffic": "ipv6DenyAllIgwTraffic",  # Pulumi has none for it
    "load_balancing.cross_zone.enabled": "enableCrossZoneLoadBalancing",
    "routing.http.desync_mitigation_mode": "desyncMitigationMode",
    "routing.http.drop_invalid_header_fields.enabled": "dropInvalidHeaderFields",
    "routing.http.preserve_host_header.enabled": "preserveHostHeader",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "enableTlsVersionAndCipherSuiteHeaders",
    "routing.http.xff_client_port.enabled": "enableXffClientPort",
    "routing.http.xff_header_processing.mode": "xffHeaderProcessingMode",
    "routing.http2.enabled": "enableHttp2",
    "secondary_ips.auto_assigned.per_subnet": "secondaryIpsAutoAssignedPerSubnet",
    "waf.fail_open.enabled": "enableWafFailOpen",
    "zonal_shift.config.enabled": "enableZonalShift",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
GROUP_ATTRIBUTES: Mapping[str, str] = {
    "deregistration_delay.connection_termination.enabled": "connectionTermination",
    "deregistration_delay.timeout_seconds": "deregistrationDelay",
    "lambda.multi_value_headers.enabled": "lambdaMultiValueHeadersEnabled",
    "load_balancing.algorithm.anomaly_mitigation": "loadBalancingAnomalyMitigation",
    "load_balancing.algorithm.type": "loadBalancingAlgorithmType",
    "load_balancing.cross_zone.enabled": "loadBalancingCrossZoneEnabled",
    "preserve_client_ip.enabled": "preserveClientIp",
    "proxy_protocol_v2.enabled": "proxyProtocolV2",
    "send_tcp_reset.on_deregistration.enabled": "sendTcpResetOnDeregistration",  # Pulumi has none for it
    "send_tcp_reset.on_unhealthy.enabled": "sendTcpResetOnUnhealthy",  # nor for this
    "slow_start.duration_seconds": "slowStart",
    "stickiness.app_cookie.cookie_name": "stickiness.cookieName",
    "stickiness.app_cookie.duration_seconds": "stickiness.appCookieDuration",
    "stickiness.enabled": "stickiness.enabled",
    "stickiness.lb_cookie.duration_seconds": "stickiness.cookieDuration",
    "stickiness.type": "stickiness.type",
    "target_failover.on_deregistration": "targetFailovers.onDeregistration",
    "target_failover.on_unhealthy": "targetFailovers.onUnhealthy",
    "target_group_health.dns_failover.minimum_healthy_targets.count": (
        "targetGroupHealth.dnsFailover.minimumHealthyTargetsCount"
    ),
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": (
        "targetGroupHealth.dnsFailover.minimumHealthyTargetsPercentage"
    ),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": (
        "targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsCount"
    ),
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": (
        "targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsPercentage"
    ),
    "target_health_state.unhealthy.connection_termination.enabled": (
        "targetHealthStates.enableUnhealthyConnectionTermination"
    ),
    "target_health_state.unhealthy.draining_interval_seconds": "targetHealthStates.unhealthyDrainingInterval",
}
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html
_HEADERS: Mapping[str, str] = {
    f"routing.http.{way}.{name}.header_{what}": _header(way, name, what)
    for way, what, names in (
        (
            "request",
            "name",
            (
                "x_amzn_mtls_clientcert",
                "x_amzn_mtls_clientcert_issuer",
                "x_amzn_mtls_clientcert_leaf",
                "x_amzn_mtls_clientcert_serial_number",
                "x_amzn_mtls_clientcert_subject",
                "x_amzn_mtls_clientcert_validity",
                "x_amzn_tls_cipher_suite",
                "x_amzn_tls_version",
            ),
        ),
        (
            "response",
            "value",
            (
                "access_control_allow_credentials",
                "access_control_allow_headers",
                "access_control_allow_methods",
                "access_control_allow_origin",
                "access_control_expose_headers",
                "access_control_max_age",
                "content_security_policy",
                "strict_transport_security",
                "x_content_type_options",
                "x_frame_options",
            ),
        ),
    )
    for name in names
}
LISTENER_ATTRIBUTES: Mapping[str, str] = {
    **_HEADERS,
    "routing.http.response.server.enabled": "routingHttpResponseServerEnabled",
    "send_tcp_reset.on_idle_timeout.enabled": "sendTcpResetOnIdleTimeout",  # Pulumi has none for it
    "tcp.idle_timeout.seconds": "tcpIdleTimeoutSeconds",
}
# Properties that are texts in Pulumi, though they look like flags.
_TEXTS = (
    "loadBalancingCrossZoneEnabled",
    "minimumHealthyTargetsCount",
    "minimumHealthyTargetsPercentage",
    "preserveClientIp",
)


def attributes_of(aws: Collector, call: str, names: Mapping[str, str], **parameters: str) -> Answer:
    """All attributes as properties; each that is known here is unknown if AWS doesn't tell."""
    answer = fact(aws.ask_again, call, **parameters)
    if isinstance(answer, Unknown):
        return dict.fromkeys((name.partition(".")[0] for name in names.values()), answer)
    found: dict[str, Value] = {}
    for attribute in answer["attributes"]:
        key, value = attribute["key"], attribute["value"]
        *outer, name = names[key].split(".") if key in names else [key]  # a new one keeps AWS's name
        place = found
        for step in outer:
            place = place.setdefault(step, {})
        place[name] = value if name in _TEXTS else _plain(value)
    return found


def _plain(text: str) -> Value:
    """The flag or number that a text is, or the text."""
    return {"true": True, "false": False}.get(text, int(text) if text.isdigit() else text)
