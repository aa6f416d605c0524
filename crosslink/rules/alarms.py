"""The rules of alarms: whom they tell. No request waits for one."""

from crosslink.graph.unknown import known
from crosslink.path.alarms import Alarm
from crosslink.path.walk import Model
from crosslink.rules.grade import Grade
from crosslink.rules.rule import AWS, fix, stack_rule

ALARM_ACTIONS = f"{AWS}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"


@stack_rule(lambda model: model.alarms, source=ALARM_ACTIONS, grade=Grade.HOUSE)
@fix("Set alarms.topicArn of its side to a topic of that region, and leave the alarm's actions on.")
def alarm_tells_somebody(_model: Model, alarm: Alarm) -> str | None:
    """An alarm tells a topic, which is in its own region."""
    told = known(alarm.told)
    if not known(alarm.enabled) or not told:
        return "it tells nobody"
    elsewhere = [arn for arn in told if arn.split(":")[3:4] != [alarm.region]]
    return f"it tells {', '.join(elsewhere)}, but is in {alarm.region}" if elsewhere else None
