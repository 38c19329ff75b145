from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from vmlint.api import Cycle, Finding, Severity, Unknown, Workload, finding, rule

from ..shared.support import Release, credit, guest_release, platform_release


@rule(
    "VM799",
    "lifecycle-data-stale",
    Severity.NOTE,
    article=("CH-8",),
    sources=("S-08",),
    optional=True,
    # Two releases of Kubernetes and one of Ubuntu come out in half a year.
    thresholds={"days": "Days after which the dates of a release are old."},
)
def lifecycle_data_stale(workload: Workload, *, days: int = 180) -> Iterator[Finding]:
    """Dates of support that were collected long ago may have been moved since, and newer releases are missing.

    ## Why

    Vendors extend support, shorten it and add phases; vmlint's dates are as old as the release of vmlint that brought
    them. From half a year on the rules that go by them deserve a second look. The finding stands once in a workload, at
    the platform or else at the guest whose dates were used.

    ## When it stays silent

    It runs only in the profile `strict` or when it is selected, since everybody with an old vmlint would read it in
    every file.
    """
    unknown: Unknown | None = None
    for look in (platform_release if workload.deployed else _nothing, guest_release):
        try:
            release = look(workload)
        except Unknown as missing:
            unknown = unknown or missing
            continue
        age = _age(workload, release.cycle) if release else None
        if release and age and age > timedelta(days=days):
            yield finding(
                release.path,
                f"the dates of {release.name} are {age.days} days old ({credit(workload.catalog, release.cycle)})",
                help="install a newer vmlint, or look the dates up where they come from",
            )
            return
    if unknown:
        raise unknown


def _nothing(_: Workload) -> Release | None:
    return None


def _age(workload: Workload, cycle: Cycle) -> timedelta | None:
    """Return how old the data of a release are; ``None`` for a source without a date."""
    source = workload.catalog.sources.get(cycle.source)
    if source is None or not source.read:
        return None
    return workload.today - date.fromisoformat(f"{source.read}-01"[:10])
