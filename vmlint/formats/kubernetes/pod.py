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

    @property
    def whole(self) -> bool:
        """Whether it is complete: a patch for an overlay leaves out the images."""
        return bool(self.containers) and all(container.at("image").text for container in self.containers)
