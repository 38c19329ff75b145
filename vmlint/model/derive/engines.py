"""What a host says of the engine that runs its containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.unknown import Unknown
from vmlint.model.derivation import Derivation
from vmlint.model.derive.image_tags import tag_version

if TYPE_CHECKING:
    from vmlint.model.values import Version
    from vmlint.model.workload import Workload

_DESCRIBED_AS = {"kubernetes": "kubelet", "k3s": "kubelet"}
"""What nodes call the part of an orchestrator that runs on them."""


def described_version(workload: Workload, name: str) -> Version | None:
    """Return the release of an engine that the host describes, by the id of its platform."""
    start = f"engine.{_DESCRIBED_AS.get(name, name)}.version="
    for each in sorted(workload.host.features.get("present", ())):
        if each.startswith(start) and (version := tag_version(each.removeprefix(start))):
            return version
    return None


def _platform_version(workload: Workload) -> Version:
    platform = workload.deployment.platform
    found = described_version(workload, platform.id) if platform.knows("id") else None
    if found is None:
        raise Unknown("deployment.platform.version")
    return found


ENGINES = (
    Derivation(
        "deployment.platform.version",
        ("host.features.present",),
        "the host describes the release of its engine",
        _platform_version,
    ),
)
