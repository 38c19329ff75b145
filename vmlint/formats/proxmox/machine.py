"""Virtual machines of Proxmox VE: ``/etc/pve/qemu-server/100.conf``, or what ``qm config`` prints.

Snapshots are in sections below the machine and are skipped; changes that wait for its next start count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import File, Setting, Spec, Written

from ..shared.arches import arch
from ..shared.paths import HOT_ADD, NO_REQUIREMENTS, SOCKETS, VARIABLE_STORE
from ..shared.proxmox import TPMS
from ..shared.templates import leave_open, partly, template
from . import devices, drives
from .kinds import machine
from .lines import PLATFORM, is_off, is_on, number, parts, split
from .notes import take_hints

WRITTEN = {
    "deployment.firmware.type": Written({"uefi": "ovmf", "bios": "seabios"}, line="bios: {}"),
    "deployment.firmware.tpm": Written({"2.0": "v2.0", "1.2": "v1.2"}),
    "deployment.cpuModel": Written({"host-passthrough": "host"}, line="cpu: {}"),
    "deployment.devices.disk": Written({"virtio-scsi": "virtio-scsi-pci"}, line="scsihw: {}"),
}

CANNOT_KNOW = {
    "guest.os.id": "`ostype` names a family of systems, never a release",
    **NO_REQUIREMENTS,
}

NESTING = frozenset({"nested-virt", "vmx", "svm"})

RELATED = {
    "cores|sockets|vcpus|smp": ("resources.cpu", SOCKETS),
    "(?:ide|sata|scsi|virtio)[0-9]+|scsihw|boot|bootdisk": (
        *("deployment.devices.disk", "deployment.devices.disks", "deployment.devices.drives"),
        *("deployment.storage", "resources.disk"),
    ),
    "net[0-9]+": ("deployment.devices.nic", "deployment.network"),
    "bios|efidisk0|tpmstate0|machine|arch": ("deployment.firmware",),
    "kvm|cpu|machine|arch": (
        "deployment.cpuModel",
        "deployment.cpuFlags",
        "deployment.cpuSockets",
        "deployment.mode",
        "deployment.architecture",
        "guest.arch",
    ),
}
"""Patterns of settings -> the beginnings of the fields that hang on several of them."""


def recognises(file: File) -> bool:
    """Recognise a machine by settings that only Proxmox VE has, among lines that are all settings, or by more."""
    return machine(file) is not None


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    kind = machine(file)
    if kind is None:
        return
    plain, marked = split(kind.settings())
    if not plain:
        raise template("of a Proxmox VE machine")
    spec = _machine(file, plain)
    if marked:
        leave_open(spec, marked, RELATED)
    yield spec
    if marked:
        raise partly("of a Proxmox VE machine", marked)


def _machine(file: File, found: Mapping[str, Setting]) -> Spec:
    first = next(iter(found.values()))
    name = found.get("name")
    at = name.at if name else first.at
    spec = Spec(name.value if name else file.base.removesuffix(".conf"), at)
    spec.fact("deployment.platform", PLATFORM, at)
    emulated = found.get("kvm")
    if emulated and is_off(emulated.value):
        spec.fact("deployment.mode", "emulation", emulated.at)
        spec.fact("deployment.architecture", "full-virtualization", emulated.at)
    else:
        spec.default("deployment.mode", "hw-assisted", "a machine runs on KVM unless `kvm: 0`", at)
    _guest(spec, found)
    if stated := found.get("arch"):
        spec.fact("guest.arch", arch(stated.value), stated.at)
    _resources(spec, found)
    _processor(spec, found)
    _firmware(spec, found)
    drives.state(spec, found)
    devices.state(spec, found)
    take_hints(spec, file)
    return spec


def _guest(spec: Spec, found: Mapping[str, Setting]) -> None:
    """State the guest's system, which is macOS where the machine has the controller that only macOS asks for."""
    ostype, args = found.get("ostype"), found.get("args")
    if args and "isa-applesmc" in args.value:
        spec.fact("guest.os.family", "darwin", args.at)
    elif ostype:
        spec.guest("proxmox", ostype.value, ostype.at)


def _pc(found: Mapping[str, Setting]) -> bool:
    """Whether it is a PC: it is one unless the file names another architecture, since hosts are amd64."""
    return "arch" not in found or found["arch"].value == "x86_64"


