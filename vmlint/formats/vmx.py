"""VMware's .vmx files: one machine of ESXi, Workstation or Fusion, one setting per line.

The same file runs on all three, and `virtualHW.productCompatibility` does not distinguish them: files written by ESXi
have `hosted` too. Only a disk on a VMFS datastore decides it, since only ESXi mounts those.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from vmlint.api import File, Setting, Skipped, Span, Spec, Unreadable, Written, limits, pci_address, settings

from .shared.carriers import is_carrier
from .shared.computed import is_computed
from .shared.firmware import FIRMWARES
from .shared.templates import template
from .shared.vmware import NICS, SCSI

CANNOT_KNOW = {
    "deployment.platform.id": "the same .vmx runs on ESXi, Workstation and Fusion",
    "resources.disk": "the size of a disk is in its .vmdk file",
}

WRITTEN = {
    "deployment.firmware.type": Written({"uefi": "efi"}, line='firmware = "{}"'),
    "deployment.firmware.secureBoot": Written({"true": "TRUE", "false": "FALSE"}, 'uefi.secureBoot.enabled = "{}"'),
    "deployment.devices.disk": Written({"lsilogic-sas": "lsisas1068"}),
    "deployment.devices.nic": Written({"pcnet": "vlance"}),
}

TYPICAL = re.compile(
    r"[ \t]*(?:config\.version|virtualhw\.version|virtualhw\.productcompatibility|guestos|memsize|displayname"
    r"|extendedconfigfile|(?:ethernet|scsi|sata|ide|nvme)\d{1,2}(?::\d{1,3})?\.present)[ \t]*=",
    re.IGNORECASE,
)
"""Lines that files of this format have, and hardly any other."""

BUSES = {"sata": "sata", "ide": "ide", "nvme": "nvme"}

VIRTUALIZATION = "VMware's products run a guest on the CPU's own virtualization"
ENCODINGS = re.compile(
    rb"""\s*\.encoding\s*=\s*"(windows-125\d|iso-8859-\d{1,2}|gbk|gb2312|gb18030|big5|shift_jis|euc-jp|euc-kr)\"""",
    re.IGNORECASE,
)
"""Encodings other than UTF-8 that a first line declares."""

MOST_OTHERS = 2
"""Lines that are neither settings nor comments in a file under another name: the marks of a template."""

_LINE = re.compile(r"[ \t]*(?:[#<{].*|[.\w:-]+[ \t]*=.*)?\Z")
_TEMPLATE = re.compile(r"\{%|<%|\{\{-? *(?:if|range|end|with)\b|^[ \t]*\{\{", re.MULTILINE)
_WHOLE = re.compile("[0-9]{1,9}")
_DISK = re.compile(r"(scsi|sata|ide|nvme)(\d{1,2}):(\d{1,3})\.present")
_DATASTORE = re.compile(r"(?:(?:scsi|sata|ide|nvme)\d{1,2}:\d{1,3}\.filename|sched\.swap\.derivedname)")
_PASSED = re.compile(r"pcipassthru(\d{1,2})\.present")
_DECIMAL = re.compile(r"([0-9]{5}):([0-9]{3}):([0-9]{2})\.([0-7])")
"""How ESXi writes a PCI address, all of it in decimal digits: ``00000:059:00.0`` is 0000:3b:00.0 elsewhere."""
_NIC = re.compile(r"ethernet(\d{1,2})\.present")


def recognises(file: File) -> bool:
    """Recognise a machine's settings by two lines that only they have; with the usual file name one is enough."""
    enough = 1 if file.base.lower().endswith(".vmx") else 2
    try:
        lines = _readable(file).lines
        if enough > 1 and (is_carrier(file) or sum(_LINE.match(line) is None for line in lines) > MOST_OTHERS):
            return False
    except Unreadable:
        return enough == 1
    found = 0
    for line in lines:
        found += TYPICAL.match(line) is not None
        if found >= enough:
            return True
    return False


def _readable(file: File) -> File:
    """Return the file with its text in the encoding that its first line declares."""
    try:
        if file.text:
            return file
    except Unreadable:
        declared = ENCODINGS.match(file.data[:200])
        if not declared or len(file.data) > limits.VMX_BYTES:
            raise
        text = codecs.decode(file.data, declared[1].decode("ascii").lower(), "replace")
        return File(file.name, text.encode())
    return file


