"""Ranking the candidates that fit, the best first."""

from __future__ import annotations

from collections.abc import Iterable

from vmlint.advice.candidates import is_repair
from vmlint.advice.score import cell
from vmlint.findings.verdict import Candidate
from vmlint.model.values import foreign
from vmlint.model.workload import Workload


def ranked(workload: Workload, fitting: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return candidates in their order, each way of running the workload once."""
    return _without_twins(sorted(fitting, key=lambda candidate: _rank(workload, candidate)))


def _rank(workload: Workload, candidate: Candidate) -> tuple[object, ...]:
    platform = workload.catalog.platform(candidate.platform)
    return (
        bool(candidate.risks),
        _is_last_resort(workload, candidate),
        is_far_fetched(candidate),
        not is_repair(candidate),
        not candidate.repair,  # the rule that found the fault knows the usual repair
        -round(candidate.score, 2),
        any(need.in_catalog for need in candidate.needs),
        len(candidate.changes),
        platform is None or platform.hosted,  # without a requirement, prefer what is not hosted on a desktop
        -cell(workload.catalog, "management", candidate)["value"],
        platform is None or not platform.data.get("article"),  # among equals, prefer the well-known systems
        candidate.platform,
        platform is None or platform.architectures.get(candidate.architecture) != candidate.mode,
        candidate.mode,
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


def _without_twins(ranked: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Drop candidates that change the same fields to the same values as a better one."""
    seen: dict[tuple[tuple[str, str | None], ...], Candidate] = {}
    for candidate in ranked:
        seen.setdefault(tuple(sorted(candidate.changes.items(), key=lambda item: item[0])), candidate)
    return tuple(seen.values())
