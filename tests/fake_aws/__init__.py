"""AWS and the Kubernetes API, played from the resources of a sandbox's up.

The clients are botocore's own: requests are checked and built, and answers read, by the code that talks to
AWS. What they are answered is made from the resources' properties and held against botocore's models of the
services, so the live reader meets the shapes that AWS sends.
"""

from tests.fake_aws.existing import beside
from tests.fake_aws.fake import FakeAws
from tests.fake_aws.world import UnplayedError

__all__ = ["FakeAws", "UnplayedError", "beside"]
