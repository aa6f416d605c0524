"""What a team names in `policy/known.yaml`."""

import pytest

from policy.known import read_known


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("types: {topic: why}", "types.topic"),
        ('accounts: {"123": why}', "accounts.123"),
        ('accounts: {"444455556666": " "}', "accounts.444455556666"),
        ("kinds: {}", "kinds"),
    ],
)
def test_what_a_team_names_wrongly_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"policy/known.yaml: {said}"):
        read_known(text)


def test_what_a_team_names_has_its_reason() -> None:
    known = read_known('types: {"aws:sns/topic:Topic": alarms}\naccounts: {"444455556666": the log archive}')
    assert (known.types, known.accounts) == (
        {"aws:sns/topic:Topic": "alarms"},
        {"444455556666": "the log archive"},
    )
