"""Ranking the candidates that fit, the best first."""

from __future__ import annotations

import functools

from vmlint.advice.candidates import is_repair
from vmlint.advice.cells import cell
from vmlint.advice.score import WARNING, has_own_system
from vmlint.catalog import Catalog
from vmlint.findings.verdict import Candidate
from vmlint.model.values import foreign
from vmlint.model.workload import Workload

Rank = tuple[object, ...]

SCORE = "score"
KEEPS, MENDS = "it keeps what was chosen", "it keeps what was chosen, and mends it"
BY = (
    "it accepts no risk",
    "it emulates nothing without need",
    "the system of the host stays",
    MENDS,
    "it is the repair that the finding names",
    SCORE,
    "it is a repair",
    "the catalogue knows more about it",
    "it fits for certain",
    "the system of the host stays",
    "it changes less",
    "it is no product for desktops",
    "its emulator runs on more hosts",
    "it is simpler to manage",
    "it is managed from one place and restarts elsewhere",
    "it is better known",
    "nothing but the alphabet decides",
    "it is the usual mode of the platform",
    "nothing but the alphabet decides",
)
"""What each part of a rank says for the better of two."""
KEPT = WARNING
"""What it is worth to keep the platform where that does not settle everything: one warning, and no more."""


def rank(workload: Workload, candidate: Candidate) -> Rank:
    """Return the key by which candidates are sorted, the best first.

    What judging finds (risks, warnings, which lower the score, and conditions) only ever makes a rank worse. So the
    rank of a candidate that is not judged yet is the best that it can have.
    """
    kept = is_repair(candidate)
    # Another mode that no rule proposes, and that rules warn of, is no cure.
    cures = candidate.repair or not candidate.warnings or "deployment.mode" not in candidate.changes
    settles = bool(kept and cures and not _is_unwelcome(workload, candidate))
    return (
        bool(candidate.risks),
        is_last_resort(workload, candidate),
        is_far_fetched(candidate),
        not settles,
        not (settles and candidate.repair),  # the rule that found the fault knows the usual repair
        -round(candidate.score + (KEPT if kept else 0), 2),
        not candidate.repair,
        any(need.in_catalog for need in candidate.needs),
        candidate.needs != (),
        "deployment.platform" in candidate.changes
        and has_own_system(workload.catalog, candidate.platform)
        and workload.host.os.knows("family"),
        len(candidate.changes),
        *_among_equals(
            workload.catalog,
            candidate.platform,
            candidate.architecture,
            candidate.mode,
            serves=workload.get("environment") == "production",
        ),
    )


@functools.lru_cache(maxsize=1024)
def _among_equals(catalog: Catalog, id: str, architecture: str, mode: str, *, serves: bool) -> Rank:
    """Return the part of a rank that no requirement decides; ``serves`` says whether it is for production."""
    platform = catalog.platform(id)
    emulated = mode == "emulation"  # the same program everywhere: the one for most hosts comes first
    return (
        not emulated and (platform is None or platform.hosted),  # without a requirement, prefer what is not hosted
        -len(platform.data["host"].get("os", ())) if emulated and platform else 0,
        -cell(catalog, "management", id, mode).value,
        -_managed(catalog, id, mode) if serves else 0,  # a platform before its parts
        platform is None or not platform.data.get("article"),  # among equals, prefer the well-known systems
        id,
        platform is None or platform.architectures.get(architecture) != mode,
        mode,
    )


def _managed(catalog: Catalog, id: str, mode: str) -> int:
    """Return how far a platform is managed from one place and survives the failure of a host."""
    return cell(catalog, "availability", id, mode).value + cell(catalog, "central-management", id, mode).value


def _is_unwelcome(workload: Workload, candidate: Candidate) -> bool:
    """Whether the vendor of the platform refuses the guest: then no setting makes it the right place."""
    platform, guest = workload.catalog.platform(candidate.platform), workload.guest
    release = workload.catalog.guest(guest.os.id) if guest.os.knows("id") else None
    if platform is None or release is None or workload.catalog.modes[candidate.mode].is_container:
        return False
    return platform.guest_status(release, guest.arch if guest.knows("arch") else None) in ("unsupported", "fails")


def is_last_resort(workload: Workload, candidate: Candidate) -> bool:
    """Whether a guest is emulated although neither its CPU nor its age requires it.

    A hypervisor that is told to emulate imitates no more old devices than it does anyway.
    """
    guest, host = workload.guest, workload.host
    if candidate.mode != "emulation" or candidate.repair:
        return False
    platform = workload.catalog.platform(candidate.platform)
    if platform is not None and platform.hosted and guest.os.knows("id") and _is_of_old(workload):
        return False
    return not (guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch))


def _is_of_old(workload: Workload) -> bool:
    system = workload.catalog.guest(workload.guest.os.id)
    return system is not None and system.has("legacyHardware")


def is_far_fetched(candidate: Candidate) -> bool:
    """Whether a candidate needs another operating system on the host than the stated one."""
    return any(path.startswith("host.") and value is not None for path, value in candidate.changes.items())
