from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Version, Workload, finding, repair, rule

from ..shared.architectures import PV_CAPABLE


@rule(
    "VM303",
    "pv-removed-from-platform",
    Severity.ERROR,
    article=("PV-E1", "PV-D3"),
    sources=("S-04", "S-93", "P-02"),
    architectures=PV_CAPABLE,
    fits_if={
        "deployment.platform.version": "is a release that still runs PV guests",
        "deployment.mode": "is not pv",
    },
)
def pv_removed_from_platform(workload: Workload) -> Iterator[Finding]:
    """Classic PV guests are being dropped by the platforms that once ran on them.

    ## Why

    The article names Xen with paravirtualized guests as the example; since then hardware assistance has made classic PV
    the slower and the riskier way. XCP-ng stopped supporting it with 8.1 and removed it in 8.3. Upstream Xen still has
    PV.

    ## What it looks like

    Such a guest neither starts on an 8.3 host nor moves to one, so it has to be converted to HVM, boot loader included,
    *before* the pool is upgraded.

    ## When it stays silent

    Paravirtual *drivers* in an HVM guest (mode pvhvm) are not affected. A platform without a stated version is not
    judged, and neither is one whose vendor's word on PV was not found.
    """
    platform = workload.platform
    offered = platform.modes.get("pv", {})
    if not offered.keys() & {"removed", "unsupported"} or workload.deployment.mode != "pv":
        return
    version = workload.deployment.platform.version
    removed, unsupported = (offered.get(word) for word in ("removed", "unsupported"))
    if removed and version >= Version(str(removed)):
        message, severity = f"{platform.name} {version} no longer has PV mode: {removed} removed it", Severity.ERROR
    elif unsupported and version >= Version(str(unsupported)):
        message = f"{platform.name} {version} still starts PV guests, but has not supported them since {unsupported}"
        severity = Severity.WARNING
    else:
        return
    yield finding(
        "deployment.mode",
        message,
        severity=severity,
        because=("deployment.platform.version", "deployment.platform.id"),
        help=(
            "convert the guest to HVM where a host still runs it: it needs a boot loader for BIOS or UEFI",
            "note" in offered and severity is Severity.WARNING and str(offered["note"]).removesuffix("."),
        ),
        repairs=(repair("an HVM guest with the same paravirtual drivers", mode="pvhvm"),),
    )
