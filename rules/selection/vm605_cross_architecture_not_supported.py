from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Platform, Repair, Severity, Workload, both, finding, foreign, repair, rule

from ..shared.fields import guest_arch_field
from ..shared.modes import possible_modes

PERHAPS_NATIVE = frozenset({("arm", "arm64"), ("ppc64", "ppc64le"), ("ppc64le", "ppc64")})
"""(guest, host) pairs that some CPUs run without translation: 32-bit code on 64-bit Arm cores that still have AArch32,
and either byte order on POWER. Which ones do is not in the catalogue, so nothing is claimed about them."""


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
    stated.

    ## When it stays silent

    32-bit x86 on 64-bit x86 is no foreign CPU. 32-bit Arm on 64-bit Arm and the byte orders of POWER are not judged,
    since some CPUs run them. A guest on a hosted hypervisor is left to VM203, a container to VM405.
    """
    deployment = workload.deployment
    if not both(
        lambda: not workload.platform.hosted,
        lambda: "emulation" not in possible_modes(workload),
        lambda: _is_foreign(workload),
    ):
        return
    platform = workload.platform
    guest, host = workload.guest.arch, workload.host.arch
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


def _is_foreign(workload: Workload) -> bool:
    guest, host = workload.guest.arch, workload.host.arch
    return foreign(guest, host) and (guest, host) not in PERHAPS_NATIVE


def _emulation(platform: Platform) -> Iterator[Repair]:
    if "emulation" in platform.modes:
        yield repair("emulates the foreign CPU, slowly", mode="emulation")
