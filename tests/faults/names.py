"""Patterns of names that both sides have, and others that come again and again."""

CONSUMER = "111111111111/crosslink-apps"
PROVIDER = "222222222222/crosslink-apps"
"""The backend `apps` on the consumer's side, and on its own."""

LANDING = "crosslink-landing-us-east-1"
FIRST_TARGET = "crosslink-apps-use1-az1"
ALL_TARGETS = "crosslink-apps-use1-*"
