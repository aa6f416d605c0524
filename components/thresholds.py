"""When the alarms of both sides go off.

The share of errors follows what AWS recommends
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html).
The other limits are this project's; what they lean on stands beside them.
"""

from components.alarm import DAY, MINUTE, Threshold

SERVER_ERRORS = Threshold(
    what="More than 5% of the API's requests got a 5xx, for three minutes. `crosslink doctor` asks each hop.",
    limit=0.05,
    periods=3,
)
SLOW = Threshold(
    what="One request in a hundred took longer than 5 seconds, for five minutes.",
    limit=5000,  # milliseconds
    periods=5,
)
UNHEALTHY = Threshold(
    what="A target of a load balancer on the path has been unhealthy for five minutes.",
    limit=0,
    periods=5,
    # Health that isn't told is none that is bad: the alarm turns grey.
    missing="missing",
)
NOT_INTEGRATED = Threshold(
    what="The API got no answer from behind its VPC link, five times within five minutes or more.",
    limit=4,
    seconds=5 * MINUTE,
)
THROTTLED = Threshold(
    what="More than 10 requests within five minutes got a 429: of a client, a route or the whole account.",
    limit=10,
    seconds=5 * MINUTE,
)
NO_PORTS = Threshold(
    what="A connection found no free source port: there are too many at once to one target.",
    limit=0,
    seconds=5 * MINUTE,
)
"""https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html"""
EXPIRING = Threshold(
    what="A certificate has less than 30 days left: ACM should have renewed it by now.",
    limit=30,
    below=True,
    seconds=DAY,
    # An expired one has no days, and the alarm stays on.
    missing="ignore",
)
"""ACM renews its own earlier (https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html)."""
IDLE = Threshold(
    what="No connection came by the VPC link v2 for 7 days. After 60 days it falls asleep.",
    limit=1,
    below=True,
    seconds=DAY,
    periods=7,
    missing="breaching",
)
"""An alarm looks back 7 days at most
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html)."""
