from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Version, Workload, finding, repair, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.wording import family_name, listed


@rule(
    "VM103",
    "host-architecture-unsupported",
    Severity.ERROR,
    article=("T1-C4",),
    sources=("S-15", "S-01", "P-11a", "P-15", "R9-210"),
    architectures=ALL_ARCHITECTURES,
    fits_if={"host.platform": "names a CPU architecture that the platform is built for"},
)
def host_architecture_unsupported(workload: Workload) -> Iterator[Finding]:
    """A platform runs only on the CPU architectures it was built for.

    ## Why

    XCP-ng needs a 64-bit x86 server, Proxmox VE is built for Arm from 9.2 on only, VMware Workstation has no Arm
    edition. The wish to move a rack to Arm servers, or a team to Apple silicon, usually fails here first. Some products
    have builds for a CPU on one system only: VirtualBox runs on Arm under macOS and Windows, not under Linux.

    ## What it looks like

    The installer does not even boot.

    ## Severity

    Where the platform came to a CPU architecture only lately, and supports some of its machines better than others, it
    is a note.

    ## When it stays silent

    Ports that their vendor calls experimental (ESXi on Arm) are accepted, and platforms whose catalogue entry lists no
    architectures are not judged. Whether the *guest* fits the host's CPU is the question of VM203, VM405 and VM605.
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
    if arch in built_for and platform.has("host", "archSince", arch):
        yield from _lately(workload, arch)
        return
    if arch in built_for or arch in experimental:
        return
    yield finding(
        "deployment.platform.id",
        f"{platform.name} does not run on {arch} {system}hosts, only on {listed(built_for, 'or')}",
        because=("host.platform", system != "" and "host.os.family"),
        help=f"use a host of one of these architectures, or a platform that is built for {arch}",
    )


def _lately(workload: Workload, arch: str) -> Iterator[Finding]:
    """Judge a CPU architecture that the platform was not always built for."""
    platform, chosen = workload.platform, workload.deployment.platform
    since = platform.fact("host", "archSince", arch)
    first = Version(since["version"])
    if chosen.knows("version") and chosen.version < first and not chosen.version.is_coarser_than(first):
        yield finding(
            "deployment.platform.version",
            f"{platform.name} {chosen.version} does not run on {arch} hosts, which it does from {first} on",
            because=("host.platform", "deployment.platform.id"),
            help=f"use release {first} or later, or a platform that was built for {arch} before",
            repairs=(repair(f"the first release for {arch}", platform__version=str(first)),),
        )
    elif "note" in since:
        yield finding(
            "deployment.platform.id",
            f"{platform.name} runs on {arch} hosts from {first} on, and not on each of them with the same support",
            severity=Severity.NOTE,
            because=("host.platform",),
            help=str(since["note"]).removesuffix("."),
        )
