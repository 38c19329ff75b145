"""Guests of Xen as ``xl`` and the older ``xm`` read them: one ``name = value`` file per guest, which is never run.

Both tools take strings, numbers and lists; xm took any Python. What is computed is unknown here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from vmlint.api import (
    Assignment,
    Assignments,
    File,
    Literal,
    Span,
    Spec,
    Unreadable,
    Written,
    assignments,
    limits,
    pci_address,
)

from ..shared.carriers import is_named_otherwise, is_script
from ..shared.firmware import FIRMWARES
from ..shared.paths import CACHE, DRIVES, MACS, NO_REQUIREMENTS
from ..shared.templates import MARKS, NAMES, VARIABLES, marked, template
from .words import (
    ACTIONS,
    ARM_KERNELS,
    ARM_WORDS,
    BUILDERS,
    EVENTS,
    OF_ARM,
    OF_PV_FIRMWARE,
    ONLY_HVM,
    ONLY_PV,
    ONLY_PVH,
    OWN,
    PV_GRUB,
    PYTHON_LOADERS,
    TYPES,
    VIDEO,
)

CANNOT_KNOW = {
    "guest.os.id": "the format does not name the guest's system",
    **NO_REQUIREMENTS,
}

WRITTEN = {
    "deployment.mode": Written({"hw-assisted": "hvm"}, line='type = "{}"'),
    "deployment.firmware.type": Written({"uefi": "ovmf", "bios": "seabios"}, line='bios = "{}"'),
}

Options = Mapping[str, Assignment]

OTHER_KINDS = (".ini", ".vmx")
OWN_KINDS = (".hvm", ".pv", ".pvh", ".xl", ".xm")

_DISK = re.compile(
    r"(?:phy|file|tap2?|qcow2?|vhd|aio|drbd):|(?:^|,)\s*(?:vdev=)?(?:xvd|hd|sd|ioemu:hd)[a-z]{1,3}\d*(?:,|:|$)"
)
_VDEV = re.compile(r"(?:ioemu:)?(xvd|hd|sd|d)[a-z]*\d*(:cdrom)?")
_PCI = re.compile(r"(?:bdf=)?((?:[0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2})\.([0-7*])")
_SECTION = re.compile(r"[ \t]*\[{1,2}[A-Za-z][^\]\n=,]*\]{1,2}[ \t]*(?:#.*)?")
_TEMPLATE = re.compile(rf"{MARKS}|{VARIABLES}|{NAMES}|\{{[ \t]*\$|^[ \t]*%[ \t]*(?:if|for|endif)\b", re.MULTILINE)


_FREE_TEXT = frozenset({"name", "extra", "root", "cmdline", "bootargs", "bootloader_args", "keymap", "vncpasswd"})
"""Options whose text Xen, or the guest, takes as it stands."""


def recognises(file: File) -> bool:
    """Recognise a guest of Xen by options that nothing else has; sections and blocks are other tools'."""
    try:
        text = file.text
    except Unreadable:
        return False
    base = file.base.lower()
    if len(text) > limits.SETTINGS_CHARACTERS or is_named_otherwise(file) or base.endswith(OTHER_KINDS):
        return False
    if any(_SECTION.fullmatch(row) for row in file.rows.texts):
        return False
    read = assignments(file.text)
    known = {each.name for each in read.all if each.name in OWN or each.name in ONLY_HVM}
    foreign = {each.name for each in read.all} - known
    typical = {each.name for each in read.all if _is_typical(each.name, each.value)}
    if not typical or len(known) < 3:
        return False
    if base.endswith(OWN_KINDS) or is_script(file):  # that is a comment for Xen's tools; scripts have commands, too
        return base.endswith(OWN_KINDS) or not read.others
    # Of other options, Xen's tools only warn; of a file with other statements, they refuse all.
    named = base.endswith(".cfg") or PurePath(file.name).parent.name == "xen"
    enough = named and "name" in known and not read.others
    return enough or len(known) > len(foreign) + read.others // 2


