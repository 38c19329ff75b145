"""Pods in kinds that a cluster gets by an extension: Rollouts, JobSets, services of Knative, and whatever comes.

There are more of these than a table could name, but all hold pods as Kubernetes writes them. What their controllers add
is not known, so what such a pod leaves out is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Cursor, limits

from .pod import Pod, containers_of

BUILT_IN = frozenset({"", "apps", "batch", "extensions", "policy", "autoscaling"})
"""API groups whose kinds with pods are known by name. Built-in groups with dots end in ``.k8s.io`` and have none."""
NO_WORKLOADS = (
    ".k8s.io", "kubevirt.io", "kyverno.io", "gatekeeper.sh", "helm.toolkit.fluxcd.io", "helm.cattle.io", "vmlint",
)  # fmt: skip
"""Endings of groups that run no pods of their own: schemas, patterns of policies, values for charts, and machines."""
HAVE_WORKLOADS = (".x-k8s.io",)
NOT_RUN = frozenset(
    {"annotations", "labels", "managedFields", "status", "values", "valuesObject", "patch", "patches", "schema"}
)
"""Keys below which nothing is run as it stands."""


def pods(entry: Cursor) -> Iterator[tuple[str, Pod]]:
    """Yield the pods in an object of a kind that is not built in, each with the path to it."""
    kind, group = entry.at("kind").text, (entry.at("apiVersion").text or "").rpartition("/")[0]
    if not kind or group in BUILT_IN or (group.endswith(NO_WORKLOADS) and not group.endswith(HAVE_WORKLOADS)):
        return
    pending = [("", entry, entry)]
    for _ in range(limits.YAML_WALKED):
        if not pending:
            return
        path, around, here = pending.pop()
        if _is_spec_of_pod(here):
            metadata = around.at("metadata")
            yield path, Pod(kind, entry, metadata, here, *containers_of(here), complete=False)
            continue
        below = [(f"{path}.{key}", here, value) for key, value in here.entries.items() if key not in NOT_RUN]
        below += [(f"{path}[{number}]", here, each) for number, each in enumerate(here.items)]
        pending += reversed(below)


def _is_spec_of_pod(block: Cursor) -> bool:
    """Whether a block has containers with names and images, as no pod goes without."""
    found = block.at("containers").items
    return bool(found) and all(each.at("name").text and each.at("image").text for each in found)
