"""What EKS would make of a Pod Identity association, and which ones it refuses.

Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
"""

from crosslink.graph import tokens
from crosslink.sandbox.new_resource import NewResource
from crosslink.sandbox.refusals import RefusedError

_PODS = ("clusterName", "namespace", "serviceAccount")


def association_id(new: NewResource) -> str:
    """The id of an association.

    Raises:
        RefusedError: the role is another account's, or the pods have a role already.
    """
    role: str = new.inputs.get("roleArn", "")
    account = role.split(":")[4] if role.count(":") > 4 else new.account  # noqa: PLR2004 - of an ARN
    if account != new.account:
        raise RefusedError(
            f"roleArn: {role} is of another account: pods get there by targetRoleArn, over a role of theirs"
        )
    for other in new.world.resources.of_type(tokens.POD_IDENTITY):
        same_place = (other.account, other.region) == (new.account, new.region)
        if same_place and other.id and all(other.inputs[name] == new.inputs[name] for name in _PODS):
            raise RefusedError(f"{other} is for the same pods: a ServiceAccount has one association")
    return f"a-{new.characters(17, 'base36')}"
