from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import (
    Finding,
    Platform,
    Repair,
    Severity,
    Workload,
    both,
    cpu_architecture,
    finding,
    foreign,
    perhaps_native,
    repair,
    rule,
)

from ..shared.any_platform import in_any_platform, may_hold
from ..shared.emulation import may_be_emulated
from ..shared.fields import guest_arch_field
from ..shared.modes import possible_modes
from ..shared.wording import listed


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

    ## Why

    ESXi, Hyper-V, Xen, KVM and Firecracker run the instructions of the machine they are installed on. A guest for
    another CPU needs an emulator that translates every instruction, which costs most of the speed, or a host with the
    right CPU.

    ## Severity

    A platform with an experimental way, such as KubeVirt behind its alpha gate, gets a warning as long as no mode is
    stated, and an error for a CPU that it is known not to emulate.

    ## When it stays silent

    32-bit x86 on 64-bit x86 is no foreign CPU. 32-bit Arm on 64-bit Arm and the byte orders of POWER are not judged,
    since some CPUs run them. Where the host's CPU is unknown, only a platform that is built for no CPU of the guest's
    kind is reported. A guest on a hosted hypervisor is left to VM203, a container to VM405.
    """
    deployment = workload.deployment
    if (
        workload.guest.knows("arch")
        and may_be_emulated(workload)
        and may_hold(workload, lambda platform: _emulates_others(platform, workload.guest.arch))
        and in_any_platform(workload, _is_emulated_by_none_for_it)
    ):
        known_cpus = workload.platform.fact("guest", "arch")
        yield finding(
            guest_arch_field(workload),
            f"{workload.platform.name} emulates {listed(known_cpus, 'or')}, and the guest is for {workload.guest.arch}",
            because=("deployment.platform.id", "deployment.mode"),
            help=f"run it on a host with {workload.guest.arch}",
        )
        return
    if not both(
        lambda: _is_foreign(workload) if workload.host.knows("arch") else _is_foreign_everywhere(workload),
        lambda: not workload.platform.hosted,
        lambda: "emulation" not in possible_modes(workload),
    ):
        return
    platform, guest = workload.platform, workload.guest.arch
    if not workload.host.knows("arch"):
        yield finding(
            guest_arch_field(workload),
            f"{platform.name} runs guest code on the host's CPU, and is built for {listed(_built_for(platform))}: a "
            f"guest for {guest} starts on none of its hosts",
            because=("deployment.platform.id", "deployment.mode"),
            help=(f"choose a platform that is built for {guest}",),
            repairs=_emulation(platform),
        )
        return
    host = workload.host.arch
    named = (
        f"{platform.name} runs guest code on the host's CPU: a guest for {guest} does not start on a host with {host}"
    )
    severity = Severity.ERROR
    known = not platform.has("guest", "arch") or guest in platform.fact("guest", "arch")
    if known and platform.fact("guest", "foreignArch") == "experimental" and not deployment.states("mode"):
        named = f"{platform.name} runs a guest for {guest} on a host with {host} only by an experimental feature"
        severity = Severity.WARNING
    yield finding(
        guest_arch_field(workload),
        named,
        severity=severity,
        because=("host.platform", "deployment.platform.id", "deployment.mode"),
        help=(f"use a build of the guest for {host} where there is one", f"run it on a host with {guest}"),
        repairs=_emulation(platform),
    )


def _is_emulated_by_none_for_it(workload: Workload) -> bool:
    """Whether the guest is emulated, on a platform that has no emulator for its CPU."""
    return both(
        lambda: _emulates_others(workload.platform, workload.guest.arch),
        lambda: possible_modes(workload) == {"emulation"},
    )


def _emulates_others(platform: Platform, arch: str) -> bool:
    """Whether a platform that is not hosted has an emulator for other CPUs alone."""
    emulates = not platform.hosted and "emulation" in platform.modes and platform.has("guest", "arch")
    return emulates and arch not in platform.fact("guest", "arch")


def _is_foreign(workload: Workload) -> bool:
    return _differ(workload.guest.arch, workload.host.arch)


def _is_foreign_everywhere(workload: Workload) -> bool:
    """Whether no CPU that the platform is built for runs the guest's code. Raises ``Unknown`` if the host decides."""
    guest, built_for = workload.guest.arch, _built_for(workload.platform)
    settled = bool(built_for and cpu_architecture(guest)) and all(_differ(guest, host) for host in built_for)
    return settled or _is_foreign(workload)


def _differ(guest: str, host: str) -> bool:
    return foreign(guest, host) and not perhaps_native(guest, host)


def _built_for(platform: Platform) -> tuple[str, ...]:
    """Return the CPUs of the hosts of a platform, with those of its experimental ports; nothing where it lists none."""
    host = platform.data["host"]
    return (*host.get("arch", ()), *host.get("experimentalArch", ()))


def _emulation(platform: Platform) -> Iterator[Repair]:
    if "emulation" in platform.modes:
        yield repair("emulates the foreign CPU, slowly", mode="emulation")
