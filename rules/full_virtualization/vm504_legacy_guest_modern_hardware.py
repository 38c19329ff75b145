from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce

from vmlint.api import Finding, Severity, Size, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.generations import has_generations, of_generation
from ..shared.hardware import X86
from ..shared.looks import each_alone

HARDWARE = {"machine": "machine", "firmware": "firmware.type", "disk": "devices.disk", "nic": "devices.nic"}
"""Where a deployment states the hardware that the catalogue's ``legacyHardware`` lists."""

LIMITS = ("cpu", "memory")
"""What the catalogue's ``maximum`` may limit."""


@rule(
    "VM504",
    "legacy-guest-modern-hardware",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("FV-U1", "FV-A3"),
    sources=("S-68", "S-23"),
    symptoms=("0x0000007B INACCESSIBLE_BOOT_DEVICE", "Insufficient memory to initialize Windows"),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.firmware.type": "is bios"},
)
def legacy_guest_modern_hardware(workload: Workload) -> Iterator[Finding]:
    """An old system has to find the hardware of its time, even where that hardware is virtual.

    ## Why

    Windows XP knows neither virtio nor NVMe nor UEFI and has trouble with the q35 chipset; Windows 98 fails with more
    memory than it can map; DOS reaches its disks through the BIOS and nothing else. The cure is older virtual hardware:
    i440fx, BIOS, IDE, an rtl8139 or PCnet card.

    ## What it looks like

    Modern defaults end in a blue screen or a blinking cursor.

    ## Severity

    Where a system is known not to boot at all it is an error: one that boots from a BIOS only has no chance with UEFI.

    ## When it stays silent

    A guest for another CPU than x86 has other hardware than a PC's. A guest with drivers slipstreamed for it
    (`guest.drivers: [virtio-win]`) may keep its virtio disk and card. On KubeVirt the annotation
    `kubevirt.io/disablePCIHole64: "true"` lets old Windows run on q35. In KubeVirt's own files it is read, and the
    machine then left unknown; in a manifest, leave `deployment.machine` out.
    """
    yield from each_alone(
        (
            *(partial(_too_modern, field, workload) for field in HARDWARE),
            *(partial(_too_much, limit, workload) for limit in LIMITS),
        )
    )


def _too_modern(field: str, workload: Workload) -> Iterator[Finding]:
    guest, path = workload.guest_os, HARDWARE[field]
    if not guest.has("legacyHardware", field):
        return
    if workload.guest.knows("arch") and workload.guest.arch not in X86:
        return  # the hardware of a PC is listed
    words = guest.fact("legacyHardware", field)
    has_virtio = workload.guest.knows("drivers") and "virtio-win" in workload.guest.drivers
    if has_virtio and all("virtio" in word for word in words):
        return
    *groups, name = path.split(".")
    value = str(getattr(reduce(getattr, groups, workload.deployment), name)).lower()
    if not any(_is_meant(value, word) for word in words) or ("virtio" in value and has_virtio):
        return
    boots = guest.fact("firmware", "types") if guest.has("firmware", "types") else ()
    fails = bool(guest.data["legacyHardware"].get("fails")) or (
        field == "firmware" and value not in boots and bool(boots)
    )
    works = {"firmware": "bios", **guest.fact("legacyHardware").get("suggest", {})}.get(field)
    changes = {path.replace(".", "__"): works} if works else {}
    if field == "firmware" and has_generations(workload):
        changes = of_generation(workload, "1")  # there the generation decides the firmware
    yield finding(
        f"deployment.{path}",
        f"{guest.name} {'does not boot from' if fails else 'is known to have trouble with'} {field} {value}",
        severity=Severity.ERROR if fails else None,
        because=("guest.os.id",),
        repairs=(repair("hardware of its time", **changes),) if changes else (),
    )


def _too_much(limit: str, workload: Workload) -> Iterator[Finding]:
    guest = workload.guest_os
    if not guest.has("maximum", limit):
        return
    most = guest.fact("maximum", limit)
    given = getattr(workload.resources, limit)
    if given > (Size.parse(most) if limit == "memory" else most):
        yield finding(
            f"resources.{limit}",
            f"{guest.name} cannot cope with {given:g} CPUs, only with {most}"
            if limit == "cpu"
            else f"{guest.name} cannot cope with {given} of memory, only with {most}",
            because=("guest.os.id",),
            help=f"give it no more {limit} than {most}",
        )


def _is_meant(value: str, word: str) -> bool:
    return word in value.split("-") or ("virtio" in value and "virtio" in word)
