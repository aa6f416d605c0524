"""Faults of alarms: they tell nobody."""

from crosslink.graph import tokens
from tests.faults.change import put
from tests.faults.fault import CannotKnow, Fault

UNREAD = CannotKnow("the doctor reads what requests pass, and no alarms")

FAULTS = (
    Fault(
        name="alarm tells a topic of another region",
        change=put(
            tokens.METRIC_ALARM,
            "crosslink-5xx",
            "alarmActions",
            value=["arn:aws:sns:us-east-1:222222222222:on-call"],
        ),
        rule="alarm-tells-somebody",
        stack="alarms",
        live=UNREAD,
    ),
    Fault(
        name="alarm's actions are off",
        change=put(tokens.METRIC_ALARM, "crosslink-apps-nlb-unhealthy", "actionsEnabled", value=False),
        rule="alarm-tells-somebody",
        stack="alarms",
        live=UNREAD,
    ),
)