def _is_typical(name: str, value: Literal) -> bool:
    """Whether an option is one that only guests of Xen have."""
    text = value.text or ""
    if name == "type":
        return value.quoted and text in TYPES
    if name == "builder":
        return text in BUILDERS
    if name in EVENTS:
        return text in ACTIONS
    if name in ("kernel", "bootloader"):
        return any(word in text.lower() for word in PYTHON_LOADERS)
    if name == "disk":
        return value.is_list and any(_DISK.search(item.text or "") for item in value.items)
    if name == "vif":
        return value.is_list
    return name in ("viridian", "xen_platform_pci", "nestedhvm", "pvshim", "device_model_version", "vfb")


def _is_marked(value: Literal) -> bool:
    return _TEMPLATE.search(value.text or "") is not None or any(map(_is_marked, value.items))


def read(file: File) -> Iterator[Spec]:
    """Yield the guest."""
    found = assignments(file.text)
    if marked(file.text, "xl", _TEMPLATE) or any(
        each.name in OWN and each.name not in _FREE_TEXT and _is_marked(each.value) for each in found.all
    ):
        raise template("of a Xen guest")
    if found.problem:
        raise Unreadable(found.problem)
    yield _guest(file, found)


def _guest(file: File, found: Assignments) -> Spec:
    options = found.last()
    usable = {name: each for name, each in options.items() if not each.value.computed and not each.conditional}
    name = usable.get("name")
    at = name.value.at if name else file.span(found.all[0].at.line)
    spec = Spec((name.value.text if name else None) or file.base.removesuffix(".cfg"), at)
    spec.fact("deployment.platform", "xen", at)
    mode = _type(spec, options, usable)
    _resources(spec, options, usable)
    _devices(spec, usable, mode)
    _firmware(spec, options, usable, mode)
    if mode:
        _ignored(spec, usable, mode)
    for field, names in _FIELDS.items():
        computed = [word for word in names if word in options and word not in usable]
        if computed and field not in spec.facts:
            spec.unknown(field, f"`{computed[0]}` is computed")
    return spec


_FIELDS = {
    "deployment.mode": ("type", "builder"),
    "resources.memory": ("memory",),
    "resources.cpu": ("vcpus", "maxvcpus"),
    "deployment.firmware.type": ("firmware", "bios"),
    "deployment.devices.disk": ("disk",),
    "deployment.devices.nic": ("vif",),
    "deployment.hostDevices": ("pci",),
}


X86 = ("386", "amd64")


def _type(spec: Spec, options: Options, usable: Options) -> str:
    """State the guest's type: the stated one, or the default unless the file is for Arm."""
    for word, words in (("type", TYPES), ("builder", BUILDERS)):
        if word not in options:
            continue
        chosen = usable.get(word)
        mode = words.get(chosen.value.text or "") if chosen else None
        if chosen is None or mode is None:
            spec.unknown("deployment.mode", f"`{word}` is computed or none of {', '.join(words)}")
            return ""
        spec.fact("deployment.xen.typeOption", word, chosen.value.at)
        return _shim(spec, usable, mode, chosen)
    spec.fact("deployment.xen.typeOption", "none")
    if _for_arm(usable):
        spec.unknown("deployment.mode", "without `type` a guest is PV on x86 and PVH on Arm, which this file seems for")
        return ""
    spec.default("deployment.mode", "pv", "an xl.cfg without `type` is a PV guest on x86", on=X86)
    spec.default("deployment.xen.pvshim", False, 'the shim is for guests with type = "pvh"', on=X86)
    return "pv"


def _shim(spec: Spec, usable: Options, mode: str, chosen: Assignment) -> str:
    """State mode and shim. A PV guest in the shim is written as a PVH guest with one."""
    shim = usable.get("pvshim")
    if mode == "pvh" and shim is not None and shim.value.number:
        spec.fact("deployment.mode", "pv", chosen.value.at)
        spec.fact("deployment.xen.pvshim", True, shim.value.at)
        return "pvh"
    spec.fact("deployment.mode", mode, chosen.value.at)
    if mode == "pv":
        spec.default("deployment.xen.pvshim", False, 'the shim is for guests with type = "pvh"', chosen.value.at)
    return mode


