from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, VersionRange, Workload, finding, rule

from ..shared.architectures import HOSTED

MEANS = {
    "degraded": "runs through it: slower, and without some of its features",
    "experimental": "shares the CPU's extensions with it only as an experiment without support, and often much slower",
}
"""What becomes of a platform beside the Windows hypervisor, by the catalogue's ``coexistence.hyperv``."""


@rule(
    "VM207",
    "hyperv-coexistence-slow",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T2-S2", "T2-D1", "T2-D4"),
    sources=("S-54", "P-11a", "P-26", "R1-02"),
    symptoms=(
        "Raw-mode is unavailable courtesy of Hyper-V. (VERR_SUPDRV_NO_RAW_MODE_HYPER_V_ROOT)",
        "VMware Workstation and Device/Credential Guard are not compatible",
        "VT-x is not available (VERR_VMX_NO_VMX)",
    ),
    architectures=HOSTED,
)
def hyperv_coexistence_slow(workload: Workload) -> Iterator[Finding]:
    """While Windows runs its own hypervisor, VT-x and AMD-V belong to that one, and others only borrow them.

    ## Why

    Hyper-V, WSL 2, Docker Desktop, Windows Sandbox and virtualization-based security all start the Windows hypervisor,
    and then the desktop itself is a guest. VMware Workstation and VirtualBox go through its interface instead of to the
    CPU.

    ## What it looks like

    Machines start, but slower, and features such as performance counters are gone.

    ## Severity

    How much slower depends on the load, so that finding has medium confidence. Two things are errors: a release from
    before that interface, which does not start its machines, and a guest that is to run virtual machines itself where
    the vendor rules that out.

    ## When it stays silent

    Hosts with `host.hypervisorPresent: none`, and hosts that do not run Windows, are not reported.
    """
    platform, host = workload.platform, workload.host
    if not platform.has("coexistence", "hyperv") or (host.os.knows("family") and host.os.family != "windows"):
        return
    if host.hypervisor_present != "hyperv":
        return
    because = ("host.hypervisorPresent",)
    instead = (
        "run the guest in Hyper-V, or Linux programs in WSL 2",
        "or switch the Windows hypervisor off (bcdedit /set hypervisorlaunchtype off, then restart), which also ends "
        "WSL 2, Windows Sandbox and virtualization-based security",
    )
    since = platform.data["coexistence"].get("since")
    release = workload.deployment.platform
    if since and release.knows("version") and VersionRange(f">={since}").decides(release.version) is False:
        yield finding(
            "deployment.platform.version",
            f"the Windows hypervisor is active, and {platform.name} runs beside it only from {since} on",
            severity=Severity.ERROR,
            because=(*because, "deployment.platform.id"),
            help=(f"update to {since} or later", *instead),
        )
    elif workload.requirements.nested and platform.data["coexistence"].get("nested") is False:
        yield finding(
            "requirements.nested",
            f"the guest is to run virtual machines itself, which {platform.name} does not allow while the Windows "
            "hypervisor is active",
            severity=Severity.ERROR,
            because=(*because, "deployment.platform.id"),
            help=instead,
        )
    else:
        yield finding(
            "deployment.platform.id",
            f"the Windows hypervisor is active, and {platform.name} {MEANS[platform.fact('coexistence', 'hyperv')]}",
            because=because,
            help=instead,
            confidence=Confidence.MEDIUM,
        )
