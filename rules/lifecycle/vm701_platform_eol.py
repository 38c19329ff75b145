from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vmlint.api import Confidence, Cycle, Finding, Repair, Severity, Unknown, Workload, finding, repair, rule

from ..shared.editions import edition
from ..shared.looks import each_alone
from ..shared.support import (
    Release,
    ended,
    has_ended,
    is_declared,
    is_paid,
    newest_supported,
    paid_lasts,
    platform_release,
    until,
    ways_on,
)
from ..shared.wording import release_name

MAINTAINED_ELSEWHERE = {
    "host.os.id": "that is its own project's word: find out who maintains the packages, and until when",
    "host.cloud.provider": "that is its own project's word: a managed service repairs releases by dates of its own, and"
    " often for an extra price after those; look them up there",
}
"""What to ask where a distribution or a cloud may maintain a platform for longer, by the field that names it."""


@rule(
    "VM701",
    "platform-eol",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CH-8", "T1-E1", "T1-E3", "T2-E2"),
    sources=("S-08", "S-13", "P-02", "P-03"),
)
def platform_eol(workload: Workload) -> Iterator[Finding]:
    """A platform past its vendor's support gets no repair for the next hole in the wall between guests.

    ## Why

    The hypervisor, or the container engine, is what the isolation of everything above it rests on. Once security
    support has ended, holes stay open. What counts is the end of security support, not of the phase with new features.
    Dates differ between sources, so the finding names the phase, the source and the age of the data; `--today` freezes
    the day.

    The system on the host (`host.os`) is judged as well, since the platform rests on it: Hyper-V and bhyve are a part
    of it, and containers run on its kernel. A platform that is part of its host is reported once.

    ## Severity

    In production it is an error, elsewhere a warning. An engine or orchestrator that a stated Linux distribution
    packages, or that a stated cloud runs, may be maintained there longer than by its own project: a note. Declared paid
    support (for the Hyper-V role `microsoft-esu` under `guest.licences`) makes it a note while that phase lasts. For
    the host's system it is a warning of medium confidence, and a note while a paid phase lasts, since nobody states
    what was bought for a host.

    ## When it stays silent

    The version is not stated, or is newer than the lifecycle data. One that is older than all of them has ended with
    the oldest.
    """
    if workload.deployed:
        yield from each_alone((partial(_platform_ended, workload), partial(_host_ended, workload)))


def _platform_ended(workload: Workload) -> Iterator[Finding]:
    release = platform_release(workload)
    if release is None or not has_ended(workload, release.cycle):
        return
    paid, declared = is_paid(workload, release), is_declared(workload, release.licence)
    elsewhere = release.elsewhere
    production = workload.knows("environment") and workload.environment == "production" and not elsewhere
    older = f" is older than {release.oldest.cycle}" if release.oldest else ""
    yield finding(
        release.path,
        f"{release.name}{older}: {ended(workload, release)}",
        severity=Severity.NOTE if paid or elsewhere else Severity.ERROR if production else Severity.WARNING,
        because=(
            production and "environment",
            declared and "guest.licences",
            elsewhere or None,
        ),
        help=(
            MAINTAINED_ELSEWHERE.get(elsewhere),
            *ways_on(workload, release),
        ),
        repairs=move_to_newest(workload, release.cycle) if not workload.platform.has("retired") else (),
    )


def _host_ended(workload: Workload) -> Iterator[Finding]:
    release = host_release(workload)
    if release is None or not has_ended(workload, release.cycle) or _is_the_platform(workload, release):
        return
    yield finding(
        release.path,
        f"the host runs {release.name}: {ended(workload, release)}",
        severity=Severity.NOTE if paid_lasts(workload, release.cycle) else Severity.WARNING,
        confidence=Confidence.MEDIUM,
        because=("deployment.platform.id",),
        help="move the host to a release that is still repaired",
    )


def _is_the_platform(workload: Workload, host: Release) -> bool:
    """Whether the platform is a part of the host's system, and its stated version judged as that."""
    try:
        release = platform_release(workload)
    except Unknown:
        return False
    return release is not None and release.cycle.product == host.cycle.product


def host_release(workload: Workload) -> Release | None:
    """Return the release of the system on the host; ``None`` where it is not known, or the platform brings its own."""
    os, platform = workload.host.os, workload.platform
    if not os.knows("id") or "own" in platform.data["host"].get("os", ()):
        return None
    system = workload.catalog.guest(os.id)
    if system is None or not system.has("lifecycle"):
        return None
    lifecycle = system.fact("lifecycle")
    editions = lifecycle.get("editions", {})
    wanted = editions.get(edition(os.get("edition", ""), editions), "")
    cycle = workload.catalog.guest_cycle(system, wanted)
    return Release(cycle, None, "host.os.id", release_name(system, None)) if cycle else None


def move_to_newest(workload: Workload, cycle: Cycle) -> Iterator[Repair]:
    """Propose the newest release of a platform that is still repaired."""
    newer = newest_supported(workload.catalog, cycle.product, workload.today)
    if newer:
        yield repair(until(newer), platform__version=newer.cycle)
