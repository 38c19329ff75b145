"""YAML of Incus and LXD: instances as `incus config show` prints them, profiles, and what `incus admin init` takes.

An instance takes options from its profiles, which are other files. What it does not state has a default only
where no profile is involved: with `expanded_config`, or with an empty list of profiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from vmlint.api import Cursor, File, Spec

from .shared.arches import arch
from .shared.computed import is_computed
from .shared.containers import Listed, mount
from .shared.incus import (
    BUSES,
    CACHES,
    CONTAINER_ONLY,
    DEVICES,
    GPUS,
    MACHINE_ONLY,
    NODES,
    OF_AN_INSTANCE,
    OF_ANOTHER_KIND,
    ON_UNLESS_SET,
    base_image,
    confine,
    cpus,
    size,
    truth,
)
from .shared.merges import in_order
from .shared.paths import CACHE, DRIVES, GPU, NESTING
from .shared.templates import yaml_of

KEYS = frozenset(
    {
        "architecture", "backups", "config", "created_at", "description", "devices", "ephemeral", "expanded_config",
        "expanded_devices", "instance_type", "last_used_at", "location", "name", "profiles", "project", "restore",
        "snapshots", "source", "stateful", "state", "status", "status_code", "start", "type", "used_by",
    }
)  # fmt: skip
"""Keys that an instance or a profile may have at its top."""

PRESEED = frozenset(
    {
        "certificates", "cluster", "cluster_groups", "config", "instances", "networks", "profiles", "projects",
        "storage_pools", "storage_volumes",
    }
)  # fmt: skip
FIRM = frozenset(
    {
        "security.privileged", "security.nesting", "security.secureboot", "security.csm", "security.idmap.isolated",
        "security.syscalls.intercept.mount", "raw.lxc", "raw.qemu", "raw.idmap", "raw.apparmor", "raw.seccomp",
        "linux.kernel_modules", "limits.memory.hugepages", "boot.autostart",
        "migration.stateful", "volatile.uuid", "volatile.base_image", "image.os",
    }
)  # fmt: skip
"""Options that nothing but an instance or a profile of Incus and LXD has."""
MODES = {"container": "lxc", "virtual-machine": "hw-assisted"}
MACHINE_IMAGES = ("disk-kvm.img", "disk1.img", "disk.qcow2")
IMAGES = {"squashfs": "lxc", "oci": "lxc", **dict.fromkeys(MACHINE_IMAGES, "hw-assisted")}
"""Values of `image.type`."""

OF_ONE_KIND = {**dict.fromkeys((*NODES, "unix-hotplug"), "lxc"), "pci": "hw-assisted"}
"""Devices that only a container, or only a virtual machine, can have."""

NOWHERE = Cursor(None)
IN_A_PROFILE = "a profile may set it"


def recognises(file: File) -> bool:
    """Recognise an instance or a profile by its options, or by its devices where it has none."""
    return any(_instances(root) for root in in_order(file, file.outline))


def _instances(root: Cursor) -> list[Cursor]:
    """Return the instances and profiles of a document: itself, those of a list, or those of a preseed."""
    if _is_instance(root):
        return [root]
    if root.items:
        return [item for item in root.items if _is_instance(item)]
    found = [each for each in (*root.at("profiles").items, *root.at("instances").items) if each.at("name").text]
    if root.entries and root.entries.keys() <= PRESEED:
        return [each for each in found if _is_instance(each)]
    return [each for each in found if any(option in FIRM for option in each.at("config").entries)]


def _is_instance(root: Cursor) -> bool:
    options = [*root.at("config").entries, *root.at("expanded_config").entries]
    if any(option in FIRM for option in options):
        return True  # whatever stands beside: Incus passes over the keys that it does not know
    if not root.entries or not root.entries.keys() <= KEYS:
        return False
    if any(option.startswith(OF_ANOTHER_KIND) for option in options):
        return False
    if any(option.startswith(OF_AN_INSTANCE) for option in options):
        return True
    devices = list(root.at("devices").entries.values()) or list(root.at("expanded_devices").entries.values())
    return bool(devices) and all(device.at("type").text in DEVICES for device in devices)


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each instance and each profile."""
    for root in in_order(file, yaml_of(file, "of instances")):
        for instance in _instances(root):
            name = instance.at("name")
            first = next(iter(instance.entries.values()))
            yield _instance(name.text or PurePath(file.base).stem, name if name.text else first, instance)


def _instance(name: str, at: Cursor, root: Cursor) -> Spec:
    spec = Spec(name, at.span)
    spec.document = root.at("project").text or ""
    config, devices = _whole(root, "config"), _whole(root, "devices").entries
    whole = bool(root.at("expanded_config")) or (bool(root.at("profiles")) and not root.at("profiles").items)
    spec.default("deployment.platform.id", "incus", "the format is that of Incus and LXD")
    mode = _mode(spec, root, config, devices)
    stated = root.at("architecture")
    spec.fact("guest.arch", arch(stated.text), stated.span if stated else None)
    _guest(spec, config, mode)
    _resources(spec, config, devices, mode, whole=whole)
    if mode == "hw-assisted":
        _firmware(spec, config, devices, whole=whole)
        _drives(spec, devices, whole=whole)
    _privilege(spec, config, mode, whole=whole)
    if mode == "lxc":
        literal = ((name, value) for name, value in config.entries.items() if not is_computed(value.text))
        confine(spec, ((name, value.text, value.span) for name, value in literal))
    _devices(spec, devices, mode)
    return spec


