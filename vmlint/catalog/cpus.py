"""CPU models of virtual machines, and the x86-64 level that each shows to its guest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_VARIANT = r"(-notsx)?(-ibrs|-ibpb)?(-v[0-9]+)?$"
"""The suffix of a CPU model's name that QEMU uses for a version or a variant."""


class CpuModel(NamedTuple):
    """A CPU model of a virtual machine."""

    name: str
    level: str
    """x86-64 level that it shows to its guest, ``none`` for a 32-bit model; empty where the host decides."""
    host: str
    """``whole`` for the host's own CPU, ``nearest`` for the named model nearest to it, else empty."""
    flags: frozenset[str] = frozenset()
    """Flags that it shows, as /proc/cpuinfo spells them; empty where the table has none of it."""
    open_flags: frozenset[str] = frozenset()
    """Flags of which the lists say nothing."""


def read_models(document: Mapping[str, Any]) -> Mapping[str, CpuModel]:
    """Return the models of ``cpu_models.yaml``, by name in lower case."""
    flags, open_flags = document.get("flags", {}), frozenset(document.get("openFlags", ()))
    named = [
        CpuModel(name, level, "", frozenset(flags.get(name, ())), open_flags)
        for part in ("levels", "ownNames")
        for level, names in document[part].items()
        for name in names
    ]
    known = {model.name: model for model in named}
    versions = ((name, re.sub(_VARIANT, "", name, flags=re.IGNORECASE)) for name in flags if name not in known)
    named += [
        known[model]._replace(name=name, flags=frozenset(flags[name])) for name, model in versions if model in known
    ]
    modes = [known[model]._replace(name=mode) for mode, model in document.get("evc", {}).items() if model in known]
    own = [CpuModel(name, "", kind) for kind, names in document["host"].items() for name in names]
    return {model.name.lower(): model for model in (*named, *modes, *own)}


def find_model(models: Mapping[str, CpuModel], name: str) -> CpuModel | None:
    """Return a model by its name, in any version or variant."""
    word = name.strip().lower()
    return models.get(word) or models.get(re.sub(_VARIANT, "", word))
