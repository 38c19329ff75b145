"""How well a candidate meets the requirements: a weighted mean over the capability table.

Only stated requirements have weight. There are no hidden preferences.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from vmlint.catalog import Catalog
from vmlint.findings.unknown import Unknown
from vmlint.findings.verdict import Candidate, Reason
from vmlint.model.fields import Group
from vmlint.model.paths import value_at
from vmlint.model.values import foreign
from vmlint.model.workload import Workload

BEST = 4
REPACKAGING = 0.15
"""Cost of a change from an image to a disk or back, as a share of the best score."""
WARNING = 0.10
"""Cost of each warning of a candidate."""
WEAK = 1
"""A cell up to this value is a weakness of a candidate."""
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
    return value not in ((), frozenset())


def capability_class(catalog: Catalog, candidate: Candidate) -> str:
    """Return the class of a candidate in the capability table."""
    mode = catalog.modes[candidate.mode].data
    platform = catalog.platform(candidate.platform)
    if platform is not None and platform.hosted and "hostedClass" in mode:
        return str(mode["hostedClass"])
    return str(mode["class"])


def cell(catalog: Catalog, column: str, candidate: Candidate) -> Mapping[str, Any]:
    """Return the cell for a candidate in a column: the cell of its platform, or else of its class."""
    about = catalog.capabilities["columns"][column]
    own = about.get("platforms", {}).get(candidate.platform)
    return own or about["cells"][capability_class(catalog, candidate)]  # type: ignore[no-any-return]


def score(
    workload: Workload, candidate: Candidate, present: Candidate | None, weighed: Mapping[str, float]
) -> Candidate:
    """Return the candidate with its score, the reasons for it, and what it gives up compared with the present choice.

    ``weighed`` is what :func:`weights` returned for the workload.
    """
    catalog = workload.catalog
    total = sum(weighed.values())
    reasons: list[Reason] = []
    weaknesses: list[Reason] = []
    emulated = candidate._replace(mode="emulation")
    slowed = TRANSLATED if _translated(workload) else ()
    for column, weight in weighed.items():
        found = cell(catalog, column, emulated if column in slowed else candidate)
        label = catalog.capabilities["columns"][column]["label"]
        contribution = weight * found["value"] / (BEST * total)
        reason = Reason(column, label, found["why"], tuple(found["source"]), contribution, found["value"])
        (reasons if found["value"] > WEAK else weaknesses).append(reason)
    value = sum(reason.contribution for reason in (*reasons, *weaknesses)) if total else 1.0
    value -= WARNING * len(candidate.warnings)
    if _repackaged(workload, candidate, present):
        value -= REPACKAGING
    reasons.sort(key=lambda reason: (-reason.contribution, reason.column))
    return candidate._replace(
        way=capability_class(catalog, candidate),
        score=round(max(value, 0.0), 4),
        reasons=tuple(reasons),
        weaknesses=tuple(weaknesses),
        gives_up=_given_up(catalog, candidate, present, weighed),
    )


def _translated(workload: Workload) -> bool:
    guest, host = workload.guest, workload.host
    return guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch)


def _repackaged(workload: Workload, candidate: Candidate, present: Candidate | None) -> bool:
    wanted = workload.catalog.modes[candidate.mode].data["artefact"]
    if present is not None:
        return bool(workload.catalog.modes[present.mode].data["artefact"] != wanted)
    return workload.deployment.image.knows("ref") and wanted != "oci"


def _given_up(
    catalog: Catalog, candidate: Candidate, present: Candidate | None, weighed: Mapping[str, float]
) -> tuple[str, ...]:
    if present is None:
        return ()
    before, after = ((each.platform, each.mode) for each in (present, candidate))
    return tuple(loss for column, loss in _losses(catalog, before, after) if column not in weighed)


@functools.lru_cache(maxsize=1024)
def _losses(catalog: Catalog, before: tuple[str, str], after: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the columns that are much lower after a change of platform and mode, each with its text."""
    present, candidate = (Candidate("", mode, platform, {}) for platform, mode in (before, after))
    lost = []
    for column, about in catalog.capabilities["columns"].items():
        found = cell(catalog, column, candidate)
        if cell(catalog, column, present)["value"] - found["value"] >= GIVEN_UP:
            lost.append((column, f"{about['label']}: {found['why']}"))
    return tuple(lost)
