"""What libvirt's domains say beside devices and amounts: what they start from, settings to be made anew, and the rest.

The rest is what no table here or in the other modules has a word for. It is named, so that nobody takes it for judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Element, Span, Spec

from ..shared.counts import leftovers
from ..shared.libvirt import OF_QEMU

PARTS = frozenset({
    "name", "uuid", "genid", "title", "description", "metadata", "memory", "currentMemory", "maxMemory",
    "memoryBacking", "memtune", "vcpu", "vcpus", "iothreads", "iothreadids", "defaultiothread", "cputune",
    "blkiotune", "throttlegroups", "numatune", "resource", "sysinfo", "os", "features", "cpu", "clock", "on_poweroff",
    "on_reboot", "on_crash", "on_lockfailure", "pm", "perf", "devices", "seclabel", "launchSecurity", "commandline",
    "spec",
})  # fmt: skip
"""Elements of a domain that are read, or that say nothing of how it runs elsewhere."""
DEVICES = frozenset({
    "emulator", "disk", "controller", "interface", "input", "graphics", "video", "serial", "parallel", "console",
    "channel", "sound", "audio", "watchdog", "memballoon", "rng", "hostdev", "tpm", "panic", "hub", "redirdev",
    "redirfilter", "smartcard", "filesystem", "shmem", "vsock", "memory", "lease",
})  # fmt: skip
FEATURES = frozenset({
    "acpi", "apic", "pae", "hap", "smm", "vmport", "hyperv", "kvm", "pmu", "vmcoreinfo", "ioapic", "gic", "viridian",
    "pvspinlock", "async-teardown", "ps2", "xen", "tcg",
})  # fmt: skip
OF_DISKS = frozenset({
    "source", "target", "driver", "address", "alias", "boot", "readonly", "shareable", "serial", "wwn", "vendor",
    "product", "iotune", "blockio", "mirror", "backingStore", "encryption", "auth", "transient", "acpi", "seclabel",
    "throttlefilters",
})  # fmt: skip
OF_CARDS = frozenset({
    "source", "target", "mac", "model", "driver", "address", "alias", "boot", "script", "downscript", "backend", "tune",
    "bandwidth", "filterref", "vlan", "virtualport", "port", "portForward", "ip", "route", "link", "mtu", "coalesce",
    "rom", "acpi", "teaming", "guest", "actual", "hostdev",
})  # fmt: skip
SOURCES = frozenset({"file", "block", "network", "volume", "nvme", "vhostuser", "vhostvdpa"})
"""Types of disks that are read."""
MEMORY = frozenset({"dimm", "nvdimm", "virtio-pmem"})

SETTINGS = {
    "memtune": "memory-limits", "blkiotune": "disk-limits", "throttlegroups": "disk-limits",
    "sysinfo": "smbios", "os/smbios": "smbios", "genid": "generation-id", "cpu/numa": "virtual-numa",
    "features/hyperv": "enlightenments", "features/kvm": "enlightenments", "features/viridian": "enlightenments",
    "devices/lease": "disk-lock", "devices/disk/iotune": "disk-limits", "devices/disk/mirror": "block-job",
    "devices/disk/transient": "fresh-disk", "devices/disk/throttlefilters": "disk-limits",
    "devices/interface/bandwidth": "network-limits", "devices/interface/filterref": "network-filter",
    "devices/interface/vlan": "network-link", "devices/interface/virtualport": "network-link",
    "devices/interface/port": "network-link", "devices/interface/mtu": "network-link",
    "devices/interface/portForward": "port-forward",
}  # fmt: skip
"""Path of an element -> the manifest's word for the setting."""
BOOTS = {"hd": "disk", "cdrom": "cd", "fd": "floppy", "network": "network"}
_ORDER = re.compile("[1-9][0-9]{0,5}")
_ONLY_ABOVE = 512
"""Bytes of a block that each platform shows."""


def state(spec: Spec, domain: Element, kind: str) -> None:
    """State what a machine starts from, its settings that are made anew elsewhere, and what was not read."""
    leftovers(spec, boots=_boots(domain), settings=_settings(domain, kind), unread=_unread(domain))


