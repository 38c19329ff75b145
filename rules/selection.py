"""Choosing (the article's last section): does the platform offer what was chosen, on this host, for this CPU."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import (
    Finding,
    Mode,
    Platform,
    Repair,
    Severity,
    Version,
    Workload,
    both,
    finding,
    foreign,
    repair,
    rule,
)

from .listing import listed
from .wording import guest_arch_field

PERHAPS_NATIVE = frozenset({("arm", "arm64"), ("ppc64", "ppc64le"), ("ppc64le", "ppc64")})
"""(guest, host) pairs that some CPUs run without translation: 32-bit code on 64-bit Arm cores that still have AArch32,
and either byte order on POWER. Which ones do is not in the catalogue, so nothing is claimed about them."""

XEN_MODES = frozenset({"pv", "pvh"})
"""Modes of Xen itself. A product built on Xen may have them although its entry is silent."""


@rule(
    "VM605",
    "cross-architecture-not-supported",
    Severity.ERROR,
    article=("FV-C4",),
    sources=("S-28", "S-84", "P-16"),
    symptoms=("CPU mode 'host-passthrough' for aarch64 kvm domain on x86_64 host is not supported by hypervisor",),
    architectures=("type1", "paravirtualization", "full-virtualization"),
    fits_if={
        "guest.platform": "names the CPU architecture of the host",
        "host.platform": "has a CPU that runs {guest.arch} code itself",
    },
)
def cross_architecture_not_supported(workload: Workload) -> Iterator[Finding]:
    """A hypervisor hands guest code to the host's CPU; it does not translate it for another one.

    ESXi, Hyper-V, Xen, KVM and Firecracker run the instructions of the machine they are installed on. A guest for
    another CPU needs an emulator that translates every instruction, which costs most of the speed, or a host with the
    right CPU.

    32-bit x86 on 64-bit x86 is no foreign CPU. Nothing is said about 32-bit Arm on 64-bit Arm or about byte orders on
    POWER, which some CPUs run themselves. A guest on a hosted hypervisor is VM203's, a container VM405's. A platform
    with an experimental way, such as KubeVirt behind its alpha gate, gets a warning as long as no mode is stated.
    """
    deployment = workload.deployment
    platform = workload.platform
    if platform.hosted or not both(lambda: deployment.mode != "emulation", lambda: _foreign(workload)):
        return
    guest, host = workload.guest.arch, workload.host.arch
    named = (
        f"{platform.name} runs guest code on the host's CPU: a guest for {guest} does not start on a host with {host}"
    )
    severity = Severity.ERROR
    known = not platform.has("guest", "arch") or guest in platform.fact("guest", "arch")
    if known and platform.fact("guest", "foreignArch") == "experimental" and "mode" not in deployment.stated():
        named = f"{platform.name} runs a guest for {guest} on a host with {host} only by an experimental feature"
        severity = Severity.WARNING
    yield finding(
        guest_arch_field(workload),
        named,
        severity=severity,
        because=("host.platform", "deployment.platform.id", "deployment.mode"),
        help=(f"use a build of the guest for {host} where there is one", f"run it on a host with {guest}"),
        repairs=_emulated(platform),
    )


def _foreign(workload: Workload) -> bool:
    guest, host = workload.guest.arch, workload.host.arch
    return foreign(guest, host) and (guest, host) not in PERHAPS_NATIVE


def _emulated(platform: Platform) -> Iterator[Repair]:
    if "emulation" in platform.modes:
        yield repair("emulates the foreign CPU, slowly", mode="emulation")


@rule(
    "VM620",
    "architecture-not-offered-by-platform",
    Severity.ERROR,
    article=(
        "T1-E1",
        "T1-E2",
        "T1-E3",
        "T2-E1",
        "T2-E2",
        "T2-E3",
        "PV-E1",
        "PV-E2",
        "CT-E1",
        "CT-E2",
        "CT-E3",
        "FV-E3",
    ),
    fits_if={
        "deployment.architecture": "is one that the platform offers",
        "deployment.platform.id": "names a platform that offers the architecture",
    },
)
def architecture_not_offered(workload: Workload) -> Iterator[Finding]:
    """A platform implements some of the five architectures, and no other can be had from it.

    Docker does not run virtual machines and ESXi does not run containers. A file that says otherwise was put together
    from two plans, and whoever deploys it will follow only one of them.

    The article's words overlap, so a word is accepted wherever some mode of the platform is what it describes: full
    virtualization for every hypervisor that runs unmodified guests, paravirtualization for Xen and its products. KVM
    and Hyper-V called type 2, or virtio drivers called paravirtualization, are a matter of naming: advice, and the file
    is checked for what will really run. A hosted product is no type 1 hypervisor, though, and one that replaces the
    host's system no type 2. An orchestrator whose runtime class says what really runs the workload is not judged.
    """
    if not workload.deployed:
        return
    platform, deployment = workload.platform, workload.deployment
    chosen = deployment.architecture
    if _implements(workload, chosen):
        return
    if platform.placement == "orchestrator" and "runtime_class" in deployment.stated():
        return
    naming = _loosely(workload, chosen)
    yield finding(
        "deployment.architecture",
        f"{platform.name} is usually called {listed(platform.architectures, 'or')}, not {chosen}: a matter of naming"
        if naming
        else f"{platform.name} does not offer {chosen}; it offers {listed(platform.architectures)}",
        severity=Severity.NOTE if naming else None,
        because=("deployment.platform.id",),
        repairs=(
            repair(
                f"the usual word for {platform.name}" if naming else f"what {platform.name} offers", architecture=word
            )
            for word in platform.architectures
        ),
    )


DESCRIBED = {
    "full-virtualization": frozenset({"hw-assisted", "pvhvm", "emulation"}),
    "paravirtualization": frozenset({"pv", "pvh", "pvhvm"}),
}
"""The modes that two of the article's words describe, whatever platform has them (FV-C2, PV-S1, PV-S2)."""


