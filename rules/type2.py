"""Type 2 hypervisors (section 1.2 of the article): programs on somebody's desktop system, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Version, Workload, finding, foreign, repair, rule

from .wording import (
    DESKTOP_WORKLOAD,
    MALWARE_LAB,
    an,
    distrust_fields,
    guest_arch_field,
    labelled,
    offers,
)

HOSTED = ("type2", "full-virtualization", "paravirtualization")
"""The words under which the article names hosted hypervisors (T2-E1, T2-E2, FV-E1, FV-E2), and one that others give to
their virtio drivers; it silences nothing."""

SMALL_SCALE = 5
"""Instances up to which "small-scale virtualization" (T2-U4) is taken to reach. A judgement: the article gives none."""

PREVIEWED = frozenset({("arm64", "amd64")})
"""(host, guest) that a hosted product translates as a technology preview; never the other way round (S-20, P-12)."""


def _desktop_hypervisor(workload: Workload) -> bool:
    # QEMU is hosted by nature but no desktop product: with KVM it is what servers run, without it VM502 speaks.
    platform = workload.platform
    return platform.hosted and "type2" in platform.architectures


@rule(
    "VM201",
    "type2-in-production",
    Severity.WARNING,
    article=("T2-A4", "T2-U1", "T2-U3", "T2-U4", "T2-D3", "CH-2"),
    architectures=(*HOSTED, "container"),
)
def type2_in_production(workload: Workload) -> Iterator[Finding]:
    """A hosted hypervisor is made for development, tests and teaching, not for production.

    VirtualBox, VMware Workstation and Parallels are programs in a user's session, and so are Docker Desktop and Lima,
    whose containers live in a machine of that kind. The guest goes down when the desktop system updates itself, sleeps
    or logs out, nobody restarts it elsewhere, and it competes with everything else on the machine. It works until the
    first night it does not.

    KVM and Hyper-V are not meant: they belong to the kernel, whatever desktop they run beside. Nor is a workload that
    *is* a desktop (`kind: desktop`, or the label `vmlint/desktop-workload` for a kiosk or a VDI client). WSL 2 is
    left out, because its vendor answers the question differently (VM210). An engine such as Docker on a server is no
    desktop product, and orchestrators are not either.
    """
    platform = workload.platform
    brings_a_machine = platform.hosted and "container" in platform.architectures
    if not (_desktop_hypervisor(workload) or brings_a_machine) or platform.has("production"):
        return
    if labelled(workload, DESKTOP_WORKLOAD) or (workload.knows("kind") and workload.kind == "desktop"):
        return
    if workload.environment == "production":
        yield finding(
            "deployment.platform.id",
            f"{platform.name} runs as a program on a desktop system; it is no base for a production workload",
            because=("environment",),
            help=(
                *(["run the same image on a container engine of a server"] if brings_a_machine else []),
                f"if the desktop itself is the product (a kiosk, a VDI client), label it {DESKTOP_WORKLOAD}",
            ),
        )


@rule(
    "VM202",
    "type2-for-high-performance",
    Severity.WARNING,
    article=("T2-C4", "T2-D1", "T2-D4", "T1-A1"),
    architectures=HOSTED,
)
def type2_for_high_performance(workload: Workload) -> Iterator[Finding]:
    """A hosted hypervisor shares the machine with a desktop system, and pays for it in I/O and scheduling.

    With VT-x or AMD-V the guest's arithmetic runs at full speed on either type. What a hosted hypervisor adds is the
    way to every device through the host's own system, and a scheduler that also serves a browser. Throughput and,
    above all, the tail of the latencies suffer.

    In development a single virtual machine that mostly computes hardly notices, so there the finding is advice.
    Emulation is far slower still and has its own rule (VM502).
    """
    if workload.requirements.performance.class_ != "high" or not _desktop_hypervisor(workload):
        return
    deployment = workload.deployment
    if deployment.knows("mode") and deployment.mode == "emulation":
        return
    several = workload.knows("instances") and workload.instances > 1
    at_a_desk = workload.knows("environment") and workload.environment in ("dev", "test") and not several
    yield finding(
        "deployment.platform.id",
        f"high performance is demanded, and {workload.platform.name} reaches every device through a desktop system",
        severity=Severity.NOTE if at_a_desk else None,
        because=("requirements.performance.class",),
        help="where it cannot move, paravirtual disk and network devices win back part of it",
    )


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

    The hypervisor lends the CPU to the guest; it does not translate. A box built for x86 that ran on every laptop for a
    decade does not start on Apple silicon, however broad the hardware support of type 2 products used to be.

    32-bit x86 runs on 64-bit x86. Products that bring an emulator (UTM, Lima with QEMU) are at fault only in their
    hardware-assisted mode. The x86 emulator of Parallels Desktop since 20.2 is a slow technology preview for 64-bit
    UEFI guests without USB: a warning. Virtual machines elsewhere are VM605's business, containers VM405's.
    """
    platform = workload.platform
    if not platform.hosted:
        return
    guest, host = workload.guest.arch, workload.host.arch
    if not foreign(guest, host):
        return
    support = platform.fact("guest", "foreignArch")
    emulates = "emulation" in platform.modes
    if support == "emulated" and emulates and workload.deployment.mode == "emulation":
        return
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


