from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.wording import listed


@rule(
    "VM813",
    "xl-option-ignored-for-type",
    Severity.WARNING,
    sources=("S-22", "R9-01"),
    symptoms=("ERROR: only pvgrub{32|64} supported as firmware options",),
    architectures=PV_CAPABLE,
    fits_if={"deployment.xen.ignoredOptions": "is empty", "deployment.mode": "is a type that has these options"},
)
def xl_option_ignored_for_type(workload: Workload) -> Iterator[Finding]:
    """Options for another type of guest do nothing, and xl does not say so.

    ## Why

    Firmware, emulated graphics and sound, Hyper-V enlightenments and nesting belong to HVM guests, the PV shim to PVH
    guests. In a file for another type xl ignores them, and somebody relies on what is not there: on a shim that keeps a
    PV guest away from Xen, on nesting.

    ## What it looks like

    Nothing fails. Only a firmware is different: the PV types know boot loaders by that word, and current releases of xl
    refuse the file.

    ## When it stays silent

    What is switched off (`viridian = 0`) or written by habit for every type (`boot`, `serial`, `pae`) is not reported.
    A file that chooses no type at all is left to VM811.
    """
    deployment = workload.deployment
    xen = deployment.xen
    if not xen.knows("ignored_options") or not xen.ignored_options:
        return
    if xen.knows("type_option") and xen.type_option == "none":
        return
    kind = {"pv": "a PV", "pvh": "a PVH"}.get(deployment.mode, "an HVM") if deployment.knows("mode") else "this"
    several = len(xen.ignored_options) > 1
    yield finding(
        "deployment.xen.ignoredOptions",
        f"{kind} guest does not have {listed(xen.ignored_options)}: xl does not apply {'them' if several else 'it'}",
        because=("deployment.mode",),
        help=(
            f"remove {'them' if several else 'it'}, or choose the type of guest that has {'them' if several else 'it'}",
            "pvshim" in xen.ignored_options and 'the PV shim needs type = "pvh"',
        ),
    )
