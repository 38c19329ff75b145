"""A pod, in the parts that facts are read from."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.api import Cursor

API_DEFAULT = "the API takes it for {} where a pod is silent"


class Pod(NamedTuple):
    """The parts of a workload that facts are read from."""

    kind: str
    entry: Cursor
    metadata: Cursor
    spec: Cursor
    containers: list[Cursor]
    """Those that run for the pod's life, including sidecar init containers."""
    everything: list[Cursor]
    """All containers, including init and debug containers."""

    complete: bool = True
    """Whether nothing is added to it that the file does not show."""

    @property
    def whole(self) -> bool:
        """Whether what it leaves out has its default: a patch for an overlay leaves out the images."""
        return (
            self.complete and bool(self.containers) and all(container.at("image").text for container in self.containers)
        )


def containers_of(spec: Cursor) -> tuple[list[Cursor], list[Cursor]]:
    """Return a pod's containers that run for its life, and all of them."""
    starting = spec.at("initContainers").items
    running = [*spec.at("containers").items, *(each for each in starting if each.at("restartPolicy").text == "Always")]
    return running, [*spec.at("containers").items, *starting, *spec.at("ephemeralContainers").items]
