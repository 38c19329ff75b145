from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import PV_CAPABLE


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

    ## Why

    Since Xen 4.10 `type` chooses the type of guest. `builder` is still read, knows no PVH, and is documented as
    deprecated. xl refuses a file in which the two contradict each other. Put `type = "hvm"` in the place of `builder =
    "hvm"`, and `type = "pv"` in that of any other word; the guest stays as it is.

    ## When it stays silent

    A file with `type` is fine, and one that chooses no type is left to VM811.
    """
    deployment = workload.deployment
    if not deployment.xen.knows("type_option") or deployment.xen.type_option != "builder":
        return
    kind = "" if not deployment.knows("mode") else ' = "pv"' if deployment.mode == "pv" else ' = "hvm"'
    yield finding(
        "deployment.xen.typeOption",
        f"builder has been deprecated since Xen 4.10; type{kind} says the same",
        because=("deployment.mode",),
    )