def _boots(domain: Element) -> list[tuple[str, Span]]:
    """Return what is tried, in order: by the devices' own numbers, or else by the kinds of devices.

    libvirt has QEMU try nothing else (``strict=on``).
    """
    devices = [each for part in domain.all("devices") for each in part.children]
    numbered = [
        (int(boot.get("order")), word, boot.at)
        for device in devices
        if (boot := device.find("boot")) and _ORDER.fullmatch(boot.get("order")) and (word := _starts(device))
    ]
    if numbered:
        return [(word, at) for _, word, at in sorted(numbered, key=lambda each: each[0])]
    there = {word for device in devices if (word := _starts(device))}
    kinds = [(BOOTS.get(boot.get("dev"), ""), boot.at) for boot in domain.all("os/boot")]
    found = [(word, at) for word, at in kinds if word in there]
    return found or [("nothing", at) for _, at in kinds[:1]]


def _starts(device: Element) -> str:
    """Return what a machine that tries a device starts from; empty for a drive without a medium."""
    if device.name == "disk":
        kind = device.get("device", "disk")
        if kind in ("disk", "lun"):
            return "disk"
        return {"cdrom": "cd", "floppy": "floppy"}.get(kind, "") if device.find("source") else ""
    return {"interface": "network", "hostdev": "host-device", "redirdev": "usb", "filesystem": "shared-folder"}.get(
        device.name, ""
    )


def _settings(domain: Element, kind: str) -> Iterator[tuple[str, Span]]:
    for path, word in SETTINGS.items():
        yield from (
            (word, each.at) for each in domain.all(path) if path != "os/smbios" or each.get("mode") != "emulate"
        )
    for part in (each for tune in domain.all("cputune") for each in tune.children):
        if part.name.endswith("sched"):
            yield "realtime", part.at
        elif part.name == "shares" or part.name.endswith(("period", "quota")):
            yield "cpu-limits", part.at
        elif part.name in ("emulatorpin", "iothreadpin"):
            yield "cpu-set", part.at
    cpus, os = domain.find("vcpu"), domain.find("os")
    if cpus is not None and (cpus.get("cpuset") or cpus.get("placement") == "auto"):
        yield "cpu-set", cpus.at
    for clock in domain.all("clock"):
        timers = [each for each in clock.all("timer") if each.get("present") == "no" or each.get("tickpolicy")]
        if clock.get("offset", "utc") not in ("utc", "") or timers:
            yield "clock", clock.at
    if kind in OF_QEMU and os is not None and _is_x86(os) and domain.find("features/acpi") is None:
        yield "no-acpi", os.at
    for disk in domain.all("devices/disk"):
        blocks = disk.find("blockio")
        size = blocks.get("logical_block_size") if blocks else ""
        if blocks and size.isdecimal() and size not in ("0", str(_ONLY_ABOVE)):
            yield "block-size", blocks.at
    heads = [model.get("heads") or "1" for model in domain.all("devices/video/model")]
    if len(heads) > 1 or any(number.isdecimal() and int(number[:4]) > 1 for number in heads):
        yield "screens", next(domain.all("devices/video")).at
    if domain.get("id"):
        yield "running", domain.at
    for model in domain.all("devices/video/model"):
        faster = model.find("acceleration")
        if faster and faster.get("accel3d") == "yes":
            yield "graphics-acceleration", faster.at


def _is_x86(os: Element) -> bool:
    stated = os.find("type")
    return stated is not None and stated.get("arch") in ("x86_64", "i686")


def _unread(domain: Element) -> Iterator[tuple[str, Span]]:
    """Yield elements that nothing is known about, by their names, those within others with these before them."""
    for part in domain.children:
        if part.name not in PARTS:
            yield part.name, part.at
    for above, known in (("features", FEATURES), ("devices", DEVICES)):
        for part in (each for parts in domain.all(above) for each in parts.children):
            if part.name not in known:
                yield part.name, part.at
    for above, known in (("disk", OF_DISKS), ("interface", OF_CARDS)):
        for part in (each for device in domain.all(f"devices/{above}") for each in device.children):
            if part.name not in known:
                yield f"{above}/{part.name}", part.at
    for disk in domain.all("devices/disk"):
        if disk.get("type", "file") not in SOURCES:
            yield f"disk of the type {disk.get('type')[:40]}", disk.at
        driver = disk.find("driver")
        if driver is not None and driver.get("type") in ("fat", "dir"):
            yield "a folder of the host as a disk", driver.at
    for memory in domain.all("devices/memory"):
        if memory.get("model") not in MEMORY:
            yield f"memory of the model {memory.get('model')[:40]}", memory.at