def _for_arm(usable: Options) -> bool:
    kernel = usable["kernel"].value.text or "" if "kernel" in usable else ""
    base = kernel.rpartition("/")[2]
    return bool(usable.keys() & OF_ARM) or base.startswith(ARM_KERNELS) or any(word in kernel for word in ARM_WORDS)


def _resources(spec: Spec, options: Options, usable: Options) -> None:
    if "memory" in usable and (size := usable["memory"].value.number):
        spec.fact("resources.memory", f"{size}Mi", usable["memory"].value.at)
    cpus = usable.get("vcpus") or (usable.get("maxvcpus") if "vcpus" not in options else None)
    if cpus and cpus.value.number:
        spec.fact("resources.cpu", cpus.value.number, cpus.value.at)
    elif not options.keys() & {"vcpus", "maxvcpus", "vnuma"}:
        spec.default("resources.cpu", 1, "without `vcpus` a guest has one")
    pinned = usable.get("cpus")
    if pinned and (pinned.value.is_list or pinned.value.text not in ("", "all")):
        spec.fact("deployment.tuning.cpuPinning", True, pinned.value.at)
    for each in (usable[word].value for word in ("kernel", "firmware") if word in usable):
        base = (each.text or "").rpartition("/")[2]
        for beginning, arch in PV_GRUB.items():
            if base.startswith(beginning):
                spec.fact("guest.arch", arch, each.at)


def _devices(spec: Spec, usable: Options, mode: str) -> None:
    if "disk" in usable and usable["disk"].value.is_list:
        _disk(spec, usable, mode)
    if "vif" in usable and usable["vif"].value.items:
        first = usable["vif"].value.items[0]
        cards = [(_pairs(card.text or "").get("mac", "").lower(), card.at) for card in usable["vif"].value.items]
        spec.entries(MACS, (card for card in cards if card[0]))
        pairs = _pairs(first.text or "")
        if mode in ("pv", "pvh") or pairs.get("type") in ("vif", "netfront"):
            spec.fact("deployment.devices.nic", "xen-netfront", first.at)
        elif mode and "model" in pairs:
            spec.fact("deployment.devices.nic", pairs["model"], first.at)
        elif mode:
            spec.default("deployment.devices.nic", "rtl8139", "the model of an HVM guest's card", first.at)
    video = usable.get("vga") or usable.get("stdvga")
    if video and mode == "hw-assisted":
        word = (
            VIDEO.get(video.value.text or "") if video.name == "vga" else "stdvga" if video.value.number else "cirrus"
        )
        spec.fact("deployment.devices.video", word, video.value.at)
    given = [(match, item) for item in _texts(usable, "pci") if (match := _PCI.search(item.text or ""))]
    spec.entries("deployment.hostDevices", [*((_address(match), item.at) for match, item in given), *_usb(usable)])


def _usb(usable: Options) -> Iterator[tuple[str, Span]]:
    """Yield the host's USB devices: by bus and address, or for HVM guests also by vendor and product."""
    for item in (*_texts(usable, "usbdev"), *_texts(usable, "usbdevice")):
        pairs, (kind, _, ids) = _pairs(item.text or ""), (item.text or "").partition(":")
        if "hostbus" in pairs and "hostaddr" in pairs:
            yield f"usb:{pairs['hostbus']}-{pairs['hostaddr']}", item.at
        elif kind == "host" and ids:
            yield f"usb:{ids.lower().replace('0x', '')}", item.at


def _texts(usable: Options, name: str) -> list[Literal]:
    return usable[name].value.texts if name in usable else []


def _address(match: re.Match[str]) -> str:
    """Return a PCI address as tools write it."""
    return pci_address(f"{match[1]}.{match[2]}") or match[0]


