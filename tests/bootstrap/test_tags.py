"""No role can give a resource that is there already the tag by which a statement knows what is the stack's.

Otherwise a tag would be no condition: the role would name somebody else's resource and then change it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.bootstrap.templates import Stack, as_list
from tests.bootstrap.test_roles import EVERY

TAGGING = {
    "acm": {"acm:AddTagsToCertificate"},
    "cloudwatch": {"cloudwatch:TagResource"},
    "apigateway": {"apigateway:POST", "apigateway:PUT"},
    "ec2": {"ec2:CreateTags"},
    "eks": {"eks:TagResource"},
    "elasticloadbalancing": {"elasticloadbalancing:AddTags"},
    "iam": {"iam:TagRole"},
    "kms": {"kms:TagResource"},
    "logs": {"logs:TagResource"},
}
"""Service → actions that can put a tag on a resource of it."""


def allowed(stack: Stack) -> Iterator[Mapping[str, Any]]:
    for statement in stack.statements():
        if statement["Effect"] == "Allow":
            yield statement


def conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Operator, key and values of each condition."""
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            yield operator, key, values


def services(statement: Mapping[str, Any]) -> set[str]:
    return {action.partition(":")[0] for action in as_list(statement["Action"])}


def depended_on(stack: Stack) -> set[tuple[str, str]]:
    """Service and key of each tag that a statement asks a resource for."""
    return {
        (service, key.partition("/")[2])
        for statement in allowed(stack)
        for operator, key, _ in conditions(statement)
        if ":ResourceTag/" in key and operator != "Null"
        for service in services(statement)
    }


def gives(statement: Mapping[str, Any], tag: str) -> bool:
    """Whether a statement that allows tagging lets a resource get a tag that it hasn't."""
    found = list(conditions(statement))
    at_creation = any(operator == "StringEquals" and key == "ec2:CreateAction" for operator, key, _ in found)
    has_it = any(operator == "StringLike" and key == f"aws:ResourceTag/{tag}" for operator, key, _ in found)
    other_tags = ("Null", f"aws:RequestTag/{tag}", "true") in found
    return not (at_creation or has_it or other_tags)


def tagging(stack: Stack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Service → statement that allows to tag its resources."""
    for statement in allowed(stack):
        for service, actions in TAGGING.items():
            if actions & {*as_list(statement["Action"])}:
                yield service, statement


@pytest.mark.parametrize("stack", EVERY)
def test_no_statement_gives_a_tag_that_another_depends_on(stack):
    wrong = [
        (statement["Sid"], tag)
        for service, tag in depended_on(stack)
        for tagged, statement in tagging(stack)
        if service == tagged and gives(statement, tag)
    ]
    assert not wrong


@pytest.mark.parametrize("stack", EVERY)
def test_every_action_that_tags_is_known_here(stack):
    known = set().union(*TAGGING.values())
    for statement in allowed(stack):
        for action in as_list(statement["Action"]):
            name = action.partition(":")[2]
            if "Tag" in name and not name.startswith(("Delete", "Describe", "List", "Remove", "Untag")):
                assert action in known


@pytest.mark.parametrize(
    ("condition", "given"),
    [
        ({}, True),
        ({"StringLike": {"aws:RequestTag/Name": "crosslink-*"}}, True),
        (
            {
                "StringLike": {"aws:RequestTag/Name": "crosslink-*"},
                "Null": {"aws:ResourceTag/Name": "true"},
            },
            True,
        ),
        ({"StringEquals": {"ec2:CreateAction": ["CreateVpc"]}}, False),
        ({"StringLike": {"aws:ResourceTag/Name": "crosslink-*"}}, False),
        ({"Null": {"aws:RequestTag/Name": "true", "aws:ResourceTag/Name": "true"}}, False),
    ],
)
def test_what_gives_a_tag(condition, given):
    assert gives({"Action": "ec2:CreateTags", "Condition": condition}, "Name") == given
