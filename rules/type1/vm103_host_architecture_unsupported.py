from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.wording import family_name, listed


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

    ## Why

    XCP-ng needs a 64-bit x86 server, Proxmox VE is built for amd64 alone, VMware Workstation has no Arm edition. The
    wish to move a rack to Arm servers, or a team to Apple silicon, usually fails here first. Some products have builds
    for a CPU on one system only: VirtualBox runs on Arm under macOS and Windows, not under Linux.

    ## What it looks like

    The installer does not even boot.

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
    if arch in built_for or arch in experimental:
        return
    yield finding(
        "deployment.platform.id",
        f"{platform.name} does not run on {arch} {system}hosts, only on {listed(built_for, 'or')}",
        because=("host.platform", system != "" and "host.os.family"),
        help=f"use a host of one of these architectures, or a platform that is built for {arch}",
    )