class _Options:
    """Options or devices by their names."""

    def __init__(self, entries: dict[str, Cursor]) -> None:
        self.entries = entries

    def at(self, name: str) -> Cursor:
        """Return the value of an option."""
        return self.entries.get(name, NOWHERE)


def _whole(root: Cursor, key: str) -> _Options:
    """Return options or devices, and those of the profiles where the file has them. The instance's own win."""
    return _Options({**root.at(f"expanded_{key}").entries, **root.at(key).entries})


def _mode(spec: Spec, root: Cursor, config: _Options, devices: dict[str, Cursor]) -> str:
    """State whether it is a container or a virtual machine, if the file shows it in any way."""
    kind, image = root.at("type"), config.at("image.type")
    if kind.text in MODES:
        spec.fact("deployment.mode", MODES[kind.text], kind.span)
        return MODES[kind.text]
    if image.text in IMAGES:
        spec.fact("deployment.mode", IMAGES[image.text], image.span)
        return IMAGES[image.text]
    for beginnings, mode, what in ((CONTAINER_ONLY, "lxc", "a container"), (MACHINE_ONLY, "hw-assisted", "a machine")):
        for option, value in config.entries.items():
            if option.startswith(beginnings) and (truth(value.text) is not False or option == ON_UNLESS_SET):
                spec.default("deployment.mode", mode, f"only {what} has the option {option}", value.span)
                return mode
    for kind in (device.at("type") for device in devices.values()):
        mode = OF_ONE_KIND.get(kind.text or "", "")
        if mode:
            what = "a container" if mode == "lxc" else "a machine"
            spec.default("deployment.mode", mode, f"only {what} has a device of type {kind.text}", kind.span)
            return mode
    spec.unknown("deployment.mode", "nothing in it shows whether it is a container or a virtual machine")
    return ""


def _guest(spec: Spec, config: _Options, mode: str) -> None:
    system, release = config.at("image.os"), config.at("image.release")
    if system.text and "windows" in system.text.lower():
        spec.fact("guest.os.family", "windows", system.span)  # Incus itself uses this word
        spec.unknown("guest.os.id", "image.os names Windows, but no release")
    elif system.text:
        named = base_image(system.text, release.text or "") or system.text.lower()
        spec.base_image(named, (release if release.text else system).span)
    if mode == "lxc" and not system.text:
        spec.default("guest.os.family", "linux", "containers share a Linux kernel")
    if not system.text:
        spec.unknown("guest.os.id", "the image is not named")


def _resources(spec: Spec, config: _Options, devices: dict[str, Cursor], mode: str, *, whole: bool) -> None:
    machine = mode == "hw-assisted" and whole
    limit, memory = config.at("limits.cpu"), config.at("limits.memory")
    chosen = cpus(limit.text)
    if chosen:
        spec.fact("resources.cpu", chosen.number, limit.span)
        if chosen.pinned:
            spec.fact("deployment.tuning.cpuPinning", value=True, at=limit.span)
    elif machine and not limit:
        spec.default("resources.cpu", "1", "a virtual machine without limits.cpu has one CPU")
    else:
        spec.unknown("resources.cpu", IN_A_PROFILE)
    if size(memory.text):
        spec.fact("resources.memory", size(memory.text), memory.span)
    elif machine and not memory:
        spec.default("resources.memory", "1Gi", "a virtual machine without limits.memory has 1 GiB")
    else:
        spec.unknown("resources.memory", "it is a share of the host's memory" if memory else IN_A_PROFILE)
    pages = config.at("limits.memory.hugepages")
    spec.fact("deployment.tuning.hugepages", truth(pages.text), pages.span if pages else None)
    root = next((device for device in devices.values() if _is_root(device)), Cursor(None))
    if size(root.at("size").text):
        spec.fact("resources.disk", size(root.at("size").text), root.at("size").span)
    bus = root.at("io.bus")
    if bus.text in BUSES and mode == "hw-assisted":
        spec.fact("deployment.devices.disk", BUSES[bus.text], bus.span)
    elif root and not bus and mode == "hw-assisted":
        spec.default("deployment.devices.disk", BUSES["virtio-scsi"], "a disk is on virtio-scsi unless io.bus is set")


def _is_root(device: Cursor) -> bool:
    return device.at("type").text == "disk" and device.at("path").text == "/"


