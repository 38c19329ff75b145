"""CPU models of virtual machines, and the x86-64 level that each shows to its guest."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from vmlint.catalog.files import table
from vmlint.record import NamedTuple

_VARIANT = r"(-notsx)?(-ibrs|-ibpb)?(-v[0-9]+)?$"
"""The suffix of a CPU model's name that QEMU uses for a version or a variant."""


class CpuModel(NamedTuple):
    """A CPU model of a virtual machine."""

    name: str
    level: str
    """x86-64 level that it shows to its guest, ``none`` for a 32-bit model; empty where the host decides."""
    host: str
    """``whole`` for the host's own CPU, ``nearest`` for the named model nearest to it, else empty."""


def read_models(document: Mapping[str, Any]) -> Mapping[str, CpuModel]:
    """Return the models of ``cpu_models.yaml``, by name in lower case."""
    named = [
        CpuModel(name, level, "")
        for part in ("levels", "ownNames")
        for level, names in document[part].items()
        for name in names
    ]
    known = {model.name: model for model in named}
    modes = [known[model]._replace(name=mode) for mode, model in document.get("evc", {}).items() if model in known]
    own = [CpuModel(name, "", kind) for kind, names in document["host"].items() for name in names]
    return {model.name.lower(): model for model in (*named, *modes, *own)}


def find_model(models: Mapping[str, CpuModel], name: str) -> CpuModel | None:
    """Return a model by its name, in any version or variant."""
    word = name.strip().lower()
    return models.get(word) or models.get(re.sub(_VARIANT, "", word))


@functools.cache
def cpu_flags() -> frozenset[str]:
    """Return all words that are known of the flags in /proc/cpuinfo."""
    data = table("cpu_flags").data
    described = table("features/cpu").data["features"]
    words = (id.removeprefix("cpu.") for id in described if "-" not in id)
    return frozenset(data["names"]).union(words, *data["flags"].values())


class CpuFlags:
    """The flags that CPU models show, from ``cpu_flags.yaml``."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._flags = {name.lower(): frozenset(flags) for name, flags in document["flags"].items()}
        self._open = frozenset(document["openFlags"])

    def shows(self, name: str, flag: str) -> bool | None:
        """Whether a model shows a flag, as /proc/cpuinfo spells it; ``None`` where the table does not say."""
        word = name.strip().lower()
        flags = self._flags.get(word) or self._flags.get(re.sub(_VARIANT, "", word))
        return None if flags is None or flag in self._open else flag in flags
