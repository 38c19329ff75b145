from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.labels import labelled
from ..shared.support import COMPENSATING_CONTROL


@rule(
    "VM708",
    "legacy-guest-exposed",
    Severity.NOTE,
    worst=Severity.WARNING,
    article=("FV-A3", "FV-U1"),
    sources=("S-07",),
    fits_if={"deployment.network.exposure": "is none"},
    # Releases with dates in the catalogue, Solaris apart, end within twenty years, their paid phases included (S-08).
    thresholds={"years": "Years after which nobody repairs a release of which the catalogue has no dates."},
)
def legacy_guest_exposed(workload: Workload, *, years: int = 20) -> Iterator[Finding]:
    """A system that nobody has repaired for many years is kept alive best where no network reaches it.

    ## Why

    DOS, OS/2 and NetWare are what virtual machines preserve. Their dates of support are in no current list, but no
    vendor repairs a release of that age, and worms of its time still find it.

    ## Severity

    On a private network it can be used by whoever got in: a note. Within reach of the public it is a warning.

    ## When it stays silent

    A release with known dates is left to VM704. The label `vmlint/compensating-control` names what stands in front of
    an exposed one.
    """
    if not workload.deployed or workload.deployment.network.get("exposure") == "none":
        return
    if labelled(workload, COMPENSATING_CONTROL):
        return
    system = workload.guest_os
    if system.has("lifecycle") or not system.has("released"):
        return
    age, network = workload.guest.os.age, workload.deployment.network
    if age < years:
        return
    public = network.exposure == "public"
    yield finding(
        "deployment.network.exposure",
        f"{system.name} came out {age} years ago and is repaired by nobody, and "
        f"{'the public' if public else 'a private network'} can reach it",
        severity=Severity.WARNING if public else Severity.NOTE,
        because=("guest.os.id",),
        help=(
            "cut it off from every network, and keep a snapshot to go back to",
            f"if a filtering gateway stands in front of it, name that in the label {COMPENSATING_CONTROL}",
        ),
    )