def _drives(spec: Spec, devices: dict[str, Cursor], *, whole: bool) -> None:
    """State the buses of a machine's disks, if no profile can add another, and how the host caches them."""
    disks = [device for device in devices.values() if device.at("type").text == "disk" and _is_block(device)]
    buses = [(BUSES.get(device.at("io.bus").text or "virtio-scsi"), device) for device in disks]
    if whole and disks and all(bus for bus, _ in buses):
        spec.entries(DRIVES, [(bus or "", (device.at("io.bus") or device.at("type")).span) for bus, device in buses])
    modes = [mode for device in disks if (mode := device.at("io.cache")) and mode.text in CACHES]
    spec.entries(CACHE, [(mode.text or "", mode.span) for mode in modes])
    if whole and not modes:
        spec.default(CACHE, [], "a disk is not cached by the host unless io.cache is set")


def _is_block(device: Cursor) -> bool:
    """Whether a disk is a drive of a machine: its root, a volume without a path, or a block device of the host."""
    return _is_root(device) or not device.at("path").text


def _firmware(spec: Spec, config: _Options, devices: dict[str, Cursor], *, whole: bool) -> None:
    legacy, secure = config.at("security.csm"), config.at("security.secureboot")
    if truth(legacy.text):
        spec.fact("deployment.firmware.type", "bios", legacy.span)
    elif truth(legacy.text) is False:
        spec.fact("deployment.firmware.type", "uefi", legacy.span)
    elif whole:
        spec.default("deployment.firmware.type", "uefi", "a virtual machine has UEFI unless security.csm is set")
    elif truth(secure.text):
        spec.default("deployment.firmware.type", "uefi", "Secure Boot needs UEFI", secure.span)
    else:
        spec.unknown("deployment.firmware.type", IN_A_PROFILE)
    if truth(secure.text) is not None:
        spec.fact("deployment.firmware.secureBoot", truth(secure.text), secure.span)
    elif truth(legacy.text):
        spec.default("deployment.firmware.secureBoot", False, "a BIOS has no Secure Boot", legacy.span)
    elif whole:
        spec.default("deployment.firmware.secureBoot", True, "Secure Boot is on unless security.secureboot is false")
    else:
        spec.unknown("deployment.firmware.secureBoot", IN_A_PROFILE)
    tpm = next((device for device in devices.values() if device.at("type").text == "tpm"), None)
    if tpm:
        spec.fact("deployment.firmware.tpm", "2.0", tpm.at("type").span)
    elif whole:
        spec.default("deployment.firmware.tpm", "none", "a machine has a TPM only as a device")
    else:
        spec.unknown("deployment.firmware.tpm", IN_A_PROFILE)


def _privilege(spec: Spec, config: _Options, mode: str, *, whole: bool) -> None:
    privileged = config.at("security.privileged")
    nesting = config.at("security.nesting")
    if truth(nesting.text) is not None and mode == "lxc":
        spec.fact(NESTING, truth(nesting.text), nesting.span)
    elif mode == "lxc" and whole and not nesting:
        spec.default(NESTING, False, "a container has no nesting unless security.nesting is set")
    if truth(privileged.text) is not None:
        spec.fact("deployment.privileged", truth(privileged.text), privileged.span)
    elif privileged.text:
        spec.unknown("deployment.privileged", f"security.privileged is {privileged.text[:40]}, neither on nor off")
    elif mode == "lxc" and whole and not config.at("raw.lxc"):
        spec.default("deployment.privileged", False, "a container is unprivileged unless security.privileged is set")
    elif mode != "hw-assisted":
        spec.unknown("deployment.privileged", IN_A_PROFILE)


def _devices(spec: Spec, devices: dict[str, Cursor], mode: str) -> None:
    """State what of the host reaches the instance."""
    mounts, handed = Listed(spec, "deployment.mounts"), Listed(spec, "deployment.hostDevices")
    for device in devices.values():
        kind, source = device.at("type").text, device.at("source")
        if kind == "disk" and not device.at("pool").text and (source.text or "").startswith("/"):
            target = device.at("path").text or source.text or ""
            mounts.add(mount(source.text or "", target, read_only=bool(truth(device.at("readonly").text))), source)
        elif kind == "nic" and device.at("nictype").text == "macvlan" and mode == "lxc":
            spec.fact("deployment.network.drivers", ["macvlan"], device.at("nictype").span)
        elif kind in NODES and mode == "lxc":
            node = device.at("source") or device.at("path")
            handed.add(node.text, node)
        elif kind == "pci" and mode == "hw-assisted":
            handed.add(device.at("address").text, device.at("address"))
        elif kind == "usb" and device.at("vendorid").text and device.at("productid").text:
            handed.add(f"usb:{device.at('vendorid').text}:{device.at('productid').text}", device.at("vendorid"))
        elif kind == "gpu" and mode:
            way = "shared" if mode == "lxc" else GPUS.get(device.at("gputype").text or "physical")
            spec.fact(GPU, way, device.at("type").span)
            if way == "passthrough":
                address = device.at("pci") or device.at("type")
                handed.add(device.at("pci").text or "gpu", address)
    mounts.state()
    handed.state()
