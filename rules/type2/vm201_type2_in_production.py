from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Platform, Severity, Workload, both, finding, rule

from ..shared.architectures import HOSTED, is_desktop_hypervisor
from ..shared.labels import DESKTOP_WORKLOAD, labelled


@rule(
    "VM201",
    "type2-in-production",
    Severity.WARNING,
    article=("T2-A4", "T2-U1", "T2-U3", "T2-U4", "T2-D3", "CH-2"),
    architectures=(*HOSTED, "container"),
)
def type2_in_production(workload: Workload) -> Iterator[Finding]:
    """A hosted hypervisor is made for development, tests and teaching, not for production.

    ## Why

    VirtualBox, VMware Workstation and Parallels are programs in a user's session, and so are Docker Desktop and Lima,
    whose containers live in a machine of that kind.

    ## What it looks like

    The guest goes down when the desktop system updates itself, sleeps or logs out, and nobody restarts it elsewhere. It
    competes with everything else on the machine.

    ## When it stays silent

    KVM and Hyper-V belong to the kernel, whatever desktop they run beside. A workload that *is* a desktop is not
    meant (`kind: desktop`, or the label `vmlint/desktop-workload` for a kiosk or a VDI client). WSL 2 is left to
    VM210, because its vendor answers the question differently. For macOS nothing else is made. An engine such as
    Docker on a server is no desktop product, and neither is an orchestrator.
    """
    if labelled(workload, DESKTOP_WORKLOAD) or (workload.knows("kind") and workload.kind == "desktop"):
        return
    if workload.guest.os.get("family") == "darwin":
        return
    if both(lambda: _is_no_server_product(workload.platform), lambda: workload.environment == "production"):
        platform = workload.platform
        yield finding(
            "deployment.platform.id",
            f"{platform.name} runs as a program on a desktop system; it is no base for a production workload",
            because=("environment",),
            help=(
                _brings_a_machine(platform) and "run the same image on a container engine of a server",
                f"if the desktop itself is the product (a kiosk, a VDI client), label it {DESKTOP_WORKLOAD}",
            ),
        )


def _is_no_server_product(platform: Platform) -> bool:
    """Whether a platform is a program on a desktop of which no vendor's word on production was found (VM210)."""
    return (is_desktop_hypervisor(platform) or _brings_a_machine(platform)) and not platform.has("production")


def _brings_a_machine(platform: Platform) -> bool:
    return platform.hosted and "container" in platform.architectures
