"""What a cluster would answer: defaulted metadata, and the load balancer of an Ingress."""

from crosslink.graph import tokens
from crosslink.sandbox import ingress
from crosslink.sandbox.new_resource import NewResource, Outputs

_CLUSTER_WIDE = (
    *("ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "IngressClass", "IngressClassParams"),
    *("Namespace", "NodeClass", "NodePool", "PersistentVolume", "PriorityClass", "StorageClass"),
)


def created(new: NewResource) -> Outputs:
    """The outputs of a Kubernetes object that is being created, its id as `id` among them."""
    kind = new.resource.type.rpartition(":")[2]
    own_name = f"{new.resource.name}-{new.characters(8, salt='name')}"
    metadata: Outputs = {"name": own_name, **new.inputs.get("metadata", {}), "uid": new.uuid}
    id_ = metadata["name"]
    if kind not in _CLUSTER_WIDE:
        id_ = f"{metadata.setdefault('namespace', 'default')}/{id_}"
    outputs: Outputs = {"id": id_, "metadata": metadata}
    if new.resource.type == tokens.INGRESS and (host := ingress.host_name(new, metadata)):
        outputs["status"] = {"loadBalancer": {"ingress": [{"hostname": host}]}}
    return outputs
