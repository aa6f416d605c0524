"""What the conditions of a statement say of a stranger: somebody with an account of his own, on the internet.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Mapping, Sequence

from crosslink.graph.node import Value, fields, value_at
from crosslink.graph.unknown import Unknown
from crosslink.rules.policy_conditions import Truth, every, holds, like, not_, some
from policy.security.rule import several

ACCOUNT = "000000000000"  # an account that nobody has
ADDRESS = "192.0.2.1"  # an address that nobody has (https://www.rfc-editor.org/rfc/rfc5737)
# What he has that a statement may ask for. Of what is missing here nobody knows whether he has it: whose an
# organization is, its id doesn't say.
_OF_HIM: Mapping[str, str] = {
    **dict.fromkeys(
        ("aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"), ACCOUNT
    ),
    **dict.fromkeys(("aws:principalarn", "aws:userid"), f"arn:aws:iam::{ACCOUNT}:role/somebody"),
    "aws:sourcevpc": "vpc-00000000000000000",
    "aws:sourcevpce": "vpce-00000000000000000",
    "aws:sourceip": ADDRESS,
    "aws:securetransport": "true",
    "aws:multifactorauthpresent": "true",
    "aws:principalisawsservice": "false",
    "lambda:functionurlauthtype": "NONE",
}
# What every caller chooses as he likes: it keeps nobody out.
_CHOSEN = (
    *("aws:useragent", "aws:referer", "aws:requestedregion", "aws:requesttag/", "aws:tagkeys"),
    *("kms:viaservice", "kms:encryptioncontext", "kms:grantisforawsresource"),
    *("s3:x-amz-", "s3:prefix", "s3:delimiter", "s3:max-keys", "s3:signatureversion", "s3:tlsversion"),
    *("sts:rolesessionname", "sts:sourceidentity", "sqs:", "sns:protocol"),
)
_ARNS = ("aws:sourcearn", "aws:principalarn", "aws:userid")
_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths")
_NEGATED = ("StringNot", "ArnNot", "NotIp")


def meets(statement: Value) -> Truth:
    """Whether a stranger meets the conditions of a statement."""
    return every(
        *(
            _holds(operator, key.lower(), [str(value) for value in several(values)])
            for operator, keys in fields(value_at(statement, "Condition")).items()
            for key, values in fields(keys).items()
        )
    )


def _holds(operator: str, key: str, values: Sequence[str]) -> Truth:
    negated = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:").startswith(_NEGATED)
    if key.startswith(_CHOSEN):
        return True
    if key in _ARNS and operator != "Null":
        named = some(map(_may_be_his, values))
        return not_(named) if negated else named
    if key == "aws:multifactorauthpresent":
        return True  # he may use a second factor, or none
    if key in _ORGANIZATION:
        return _holds_of_organization(operator, values, negated=negated)
    return holds(operator, values, _OF_HIM.get(key, Unknown(f"{key} isn't looked at")))


def _holds_of_organization(operator: str, values: Sequence[str], *, negated: bool) -> Truth:
    """He may be of no organization, or of one of his own; whose one is, its id doesn't say."""
    if operator == "Null" or operator.endswith("IfExists"):
        return True
    if any(map(_is_any_organization, values)):
        return not negated
    return Unknown("whose the organization is isn't known")


def _is_any_organization(pattern: str) -> bool:
    """Whether the pattern of an organization's id, or of a path in it, fits all there are."""
    return re.fullmatch(r"[o*?-]*\*[*/]*", pattern) is not None


def _may_be_his(pattern: str) -> Truth:
    """Whether an ARN may be one of his: its account is left open, and what it names, too."""
    if "${" in pattern:
        return Unknown(f"what the variable in {pattern} is isn't known")
    match pattern.split(":", 5):
        case [_, _, _, _, "", name]:  # of a bucket: it shows no account
            return name.startswith("*")
        case [_, _, _, _, account, _]:
            return like(account, ACCOUNT)
        case _:
            return like(pattern, f"arn:aws:iam::{ACCOUNT}:role/somebody")


# Condition keys that say whom of an identity provider a role is for, by the end of their names
_SUBJECTS = (
    ":sub",
    ":aud",
    ":oaud",
    ":amr",
    ":repository",
    ":repository_owner",
    ":job_workflow_ref",
    ":email",
)
_ANY_SUBJECT = ("*", "repo:*", "repo:*/*", "repo:*:*", "repo:*/*:*")
_FOR_ALL = ("sts.amazonaws.com", "https://signin.aws.amazon.com/saml")  # the audience of all who come to AWS


def anybody_of_provider(statement: Value, provider: Value) -> Truth:
    """Whether a role may be had by all that an identity provider knows: at GitHub by all of its repositories.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    if isinstance(provider, str) and (provider == "*" or ":saml-provider/" in provider):
        return provider == "*"  # a directory of the account's own
    asked = [
        (operator, str(value))
        for operator, keys in fields(value_at(statement, "Condition")).items()
        for key, values in fields(keys).items()
        if key.lower().endswith(_SUBJECTS)
        for value in several(values)
    ]
    return not any(
        operator.startswith(("StringEquals", "StringLike", "ForAnyValue:String", "ForAllValues:StringEquals"))
        and value not in (*_ANY_SUBJECT, *_FOR_ALL)
        for operator, value in asked
    )
