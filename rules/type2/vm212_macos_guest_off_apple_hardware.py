from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Unknown, Workload, finding, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.fields import guest_os_field
from ..shared.wording import family_name, guest_name

MAC_CPUS = frozenset({"apple", "intel"})
"""CPU vendors of the Macs that macOS runs on."""


@rule(
    "VM212",
    "macos-guest-off-apple-hardware",
    Severity.ERROR,
    article=("T2-C3",),
    sources=("S-78",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"host.os.family": "is darwin", "host.platform": "is a Mac that runs macOS"},
)
def macos_guest_off_apple_hardware(workload: Workload) -> Iterator[Finding]:
    """The licence of macOS knows virtual machines on a Mac that runs macOS, and nowhere else.

    ## Why

    Its text allows two additional copies in virtual machines on each Apple computer that already runs macOS. On other
    hardware nothing in the licence covers the guest, whatever the hypervisor can be made to do, and on servers without
    Apple's chips current releases do not boot unaided either. Builds for macOS therefore run on Macs, owned or rented.

    ## Severity

    This is what the text says, and no legal advice.

    ## When it stays silent

    The host's system decides. Where it is unknown, or where the hypervisor is the host's system, as ESXi on older Macs,
    nothing is reported unless the CPU is one that no Mac has.
    """
    if not workload.guest.os.knows("family") or workload.guest.os.family != "darwin":
        return
    host, platform = workload.host, workload.platform
    no_mac = host.cpu.knows("vendor") and host.cpu.vendor not in MAC_CPUS
    own_system = platform.has("host", "os") and "own" in platform.fact("host", "os")
    if not no_mac and own_system:
        raise Unknown("host.cpu.vendor" if not host.cpu.knows("vendor") else "host.os.family")
    if not no_mac and host.os.family == "darwin":
        return
    yield finding(
        guest_os_field(workload),
        f"the licence text allows {guest_name(workload)} in a virtual machine only on a Mac that runs macOS, and the "
        + (
            f"CPU of the host is no Mac's ({host.cpu.vendor})" if no_mac else f"host runs {family_name(host.os.family)}"
        ),
        because=("host.cpu.vendor" if no_mac else "host.os.family", "deployment.platform.id"),
        help="use a Mac of your own, or a rented one",
    )
