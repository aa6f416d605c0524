"""The manifests that scanners get are those that the cluster gets."""

from ruamel.yaml import YAML

from tests.manifests import manifests, write


def test_the_file_has_every_object(tmp_path):
    write(tmp_path)
    read = list(YAML(typ="safe", pure=True).load_all(tmp_path / "dev.yaml"))
    assert read == manifests()
    assert {type(manifest["spec"]["replicas"]) for manifest in read if manifest["kind"] == "Deployment"} == {
        int
    }
    kinds = {manifest["kind"] for manifest in read}
    assert {"Namespace", "Deployment", "Service", "Ingress", "PodDisruptionBudget"} <= kinds
