"""KubeVirt's virtual machines."""
