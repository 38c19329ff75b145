"""What a KubeVirt machine has beside what it starts with: how many disks and cards, other devices, and settings.

What no table here has a word for is named, so that nobody takes it for judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Cursor, Span, Spec

from ..shared.computed import literal
from ..shared.counts import counted, leftovers, others
from ..shared.kubernetes import first, quantity
from ..shared.paths import CARD_COUNT, DISK_COUNT, DISKS, HOT_ADD, NICS, NUMA, SERIALS
from .hardware import NO_BOOT
from .objects import VirtualMachine

DOMAIN = frozenset({
    "resources", "cpu", "memory", "machine", "firmware", "clock", "features", "devices", "ioThreadsPolicy", "ioThreads",
    "chassis", "launchSecurity", "rebootPolicy",
})  # fmt: skip
"""Parts of a machine that are read, or that say nothing of how it runs elsewhere."""
DEVICES = frozenset({
    "useVirtioTransitional", "disableHotplug", "disks", "watchdog", "interfaces", "inputs", "autoattachPodInterface",
    "autoattachGraphicsDevice", "autoattachSerialConsole", "logSerialConsole", "autoattachMemBalloon",
    "autoattachInputDevice", "autoattachVSOCK", "rng", "blockMultiQueue", "networkInterfaceMultiqueue", "gpus",
    "downwardMetrics", "panicDevices", "filesystems", "hostDevices", "clientPassthrough", "sound", "tpm", "video",
})  # fmt: skip
VOLUMES = frozenset({
    "name", "containerDisk", "ephemeral", "emptyDisk", "persistentVolumeClaim", "dataVolume", "hostDisk", "memoryDump",
    *NO_BOOT,
})  # fmt: skip
FRESH = ("containerDisk", "ephemeral", "emptyDisk")
"""Volumes that begin anew at each start of the machine."""
PRESENT = {
    "watchdog": "watchdog", "sound": "sound", "clientPassthrough": "usb-redirection", "downwardMetrics": "host-channel",
}  # fmt: skip
"""Name of a device -> the manifest's word."""
SETTINGS = {
    ("chassis",): "smbios", ("firmware", "serial"): "smbios", ("firmware", "uuid"): "smbios",
    ("firmware", "acpi"): "smbios", ("cpu", "numa"): "virtual-numa", ("cpu", "realtime"): "realtime",
    ("cpu", "isolateEmulatorThread"): "cpu-set", ("features", "hyperv"): "enlightenments",
    ("features", "hypervPassthrough"): "enlightenments", ("features", "kvm"): "enlightenments",
    ("clock", "timezone"): "clock", ("clock", "utc", "offsetSeconds"): "clock", ("clock", "timer"): "clock",
    ("resources", "limits", "cpu"): "cpu-limits",
}  # fmt: skip
"""Path in the domain -> the manifest's word for the setting."""
OF_EACH_PLATFORM = 512
"""Bytes of a block that each platform shows."""


def state(spec: Spec, machine: VirtualMachine) -> None:
    """State the numbers of disks and cards, other devices, settings and what was not read."""
    volumes = {volume.at("name").text: volume for volume in machine.spec.at("volumes").items}
    listed = machine.devices.at("disks").items
    named = {disk.at("name").text for disk in listed}
    drives = [*listed, *(each for name, each in volumes.items() if name not in named and _is_drive(machine, each))]
    disks = [each for each in drives if _starts(each, volumes) == "disk"]
    cards = machine.devices.at("interfaces").items
    if machine.whole:
        counted(spec, DISK_COUNT, [each.span for each in disks])
        if cards or machine.devices.at("autoattachPodInterface").flag is False:
            counted(spec, CARD_COUNT, [each.span for each in cards])
        elif not machine.preference_left:
            spec.default(CARD_COUNT, 1, "a machine without interfaces gets one in the network of its pod")
    buses = [bus for disk in disks if literal(bus := first(disk.at("disk", "bus"), disk.at("lun", "bus")))]
    if len(buses) == len(disks):
        spec.entries(DISKS, ((bus.text or "", bus.span) for bus in buses))
    models = [model for card in cards if literal(model := card.at("model"))]
    if len(models) == len(cards):
        spec.entries(NICS, ((model.text or "", model.span) for model in models))
    others(spec, _others(machine, listed, volumes))
    named_by = next((serial for disk in listed if (serial := disk.at("serial")).given), None)
    if named_by is not None:
        spec.fact(SERIALS, True, named_by.span)
    nodes = machine.domain.at("cpu", "numa", "guestMappingPassthrough")
    if nodes.given:
        spec.fact(NUMA, True, nodes.span)
    grows = (("cpu", machine.domain.at("cpu", "maxSockets")), ("memory", machine.domain.at("memory", "maxGuest")))
    spec.entries(HOT_ADD, ((word, most.span) for word, most in grows if most.given))
    leftovers(
        spec,
        boots=_boots(listed, cards, volumes),
        settings=_settings(machine, disks, volumes),
        unread=_unread(machine, volumes),
    )