def _before_preview(workload: Workload) -> bool:
    since = workload.platform.modes.get("emulation", {}).get("since")
    chosen = workload.deployment.platform
    return bool(since) and chosen.knows("version") and chosen.version < Version(str(since))


@rule(
    "VM204",
    "type2-for-mission-critical",
    Severity.WARNING,
    article=("T1-U3", "T2-D3"),
    architectures=HOSTED,
)
def type2_for_mission_critical(workload: Workload) -> Iterator[Finding]:
    """Nothing restarts a guest of a hosted hypervisor elsewhere when its machine fails.

    High availability is a matter of several hosts that watch each other, share storage and restart or move guests. The
    type 1 platforms bring that, and so do orchestrated containers; a desktop hypervisor knows only its own machine.

    Where the application itself keeps several instances on several machines, and says so with more than one instance
    and `placement: one-per-host`, nothing is missing.
    """
    availability = workload.requirements.availability
    if availability not in ("ha", "mission-critical") or not _desktop_hypervisor(workload):
        return
    several = workload.knows("instances") and workload.instances > 1
    if several and workload.deployment.knows("placement") and workload.deployment.placement == "one-per-host":
        return
    yield finding(
        "deployment.platform.id",
        f"availability {availability} is demanded, and {workload.platform.name} has no failover to another host",
        because=("requirements.availability",),
        help="if the application replicates itself, state the number of instances and placement: one-per-host",
    )


@rule("VM205", "type2-beyond-small-scale", Severity.WARNING, article=("T2-D3", "T2-U4"), architectures=HOSTED)
def type2_beyond_small_scale(workload: Workload) -> Iterator[Finding]:
    """A hosted hypervisor is a tool for a handful of machines, not for a fleet.

    There is no scheduler that spreads guests, no central management and no shared storage, and every guest takes its
    memory from a desktop system. Beyond five instances (a threshold of ours: the article says only "small-scale") the
    machines are managed by hand, and it shows.

    A classroom with one guest on each desktop is exactly what these products are for: `placement: one-per-host`.
    """
    if not _desktop_hypervisor(workload):
        return
    instances, deployment = workload.instances, workload.deployment
    if instances <= SMALL_SCALE or (deployment.knows("placement") and deployment.placement == "one-per-host"):
        return
    yield finding(
        "instances",
        f"{instances} instances are more than {workload.platform.name} is made for on one machine "
        f"(small scale: up to {SMALL_SCALE})",
        because=("deployment.platform.id",),
        help="if each runs on a desktop of its own, state placement: one-per-host",
    )


@rule(
    "VM206",
    "security-depends-on-desktop-host",
    Severity.WARNING,
    security=True,
    article=("T2-C5", "T2-D2", "T1-A2"),
    sources=("S-38b",),
    architectures=HOSTED,
)
def security_depends_on_desktop_host(workload: Workload) -> Iterator[Finding]:
    """The isolation of a hosted guest depends on the desktop system underneath.

    The boundary is a virtual machine's, but it ends in a program of an ordinary user session: whoever breaks out of the
    guest, or into the browser beside it, stands on the same desktop. For strangers' code or hostile tenants that is a
    warning. For compliance with virtual-machine isolation it is advice, since the boundary asked for is there and an
    assessor has to judge the host.

    Type 1 platforms are not free of this either, only smaller: Xen's domain 0 and a Hyper-V root partition are complete
    systems too. A malware laboratory that is cut off and thrown away afterwards says so with the label
    `vmlint/malware-lab`.
    """
    isolation = workload.requirements.isolation
    regulated = bool(isolation.compliance) and isolation.level in ("vm", "confidential")
    if not (workload.untrusted or regulated) or labelled(workload, MALWARE_LAB) or not _desktop_hypervisor(workload):
        return
    for_whom = "untrusted code" if workload.untrusted else f"compliance with {', '.join(isolation.compliance or ())}"
    yield finding(
        "deployment.platform.id",
        f"isolation for {for_whom} depends on the desktop system that {workload.platform.name} runs on",
        severity=None if workload.untrusted else Severity.NOTE,
        because=distrust_fields(workload) or ("requirements.isolation.level", "requirements.isolation.compliance"),
        help="an offline laboratory whose host is wiped afterwards can be labelled vmlint/malware-lab",
    )


@rule(
    "VM210",
    "production-against-vendor-word",
    Severity.NOTE,
    article=("T2-A4",),
    sources=("P-26",),
    architectures=(*HOSTED, "container"),
)
def production_against_vendor_word(workload: Workload) -> Iterator[Finding]:
    """Where a vendor says what is different in production, the workload should not find out by itself.

    WSL 2 is the case. Microsoft once advised against production services in it and now answers yes, with a list of
    what is not as on a server: the virtual machine stops when it is idle, its kernel is updated from outside, and the
    files of Windows are visible. For applications it points to its WSL container API.

    CI runners are short-lived and pass, and so does a workload that *is* a desktop (`kind: desktop`, or the label
    `vmlint/desktop-workload`). Other desktop products are VM201's.
    """
    platform = workload.platform
    if not platform.has("production"):
        return
    if labelled(workload, DESKTOP_WORKLOAD) or workload.get("kind") in ("desktop", "ci-runner"):
        return
    if workload.environment == "production":
        production = platform.fact("production")
        yield finding(
            "deployment.platform.id",
            f"{platform.name} in production: {production['advice']}",
            because=("environment",),
            help=production.get("help", ()),
        )
