from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.wording import listed

ASKED = "deployment.clusterDevices"
HANDED_OUT = "host.cluster.devices"


@rule(
    "VM633",
    "device-not-handed-out",
    Severity.ERROR,
    sources=("R14-131", "R14-132", "S-58"),
    symptoms=("is not permitted in permittedHostDevices configuration",),
    architectures=ALL_ARCHITECTURES,
    fits_if={HANDED_OUT: "lists the devices that the machine asks for"},
)
def device_not_handed_out(workload: Workload) -> Iterator[Finding]:
    """A cluster hands out only the devices that its administrator listed, under the names of that list.

    ## Why

    A machine of KubeVirt asks for a device by a name such as `nvidia.com/GA102GL_A10`. Which device that is, and
    whether machines may have it, says the object that sets KubeVirt up: `permittedHostDevices`, with PCI devices,
    mediated devices and USB devices. A name that is spelt differently, or listed in another cluster only, is none.

    ## What it looks like

    The machine is accepted and does not start: "HostDevice … is not permitted in permittedHostDevices configuration".

    ## Severity

    On a platform that is no cluster such a name means nothing, though the device may be there: a warning.

    ## When it stays silent

    Where the cluster's object has no such list, KubeVirt refuses no name. Devices by a claim (DRA) have no name here.
    """
    asked = workload.deployment.get("cluster_devices", ())
    if not asked:
        return
    if workload.platform.placement != "orchestrator":
        yield finding(
            ASKED,
            f"{workload.platform.name} hands out no devices by the names of a cluster, such as {asked[0]}",
            severity=Severity.WARNING,  # it may have the device under another name
            because=("deployment.platform.id",),
            help="name the device itself in requirements.devices, without the cluster's name for it",
            entry=asked[0],
        )
        return
    handed_out = workload.host.cluster.devices
    for name in dict.fromkeys(asked):
        if name not in handed_out:
            yield finding(
                ASKED,
                f"the machine asks for the device {name}, and its cluster hands out none of that name",
                because=(HANDED_OUT, "deployment.platform.id"),
                help=(
                    bool(handed_out) and f"ask for one that it hands out: {listed(sorted(handed_out)[:5])}",
                    "let an administrator list it: permittedHostDevices of KubeVirt",
                ),
                entry=name,
            )
