"""Guests of Xen in files of xl: the type of guest, and options that it does not have."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..listing import listed
from ..paravirtualization import PV_CAPABLE


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

    `type` decides between PV, PVH and HVM. Where it is left out, xl on x86 takes PV: the oldest type, for kernels that
    were changed for Xen, and on 64-bit processors the weakest boundary of the three. Whoever copies such a file for a
    new guest chooses PV without knowing. `type = "pv"` says the same and changes nothing.

    It is a warning where the file sets options that PV guests do not have, such as `viridian` or a firmware: then an
    HVM guest was meant, and none is started. On Arm there is one type only, and the file need not name it. Silent where
    `type` or the older `builder` is there, of which VM812 speaks.
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
            *(
                ('write type = "hvm" if an HVM guest is meant: it boots and names its disks differently',)
                if lost
                else ()
            ),
            'write type = "pv" to say so; nothing changes for the guest',
        ),
    )


@rule(
    "VM812",
    "xl-builder-deprecated",
    Severity.NOTE,
    sources=("S-22", "R9-01"),
    architectures=PV_CAPABLE,
    fits_if={"deployment.xen.typeOption": "is type"},
)
def xl_builder_deprecated(workload: Workload) -> Iterator[Finding]:
    """The option `builder` is on its way out of xl's files; `type` says the same.

    Since Xen 4.10 `type` chooses the type of guest. `builder` is still read, knows no PVH, and is documented as
    deprecated. xl refuses a file in which the two contradict each other. Put `type = "hvm"` in the place of
    `builder = "hvm"`, and `type = "pv"` in that of any other word; the guest stays as it is.
    """
    deployment = workload.deployment
    if not deployment.xen.knows("type_option") or deployment.xen.type_option != "builder":
        return
    kind = "pv" if deployment.mode == "pv" else "hvm"
    yield finding(
        "deployment.xen.typeOption",
        f'builder has been deprecated since Xen 4.10; type = "{kind}" says the same',
        because=("deployment.mode",),
    )


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

    Firmware, emulated graphics and sound, Hyper-V enlightenments and nesting belong to HVM guests, the PV shim to PVH
    guests. In a file for another type xl reads past them, and somebody relies on what is not there: on a shim that
    keeps a PV guest away from Xen, on nesting. Only a firmware is different: the PV types know
    boot loaders by that word, and current releases of xl refuse the file.

    What is switched off (`viridian = 0`) or written by habit for every type (`boot`, `serial`, `pae`) is passed over.
    A file that chooses no type at all is VM811's.
    """
    deployment = workload.deployment
    xen = deployment.xen
    if not xen.knows("ignored_options") or not xen.ignored_options:
        return
    if xen.knows("type_option") and xen.type_option == "none":
        return
    kind = {"pv": "PV", "pvh": "PVH"}.get(deployment.mode, "HVM")
    several = len(xen.ignored_options) > 1
    yield finding(
        "deployment.xen.ignoredOptions",
        f"{'an' if kind == 'HVM' else 'a'} {kind} guest does not have {listed(xen.ignored_options)}: "
        f"xl does not apply {'them' if several else 'it'}",
        because=("deployment.mode",),
        help=(
            f"remove {'them' if several else 'it'}, or choose the type of guest that has {'them' if several else 'it'}",
            *(('the PV shim needs type = "pvh"',) if "pvshim" in xen.ignored_options else ()),
        ),
    )
