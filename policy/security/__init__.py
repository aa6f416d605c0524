"""The security rules: what of a stack is open, unencrypted, unrecorded or too powerful."""

from policy.security import accounts, endpoint_services, exposure, foreign, known, records
from policy.security.rule import SecurityRule

# All rules, in the order of the files; last those about whatever there is, of which others may have told
RULES: tuple[SecurityRule, ...] = tuple(
    value
    for module in (exposure, endpoint_services, records, accounts, foreign, known)
    for value in vars(module).values()
    if isinstance(value, SecurityRule)
)
