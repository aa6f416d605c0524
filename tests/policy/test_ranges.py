"""What ranges let in, taken together."""

import pytest

from policy.security.ranges import everybody_in


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        (["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], None),
        (["203.0.113.0/24"], None),
        (["3.0.0.0/8"], "3.0.0.0/8"),
        (["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0"),
        (["10.0.0.0/8", "11.0.0.0/8"], "10.0.0.0/7"),
        ([f"{number}.0.0.0/9" for number in (3, 5)], "3.0.0.0/9, 5.0.0.0/9"),
        (["2600::/12"], "2600::/12"),
        (["fc00::/7", "2001:db8::/32"], None),
    ],
)
def test_ranges_are_taken_together(ranges: list[str], told: str | None) -> None:
    assert everybody_in(ranges) == told
