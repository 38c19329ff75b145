from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.amounts import figure
from ..shared.architectures import ALL_ARCHITECTURES


@rule(
    "VM013",
    "more-cpus-than-the-host",
    Severity.ERROR,
    sources=("R16-301", "R16-302"),
    symptoms=("Range of CPUs is from 0.01 to", "vcpus allowed per VM on this node"),
    architectures=ALL_ARCHITECTURES,
    fits_if={"host.cpu.count": "is as many as are asked for"},
)
def more_cpus_than_the_host(workload: Workload) -> Iterator[Finding]:
    """Some platforms refuse to give more CPUs than their host has.

    ## Why

    A limit of CPUs is a share of time, and most engines write down any. Docker compares it with the number of the
    host's CPUs, and makes no container whose limit is above. Proxmox VE starts no machine with more CPUs than its node
    has. The same file runs on a larger host.

    ## What it looks like

    "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available", "MAX 4 vcpus allowed per VM on this node".

    ## When it stays silent

    On platforms of which no source says that they refuse it: most let several virtual CPUs share one.
    """
    resources = workload.resources
    if not workload.deployed or not resources.knows("cpu") or resources.cpu <= 1:
        return  # every host has one
    if not both(
        lambda: bool(_refused(workload)),
        lambda: workload.mode.is_container == (_refused(workload) == "containers"),
        lambda: resources.cpu > workload.host.cpu.count,
    ):
        return
    asked = "a limit of" if _refused(workload) == "containers" else "a machine with"
    yield finding(
        "resources.cpu",
        f"{asked} {figure(resources.cpu)} CPUs is refused by {workload.platform.name}, and the host has "
        f"{workload.host.cpu.count}",
        because=("host.cpu.count", "deployment.platform.id"),
        help="ask for less, or take a larger host",
        settled=True,
    )


def _refused(workload: Workload) -> str:
    """Return what the platform refuses more CPUs than the host has: ``containers`` or ``machines``; else nothing."""
    return str(workload.platform.data.get("limits", {}).get("hostCpus", ""))