def _implements(workload: Workload, architecture: str) -> bool:
    """Tell whether a platform goes by an architecture, or has the mode that it describes."""
    platform, stated = workload.platform, workload.deployment.stated().get("mode")
    modes = platform.modes.keys() & ({stated} if stated else platform.modes.keys())
    return architecture in platform.architectures or bool(modes & DESCRIBED.get(architecture, frozenset()))


def _loosely(workload: Workload, architecture: str) -> bool:
    """Tell whether a platform runs machines, and a word for machines does not contradict where it sits."""
    platform, stated = workload.platform, workload.deployment.stated().get("mode")
    if architecture == "container":
        return False
    if (architecture == "type1" and _hosted_product(platform)) or (
        architecture == "type2" and platform.placement == "bare-metal"
    ):
        return False
    modes = [workload.catalog.modes[name] for name in platform.modes]
    in_machines = all(mode.boundary == "vm" for mode in modes) or (
        stated in platform.modes and workload.catalog.modes[str(stated)].boundary == "vm"
    )
    return in_machines or any(not mode.is_container for mode in modes)


def _hosted_product(platform: Platform) -> bool:
    return platform.hosted and "type2" in platform.architectures


@rule(
    "VM621",
    "mode-not-offered-by-platform",
    Severity.ERROR,
    article=("CT-S2", "PV-S1"),
    sources=("S-22", "S-27", "S-42", "P-12", "P-13", "P-15", "P-16", "P-19", "P-25"),
    fits_if={
        "deployment.mode": "is one that the platform offers",
        "deployment.platform.version": "is one that offers the mode {deployment.mode}",
        "deployment.platform.id": "names a platform that offers the mode",
    },
)
def mode_not_offered(workload: Workload) -> Iterator[Finding]:
    """A platform runs code in certain modes, some only from a certain version on or up to one.

    The mode decides whose kernel runs, what the CPU must be able to do and how strong the boundary is. A mode that the
    platform does not have in the stated version cannot be started there; classic PV is a matter of x86 alone. A mode
    that contradicts the stated architecture, such as a container in a hypervisor's mode, means that one of the two
    words is a mistake.

    Classic PV on a release that dropped it is VM303's. Nothing is said about Xen's own modes on a product built on Xen
    whose vendor's word was not read.
    """
    if not workload.deployed:
        return
    deployment = workload.deployment
    if not deployment.knows("mode") and "runtime_class" not in deployment.stated():
        return  # no mode was chosen
    name, mode = deployment.mode, workload.mode
    known = deployment.platform.knows("id") and workload.catalog.platform(deployment.platform.id)
    word = deployment.stated().get("architecture")
    if word and _contradicts(word, mode):
        if not known or _implements(workload, word) or _loosely(workload, word):  # else VM620 speaks
            yield finding(
                "deployment.mode",
                f"{name} ({mode.name}) is not a way to run the architecture {word}",
                because=("deployment.architecture",),
                repairs=_usual_modes(known, word) if known else (),
            )
        return
    platform = workload.platform
    offer = platform.modes.get(name)
    if offer is None:
        if name in XEN_MODES and platform.has("devices", "driver") and platform.fact("devices", "driver") == "xen":
            raise platform.unknown("modes", name)
        yield finding(
            "deployment.mode",
            f"{platform.name} has no mode {name}; it has {listed(platform.modes)}",
            because=("deployment.platform.id",),
            repairs=_usual_modes(platform, word),
        )
    elif "arch" in offer and workload.host.knows("arch") and workload.host.arch not in offer["arch"]:
        yield finding(
            "deployment.mode",
            f"{platform.name} has the mode {name} on {listed(offer['arch'], 'or')} hosts only, not on "
            f"{workload.host.arch}",
            because=("host.platform", "deployment.platform.id"),
            repairs=_usual_modes(platform, word),
        )
    elif "since" in offer and deployment.platform.version < Version(offer["since"]):
        yield finding(
            "deployment.mode",
            f"{platform.name} has the mode {name} only since {offer['since']}, not in {deployment.platform.version}",
            because=("deployment.platform.version",),
            repairs=(repair("the first version with that mode", platform__version=offer["since"]),),
        )
    elif "removed" in offer and name != "pv" and deployment.platform.version >= Version(offer["removed"]):
        yield finding(
            "deployment.mode",
            f"{platform.name} {deployment.platform.version} lost the mode {name} in {offer['removed']}",
            because=("deployment.platform.version",),
            repairs=_usual_modes(platform, word),
        )


def _contradicts(architecture: str, mode: Mode) -> bool:
    if architecture == "container":
        return not mode.is_container
    if architecture == "full-virtualization" and mode.id in XEN_MODES:
        return True  # its kernel has to know Xen
    return mode.is_container and mode.boundary != "vm"  # a container in a virtual machine may be called either


def _usual_modes(platform: Platform, architecture: str | None) -> Iterator[Repair]:
    usual = platform.architectures
    modes = [usual.get(architecture)] if architecture else list(usual.values())
    for mode in dict.fromkeys(modes):
        if mode:
            yield repair(f"the usual mode of {platform.name}", mode=mode)
