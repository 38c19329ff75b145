from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Platform, Severity, Unknown, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.fields import guest_os_field
from ..shared.wording import family_name, guest_name

MOST = 2
"""How many virtual machines with macOS a Mac may run (S-78)."""

MAC_CPUS = frozenset({"apple", "intel"})
"""CPU vendors of the Macs that macOS runs on."""


@rule(
    "VM212",
    "macos-guest-off-apple-hardware",
    Severity.ERROR,
    article=("T2-C3",),
    sources=("S-78", "R9-213", "R9-301"),
    architectures=ALL_ARCHITECTURES,
    symptoms=("VZErrorVirtualMachineLimitExceeded",),
    fits_if={
        "host.os.family": "is darwin",
        "host.platform": "is a Mac that runs macOS",
        "host.cluster.nodes": "is enough for two machines on each",
    },
)
def macos_guest_off_apple_hardware(workload: Workload) -> Iterator[Finding]:
    """The licence of macOS knows virtual machines on a Mac that runs macOS, and nowhere else.

    ## Why

    Its text allows two additional copies in virtual machines on each Apple computer that already runs macOS, and on
    Apple silicon the system's own framework starts no third one. On other
    hardware nothing in the licence covers the guest, whatever the hypervisor can be made to do, and on servers without
    Apple's chips current releases do not boot unaided either. Builds for macOS therefore run on Macs, owned or rented.

    ## What it looks like

    The third machine fails with VZErrorVirtualMachineLimitExceeded.

    ## Severity

    This is what the text says, and no legal advice. More than two machines on a Mac with an Intel CPU are a warning:
    nothing there counts them.

    ## When it stays silent

    The host's system decides. A platform that runs on other systems only settles it, also on a Mac that runs macOS
    today. Where it is unknown, or where the hypervisor takes the place of macOS with its maker's support, as ESXi did
    on older Macs, nothing is reported unless the CPU is one that no Mac has.
    """
    if not workload.guest.os.knows("family") or workload.guest.os.family != "darwin":
        return
    chosen = workload.deployment
    in_a_container = chosen.knows("architecture") and chosen.architecture == "container"
    if not workload.deployed or in_a_container or (chosen.knows("mode") and workload.mode.is_container):
        return  # no container runs macOS, whatever its platform calls it
    host, platform = workload.host, workload.platform
    no_mac = host.cpu.knows("vendor") and host.cpu.vendor not in MAC_CPUS
    if not no_mac and _may_replace_macos(platform):
        raise Unknown("host.cpu.vendor" if not host.cpu.knows("vendor") else "host.os.family")
    elsewhere = _needs_another_system(platform)
    beside = not elsewhere or (host.os.knows("family") and host.os.family != "darwin")
    if not no_mac and not elsewhere and host.os.family == "darwin":
        yield from _too_many(workload)
        return
    yield finding(
        guest_os_field(workload),
        f"the licence text allows {guest_name(workload)} in a virtual machine only on a Mac that runs macOS, and the "
        + (
            f"CPU of the host is no Mac's ({host.cpu.vendor})"
            if no_mac
            else f"host runs {family_name(host.os.family)}"
            if beside
            else f"host of {platform.name} does not"
        ),
        because=("host.cpu.vendor" if no_mac else beside and "host.os.family", "deployment.platform.id"),
        help="use a Mac of your own, or a rented one",
    )


def _may_replace_macos(platform: Platform) -> bool:
    """Whether a platform that is the host's system itself may have Macs below it: its maker's word, or a cloud's."""
    host = platform.data.get("host", {})
    return "own" in host.get("os", ()) and (host.get("onMacs", False) or platform.placement == "service")


def _needs_another_system(platform: Platform) -> bool:
    """Whether the host of a platform runs another system than macOS, whatever computer it is."""
    host = platform.data.get("host", {})
    return "os" in host and "darwin" not in (*host["os"], *host.get("experimentalOs", ()))


def _too_many(workload: Workload) -> Iterator[Finding]:
    """Find more virtual machines on each Mac than it may run."""
    wanted, path = workload.requirements.density.per_host, "requirements.density.perHost"
    if wanted is None:
        instances, path = workload.get("instances", 1), "instances"
        if instances <= MOST:
            return
        wanted = -(-instances // workload.host.cluster.nodes)
    if wanted > MOST:
        silicon = workload.host.cpu.get("vendor", "") == "apple" or workload.host.arch == "arm64"
        yield finding(
            path,
            f"{wanted} virtual machines with macOS are to run on each Mac, and "
            + ("macOS starts two" if silicon else "the licence text allows two"),
            severity=None if silicon else Severity.WARNING,
            because=("guest.os.family", path == "instances" and "host.cluster.nodes"),
            help=f"use more Macs: {MOST} machines on each",
        )
