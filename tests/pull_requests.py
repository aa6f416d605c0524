"""`python -m tests.pull_requests` writes docs/pull-requests/*.md: changes, and their comments."""

import difflib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crosslink.compare import comment
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.own_code import CHECKS, PROGRAM
from crosslink.compare.sources import Side, side, source
from tests.runs import DEV, ROOT, run_stack

PAGES = ROOT / "docs" / "pull-requests"
STACK_FILE = "Pulumi.dev.yaml"


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """A change of this repository.

    Attributes:
        title: as on the page.
        story: why somebody wants it, and what to see in the comment.
        file: the file that it changes.
        old: the text that goes.
        new: what takes its place.
    """

    title: str
    story: str
    file: str
    old: str
    new: str

    def diff(self) -> str:
        """The change as a unified diff.

        Raises:
            ValueError: the old text isn't in the file exactly once.
        """
        before, after = (ROOT / self.file).read_text().splitlines(), self.applied().splitlines()
        lines = difflib.unified_diff(before, after, f"a/{self.file}", f"b/{self.file}", lineterm="")
        return "\n".join(lines)

    def applied(self) -> str:
        """The file's text with the change."""
        text = (ROOT / self.file).read_text()
        if text.count(self.old) != 1:
            raise ValueError(f"what the pull request changes isn't in {self.file} exactly once")
        return text.replace(self.old, self.new)


PULL_REQUESTS: Mapping[str, PullRequest] = {
    "adds-a-backend": PullRequest(
        title="A pull request that adds a backend",
        story="""\
Billing gets a cluster of its own, in a third account. To be seen: that the new route gets through, what the
new cluster lets in, and that nothing of what is there goes.""",
        file=STACK_FILE,
        old="  crosslink:api:\n",
        new="""\
    - name: billing
      slot: 1
      accountId: "333333333333"
      region: us-east-1
      roleArn: arn:aws:iam::333333333333:role/crosslink-deploy
      previewRoleArn: arn:aws:iam::333333333333:role/crosslink-preview
      network: { cidr: 10.20.0.0/16, zoneIds: [use1-az2, use1-az4] }
      cluster:
        publicAccessCidrs: [203.0.113.0/24]
      services:
        - name: invoices
          path: /billing/invoices
          image: hashicorp/http-echo:1.0@sha256:fcb75f691c8b0414d670ae570240cbf95502cc18a9ba57e982ecac589760a186
          args: ["-text=invoices", "-listen=:8080"]
          port: 8080
  crosslink:api:
""",  # noqa: E501 - the digest
    ),
    "breaks-a-return-route": PullRequest(
        title="A pull request that breaks a return route",
        story="""\
One loop for the routes both ways instead of two: a tidying, meant to change nothing. But now the routes back
lead to the landing network itself, and what the endpoints answer doesn't find its way to the API's region.
Pulumi's own preview shows two routes that are replaced, and no more.""",
        file="components/network/peering.py",
        old="""\
        for key, table in args.requester.route_tables[args.requester_tier].items():
            for end, cidr in args.accepter.destinations[args.accepter_tier].items():
                aws.ec2.Route(
                    f"{name}-out-{key}{end}",
                    route_table_id=table,
                    destination_cidr_block=cidr,
                    vpc_peering_connection_id=accepter.vpc_peering_connection_id,
                    opts=ResourceOptions(parent=self),
                )
        for key, table in args.accepter.route_tables[args.accepter_tier].items():
            for end, cidr in args.requester.destinations[args.requester_tier].items():
                aws.ec2.Route(
                    f"{name}-back-{key}{end}",
                    route_table_id=table,
                    destination_cidr_block=cidr,
                    vpc_peering_connection_id=accepter.vpc_peering_connection_id,
                    opts=ResourceOptions(parent=self, provider=args.accepter_account),
                )
""",
        new="""\
        for way, network, tier, account in (
            ("out", args.requester, args.requester_tier, None),
            ("back", args.accepter, args.accepter_tier, args.accepter_account),
        ):
            for key, table in network.route_tables[tier].items():
                for end, cidr in args.accepter.destinations[args.accepter_tier].items():
                    aws.ec2.Route(
                        f"{name}-{way}-{key}{end}",
                        route_table_id=table,
                        destination_cidr_block=cidr,
                        vpc_peering_connection_id=accepter.vpc_peering_connection_id,
                        opts=ResourceOptions(parent=self, provider=account),
                    )
""",
    ),
    "opens-a-method": PullRequest(
        title="A pull request that opens a method",
        story="""\
Everybody shall be able to read `/svc2`. No resource comes or goes; a line of settings takes the
authentication off the route, and the comment says so in its first line.""",
        file=STACK_FILE,
        old="    name: crosslink\n",
        new="""\
    name: crosslink
    routes:
      /svc2: { methods: [GET], auth: none, allowUnauthenticated: true }
""",
    ),
}


def check_out(pull_request: PullRequest, directory: Path) -> None:
    """Puts into a directory what a checkout of a pull request needs to be run."""
    for name in (STACK_FILE, "Pulumi.yaml", "__main__.py", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, directory)
    for name in (*PROGRAM, *CHECKS):
        shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / pull_request.file).write_text(pull_request.applied())


def comparison_of(pull_request: PullRequest, directory: Path) -> Comparison:
    """What a pull request does; its checkout is made in a directory.

    One that changes settings alone is run with the program that is here: it is the same, and takes less time.
    """
    check_out(pull_request, directory)
    given = directory / STACK_FILE if pull_request.file == STACK_FILE else directory
    head = side(source(str(given), "dev"), "dev")
    return compare("dev", Side(run_stack(DEV, preview=True), {}, ROOT), head)


def page(pull_request: PullRequest, comparison: Comparison) -> str:
    """A page of the documentation: the pull request, and the comment that it gets."""
    return "\n".join(
        [
            f"# {pull_request.title}\n",
            f"{pull_request.story}\n",
            f"```diff\n{pull_request.diff()}\n```\n",
            "The comment that it gets, made by `python -m tests.pull_requests`:\n",
            "---\n",
            comment.write(comparison),
        ]
    )


def main() -> None:
    """Writes all pages."""
    for name, pull_request in PULL_REQUESTS.items():
        with tempfile.TemporaryDirectory() as directory:
            text = page(pull_request, comparison_of(pull_request, Path(directory)))
        (PAGES / f"{name}.md").write_text(text)


if __name__ == "__main__":
    main()
