"""`alarms`: who is told when a side of the path is in trouble."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from settings.fields import Model
from settings.ids import TopicArn


class Alarms(Model):
    """Alarms of one side of the path, with a dashboard in its account."""

    example: ClassVar[Mapping[str, object]] = {"topicArn": "arn:aws:sns:us-west-2:111111111111:on-call"}

    topic_arn: TopicArn = Field(examples=[example["topicArn"]])
    """SNS topic that each alarm tells when it goes off, and when it is over: of the region beside it, where
    the alarms are. One of another account needs a policy that lets CloudWatch publish to it."""
