from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Unknown, Workload, both, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.hardware import X86
from ..shared.modes import in_any_mode

LEVELS = ("none", "process", "sandbox", "vm", "confidential")
"""From weakest to strongest (manifest field requirements.isolation.level)."""

BOUNDARIES = {
    "none": "no boundary that holds",
    "process": "a boundary between processes of one kernel",
    "sandbox": "a sandbox in front of the host's kernel",
    "vm": "the boundary of a virtual machine",
}

CONFIDENTIAL = frozenset({"hw-assisted", "kata"})
"""Modes whose machines can have encrypted memory (K21: KubeVirt, S-60; Kata on QEMU, S-41)."""

MEMORY_ENCRYPTION = ("sev", "tdx")
"""What CPU flags for encrypted guest memory begin with: sev, sev_es and sev_snp, tdx."""


@rule(
    "VM626",
    "isolation-below-demand",
    Severity.ERROR,
    security=True,
    article=("HV-4", "CT-D1"),
    sources=("S-03", "S-29", "S-30", "S-38b", "S-41", "S-60"),
    architectures=ALL_ARCHITECTURES,
    demands=("requirements.isolation.level",),
    fits_if={
        "deployment.mode": "has the boundary that requirements.isolation.level demands",
        "host.cpu.features": "has a flag that begins with sev (AMD) or tdx (Intel)",
        "host.platform": "is an amd64 machine with SEV or TDX, or has its architecture's own way",
    },
)
def isolation_below_demand(workload: Workload) -> Iterator[Finding]:
    """Each way of running has a strongest boundary, and a demand beyond it cannot be met by settings.

    ## Why

    Containers on the host's kernel are kept apart as processes are. gVisor puts a second kernel in front, a virtual
    machine the CPU itself. A manifest that demands a virtual machine's boundary and deploys a plain container has two
    plans, and the weaker one will run.

    A confidential machine hides its memory even from the host. Ordinary hardware-assisted machines and Kata can do
    that, microVM monitors and Xen's own guest types cannot, and on amd64 the CPU must bring SEV or TDX.

    ## When it stays silent

    An AMD CPU shows SEV among its flags. An Intel host does not show TDX there, so list `tdx` under `host.cpu.features`
    yourself; otherwise the host is not judged. Other architectures have ways of their own and are not judged.
    Emulation, for which QEMU promises no isolation at all, is left to VM506.
    """
    level = workload.requirements.isolation.level
    if level is None or level in LEVELS[:2]:  # VM506 tells what has no boundary
        return
    yield from in_any_mode(workload, lambda supposed: [*_below(supposed, level)])


def _below(workload: Workload, level: str) -> Iterator[Finding]:
    wanted, mode = min(LEVELS.index(level), LEVELS.index("vm")), workload.mode
    if mode.boundary == "none":
        return  # left to VM506
    if LEVELS.index(mode.boundary) < wanted:
        yield finding(
            "deployment.mode",
            f"isolation of level {level} is demanded, and a {mode.name} has {BOUNDARIES[mode.boundary]}",
            because=("requirements.isolation.level",),
        )
    elif level == "confidential":
        yield from _not_confidential(workload)


def _not_confidential(workload: Workload) -> Iterator[Finding]:
    mode, host = workload.mode, workload.host
    because = ("requirements.isolation.level",)
    if mode.id not in CONFIDENTIAL:
        yield finding(
            "deployment.mode",
            f"isolation of level confidential is demanded, and a {mode.name} has no encrypted memory",
            because=because,
        )
    elif not workload.platform.fact("confidential", "support"):
        yield finding(
            "deployment.platform.id",
            f"isolation of level confidential is demanded, and {workload.platform.name} encrypts no guest's memory",
            because=because,
        )
    elif both(
        lambda: host.get("arch", workload.guest.get("arch", "amd64")) in X86,  # hardware runs its own kind alone
        lambda: host.arch == "amd64",
        lambda: not any(flag.startswith(MEMORY_ENCRYPTION) for flag in host.cpu.features),
    ):
        if "svm" not in host.cpu.features:
            raise Unknown("host.cpu.features")  # Linux hides TDX: X86_FEATURE_TDX_HOST_PLATFORM has no printed name
        yield finding(
            "host.cpu.features",
            "isolation of level confidential is demanded, and the host's CPU shows neither SEV nor TDX",
            because=(*because, "host.platform"),
            help="switch SEV on in the host's firmware setup, or use a host whose CPU has SEV-SNP or TDX",
        )
