"""The versions of Kubernetes on EKS, and until when AWS supports each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

AS_OF = date(2026, 11, 26)
"""When the table was last compared with its sources. The clock is never asked: what a program says of a stack
file is the same on any day."""
AHEAD = timedelta(days=183)
"""How long the default's standard support lasts at least, from `AS_OF`."""


@dataclass(frozen=True, kw_only=True)
class Support:
    """AWS's support of a version.

    Attributes:
        released: When EKS had it.
        standard: The day on which standard support ends; None if it couldn't be confirmed. AWS then upgrades
            a cluster of support type STANDARD, which is that of the stack's clusters
            (https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html).
        extended: The day on which extended support ends, too; None as above.
    """

    released: date
    standard: date | None
    extended: date | None

    def is_standard(self, day: date) -> bool:
        """Whether the version is in standard support on a day; one without a known end hasn't left it."""
        return self.standard is None or day < self.standard

    def lasts(self, day: date) -> bool:
        """Whether standard support is known to last until a day."""
        return self.standard is not None and day <= self.standard


VERSIONS: Mapping[str, Support] = {
    "1.30": Support(released=date(2024, 5, 23), standard=date(2025, 7, 23), extended=date(2026, 7, 23)),
    "1.31": Support(released=date(2024, 9, 26), standard=date(2025, 11, 26), extended=date(2026, 11, 26)),
    "1.32": Support(released=date(2025, 1, 23), standard=date(2026, 3, 23), extended=date(2027, 3, 23)),
    "1.33": Support(released=date(2025, 5, 29), standard=date(2026, 7, 29), extended=date(2027, 7, 29)),
    "1.34": Support(released=date(2025, 10, 2), standard=date(2026, 12, 2), extended=date(2027, 12, 2)),
    "1.35": Support(released=date(2026, 1, 27), standard=date(2027, 3, 27), extended=date(2028, 3, 27)),
    "1.36": Support(released=date(2026, 6, 2), standard=date(2027, 8, 2), extended=date(2028, 8, 2)),
    "1.37": Support(released=date(2026, 10, 1), standard=None, extended=None),
}
"""By version, oldest first: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html, and
https://endoflife.date/amazon-eks, which reads that page. Of 1.37 only the release is confirmed
(https://aws.amazon.com/about-aws/whats-new/2026/10/amazon-eks-distro-kubernetes-version-1-37/).

None before 1.30: pods pause before they stop by `preStop.sleep`, which is enabled by default from then on
(https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/)."""


def minor(version: str) -> int:
    """The number after `1.`: EKS goes from one to the next."""
    return int(version.partition(".")[2])


def supported(versions: Mapping[str, Support], day: date) -> list[str]:
    """The versions in standard support on a day, oldest first."""
    return [version for version, support in versions.items() if support.is_standard(day)]


def newest_that_lasts(versions: Mapping[str, Support], day: date) -> str:
    """The newest version whose standard support is known to last until a day.

    Raises:
        ValueError: there is none.
    """
    return max((version for version, support in versions.items() if support.lasts(day)), key=minor)


SUPPORTED = supported(VERSIONS, AS_OF)
"""Those that a stack may ask for."""
DEFAULT = newest_that_lasts(VERSIONS, AS_OF + AHEAD)


def nearest(version: str) -> str:
    """The supported version that is nearest to one that isn't."""
    return min(SUPPORTED, key=lambda known: abs(minor(known) - minor(version)))