class Settings:
    """The settings of a machine, by keys in lower case, as all products but ESXi take them."""

    def __init__(self, found: Mapping[str, Setting]) -> None:
        self.found = found

    def literal(self, key: str) -> Setting | None:
        """Return a setting whose value is written out; `|22` and the like are single characters."""
        setting = self.found.get(key)
        if setting is None or not setting.value or is_computed(setting.value):
            return None
        return setting._replace(value=re.sub(r"\|([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), setting.value))

    def word(self, key: str) -> str:
        """Return a value in lower case; empty where there is none."""
        setting = self.literal(key)
        return setting.value.strip().lower() if setting else ""

    def on(self, key: str) -> bool:
        """Whether something is switched on."""
        return self.word(key) in ("true", "1", "yes", "on")

    def stated(self, key: str) -> bool:
        """Whether the file has a setting, even one whose value is filled in elsewhere."""
        return key in self.found


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    readable = _readable(file)
    if _TEMPLATE.search(readable.text):
        raise template("of a .vmx file")
    machine = Settings({each.key.lower(): each for each in settings(readable.text)})
    if machine.stated("encryption.data") and not machine.stated("guestos"):
        raise Skipped("the machine is encrypted, and so are its settings")
    named = machine.literal("displayname")
    spec = Spec(named.value if named else PurePath(file.base).stem, named.at if named else file.span(1))
    _platform(spec, machine)
    _guest(spec, machine)
    _resources(spec, machine)
    _firmware(spec, machine)
    _disk(spec, machine)
    _nic(spec, machine)
    _devices(spec, machine)
    yield spec


def _platform(spec: Spec, machine: Settings) -> None:
    for key, setting in machine.found.items():
        if _DATASTORE.fullmatch(key) and setting.value.startswith("/vmfs/volumes/"):
            spec.fact("deployment.platform.id", "vmware-esxi", setting.at)
            break
    version = machine.literal("virtualhw.version")
    if version and _WHOLE.fullmatch(version.value):
        spec.fact("deployment.machine", f"vmx-{version.value.zfill(2)}", version.at)
    if machine.word("monitor.virtual_exec") != "software":
        spec.default("deployment.mode", "hw-assisted", VIRTUALIZATION)
    nested = machine.literal("vhv.enable")
    if nested and machine.on("vhv.enable"):
        spec.fact("requirements.nested", value=True, at=nested.at)


def _guest(spec: Spec, machine: Settings) -> None:
    guest = machine.literal("guestos")
    if guest:
        spec.guest("vmware", guest.value, guest.at)
    elif machine.stated("guestos"):
        spec.unknown("guest.os.id", "guestOS is filled in elsewhere")


def _resources(spec: Spec, machine: Settings) -> None:
    cpus, memory = machine.literal("numvcpus"), machine.literal("memsize")
    if cpus and _WHOLE.fullmatch(cpus.value):
        spec.fact("resources.cpu", cpus.value, cpus.at)
    elif machine.stated("numvcpus"):
        spec.unknown("resources.cpu", "numvcpus is filled in elsewhere")
    else:
        spec.default("resources.cpu", "1", "a machine without numvcpus has one virtual CPU")
    if memory and _WHOLE.fullmatch(memory.value):
        spec.fact("resources.memory", f"{memory.value}Mi", memory.at)
    else:
        spec.unknown("resources.memory", "there is no memsize that is a number")
    affinity = machine.literal("sched.cpu.affinity")
    if affinity and affinity.value.strip().lower() != "all":
        spec.fact("deployment.tuning.cpuPinning", value=True, at=affinity.at)
    for key, path in (("sched.mem.pin", "lockedMemory"), ("sched.mem.lpage.enable1gpage", "hugepages")):
        setting = machine.literal(key)
        if setting and machine.on(key):
            spec.fact(f"deployment.tuning.{path}", value=True, at=setting.at)


def _firmware(spec: Spec, machine: Settings) -> None:
    firmware, secure = machine.literal("firmware"), machine.literal("uefi.secureboot.enabled")
    known = FIRMWARES.get(firmware.value.lower()) if firmware else None
    if firmware and known:
        spec.fact("deployment.firmware.type", known, firmware.at)
    elif machine.stated("firmware"):
        spec.unknown("deployment.firmware.type", "firmware is not bios or efi")
    elif machine.word("guestos").startswith("arm"):
        spec.unknown("deployment.firmware.type", "the BIOS is for x86, and what an Arm machine gets is not in the file")
    else:
        spec.default("deployment.firmware.type", "bios", "a machine without the setting `firmware` has a BIOS")
    if secure:
        spec.fact("deployment.firmware.secureBoot", machine.on("uefi.secureboot.enabled"), secure.at)
    elif not machine.stated("uefi.secureboot.enabled"):
        spec.default("deployment.firmware.secureBoot", False, "Secure Boot is off unless it is switched on")
    tpm = machine.literal("vtpm.present")
    if tpm:
        spec.fact("deployment.firmware.tpm", "2.0" if machine.on("vtpm.present") else "none", tpm.at)
    elif machine.stated("vtpm.present") or machine.stated("managedvm.autoaddvtpm"):
        spec.unknown("deployment.firmware.tpm", "managedVM.autoAddVTPM has the product add one")
    else:
        spec.default("deployment.firmware.tpm", "none", "a machine has a virtual TPM only where vtpm.present is set")


def _disk(spec: Spec, machine: Settings) -> None:
    """State the model of the disks' controllers if all are the same; the file does not name the boot disk."""
    models: dict[str, Setting] = {}
    for key, setting in machine.found.items():
        slot = _DISK.fullmatch(key)
        if not slot or not machine.on(key) or not _is_disk(machine, key.removesuffix(".present")):
            continue
        bus, number = slot[1], slot[2]
        if bus == "scsi":
            model = machine.literal(f"scsi{number}.virtualdev")
            name = SCSI.get(model.value.lower()) if model else None
            if model is None or name is None:
                spec.unknown("deployment.devices.disk", "which SCSI controller is the default depends on guestOS")
                return
            models.setdefault(name, model)
        else:
            models.setdefault(BUSES[bus], setting)
    if len(models) == 1:
        name, setting = models.popitem()
        # The place of a disk on a plain bus is its name: `sata0:0.present`.
        spec.fact("deployment.devices.disk", name, setting.at)
    elif models:
        spec.unknown("deployment.devices.disk", "the disks have different controllers, and any of them may be booted")


def _is_disk(machine: Settings, device: str) -> bool:
    backing = machine.found.get(f"{device}.filename")
    if backing is None or not backing.value.lower().endswith(".vmdk"):
        return False
    return "cdrom" not in machine.word(f"{device}.devicetype")


def _nic(spec: Spec, machine: Settings) -> None:
    numbers = [int(slot[1]) for key in machine.found if (slot := _NIC.fullmatch(key)) and machine.on(key)]
    if not numbers:
        return
    model = machine.literal(f"ethernet{min(numbers)}.virtualdev")
    if model and model.value.lower() in NICS:
        spec.fact("deployment.devices.nic", NICS[model.value.lower()], model.at)
    else:
        spec.unknown("deployment.devices.nic", "which network card is the default depends on guestOS")


def _devices(spec: Spec, machine: Settings) -> None:
    """State the host's devices that are passed through to the machine."""
    handed: list[tuple[str, Span]] = []
    for key, setting in machine.found.items():
        slot = _PASSED.fullmatch(key)
        if not slot or not machine.on(key):
            continue
        device = f"pcipassthru{slot[1]}"
        share = machine.literal(f"{device}.vgpu")
        if share:
            spec.fact("requirements.devices.gpu.mode", "vgpu", share.at)
            continue
        handed.append((_address(machine, device), (machine.literal(f"{device}.id") or setting).at))
    spec.entries("deployment.hostDevices", handed)


def _address(machine: Settings, device: str) -> str:
    address = machine.literal(f"{device}.id")
    if address:
        decimal = _DECIMAL.fullmatch(address.value)
        written = "{:x}:{:x}:{:x}.{}".format(*map(int, decimal.groups())) if decimal else address.value
        return pci_address(written) or address.value
    vendor, model = machine.word(f"{device}.vendorid"), machine.word(f"{device}.deviceid")
    return f"{vendor.removeprefix('0x')}:{model.removeprefix('0x')}" if vendor and model else device