def _pairs(text: str) -> dict[str, str]:
    """Read ``key=value,key=value``."""
    pairs = (part.partition("=") for part in text.split(","))
    return {key.strip(): value.strip() for key, found, value in pairs if found}


def _disk(spec: Spec, usable: Options, mode: str) -> None:
    """State how the guest sees its drives, and its first disk that is not a CD drive."""
    seen = [(_drive(usable, item.text or "", mode), item.at) for item in usable["disk"].value.items]
    if mode and all(model for model, _ in seen):
        spec.entries(DRIVES, seen)
        spec.default(CACHE, [], "xl.cfg has no setting for it, and no default of Xen ignores flushes")
    for item in usable["disk"].value.items:
        for part in (item.text or "").split(","):
            spec.clue(part.rpartition("=")[2].strip(), item.at)
    for item in usable["disk"].value.items:
        parts = [part.strip() for part in (item.text or "").split(",")]
        if any(part in ("devtype=cdrom", "cdrom") for part in parts):
            continue
        found = _vdev(parts)
        if found is None or found[2]:
            continue
        if mode:
            spec.fact("deployment.devices.disk", _drive(usable, item.text or "", mode), item.at)
        return


def _vdev(parts: list[str]) -> re.Match[str] | None:
    """Return where a guest sees a disk: `xvda`, `hdc:cdrom`."""
    named = [part.removeprefix("vdev=") for part in parts if part.startswith("vdev=")]
    return next((match for place in named or parts[1:] if (match := _VDEV.fullmatch(place))), None)


def _drive(usable: Options, text: str, mode: str) -> str:
    """Return the model of a drive's controller; empty where it is not clear."""
    found = _vdev([part.strip() for part in text.split(",")])
    if found is None:
        return ""
    if mode in ("pv", "pvh") or found[1] in ("xvd", "d"):
        return "xen-blkfront"
    return "scsi" if found[1] == "sd" else "sata" if _is(usable, "hdtype", "ahci") else "ide"


def _is(usable: Options, name: str, text: str) -> bool:
    return name in usable and usable[name].value.text == text


def _firmware(spec: Spec, options: Options, usable: Options, mode: str) -> None:
    """State an HVM guest's firmware; the other types start a kernel or a boot loader themselves."""
    if mode != "hw-assisted":
        return
    chosen = usable.get("firmware") or usable.get("bios")
    if chosen:
        spec.fact("deployment.firmware.type", FIRMWARES.get(chosen.value.text or ""), chosen.value.at)
        if chosen.value.text not in FIRMWARES:
            spec.unknown("deployment.firmware.type", "it is a file with another firmware")
    elif not options.keys() & {"firmware", "bios", "firmware_override", "bios_path_override"}:
        spec.default("deployment.firmware.type", "bios", "an HVM guest boots from BIOS unless `firmware` is set")
    nested = usable.get("nestedhvm")
    if nested and nested.value.number:
        spec.fact("requirements.nested", True, nested.value.at)


def _ignored(spec: Spec, usable: Options, mode: str) -> None:
    """State the options that guests of this type do not have. An option that is switched off does not count."""
    others = {"hw-assisted": ONLY_PV | ONLY_PVH, "pv": ONLY_HVM | ONLY_PVH, "pvh": ONLY_HVM | ONLY_PV}[mode]
    lost = [each for name, each in usable.items() if name in others and _says_something(each.value)]
    firmware = usable.get("firmware")
    if firmware and mode != "hw-assisted" and firmware.value.text not in OF_PV_FIRMWARE:
        lost.append(firmware)
    if lost:
        lost.sort(key=lambda each: each.at)
        spec.fact("deployment.xen.ignoredOptions", [each.name for each in lost], lost[0].at)
    else:
        spec.default("deployment.xen.ignoredOptions", [], "its type has all options that it sets")


def _says_something(value: Literal) -> bool:
    if value.is_list:
        return bool(value.items)
    return value.text not in ("", "none") and value.number != 0
