from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import (
    Confidence,
    CpuModel,
    Finding,
    Repair,
    Severity,
    Unknown,
    Workload,
    finding,
    repair,
    rule,
)

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.cpu_levels import needed_level
from ..shared.cpu_models import LEVELS, named_models
from ..shared.modes import in_any_mode
from ..shared.wording import guest_name

OWN_CPU = "host-passthrough"
"""The CPU model that is the host's own processor."""

UNASKED = "qemu64"
"""The CPU model that QEMU takes for x86-64 where a definition names none (S-67)."""


@rule(
    "VM603",
    "cpu-level-too-low",
    Severity.ERROR,
    article=("T1-D1", "T1-C4"),
    sources=("S-45", "S-67", "R3-03", "R3-05", "G-04", "G-06", "G-07", "P-04e"),
    symptoms=(
        "Fatal glibc error: CPU does not support x86-64-v2",
        "Fatal glibc error: CPU does not support x86-64-v3",
    ),
    architectures=ALL_ARCHITECTURES,
    fits_if={
        "host.cpu.level": "is high enough for the guest",
        "deployment.cpuModel": "has a high enough x86-64 level",
        "guest.os.id": "names a system that asks for no higher x86-64 level than it gets",
    },
)
def cpu_level_too_low(workload: Workload) -> Iterator[Finding]:
    """Binaries that are built for newer processors do not start on older ones, nor on a virtual CPU of an older kind.

    ## Why

    The x86-64 levels v1 to v4 stand for the instructions of about 2003, 2009, 2013 and 2017. RHEL 9 and its rebuilds
    need v2 and RHEL 10 needs v3, on the host of a container just as in a virtual machine. AlmaLinux 10 has a build for
    v2, so v2 is what it needs here. Windows 11 and Server 2025 need SSE4.2, which v1 models lack; older builds of
    Windows 11 do not. An image may state what it is built for (`guest.platform: linux/amd64/v2`), and that counts
    before what is known of the release.

    Most often it is no old host but an old CPU model: kvm64 and qemu64 show v1 on the newest machine. A hypervisor
    cannot add instructions, so a host that is too old is reported under any model that has enough.

    ## What it looks like

    The first program ends with "Fatal glibc error: CPU does not support x86-64-v2".

    ## When it stays silent

    Other CPU architectures, guests of unstated release and models that are not in QEMU's table are not judged, nor is a
    machine on QEMU of which no model is known. libvirt's XML without `<cpu>` and Packer's builder without `cpu_model`
    get QEMU's own default, qemu64, and are judged by it.
    """
    needed, source = needed_level(workload)
    if needed is not None:
        yield from in_any_mode(workload, lambda supposed: [*_lacks(supposed, needed, source)])


def _lacks(workload: Workload, needed: str, source: str) -> Iterator[Finding]:
    """Whether the CPU that the guest sees is of a lower level."""
    if workload.mode.is_container and workload.host.get("arch", "amd64") != "amd64":
        return
    on_host_cpu = workload.deployment.mode != "emulation"
    model = _model(workload)
    level = workload.host.cpu.get("level") if on_host_cpu else None
    if model and model.level and _is_lower(model.level, needed):
        shows = "has no 64-bit mode" if model.level == "none" else f"shows the guest x86-64-{model.level}"
        yield finding(
            "deployment.cpuModel",
            f"{_need(workload, needed)}, and the CPU model {workload.deployment.cpu_model} {shows}",
            because=(source,),
            help=(
                workload.deployment.cpu_model == UNASKED
                and f"{UNASKED} is also what QEMU takes where a definition names no CPU model",
            ),
            repairs=_better_models(workload, needed, level) if on_host_cpu else (),
            confidence=_confidence_in_build(workload),
        )
    elif level and _is_lower(level, needed):
        yield finding(
            "host.cpu.level",
            f"{_need(workload, needed)}, and the host has x86-64-{level}",
            because=(source, "deployment.mode"),
            help=(
                "run it on a newer processor, or use an older release",
                "where the host is a virtual machine itself, give that one a newer CPU model",
            ),
            confidence=_confidence_in_build(workload),
        )
    elif model and model.level:
        return  # a machine that starts has what its model shows
    elif not on_host_cpu or (model is None and _gets_some_model(workload)):
        raise Unknown("deployment.cpuModel")
    elif level is None:
        raise Unknown("host.cpu.level")


def _need(workload: Workload, needed: str) -> str:
    windows = workload.guest.os.get("family") == "windows"
    return f"{guest_name(workload)} needs {'SSE4.2, which comes with x86-64-v2' if windows else f'x86-64-{needed}'}"


def _confidence_in_build(workload: Workload) -> Confidence | None:
    """Return how sure a finding is: older builds of Windows 11 did without, and its id does not name the build."""
    os = workload.guest.os
    several = os.knows("id") and len(workload.guest_os.data.get("builds", ())) > 1
    return Confidence.MEDIUM if several and not os.knows("version") else None


def _is_lower(level: str, needed: str) -> bool:
    return LEVELS.index(level) < LEVELS.index(needed)


def _model(workload: Workload) -> CpuModel | None:
    """Return the CPU model that a machine is stated to have."""
    deployment = workload.deployment
    if workload.mode.is_container or not deployment.knows("cpu_model"):
        return None
    model = workload.catalog.cpu_model(deployment.cpu_model)
    if model is None:
        raise Unknown.in_catalog(deployment.cpu_model, "cpuLevel")
    return model


def _gets_some_model(workload: Workload) -> bool:
    """Whether the machine gets a CPU model that nobody stated."""
    return not workload.mode.is_container and "cpuModels" in workload.platform.data


def _better_models(workload: Workload, needed: str, level: str | None) -> Iterator[Repair]:
    """Propose the models that show the level, as far as the host is known to have it."""
    yield from named_models(workload.platform, needed, level or needed)
    if not level or not _is_lower(level, needed):
        yield repair("all that the host's processor can do; it then moves between equal hosts only", cpuModel=OWN_CPU)
