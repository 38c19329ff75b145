from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.modes import offers


@rule(
    "VM304",
    "pv-legacy-cloud-image",
    Severity.WARNING,
    article=("PV-U3", "PV-D3"),
    sources=("S-05", "S-26"),
    architectures=PV_CAPABLE,
    fits_if={
        "deployment.platform.id": "names a platform that does not advise against that mode",
        "deployment.mode": "is one that the provider does not advise against",
    },
)
def pv_legacy_cloud_image(workload: Workload) -> Iterator[Finding]:
    """A cloud that still starts paravirtual images may have been advising against them for years.

    ## Why

    The article counts clouds among the uses of para-virtualization. They began there and have left: a PV image starts
    on old instance types only, which ties the workload to old hardware, and the provider's own check reports it.

    ## When it stays silent

    An image that is only kept (`instances: 0`) is not meant, nor is a hypervisor of one's own.
    """
    platform = workload.platform
    if platform.placement != "service" or workload.get("instances") == 0:
        return
    mode = workload.deployment.mode
    against = platform.modes.get(mode, {}).get("discouraged")
    if not against:
        return
    yield finding(
        "deployment.mode",
        f"{platform.name} still runs {mode.upper()} images, but {against}",
        because=("deployment.platform.id",),
        help="build the image anew for HVM and choose an instance type of the current generation",
        repairs=(repair("what the provider recommends", mode="hw-assisted"),)
        if offers(workload, "hw-assisted")
        else (),
    )
