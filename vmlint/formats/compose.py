"""Compose files: every service is a workload in a container."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec

CANNOT_KNOW = {
    "deployment.platform": "a Compose file runs on Docker, Docker Desktop or Podman alike",
    "guest.os.id": "an image's name tells its system for distributions' own images only",
}


def recognises(file: File) -> bool:
    """Tell a Compose file by its services, each a block with an image or a build."""
    return any(_services(root) for root in file.documents)


def _services(root: Cursor) -> dict[str, Cursor]:
    if root.at("apiVersion") or root.at("kind"):
        return {}
    found = root.at("services").entries
    return found if any(service.entries.keys() & {"image", "build", "extends"} for service in found.values()) else {}


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each service."""
    for root in file.documents:
        for name, service in _services(root).items():
            yield _service(name, service)


def _service(name: str, service: Cursor) -> Spec:
    spec = Spec(name, service.span)
    spec.fact("deployment.architecture", "container")
    return spec
