"""The program: a stack file's settings → what they tell → outputs."""

import pulumi

import settings
from components.wiring import wired

before = settings.last_update()

for name, output in wired(settings.load(before), before).items():
    if output is not None:
        pulumi.export(name, output)
