"""Guests that cannot run in the way chosen, because of the family that their system belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Unknown, Workload, finding, rule

from .families import (
    families,
    family_name,
    family_names,
    hides_a_machine,
    lacks_windows,
    mode_is_stated,
    runs_windows_images,
)
from .wording import guest_name, guest_os_field

MAC_CPUS = frozenset({"apple", "intel"})
"""CPU vendors of the Macs that macOS runs on."""

NAMED_BY_OCI = frozenset({"linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "illumos", "aix"})
"""Families that an OCI platform has a word for. Any other guest has to borrow one."""

SAME_NAME = frozenset({"solaris", "illumos"})
"""Families that many tools call by either word."""


def not_native(workload: Workload) -> frozenset[str]:
    """Return the host's family where the platform does not run on it, so that a virtual machine must be in between."""
    kernel = workload.deployment.kernel_family
    supported = kernel == "linux" or kernel in workload.platform.fact("host", "os")
    return frozenset() if supported else frozenset({kernel})


@rule(
    "VM402",
    "container-os-family-mismatch",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-38", "S-44", "P-15", "P-25"),
    symptoms=("no matching manifest for windows/amd64 in the manifest list entries",),
    architectures=("container",),
    fits_if={
        "guest.os.id": "names a system of the family whose kernel the containers share",
        "host.platform": "names a {guest.os.family} host",
    },
)
def container_os_family_mismatch(workload: Workload) -> Iterator[Finding]:
    """A container runs programs of its host's operating system family, because it runs them on its host's kernel.

    An image holds files, not a kernel. Its programs make their system calls to whatever kernel is already running, and
    a Linux kernel does not answer FreeBSD's or Windows' calls, nor Windows Linux's. What looks like an exception is a
    hidden virtual machine: Docker Desktop, WSL 2, Lima and Podman's machine start a Linux of their own, and that is the
    kernel which counts here.

    It leaves Windows images on hosts without Windows to VM421 where the platform runs such images on other hosts. It is
    silent on a host where the engine itself cannot run natively (Docker on a Mac, or for Linux programs on a Windows
    desktop), since some virtual machine must then be in between, of which VM623 speaks. FreeBSD hosts can emulate
    Linux's system calls; no platform in the catalogue relies on that.
    """
    if runs_in_no_mode(workload):
        yield finding(
            "guest.os.family",
            f"{workload.platform.name} runs no {family_name(workload.guest.os.family)} programs in any of its modes",
            because=("deployment.platform.id",),
            help="run it in a virtual machine, which brings its own kernel",
        )
        return
    if not shares_some_kernel(workload):
        return
    deployment = workload.deployment
    needed = workload.guest.os.family
    system = family_name(needed)
    if needed == "unikernel":
        yield finding(
            "guest.os.family",
            "a unikernel is a kernel itself, and these containers run programs on the host's",
            because=("deployment.mode",),
            help="run it in a virtual machine or a microVM",
        )
    elif needed == "other" or lacks_windows(workload):
        return
    elif mode_is_stated(workload) and needed not in families(workload.mode):
        yield finding(
            "deployment.mode",
            f"a {workload.mode.name} runs {family_names(families(workload.mode))} programs only,"
            f" and the guest is {system}",
            because=("guest.os.family",),
            help=f"run it on a host with a {system} kernel, or in a virtual machine",
        )
    elif deployment.kernel_family in {needed, *not_native(workload)} or hides_a_machine(workload):
        return
    elif needed == "windows" and deployment.kernel_family == "linux" and runs_windows_images(workload):
        return  # VM421's, which may still wait for the mode
    else:
        yield finding(
            "guest.os.family",
            f"{system} programs need a {system} kernel, and {workload.platform.name} runs containers on"
            f" {family_name(deployment.kernel_family)} here",
            because=("deployment.platform.id", "deployment.mode", "host.os.family"),
            help=(
                "for development, a product that brings a Linux machine: Docker Desktop, WSL 2, Lima, Podman machine"
                if needed == "linux"
                else f"run it in a virtual machine, which brings its own {system} kernel"
            ),
        )


def runs_in_no_mode(workload: Workload) -> bool:
    """Tell whether the guest's family is ruled out although nothing says which of the platform's modes it would be."""
    deployment, platform = workload.deployment, workload.platform
    if deployment.knows("mode") or not workload.guest.os.knows("family"):
        return False
    family = workload.guest.os.family
    modes = [workload.catalog.modes[name] for name in platform.modes]
    taken = [mode.data.get("families", (family,)) for mode in modes if mode.is_container]
    ported = platform.has("host", "experimentalOs") and family in platform.fact("host", "experimentalOs")
    return family not in ("unikernel", "other") and not ported and not any(family in families for families in taken)


def shares_some_kernel(workload: Workload) -> bool:
    """Tell whether the containers run on the kernel of their host, or of the machine that their platform brings.

    Which mode it is need not be known where the kernel's family is: on Windows, process isolation and Hyper-V isolation
    run the same images.
    """
    deployment = workload.deployment
    by_default = "runtime_class" not in deployment.stated() and deployment.knows("kernel_family")
    return True if by_default and not deployment.knows("mode") else workload.mode.shares_host_kernel


def runnable(workload: Workload) -> frozenset[str] | None:
    """Return the only OS families that the platform and the mode run; ``None`` where neither sets a limit."""
    deployment = workload.deployment
    if not deployment.knows("mode"):
        whole = workload.platform.guest_families("")
        return frozenset(whole) if whole else runnable_in(workload, deployment.mode)  # ends here, undecided
    return runnable_in(workload, deployment.mode)


