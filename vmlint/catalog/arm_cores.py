"""Arm's own cores: their names, and the version of the architecture that they implement."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from vmlint.catalog.files import table

_ARM = "0x41"
"""Arm as an implementer of processors, in /proc/cpuinfo."""
_BETWEEN = " / "
"""What stands between the names of the cores of a processor that has several kinds."""


def core_names(parts: Iterable[tuple[str, str]]) -> str:
    """Return the names of cores by their implementers and parts in /proc/cpuinfo; empty where one is not known."""
    found = [_names().get(part, "") if implementer == _ARM else "" for implementer, part in parts]
    return joined_models(found) if all(found) else ""


def joined_models(models: Iterable[str]) -> str:
    """Return one text for the models of all cores, each once."""
    return _BETWEEN.join(sorted(set(models)))


def arm_version(model: str) -> str | None:
    """Return the version of the Arm architecture that all cores of a processor have, by the name of its model.

    ``None`` where it has another core than those that are known.
    """
    found = [_versions().get(each.strip().lower()) for each in model.split(_BETWEEN)]
    known = [each for each in found if each is not None]
    return min(known, key=float) if len(known) == len(found) else None


@functools.cache
def _names() -> dict[str, str]:
    return {part: name for cores in _cores().values() for name, part in cores.items()}


@functools.cache
def _versions() -> dict[str, str]:
    return {name.lower(): version for version, cores in _cores().items() for name in cores}


def _cores() -> dict[str, dict[str, str]]:
    cores: dict[str, dict[str, str]] = table("cpu_models").data["armCores"]
    return cores
