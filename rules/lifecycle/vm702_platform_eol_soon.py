from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from vmlint.api import Cycle, Finding, Severity, Unknown, Workload, both, finding, rule

from ..shared.support import (
    Release,
    credit,
    ends_within,
    newest_supported,
    platform_release,
    security_phase,
    until,
    ways_on,
)

LASTING = ("staging", "production")
"""Environments that stay for long enough to plan for."""


@rule(
    "VM702",
    "platform-eol-soon",
    Severity.NOTE,
    article=("CH-8",),
    sources=("S-08", "S-13", "P-02", "P-03"),
    # Kubernetes supports a release for fourteen months, Podman for three to seven: most of that is no time to warn.
    thresholds={
        "days": "Days before its end from which on a release is reported: those that it takes to plan and make a move.",
        "percent_of_life": "Percent at the end of its life in which a release that lives shortly is reported.",
    },
)
def platform_eol_soon(workload: Workload, *, days: int = 180, percent_of_life: int = 25) -> Iterator[Finding]:
    """A platform whose security support ends within half a year should have a successor in the making.

    ## Why

    A hypervisor is not replaced in a weekend: hardware has to be on the new release's list, guests have to move, tools
    and licences have to follow. Whoever starts after the end runs without repairs until it is done.

    ## When it stays silent

    Only staging and production are judged, since what is tried out today is gone by then. A short-lived release, such
    as one of Kubernetes, is reported in the last quarter of its life only. Where a distribution or a cloud may maintain
    it longer than its project does, nothing is reported before the day; once it has passed, VM701 takes over.
    """
    if not workload.deployed or not both(
        lambda: workload.environment in LASTING,
        lambda: _ends_soon(workload, days, percent_of_life),
    ):
        return
    release = platform_release(workload)
    if release is None:
        return
    cycle = release.cycle
    yield finding(
        release.path,
        f"{release.name}: {security_phase(cycle)} ends on {cycle.security_until} ({credit(workload.catalog, cycle)})",
        because=("environment",),
        help=(*_newer(workload, release), *ways_on(workload, release)),
    )


def _ends_soon(workload: Workload, days: int, percent_of_life: int) -> bool:
    """Whether the platform's release ends soon, and nobody else may maintain it for longer."""
    try:
        release = platform_release(workload)
    except Unknown:
        if _none_ends_within(workload, days):
            return False  # whichever release it is
        raise
    if release is None or release.elsewhere:
        return False
    return ends_within(workload, release.cycle.security_until, _notice(release.cycle, days, percent_of_life))


def _none_ends_within(workload: Workload, days: int) -> bool:
    """Whether no release of the platform is near its end."""
    platform, today = workload.platform, workload.today
    if not platform.has("lifecycle"):
        return True
    last, cycles = today + timedelta(days=days), workload.catalog.cycles(platform.fact("lifecycle", "product"))
    return not any(each.security_until and today <= each.security_until <= last for each in cycles)


def _notice(cycle: Cycle, days: int, percent_of_life: int) -> timedelta:
    notice = timedelta(days=days)
    if cycle.released is None or cycle.security_until is None:
        return notice
    return min(notice, (cycle.security_until - cycle.released) * min(percent_of_life, 100) / 100)


def _newer(workload: Workload, release: Release) -> Iterator[str]:
    platform, today = workload.platform, workload.today
    newest = newest_supported(workload.catalog, release.cycle.product, today)
    if newest and newest.cycle != release.cycle.cycle and not platform.has("retired"):
        yield f"plan the move to {platform.name} {newest.cycle} ({until(newest)})"