def runnable_in(workload: Workload, mode: str) -> frozenset[str] | None:
    """Return the only OS families that run in a mode on the chosen platform; ``None`` where nothing limits them."""
    limits = [
        frozenset(limit)
        for limit in (workload.platform.guest_families(mode), workload.catalog.modes[mode].data.get("families"))
        if limit
    ]
    return (frozenset.intersection(*limits) or None) if limits else None  # nothing in common: VM621 speaks


@rule(
    "VM624",
    "guest-family-not-runnable",
    Severity.ERROR,
    article=("T1-D4", "CT-D3"),
    sources=("S-28", "S-39", "S-40", "S-42", "P-17", "P-19", "P-20", "P-25", "P-26"),
    architectures=("type1", "type2", "paravirtualization", "container", "full-virtualization"),
    fits_if={"guest.os.id": "names a system that the mode can run"},
)
def guest_family_not_runnable(workload: Workload) -> Iterator[Finding]:
    """Some virtual machines and sandboxes run the systems of one family only.

    Being a virtual machine does not make something run any system. Firecracker has no firmware and no PC devices, so
    Windows never starts in it. Kata and gVisor speak Linux to the programs inside, WSL 2 boots Linux distributions, and
    Hyper-V isolation starts Windows images. The failure comes late and is obscure: a kernel that the monitor cannot
    load, or a program that is no executable.

    Containers on a shared kernel are VM402's, and Windows images on a host without Windows are VM421's where the
    platform runs any. Platforms that set no limit, or whose vendor merely does not support a system, are not meant.
    """
    deployment = workload.deployment
    if deployment.knows("mode") and workload.mode.shares_host_kernel:
        return
    allowed = runnable(workload)
    if allowed is None:
        return
    family = workload.guest.os.family
    if family in allowed or family == "other":
        return
    if deployment.architecture == "container" and lacks_windows(workload):
        return
    by_mode = deployment.knows("mode") and family not in workload.mode.data.get("families", (family,))
    what = f"a {workload.mode.name}" if by_mode else workload.platform.name
    yield finding(
        "guest.os.family",
        f"{what} runs {family_names(allowed)} guests only, and this one is {family_name(family)}",
        because=("deployment.platform.id", "deployment.mode"),
        help="choose a virtual machine with firmware and the devices of a PC, which most systems can boot",
    )


@rule(
    "VM627",
    "os-and-platform-contradict",
    Severity.ERROR,
    sources=("S-07", "S-44"),
    fits_if={
        "guest.os.id": "names a system of the kind that guest.platform states",
        "host.os.id": "names a system of the kind that host.platform states",
    },
)
def os_and_platform_contradict(workload: Workload) -> Iterator[Finding]:
    """A manifest that says Windows in one line and Linux in the next cannot be judged.

    `os` names a release, `platform` the operating system and CPU that programs are built for. Where both are stated
    they must agree, because a rule may go by either: one checks the drivers of Windows Server, another the architecture
    of a Linux image, and neither tells anything about what will run. Mostly one of the two was left over from a copy.

    Systems that OCI has no word for (DOS, OS/2, NetWare, unikernels) may borrow any. Solaris and illumos pass for each
    other.
    """
    for path, facts in (("guest", workload.guest), ("host", workload.host)):
        family = facts.os.stated().get("family")
        if not (facts.os.knows("id") and (family or facts.knows("platform"))):
            continue
        system = workload.catalog.guest(facts.os.id)
        if system is None:
            raise Unknown(f"{path}.os.id")
        if family and family != system.family and not {system.family, family} <= SAME_NAME:
            yield finding(
                f"{path}.os.family",
                f"{system.name} and the family {family} contradict each other: the one is {family_name(system.family)}",
                because=(f"{path}.os.id",),
                help="leave the family out: it follows from the id",
            )
        if not facts.knows("platform"):
            continue
        stated = facts.platform.os
        alike = system.family == stated or {system.family, stated} <= SAME_NAME
        if system.family in NAMED_BY_OCI and not alike:
            yield finding(
                f"{path}.platform",
                f"{facts.platform} and {system.name} contradict each other: one is {family_name(stated)}, "
                f"the other {family_name(system.family)}",
                because=(f"{path}.os.id",),
                help=f"correct {path}.os or {path}.platform, whichever is left over",
            )


@rule(
    "VM212",
    "macos-guest-off-apple-hardware",
    Severity.ERROR,
    article=("T2-C3",),
    sources=("S-78",),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    fits_if={"host.os.family": "is darwin", "host.platform": "is a Mac that runs macOS"},
)
def macos_guest_off_apple_hardware(workload: Workload) -> Iterator[Finding]:
    """The licence of macOS knows virtual machines on a Mac that runs macOS, and nowhere else.

    Its text allows two additional copies in virtual machines on each Apple computer that already runs macOS. On other
    hardware nothing in the licence covers the guest, whatever the hypervisor can be made to do, and on servers without
    Apple's chips current releases do not boot unaided either. Builds for macOS therefore run on Macs, owned or rented.

    This is what the text says, and no legal advice. The host's system decides here: where it is unknown, or replaced by
    a hypervisor of its own, as ESXi does on older Macs, nothing is said unless the CPU is one that no Mac has.
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
