"""How well a candidate meets the requirements: a weighted mean over the capability table.

Only stated requirements have weight. There are no hidden preferences.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from vmlint.advice.cells import NO_GUEST, Guest, capability_class, cell
from vmlint.catalog import Catalog
from vmlint.findings.unknown import Unknown
from vmlint.findings.verdict import Candidate, Reason
from vmlint.model.fields import Group
from vmlint.model.paths import value_at
from vmlint.model.values import foreign
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple

BEST = 4
REPACKAGING = 0.15
"""Cost of a change between an image, a disk and the files of a system container, as a share of the best score."""
REINSTALLING = 0.20
"""Cost of another system on a host whose own is stated by its release."""
REPLACING = 0.05
"""Cost of another system on a host of which only the kind of system is stated: it may not be installed yet."""
WARNING = 0.10
"""Cost of each warning of a candidate."""
WEAK = 1
"""A cell up to this value is a weakness of a candidate."""
_OF_IMAGES = ("function", "batch", "ci-runner")
"""Kinds of workloads that mostly come as images."""
TRANSLATED = ("performance", "overhead", "real-time", "startup")
"""Columns in which a guest for a foreign CPU is scored like emulation on every platform."""
GIVEN_UP = 2
"""A column that is lower than in the present choice by this much is reported as given up."""


def weights(workload: Workload) -> dict[str, float]:
    """Return the weight of each column that the stated requirements give weight to."""
    found: dict[str, float] = {}
    for entry in weights_in_force(workload):
        for column, weight in entry["columns"].items():
            found[column] = found.get(column, 0.0) + float(weight)
    return found


def weights_in_force(workload: Workload) -> list[Any]:
    """Return the entries of the table of weights whose condition the workload meets."""
    return [entry for entry in workload.catalog.capabilities["weights"] if _holds(workload, entry["when"])]


def _holds(workload: Workload, condition: Mapping[str, Any]) -> bool:
    try:
        value = value_at(workload, condition["field"])
    except Unknown:
        return False
    if value is None or isinstance(value, Group):
        return False
    if "in" in condition:
        return value in condition["in"]
    if "atLeast" in condition:
        number = len(value) if isinstance(value, (tuple, frozenset)) else value
        return bool(number >= condition["atLeast"])
    if "atMost" in condition:
        return bool(value <= condition["atMost"])
    return value not in ((), frozenset())


class Scale(NamedTuple):
    """What the scores of all candidates of a workload depend on, besides the candidate."""

    catalog: Catalog
    weights: tuple[tuple[str, float], ...]
    """Each column with its weight."""
    translated: bool
    """Whether the guest is made for another CPU than the host's."""
    present: Candidate | None
    artefact: str
    """What the workload is handed over as, where that is known: ``oci``, ``rootfs`` or ``disk``."""
    guest: Guest = NO_GUEST
    on_system: bool = False
    """Whether the kind of system on the host is known."""


def scale(workload: Workload, present: Candidate | None = None) -> Scale:
    """Return the scale for a workload's candidates; ``present`` is what is chosen today."""
    guest, host = workload.guest, workload.host
    translated = guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch)
    weighed = tuple(weights(workload).items())
    asked = Guest(guest.os.id if guest.os.knows("id") else "", guest.arch if guest.knows("arch") else None)
    return Scale(
        workload.catalog, weighed, translated, present, _artefact(workload, present), asked, host.os.knows("family")
    )


def _artefact(workload: Workload, present: Candidate | None) -> str:
    """Return what the workload is handed over as; a system that is stated without an image is installed on a disk."""
    if present is not None:
        return str(workload.catalog.modes[present.mode].data["artefact"])
    if workload.deployment.image.knows("ref"):
        return "oci"
    return "disk" if workload.guest.os.knows("id") and workload.get("kind") not in _OF_IMAGES else ""


def score(candidate: Candidate, by: Scale) -> Candidate:
    """Return the candidate with its score, the reasons for it, and what it gives up against the present choice."""
    reasons, weaknesses = _merits(by.catalog, candidate.platform, candidate.mode, by.weights, by.translated, by.guest)
    return with_score(candidate, by)._replace(
        reasons=tuple(sorted(reasons, key=lambda reason: (-reason.contribution, reason.column))),
        weaknesses=weaknesses,
        gives_up=_given_up(candidate, by),
    )


