"""Endpoints in another region than their service: what AWS takes, and what is no fault of the path."""

from crosslink.graph import tokens
from tests.faults.change import put, register, together
from tests.faults.healthy.variation import Variation
from tests.faults.native_crossing import ENDPOINT, GUIDE, LISTENER, NATIVE, SERVICE, THEIRS

VARIATIONS = (
    Variation(
        name="service supports regions that nobody connects from",
        change=put(*SERVICE, "supportedRegions", value=["us-east-1", "us-west-2", "eu-west-1"]),
        stack=NATIVE,
    ),
    Variation(
        name="a region more is not available yet",
        change=together(
            put(*SERVICE, "supportedRegions", value=["us-east-1", "us-west-2", "eu-west-1"]),
            put(*SERVICE, "regionStates", value={"eu-west-1": "Pending"}),
        ),
        stack=NATIVE,
    ),
    Variation(
        name="service no longer supports the region of an endpoint that is there",
        change=put(*SERVICE, "regionStates", value={"us-west-2": "Deleting"}),
        stack=NATIVE,
        source=GUIDE,
    ),
    Variation(
        name="the default TCP idle timeout stands in the listener of a native backend",
        change=put(*LISTENER, "tcpIdleTimeoutSeconds", value=350.0),
        stack=NATIVE,
        source=GUIDE,
    ),
    Variation(
        name="the gateway NLB keeps idle connections for over an hour, before a native endpoint",
        change=put(tokens.LISTENER, "111111111111/crosslink-*", "tcpIdleTimeoutSeconds", value=4000.0),
        stack=NATIVE,
    ),
    Variation(
        name="an endpoint names its own region as its service's",
        change=put(tokens.ENDPOINT, "crosslink-apps", "serviceRegion", value="us-east-1"),
    ),
    Variation(
        name="a service that is reached by a peering is offered in another region, too",
        change=put(tokens.ENDPOINT_SERVICE, "*", "supportedRegions", value=["us-east-1", "us-west-2"]),
    ),
    Variation(
        name="a service that a peering reaches is offered in another region, and has a timeout of its own",
        change=together(
            put(tokens.ENDPOINT_SERVICE, "*", "supportedRegions", value=["us-east-1", "us-west-2"]),
            put(tokens.LISTENER, "*", "tcpIdleTimeoutSeconds", value=4000.0),
        ),
    ),
    Variation(
        name="an endpoint of the landing's is still connected while the native one takes over",
        change=together(
            register(
                tokens.ENDPOINT,
                "landing",
                {"vpcEndpointType": "Interface", "subnetIds": [], "state": "available"},
                beside=ENDPOINT,
                serviceName=(*SERVICE, "serviceName"),
                vpcId=(tokens.VPC, "crosslink-gateway"),
            ),
            put(tokens.ENDPOINT, "landing", "serviceRegion", value="us-east-1"),
        ),
        stack=NATIVE,
    ),
)

WAITING = (
    Variation(
        name="another team has not accepted the native endpoint",
        change=put(*THEIRS, "state", value="pendingAcceptance"),
        stack=NATIVE,
        unknown=("endpoint-is-available",),
    ),
)