def _is_drive(machine: VirtualMachine, volume: Cursor) -> bool:
    """Whether a volume that no disk names becomes one; folders of the host do not."""
    shared = {each.at("name").text for each in machine.devices.at("filesystems").items}
    return volume.at("name").text not in shared and not volume.at("downwardMetrics").given


def _starts(drive: Cursor, volumes: dict[str | None, Cursor]) -> str:
    """Return what a machine that tries a drive starts from; empty for one that carries settings, or no medium."""
    volume = volumes.get(drive.at("name").text)
    if volume is not None and any(volume.at(kind).given for kind in NO_BOOT):
        return ""
    if drive.at("cdrom").given:
        return "cd" if volume is not None else ""
    return "disk"


def _boots(disks: list[Cursor], cards: list[Cursor], volumes: dict[str | None, Cursor]) -> list[tuple[str, Span]]:
    """Return what is tried, in order: what has a number, or else the first drive."""
    tried = [(each, word) for each in disks if (word := _starts(each, volumes))]
    numbered = [
        (number, word, each.at("bootOrder").span)
        for each, word in (*tried, *((card, "network") for card in cards))
        if (number := each.at("bootOrder").number)
    ]
    if numbered:
        return [(word, at) for _, word, at in sorted(numbered, key=lambda each: each[0])]
    return [(word, each.span) for each, word in tried[:1]]


def _others(
    machine: VirtualMachine, disks: list[Cursor], volumes: dict[str | None, Cursor]
) -> Iterator[tuple[str, Span]]:
    devices = machine.devices
    for name, word in PRESENT.items():
        if devices.at(name).given:
            yield word, devices.at(name).span
    for folder in devices.at("filesystems").items:
        yield "shared-folder", folder.span
    if devices.at("autoattachVSOCK").flag:
        yield "vsock", devices.at("autoattachVSOCK").span
    for disk in disks:
        if disk.at("lun").given:
            yield "host-lun", disk.span
        elif _starts(disk, volumes) == "cd":
            yield "cd-image", disk.span
    kernel = machine.domain.at("firmware", "kernelBoot")
    if kernel.given:
        yield "host-kernel", kernel.span


def _settings(
    machine: VirtualMachine, disks: list[Cursor], volumes: dict[str | None, Cursor]
) -> Iterator[tuple[str, Span]]:
    for path, word in SETTINGS.items():
        found = machine.domain.at(*path)
        if found.given and found.flag is not False:
            yield word, found.span
    acpi = machine.domain.at("features", "acpi", "enabled")
    if acpi.flag is False:
        yield "no-acpi", acpi.span
    for card in machine.devices.at("interfaces").items:
        for name, word in (("ports", "port-forward"), ("dhcpOptions", "network-link"), ("state", "network-link")):
            if card.at(name).given:
                yield word, card.at(name).span
    for disk in disks:
        blocks = disk.at("blockSize")
        size = quantity(blocks.at("custom", "logical"))
        if blocks.at("matchVolume").given or (size is not None and size != OF_EACH_PLATFORM):
            yield "block-size", blocks.span
        volume = volumes.get(disk.at("name").text)
        if volume is not None and (kind := next((each for each in FRESH if volume.at(each).given), None)):
            yield "fresh-disk", volume.at(kind).span
    for volume in volumes.values():
        kind = next((each for each in NO_BOOT if volume.at(each).given), None)
        if kind is not None and kind != "downwardMetrics":
            yield "start-settings", volume.at(kind).span
    if machine.spec.at("accessCredentials").given:
        yield "start-settings", machine.spec.at("accessCredentials").span


def _unread(machine: VirtualMachine, volumes: dict[str | None, Cursor]) -> Iterator[tuple[str, Span]]:
    parts = [(machine.domain, DOMAIN), (machine.devices, DEVICES), *((each, VOLUMES) for each in volumes.values())]
    for part, known in parts:
        for name, value in part.entries.items():
            if name not in known and (literal(value) or value.items or value.entries):
                yield name, value.span
