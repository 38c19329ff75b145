from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Version, Workload, both, finding, foreign, repair, rule

from ..shared.architectures import HOSTED
from ..shared.fields import guest_arch_field
from ..shared.modes import offers, possible_modes
from ..shared.wording import an

PREVIEWED = frozenset({("arm64", "amd64")})
"""(host, guest) that a hosted product translates as a technology preview; never the other way round (S-20, P-12)."""


@rule(
    "VM203",
    "hosted-guest-architecture-differs",
    Severity.ERROR,
    article=("T2-C3",),
    sources=("S-19", "S-20", "S-48", "S-49", "P-11a", "P-12"),
    symptoms=(
        "Cannot run the machine because its platform architecture x86 is not supported on ARM",
        "VBOX_E_PLATFORM_ARCH_NOT_SUPPORTED",
    ),
    architectures=HOSTED,
    fits_if={
        "guest.platform": "names a CPU architecture that the host runs itself",
        "host.platform": "has a CPU that runs {guest.arch} code itself",
        "deployment.mode": "is emulation, where the platform emulates {guest.arch}",
    },
)
def hosted_guest_architecture_differs(workload: Workload) -> Iterator[Finding]:
    """A hosted hypervisor runs guests of the host's own CPU architecture, and Macs changed theirs.

    ## Why

    The hypervisor lends the CPU to the guest; it does not translate. A box built for x86 that ran on every laptop for a
    decade does not start on Apple silicon, however broad the hardware support of type 2 products used to be.

    ## Severity

    The x86 emulator of Parallels Desktop since 20.2 is a slow technology preview for 64-bit UEFI guests without USB: a
    warning.

    ## When it stays silent

    32-bit x86 runs on 64-bit x86. Products that bring an emulator (UTM, Lima with QEMU) are at fault only in their
    hardware-assisted mode. Virtual machines elsewhere are left to VM605, containers to VM405.
    """
    if not both(
        lambda: workload.platform.hosted,
        lambda: not _emulates(workload),
        lambda: foreign(workload.guest.arch, workload.host.arch),
    ):
        return
    platform = workload.platform
    support = platform.fact("guest", "foreignArch")
    guest, host = workload.guest.arch, workload.host.arch
    preview = support == "experimental" and (host, guest) in PREVIEWED and not _before_preview(workload)
    build = workload.guest.os.knows("id") and workload.guest_os.has("arch") and host in workload.guest_os.fact("arch")
    yield finding(
        guest_arch_field(workload),
        f"{platform.name} runs {guest} guests on {host} hosts only as a slow technology preview"
        if preview
        else f"{platform.name} on {an(host)} host cannot run {an(guest)} guest in mode hw-assisted"
        if support == "emulated"
        else f"{platform.name} on {an(host)} host cannot run {an(guest)} guest",
        severity=Severity.WARNING if preview else None,
        because=("host.platform", "deployment.platform.id"),
        help=(
            f"{workload.guest_os.name} exists for {host}: use that build"
            if build
            else f"use {an(host)} build of the guest",
            f"or run it on {an(guest)} machine; single programs can be translated inside {an(host)} guest",
        ),
        repairs=(repair("translated instruction by instruction, many times slower", mode="emulation"),)
        if offers(workload, "emulation")
        else (),
    )


def _emulates(workload: Workload) -> bool:
    """Whether the platform runs foreign guests in this mode. What is only assumed fits the CPU."""
    support = workload.platform.fact("guest", "foreignArch")
    able = support == "emulated" and "emulation" in workload.platform.modes
    return able and "emulation" in possible_modes(workload)


def _before_preview(workload: Workload) -> bool:
    since = workload.platform.modes.get("emulation", {}).get("since")
    chosen = workload.deployment.platform
    return bool(since) and chosen.knows("version") and chosen.version < Version(str(since))
