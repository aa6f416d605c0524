"""The program: a stack file's settings → accounts → both sides of the path → outputs."""

import pulumi

import settings
from components.wiring import accounts_of, wired

before = settings.last_update()
stack = settings.load(before)
accounts = accounts_of(stack)
path = wired(stack, before, accounts)

for name, output in path.outputs.items():
    if output is not None:
        pulumi.export(name, output)
