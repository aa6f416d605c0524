"""The table of all openings."""

from tests.policy.beside.by_default import BY_DEFAULT
from tests.policy.beside.in_aws import IN_AWS
from tests.policy.beside.in_cluster import IN_CLUSTER
from tests.policy.beside.opening import Opening

OPENINGS: tuple[Opening, ...] = (*IN_AWS, *IN_CLUSTER, *BY_DEFAULT)
