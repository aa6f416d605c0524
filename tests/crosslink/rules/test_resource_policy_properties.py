"""What always holds of a resource policy, whoever has written it."""

from dataclasses import replace

import hypothesis
from hypothesis import strategies as st

from crosslink.rules.resource_policy import Request
from tests.crosslink.rules.policies import API, DENY, ROLE, UNSIGNED, USER, allows, said

few = hypothesis.settings(max_examples=50)


def maybe_list(*items: object) -> st.SearchStrategy[object]:
    return st.sampled_from(items) | st.lists(st.sampled_from(items), min_size=1, max_size=3)


CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "StringNotLike", "ArnNotLikeIfExists", "Null", "NumericEquals"]),
    st.dictionaries(
        st.sampled_from(["aws:PrincipalArn", "aws:SourceVpce", "aws:SourceIp", "aws:PrincipalOrgID"]),
        maybe_list(ROLE, USER, "true", "${aws:userid}"),
        max_size=2,
    ),
    max_size=2,
)
STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": st.just("*")
        | st.fixed_dictionaries({"AWS": maybe_list("*", ROLE, "222222222222", "AROA")}),
        "Action": maybe_list("*", "execute-api:Invoke", "s3:*"),
        "Resource": maybe_list(
            "*", "execute-api:/v1/GET/svc1/*", "execute-api:/v2/*", f"{API}/*/svc1", "${x}"
        ),
        "Condition": CONDITIONS,
    }
)
POLICIES = st.lists(STATEMENTS, max_size=4)
REQUESTS = st.builds(
    Request,
    api=st.sampled_from([API, None]),
    stage=st.sampled_from(["v1", "v2"]),
    method=st.sampled_from(["GET", "POST"]),
    path=st.sampled_from(["/svc1", "/svc1/a", "/svc2"]),
    principal=st.sampled_from([ROLE, USER, None]),
    source_ip=st.sampled_from(["203.0.113.9", None]),
)


@few
@hypothesis.given(REQUESTS, POLICIES, st.integers(0, 4))
def test_a_deny_that_applies_wins_over_everything(request_, statements, place) -> None:
    assert said(request_, *statements[:place], DENY, *statements[place:]) == "Deny"


ONE_MORE = {
    "Allow": {"Allow": ["Allow"], "Deny": ["Deny"], "?": ["?", "Allow"], None: [None, "?", "Allow"]},
    "Deny": {
        "Allow": ["Allow", "?", "Deny"],
        "Deny": ["Deny"],
        "?": ["?", "Deny"],
        None: [None, "?", "Deny"],
    },
}


@few
@hypothesis.given(REQUESTS, POLICIES, STATEMENTS)
def test_one_more_allow_takes_nothing_away_and_one_more_deny_lets_nobody_in(
    request_, statements, more
) -> None:
    before, after = said(request_, *statements), said(request_, *statements, more)
    assert after in ONE_MORE[more["Effect"]][before]


@few
@hypothesis.given(REQUESTS, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_the_statements_says_nothing(request_, statements, random) -> None:
    shuffled = random.sample(statements, len(statements))
    assert said(request_, *shuffled) == said(request_, *statements)


@few
@hypothesis.given(POLICIES, REQUESTS)
def test_what_is_learned_never_changes_an_answer(statements, request_) -> None:
    vague = said(replace(request_, api=None, source_ip=None), *statements)
    exact = said(replace(request_, api=API, source_ip="203.0.113.9"), *statements)
    assert vague in ("?", exact)


# Written here again: what the rules may decide, and no more.
DECIDED = {
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    *("StringLike", "StringNotLike", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"),
    *("IpAddress", "NotIpAddress", "Bool"),
}
OTHERS = {
    *("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan"),
    *("DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals", "BinaryEquals", "IpNotAddress"),
}
OPERATORS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "ForAnyValue:", "ForAllValues:", "ForSomeValues:"]),
    st.sampled_from(sorted({*DECIDED, *OTHERS, "Null"})) | st.text("aBN:", min_size=1, max_size=4),
    st.sampled_from(["", "", "IfExists"]),
)
KNOWN_KEYS = (
    "aws:PrincipalArn",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SecureTransport",
    "aws:PrincipalAccount",
)
OTHER_KEYS = ("aws:UserAgent", "aws:Referer", "aws:PrincipalOrgID", "aws:CurrentTime", "aws:TokenIssueTime")


def is_decided(operator: str) -> bool:
    name = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:").removesuffix("IfExists")
    return name in DECIDED or operator == "Null"


@hypothesis.settings(max_examples=200)
@hypothesis.given(
    OPERATORS,
    st.sampled_from((*KNOWN_KEYS, *OTHER_KEYS)),
    st.lists(st.sampled_from([ROLE, "true", "10.0.0.0/8", "*", ""]), max_size=2),
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from([None, ROLE]),
)
def test_nothing_is_decided_by_an_operator_or_a_key_that_is_not_known(
    operator, key, values, effect_, principal
) -> None:
    request = replace(UNSIGNED, principal=principal, source_ip="203.0.113.9")
    statement = {**DENY, "Effect": effect_, "Condition": {operator: {key: values}}}

    if not is_decided(operator) or key in OTHER_KEYS or not values:
        assert said(request, statement) == "?"


TEXTS = st.text("ab/[]!*?-.", max_size=6)


@few
@hypothesis.given(TEXTS.filter(lambda text: not set(text) & set("*?")), TEXTS)
def test_a_resource_without_wildcards_is_itself_and_with_a_star_what_begins_so(literal, path) -> None:
    request = replace(UNSIGNED, path=f"/{path}")
    assert allows(request, Resource=f"execute-api:/v1/GET/{literal}") is (path == literal)
    assert allows(request, Resource=f"execute-api:/v1/GET/{literal}*") is path.startswith(literal)
    assert allows(request, Resource=f"{API}/v1/GET/{'?' * len(literal)}") is (len(path) == len(literal))