def with_score(candidate: Candidate, by: Scale) -> Candidate:
    """Return the candidate with its class and its score alone; :func:`score` says why, too."""
    value = _worth(by.catalog, candidate.platform, candidate.mode, by.weights, by.translated, by.guest)
    value -= WARNING * len(candidate.warnings)  # the same as `costs`, which takes several times as many calls
    if _is_repackaged(candidate, by):
        value -= REPACKAGING
    if "host.os" in candidate.changes:
        value -= REINSTALLING
    elif by.on_system and "deployment.platform" in candidate.changes and has_own_system(by.catalog, candidate.platform):
        value -= REPLACING
    way = capability_class(by.catalog, candidate.platform, candidate.mode)
    return candidate._replace(way=way, score=round(max(value, 0.0), 4))


def costs(candidate: Candidate, by: Scale) -> Iterator[tuple[str, float]]:
    """Yield what lowers a score besides the table, each in words and as a share of the best score."""
    for code in candidate.warnings:
        yield f"warns: {code}", WARNING
    if _is_repackaged(candidate, by):
        yield "is handed over as another thing: an image, a disk or files", REPACKAGING
    if "host.os" in candidate.changes:
        yield "takes the place of the host's system", REINSTALLING
    elif by.on_system and "deployment.platform" in candidate.changes and has_own_system(by.catalog, candidate.platform):
        yield "brings a system of its own to the host", REPLACING


def present_choice(workload: Workload) -> Candidate | None:
    """Return what is chosen today, not judged; ``None`` where that is not known."""
    deployment = workload.deployment
    if not (deployment.knows("architecture") and deployment.knows("mode") and deployment.platform.knows("id")):
        return None
    return Candidate(deployment.architecture, deployment.mode, deployment.platform.id, {})


@functools.lru_cache(maxsize=4096)
def _worth(
    catalog: Catalog, platform: str, mode: str, weighed: tuple[tuple[str, float], ...], translated: bool, guest: Guest
) -> float:
    """Return how well a platform in a mode meets the requirements, from 0 to 1."""
    if not sum(weight for _, weight in weighed):
        return 1.0
    merits = _merits(catalog, platform, mode, weighed, translated, guest)
    return sum(reason.contribution for reason in itertools.chain.from_iterable(merits))


def _merits(
    catalog: Catalog, platform: str, mode: str, weighed: tuple[tuple[str, float], ...], translated: bool, guest: Guest
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Return the reasons for a platform in a mode, and its weaknesses."""
    total = sum(weight for _, weight in weighed)
    slowed = TRANSLATED if translated else ()
    reasons: list[Reason] = []
    weaknesses: list[Reason] = []
    for column, weight in weighed:
        found = cell(catalog, column, platform, "emulation" if column in slowed else mode, guest)
        label = catalog.capabilities["columns"][column]["label"]
        contribution = weight * found.value / (BEST * total)
        reason = Reason(column, label, found.why, found.sources, contribution, found.value)
        (reasons if found.value > WEAK else weaknesses).append(reason)
    return tuple(reasons), tuple(weaknesses)


@functools.lru_cache(maxsize=1024)
def has_own_system(catalog: Catalog, platform: str) -> bool:
    """Whether a platform brings an operating system of its own, which replaces that of a host."""
    found = catalog.platform(platform)
    return found is not None and found.data["host"].get("os") == ["own"]


def _is_repackaged(candidate: Candidate, by: Scale) -> bool:
    return by.artefact not in ("", by.catalog.modes[candidate.mode].data["artefact"])


def _given_up(candidate: Candidate, by: Scale) -> tuple[str, ...]:
    if by.present is None:
        return ()
    before, after = ((each.platform, each.mode) for each in (by.present, candidate))
    weighed = dict(by.weights)
    return tuple(loss for column, loss in _losses(by.catalog, before, after) if column not in weighed)


@functools.lru_cache(maxsize=1024)
def _losses(catalog: Catalog, before: tuple[str, str], after: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the columns that are much lower after a change of platform and mode, each with its text."""
    lost = []
    for column, about in catalog.capabilities["columns"].items():
        if about.get("onlyDemanded"):
            continue
        found = cell(catalog, column, *after)
        if cell(catalog, column, *before).value - found.value >= GIVEN_UP:
            lost.append((column, f"{about['label']}: {found.why}"))
    return tuple(lost)
