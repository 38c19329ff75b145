"""VMware's .vmx files: one machine of ESXi, Workstation or Fusion, one setting per line.

The same file runs on all three, and `virtualHW.productCompatibility` does not distinguish them: files written by ESXi
have `hosted` too. Only a disk on a VMFS datastore decides it, since only ESXi mounts those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from vmlint.api import File, Problem, Skipped, Span, Spec, Unreadable, Written, limits, settings

from ..shared.carriers import is_carrier
from ..shared.firmware import FIRMWARES
from ..shared.paths import HOT_ADD, NUMA, SOCKETS
from ..shared.templates import marked, template
from ..shared.vmware import tools_guest
from . import devices, disks, leftovers
from .settings import Settings

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

CHOSEN_CORES = 20
"""The hardware version since which ESXi chooses the cores of a socket unless the machine states them (vSphere 8.0)."""

VIRTUALIZATION = "VMware's products run a guest on the CPU's own virtualization"
MOST_OTHERS = 2
"""Lines that are neither settings nor comments in a file under another name: the marks of a template."""

_LINE = re.compile(r"[ \t]*(?:[#<{].*|[.\w:-]+[ \t]*=.*)?\Z")
_TEMPLATE = re.compile(r"\{%|<%|\{\{-? *(?:if|range|end|with)\b|^[ \t]*\{\{", re.MULTILINE)
_WHOLE = re.compile("[0-9]{1,9}")
_CONNECTION = re.compile(r"ethernet\d{1,2}\.connectiontype")
_DATASTORE = re.compile(r"(?:(?:scsi|sata|ide|nvme)\d{1,2}:\d{1,3}\.filename|sched\.swap\.derivedname)")


def recognises(file: File) -> bool:
    """Recognise a machine's settings by two lines that only they have; with the usual file name one is enough."""
    enough = 1 if file.base.lower().endswith(".vmx") else 2
    if len(file.data) > limits.VMX_BYTES:
        return enough == 1  # reading it tells so
    try:
        lines = file.lines
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


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    if len(file.data) > limits.VMX_BYTES:
        message = f"the file is larger than {limits.VMX_BYTES // 2**20} MiB, which no machine's settings are"
        raise Unreadable(Problem("VM904", message, Span(1, 1, 1, 1)))
    if marked(file.text, "settings", _TEMPLATE):
        raise template("of a .vmx file")
    machine = Settings({each.key.lower(): each for each in settings(file.text, returns=True)})
    if machine.stated("encryption.data") and not machine.stated("guestos"):
        raise Skipped("the machine is encrypted, and so are its settings")
    named = machine.found.get("displayname")
    name = machine.literal("displayname")
    spec = Spec(name.value if name else PurePath(file.base).stem, named.at if named else file.span(1))
    _platform(spec, machine)
    _guest(spec, machine)
    _resources(spec, machine)
    _firmware(spec, machine)
    disks.state(spec, machine)
    devices.state(spec, machine)
    leftovers.state(spec, machine)
    yield spec


def _platform(spec: Spec, machine: Settings) -> None:
    for key, setting in machine.found.items():
        if _DATASTORE.fullmatch(key) and setting.value.startswith("/vmfs/volumes/"):
            spec.fact("deployment.platform.id", "vmware-esxi", setting.at)
            break
    else:
        _desktop(spec, machine)
    version = machine.literal("virtualhw.version")
    if version and _WHOLE.fullmatch(version.value):
        spec.fact("deployment.machine", f"vmx-{version.value.zfill(2)}", version.at)
    if machine.word("monitor.virtual_exec") != "software":
        spec.default("deployment.mode", "hw-assisted", VIRTUALIZATION)
    nested = machine.literal("vhv.enable")
    if nested and machine.on("vhv.enable"):
        spec.fact("requirements.nested", value=True, at=nested.at)


def _desktop(spec: Spec, machine: Settings) -> None:
    """State the architecture where a card is in a network that ESXi does not have."""
    for key, setting in machine.found.items():
        if _CONNECTION.fullmatch(key) and setting.value.lower() in ("nat", "hostonly", "custom"):
            why = f"Workstation and Fusion have networks of the kind {setting.value.lower()}, and ESXi has not"
            spec.default("deployment.architecture", "type2", why, setting.at)
            return


def _guest(spec: Spec, machine: Settings) -> None:
    guest, controller = machine.literal("guestos"), machine.literal("smc.present")
    if controller and machine.on("smc.present") and (not guest or guest.value.lower().startswith("other")):
        spec.fact("guest.os.family", "darwin", controller.at)
    elif guest:
        spec.guest("vmware", guest.value, guest.at)
    elif machine.stated("guestos"):
        spec.unknown("guest.os.id", "guestOS is filled in elsewhere")
    told = machine.literal("guestinfo.detailed.data") or machine.literal("guestos.detailed.data")
    if told:  # what VMware Tools told of the system that ran last
        spec.clue(tools_guest(told.value), told.at, vocabulary="")


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
    _topology(spec, machine, cpus.value if cpus else "1")
    affinity = machine.literal("sched.cpu.affinity")
    if affinity and affinity.value.strip().lower() != "all":
        spec.fact("deployment.tuning.cpuPinning", value=True, at=affinity.at)
    if nodes := machine.literal("numa.nodeaffinity"):
        spec.fact(NUMA, True, nodes.at)
    for key, path in (("sched.mem.pin", "lockedMemory"), ("sched.mem.lpage.enable1gpage", "hugepages")):
        setting = machine.literal(key)
        if setting and machine.on(key):
            spec.fact(f"deployment.tuning.{path}", value=True, at=setting.at)
    reserved = machine.literal("sched.mem.min")
    if reserved and memory and reserved.value == memory.value:
        spec.fact("deployment.tuning.lockedMemory", value=True, at=reserved.at)
    elif not machine.stated("sched.mem.pin"):
        spec.default("deployment.tuning.lockedMemory", False, "memory is reserved where sched.mem.pin or .min say so")


def _topology(spec: Spec, machine: Settings, cpus: str) -> None:
    """State the sockets that the CPUs are in, and what may be added to the machine while it runs."""
    cores, version = machine.literal("cpuid.corespersocket"), machine.word("virtualhw.version")
    number = int(cpus) if _WHOLE.fullmatch(cpus) else 0
    each = int(cores.value) if cores and _WHOLE.fullmatch(cores.value) else 0
    if cores and each and number and number % each == 0:
        spec.fact(SOCKETS, number // each, cores.at)
    elif machine.stated("cpuid.corespersocket") or not number:
        spec.unknown(SOCKETS, "the cores of a socket are chosen when the machine is started")
    elif _WHOLE.fullmatch(version) and int(version) < CHOSEN_CORES:
        spec.default(SOCKETS, number, "without cpuid.coresPerSocket each CPU is a socket of its own")
    else:
        spec.unknown(SOCKETS, f"since hardware version {CHOSEN_CORES} ESXi chooses the cores of a socket by default")
    added = [
        (word, setting.at)
        for word, key in (("cpu", "vcpu.hotadd"), ("memory", "mem.hotadd"))
        if machine.on(key) and (setting := machine.literal(key))
    ]
    spec.entries(HOT_ADD, added)
    spec.default(HOT_ADD, [], "nothing can be added while it runs unless vcpu.hotadd or mem.hotadd is on")


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