def _resources(spec: Spec, found: Mapping[str, Setting]) -> None:
    memory = found.get("memory")
    if memory is None:
        spec.default("resources.memory", "512Mi", "a machine without `memory` gets 512 MiB")
    elif size := parts(memory, "current").get("current"):
        spec.fact("resources.memory", f"{size.text}Mi" if re.fullmatch("[0-9]{1,9}", size.text) else None, size.at)
    cores, sockets, online = found.get("cores"), found.get("sockets"), found.get("vcpus")
    shown = online or cores or sockets
    each, several = number(cores) if cores else 1, number(sockets) if sockets else 1
    if shown is None:
        spec.default("resources.cpu", 1, "a machine has one socket with one core unless the file sets more")
    elif number(online):
        spec.fact("resources.cpu", number(online), shown.at)
    elif each and several:
        spec.fact("resources.cpu", each * several, shown.at)
    if sockets:
        spec.fact(SOCKETS, several, sockets.at)
    else:
        spec.default(SOCKETS, 1, "a machine has one socket unless it states more")
    plugged = found.get("hotplug")
    listed = {"1": ("disk", "network", "usb"), "0": ()}.get(plugged.value, plugged.value.split(",")) if plugged else ()
    if plugged:
        spec.fact(HOT_ADD, [word for word in ("cpu", "memory") if word in listed], plugged.at)
    else:
        spec.default(HOT_ADD, [], "disks, network cards and USB devices are hot-plugged unless `hotplug` says more")
    if pinned := found.get("affinity"):
        spec.fact("deployment.tuning.cpuPinning", True, pinned.at)
    if huge := found.get("hugepages"):
        spec.fact("deployment.tuning.hugepages", True, huge.at)
    for key, word in (("amd-sev", "type"), ("intel-tdx", "type")):
        if key in found and (kind := parts(found[key], word).get(word)):
            spec.fact("requirements.isolation.level", "confidential", kind.at)


def _processor(spec: Spec, found: Mapping[str, Setting]) -> None:
    args, cpu, machine = found.get("args"), found.get("cpu"), found.get("machine")
    extra = args.value if args else ""
    if machine and "-machine" not in extra:
        kind = parts(machine, "type").get("type")
        spec.fact("deployment.machine", kind.text if kind else None, kind.at if kind else None)
    if "-cpu" in extra.split():
        spec.unknown("deployment.cpuModel", "`args` gives QEMU another CPU")
    elif cpu is None:
        emulated = is_off(found["kvm"].value) if "kvm" in found else False
        if _pc(found):
            model = "qemu64" if emulated else "kvm64"
            spec.default("deployment.cpuModel", model, f"qemu-server starts a machine without `cpu` as {model}")
    else:
        options = parts(cpu, "cputype")
        model_part = options.get("cputype")
        if model_part and model_part.text.startswith("custom-"):
            spec.unknown("deployment.cpuModel", f"{model_part.text} is defined in another file")
        elif model_part:
            spec.fact("deployment.cpuModel", model_part.text, model_part.at)
        flags = options.get("flags")
        on = {flag[1:] for flag in flags.text.split(";") if flag.startswith("+")} if flags else set()
        if flags and on:
            spec.entries("deployment.cpuFlags", ((flag.replace("-", "_"), flags.at) for flag in sorted(on)), flags.at)
        if flags and on & NESTING:
            spec.fact("requirements.nested", True, flags.at)


def _firmware(spec: Spec, found: Mapping[str, Setting]) -> None:
    bios, tpm = found.get("bios"), found.get("tpmstate0")
    if bios:
        spec.fact("deployment.firmware.type", {"ovmf": "uefi", "seabios": "bios"}.get(bios.value), bios.at)
    elif _pc(found):
        spec.default("deployment.firmware.type", "bios", "a machine boots from SeaBIOS unless `bios: ovmf`")
    keys = found.get("efidisk0")
    if bios and bios.value == "ovmf" and keys:
        spec.fact(VARIABLE_STORE, True, keys.at)
    elif bios and bios.value == "ovmf":
        spec.default(VARIABLE_STORE, False, "without `efidisk0` UEFI's variables are in a temporary file", bios.at)
    if bios and bios.value == "ovmf" and keys:
        options = parts(keys, "file")
        enrolled, kind = options.get("pre-enrolled-keys"), options.get("efitype")
        if kind is None or kind.text == "2m":
            why = "Secure Boot needs efitype=4m, and 2m is the default"
            spec.default("deployment.firmware.secureBoot", False, why, kind.at if kind else keys.at)
        elif enrolled and is_on(enrolled.text):
            spec.fact("deployment.firmware.secureBoot", True, enrolled.at)
        else:
            spec.unknown("deployment.firmware.secureBoot", "without pre-enrolled keys the guest decides by its own")
    if tpm:
        version = parts(tpm, "file").get("version")
        if version:
            spec.fact("deployment.firmware.tpm", TPMS.get(version.text), version.at)
        else:
            spec.unknown("deployment.firmware.tpm", "what `tpmstate0` means without a version changed between releases")
    elif "tpm" not in (found["args"].value if "args" in found else ""):
        spec.default("deployment.firmware.tpm", "none", "a machine without `tpmstate0` has no TPM")
