from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.support import credit, ends_within, guest_release, has_ended, is_paid, paid_phase


@rule(
    "VM705",
    "guest-on-paid-support-only",
    Severity.NOTE,
    article=("FV-A3",),
    sources=("S-08",),
    demands=("guest.licences",),
    thresholds={
        "days": "Days before its end from which on it is reported: those that it takes to plan and make a move."
    },
)
def guest_on_paid_support_only(workload: Workload, *, days: int = 180) -> Iterator[Finding]:
    """Paid support that outlives a guest's general support has an end as well, and nothing comes after it.

    ## Why

    Extended Security Updates, Ubuntu Pro or LTSS buy time for a move, and they run out on a fixed day. In their last
    half year the move should be on its way.

    ## When it stays silent

    Only support that is declared under `guest.licences`, and is all that still repairs the guest, is judged. Without
    the declaration, or after its end, the guest counts as unrepaired, which is left to VM704 or, for a container's
    base, to VM707.
    """
    if not workload.guest.licences:
        return
    release = guest_release(workload)
    cycle = release.cycle
    if not (has_ended(workload, cycle) and is_paid(workload, release)):
        return
    if not ends_within(workload, cycle.paid_until, timedelta(days=days)):
        return
    yield finding(
        release.path,
        f"{release.name} is repaired by {paid_phase(cycle)} only, which ends on {cycle.paid_until} "
        f"({credit(workload.catalog, cycle)})",
        because=("guest.licences", *release.stated),
        help="move to a release that is repaired for longer; nothing comes after this",
    )
