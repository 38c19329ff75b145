"""Hosts: whether a platform exists, and still exists, for the CPU and for the operating system underneath."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Unknown, VersionRange, Workload, finding, rule

from .families import family_name, hides_a_machine, host_asked_elsewhere
from .listing import listed
from .wording import ALL_ARCHITECTURES

WHOLE_LIST = frozenset({"fpu", "lm"})
"""CPU flags of every 64-bit x86 machine: a list of features that has both was not shortened by hand."""


@rule(
    "VM103",
    "host-architecture-unsupported",
    Severity.ERROR,
    article=("T1-C4",),
    sources=("S-15", "S-01", "P-11a", "P-15"),
    architectures=ALL_ARCHITECTURES,
    fits_if={"host.platform": "names a CPU architecture that the platform is built for"},
)
def host_architecture_unsupported(workload: Workload) -> Iterator[Finding]:
    """A platform runs only on the CPU architectures it was built for.

    XCP-ng wants a 64-bit x86 server, Proxmox VE is built for amd64 alone, VMware Workstation has no Arm edition. The
    wish to move a rack to Arm servers, or a team to Apple silicon, usually fails here first: the installer does not
    even boot.

    Ports that their vendor calls experimental (ESXi on Arm) are accepted without a word, and platforms whose catalogue
    entry lists no architectures are not judged. Some products have builds for a CPU on one system only: VirtualBox runs
    on Arm under macOS and Windows, not under Linux. Whether the *guest* fits the host's CPU is a question of its own:
    VM203, VM405 and VM605.
    """
    platform = workload.platform
    if not platform.has("host", "arch"):
        return
    built_for, system = platform.fact("host", "arch"), ""
    if platform.has("host", "archByOs") and workload.host.os.knows("family"):
        family = workload.host.os.family
        limited = platform.fact("host", "archByOs").get(family)
        built_for, system = (limited, f"{family_name(family)} ") if limited else (built_for, "")
    experimental = platform.fact("host", "experimentalArch") if platform.has("host", "experimentalArch") else ()
    arch = workload.host.arch
    if arch in built_for or arch in experimental:
        return
    yield finding(
        "deployment.platform.id",
        f"{platform.name} does not run on {arch} {system}hosts, only on {listed(built_for, 'or')}",
        because=("host.platform", *(["host.os.family"] if system else [])),
        help=f"use a host of one of these architectures, or a platform that is built for {arch}",
    )


@rule(
    "VM623",
    "host-os-not-supported-by-platform",
    Severity.ERROR,
    article=("T2-S1", "T2-C1"),
    sources=("S-19", "P-11a", "P-22", "P-29"),
    fits_if={"host.platform": "has an operating system that the platform installs on"},
)
def host_os_not_supported(workload: Workload) -> Iterator[Finding]:
    """A platform that is installed on an operating system exists for some systems only.

    Parallels Desktop is a program for macOS, Hyper-V a part of Windows, KVM a part of Linux. On a host with another
    system there is nothing to install, however well the hardware would do. Some modes ask the same of a platform that
    runs on several systems: Docker starts gVisor and Kata on Linux only, and Hyper-V isolation on Windows only.

    A platform that brings its own system replaces whatever ran on the machine, so it is never at fault here; neither
    is one whose vendor names no list, nor a port that its makers call experimental, such as Podman's to FreeBSD. Where
    nothing is known of the host, VM402 asks for one that shares a container's kernel, and this rule does not ask again.

    Who writes `docker` or `kubernetes` for Linux programs on a Mac or a Windows desktop nearly always means a product
    that hides a Linux machine: Docker Desktop, Lima, Podman's machine, kind or minikube on one of them. There it is a
    warning, which asks to name that product, because its limits are those that count.
    """
    if not workload.deployed:
        return
    platform = workload.platform
    families = platform.fact("host", "os")
    if "own" in families or host_asked_elsewhere(workload):
        return
    family = workload.host.os.family
    experimental = platform.fact("host", "experimentalOs") if platform.has("host", "experimentalOs") else ()
    if family in experimental:
        return
    if hides_a_machine(workload):
        yield finding(
            "deployment.platform.id",
            f"{platform.name} runs Linux programs on {family_name(family)} only through a product that hides a Linux "
            "machine",
            severity=Severity.WARNING,
            because=("host.os.family", "guest.os.family"),
            help="state the product that is really used: docker-desktop, lima, podman (its machine)"
            + (", wsl2" if family == "windows" else ""),
        )
        return
    if family not in families:
        yield finding(
            "deployment.platform.id",
            f"{platform.name} runs on {listed(map(family_name, families))}, and the host runs {family_name(family)}",
            because=("host.os.family",),
        )
        return
    underneath = workload.mode.data.get("hostFamilies") if workload.deployment.knows("mode") else None
    if underneath and workload.deployment.kernel_family not in underneath:
        yield finding(
            "deployment.mode",
            f"a {workload.mode.name} needs a {listed(map(family_name, underneath))} host,"
            f" and {platform.name} runs on {family_name(workload.deployment.kernel_family)} here",
            because=("host.os.family", "deployment.platform.id"),
        )


@rule(
    "VM105",
    "host-cpu-dropped-by-release",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T1-C4", "T1-D1"),
    sources=("S-16",),
    symptoms=("VMB: 716: Unsupported CPU",),
    architectures=ALL_ARCHITECTURES,
)
def host_cpu_dropped_by_release(workload: Workload) -> Iterator[Finding]:
    """Releases of a hypervisor drop old processors, and an update then stops at the first boot.

    Servers are often kept for longer than a hypervisor keeps their CPU. ESXi 8.0 U2 is the example: it uses XSAVE,
    which came with Intel's Sandy Bridge and AMD's Bulldozer in 2011. On an older CPU its installer halts, and the boot
    option `allowLegacyCPU` does not help, since the instruction is missing and not only the vendor's blessing.

    Where the release is not stated, or not exactly enough to tell (`8.0` may mean its first release or U3), it is a
    warning: the machine will not get beyond the last release that runs on it.

    A list of features is believed to lack a flag only if it is whole, as /proc/cpuinfo prints it. CPUs that a vendor
    merely calls discontinued are not judged: no list of them was found that could be cited.
    """
    platform = workload.platform
    if not platform.has("host", "flags"):
        return
    release = workload.deployment.platform
    for flag, since in platform.fact("host", "flags").items():
        needed = _reached(workload, since)
        if needed is False:
            continue
        features = workload.host.cpu.features
        if flag in features:
            continue
        if not features >= WHOLE_LIST:
            raise Unknown("host.cpu.features")
        yield finding(
            "host.cpu.features",
            f"{platform.name} {release.get('version', '')} does not run on this CPU, which lacks {flag}".replace(
                "  ", " "
            )
            if needed
            else f"{platform.name} runs on this CPU only before {since}, since it lacks {flag}",
            severity=Severity.ERROR if needed else None,
            because=("deployment.platform.id", *(["deployment.platform.version"] if release.knows("version") else [])),
            help="use a host with a newer CPU, or a platform that asks less of it",
        )


def _reached(workload: Workload, since: str) -> bool | None:
    """Tell whether the chosen release is a certain one or a later; ``None`` where that is open."""
    release = workload.deployment.platform
    if not since:
        return True
    return VersionRange(f">={since}").decides(release.version) if release.knows("version") else None
