from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.wording import listed


@rule(
    "VM811",
    "xl-guest-type-implicit",
    Severity.NOTE,
    worst=Severity.WARNING,
    sources=("S-22", "S-01", "R9-01"),
    architectures=PV_CAPABLE,
    fits_if={"deployment.xen.typeOption": "is type", "deployment.mode": "is not pv"},
)
def xl_guest_type_implicit(workload: Workload) -> Iterator[Finding]:
    """A Xen guest whose file chooses no type is a PV guest, which is seldom what is meant today.

    ## Why

    `type` decides between PV, PVH and HVM. Where it is left out, xl on x86 takes PV: the oldest type, for kernels that
    were changed for Xen, and on 64-bit processors the weakest boundary of the three. Whoever copies such a file for a
    new guest chooses PV without knowing. `type = "pv"` says the same and changes nothing.

    ## Severity

    It is a warning where the file sets options that PV guests do not have, such as `viridian` or a firmware: then an
    HVM guest was meant, and none is started.

    ## When it stays silent

    On Arm there is one type only, and the file need not name it. A file with `type` is fine; one with the older
    `builder` is left to VM812.
    """
    deployment = workload.deployment
    xen = deployment.xen
    if not xen.knows("type_option") or xen.type_option != "none" or deployment.mode != "pv":
        return
    lost = xen.get("ignored_options", ())
    yield finding(
        "deployment.mode",
        "no type of guest is chosen, so this is a PV guest"
        + (f", which does not have {listed(lost)}: was an HVM guest meant?" if lost else ""),
        severity=Severity.WARNING if lost else None,
        because=("deployment.xen.ignoredOptions",) if lost else (),
        help=(
            bool(lost) and 'write type = "hvm" if an HVM guest is meant: it boots and names its disks differently',
            'write type = "pv" to say so; nothing changes for the guest',
        ),
    )
