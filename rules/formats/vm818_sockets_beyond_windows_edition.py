from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.windows import is_desktop_release
from ..shared.wording import guest_name


@rule(
    "VM818",
    "sockets-beyond-windows-edition",
    Severity.WARNING,
    sources=("R8-308",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.cpuSockets": "is 2 at most", "guest.os.id": "names a server"},
    thresholds={
        "used": "Sockets that the usual desktop editions of Windows use.",
        "most": "Sockets that any of them uses.",
    },
)
def sockets_beyond_windows_edition(workload: Workload, *, used: int = 2, most: int = 4) -> Iterator[Finding]:
    """Desktop editions of Windows use two CPU sockets, and leave the processors of all others idle.

    ## Why

    The licence of Windows counts sockets, not cores: Home uses one, Pro and Enterprise two, Pro for Workstations four.
    libvirt and vSphere make a socket of each virtual CPU where no topology is stated, so that a guest with eight CPUs
    sees eight processors and runs on two of them.

    ## What it looks like

    The Task Manager shows two CPUs, and the guest is slow under load.

    ## Severity

    Pro for Workstations uses four sockets, and the edition is seldom stated: for three or four sockets the confidence
    is medium.

    ## When it stays silent

    Servers use all that they are given. Two sockets are not reported, although Home uses one.
    """
    os = workload.guest.os
    if os.knows("family") and os.family != "windows":
        return
    if os.knows("id") and not is_desktop_release(workload.guest_os):
        return
    sockets = workload.deployment.cpu_sockets
    if sockets <= used or not is_desktop_release(workload.guest_os):
        return
    yield finding(
        "deployment.cpuSockets",
        f"{guest_name(workload)} uses {used} CPU sockets in its usual editions, and this machine spreads its CPUs over "
        f"{sockets}",
        confidence=Confidence.HIGH if sockets > most else Confidence.MEDIUM,
        because=("guest.os.id",),
        help="state a topology of one socket with as many cores as there are CPUs",
        repairs=(repair("all CPUs in one socket", cpuSockets="1"),),
    )
