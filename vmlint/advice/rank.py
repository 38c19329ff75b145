"""Ranking the candidates that fit, the best first."""

from __future__ import annotations

import functools

from vmlint.advice.candidates import is_repair
from vmlint.advice.score import cell
from vmlint.catalog import Catalog
from vmlint.findings.verdict import Candidate
from vmlint.model.values import foreign
from vmlint.model.workload import Workload

Rank = tuple[object, ...]


def rank(workload: Workload, candidate: Candidate) -> Rank:
    """Return the key by which candidates are sorted, the best first.

    What judging finds (risks, warnings, which lower the score, and conditions) only ever makes a rank worse. So the
    rank of a candidate that is not judged yet is the best that it can have.
    """
    return (
        bool(candidate.risks),
        _is_last_resort(workload, candidate),
        is_far_fetched(candidate),
        not is_repair(candidate),
        not candidate.repair,  # the rule that found the fault knows the usual repair
        -round(candidate.score, 2),
        any(need.in_catalog for need in candidate.needs),
        len(candidate.changes),
        *_among_equals(workload.catalog, candidate.platform, candidate.architecture, candidate.mode),
    )


@functools.lru_cache(maxsize=1024)
def _among_equals(catalog: Catalog, id: str, architecture: str, mode: str) -> Rank:
    """Return the part of a rank that no requirement decides."""
    platform = catalog.platform(id)
    return (
        platform is None or platform.hosted,  # without a requirement, prefer what is not hosted on a desktop
        -cell(catalog, "management", id, mode)["value"],
        platform is None or not platform.data.get("article"),  # among equals, prefer the well-known systems
        id,
        platform is None or platform.architectures.get(architecture) != mode,
        mode,
    )


def _is_last_resort(workload: Workload, candidate: Candidate) -> bool:
    """Whether a guest is emulated although neither its CPU nor its age requires it."""
    guest, host = workload.guest, workload.host
    if candidate.mode != "emulation" or candidate.repair or (guest.os.knows("id") and _is_of_old(workload)):
        return False
    return not (guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch))


def _is_of_old(workload: Workload) -> bool:
    system = workload.catalog.guest(workload.guest.os.id)
    return system is not None and system.has("legacyHardware")


def is_far_fetched(candidate: Candidate) -> bool:
    """Whether a candidate needs another operating system on the host than the stated one."""
    return any(path.startswith("host.") and value is not None for path, value in candidate.changes.items())
