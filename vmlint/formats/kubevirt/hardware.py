"""The virtual hardware of a KubeVirt machine: what it states, what its type and preference add, what is left open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from vmlint.api import Cursor, Span, Spec

from ..shared.computed import is_computed, literal, state
from ..shared.cpu_flags import FLAGS
from ..shared.kubernetes import cpus, first, quantity, size_text
from ..shared.paths import CACHE, DRIVES, MACS, SHARED, SOCKETS, VARIABLE_STORE
from .objects import VirtualMachine, storage

DISK_BUS = {"amd64": "sata", "arm64": "virtio", "s390x": "virtio"}
"""CPU architecture -> the bus of a disk that names none."""

BINDINGS = {
    "masquerade": "masquerade", "bridge": "bridge", "sriov": "sriov", "slirp": "slirp", "macvtap": "macvtap",
    "passt": "passt", "passtBinding": "passt",
}  # fmt: skip
NO_BOOT = ("cloudInitNoCloud", "cloudInitConfigDrive", "configMap", "secret", "serviceAccount", "sysprep",
           "downwardAPI", "downwardMetrics")  # fmt: skip
"""Volumes that carry settings into a guest, and no system."""

CACHES = frozenset({"none", "writeback", "writethrough"})

NO_PCI_HOLE = "kubevirt.io/disablePCIHole64"
ASK_FOR_MODEL = ("amd64", "s390x")
"""CPU architectures whose machines get the cluster's CPU model: on Arm, all get the host's own before that is asked."""
BY_CLUSTER = "the cluster's setting decides"
MOVES_BRIDGED = "kubevirt.io/allow-pod-bridge-network-live-migration"
VGPU = re.compile(r"-[0-9]{1,2}[ABCQ]$|GRID|GVTg", re.IGNORECASE)
"""Pattern of NVIDIA's and Intel's names of mediated devices: ``GRID_T4-1Q``."""


def hardware(spec: Spec, machine: VirtualMachine) -> None:
    """State the facts of the virtual hardware."""
    for part in (_processor, _memory, _firmware, _tpm, _machine_type, _disks, _network, _video, _passed_through):
        part(spec, machine)


def _processor(spec: Spec, machine: VirtualMachine) -> None:
    cpu, resources = machine.domain.at("cpu"), machine.domain.at("resources")
    parts = [cpu.at(name) for name in ("sockets", "cores", "threads") if cpu.at(name).given]
    numbers = [quantity(part) for part in parts]
    asked = [resources.at(kind, "cpu") for kind in ("limits", "requests") if resources.at(kind, "cpu").given]
    if machine.type.at("cpu", "guest").given:
        state(spec, "resources.cpu", machine.type.at("cpu", "guest"))
    elif parts:
        total = Fraction(1)
        for number in numbers:
            total *= number or 1
        spec.fact("resources.cpu", cpus(total) if None not in numbers else None, parts[0].span)
    elif asked:
        number = quantity(asked[0])
        spec.fact("resources.cpu", cpus(Fraction(-(-number // 1))) if number else None, asked[0].span)
    elif machine.type_left:
        spec.unknown("resources.cpu", machine.type_left)
    elif machine.whole:
        spec.default("resources.cpu", "1", "a machine has one virtual CPU unless it asks for more")
    if state(spec, "deployment.cpuModel", first(cpu.at("model"), machine.type.at("cpu", "model"))):
        pass
    elif machine.type_left:
        spec.unknown("deployment.cpuModel", machine.type_left)
    elif machine.arch == "arm64" and machine.whole:
        spec.default("deployment.cpuModel", "host-passthrough", "on Arm it is the only model")
    else:
        spec.unknown("deployment.cpuModel", BY_CLUSTER)
        spec.left_to_cluster("deployment.cpuModel", "host.cluster.cpuModel", BY_CLUSTER, on=ASK_FOR_MODEL)
    _sockets(spec, machine, cpu)
    pinned = first(cpu.at("dedicatedCpuPlacement"), machine.type.at("cpu", "dedicatedCPUPlacement"))
    _flag(spec, machine, "cpuPinning", pinned)
    asked_for = [each for each in cpu.at("features").items if each.at("policy").text in (None, "require", "force")]
    names = [name for each in asked_for if literal(name := each.at("name"))]
    for name in names:
        if name.text in ("vmx", "svm"):
            spec.fact("requirements.nested", True, name.span)
    flags = ((FLAGS.get(name.text or "", (name.text or "").replace(".", "_")), name.span) for name in names)
    spec.entries("deployment.cpuFlags", dict(flags).items())


def _sockets(spec: Spec, machine: VirtualMachine, cpu: Cursor) -> None:
    """State the CPU's sockets. A preference may spread what an instance type gives over sockets, cores or threads."""
    if machine.type.at("cpu", "guest").given or machine.type_left:
        spec.unknown(SOCKETS, "the CPUs of an instance type are spread as a preference asks")
    elif not state(spec, SOCKETS, cpu.at("sockets")) and machine.whole:
        if cpu.at("cores").given or cpu.at("threads").given:
            spec.default(SOCKETS, 1, "a machine has one socket unless it asks for more", cpu.span)
        elif (total := spec.text("resources.cpu")).isdecimal():
            spec.default(SOCKETS, total, "without a topology each CPU that is asked for is a socket")


def _flag(spec: Spec, machine: VirtualMachine, name: str, flag: Cursor) -> None:
    """State a flag of the tuning, or a block whose presence sets one."""
    path = f"deployment.tuning.{name}"
    if flag.given:
        spec.fact(path, flag.flag if flag.text else True, flag.span)
    elif machine.type_left:
        spec.unknown(path, machine.type_left)
    elif machine.whole:
        spec.default(path, False, "the API leaves it off")


def _memory(spec: Spec, machine: VirtualMachine) -> None:
    memory, resources = machine.domain.at("memory"), machine.domain.at("resources")
    given = first(
        machine.type.at("memory", "guest"),
        memory.at("guest"),
        resources.at("requests", "memory"),
        resources.at("limits", "memory"),
    )
    if given.given:
        spec.fact("resources.memory", size_text(given), given.span)
    elif machine.type_left:
        spec.unknown("resources.memory", machine.type_left)
    _flag(spec, machine, "hugepages", first(memory.at("hugepages"), machine.type.at("memory", "hugepages")))


def _firmware(spec: Spec, machine: VirtualMachine) -> None:
    loader, preferred = machine.domain.at("firmware", "bootloader"), machine.preference.at("firmware")
    efi, bios = loader.at("efi"), loader.at("bios")
    secure = efi.at("secureBoot")
    if not (efi.given or bios.given):
        efi = preferred.at("preferredEfi")
        if not efi.given and preferred.at("preferredUseEfi").flag:
            efi = preferred.at("preferredUseEfi")
        secure = efi.at("secureBoot")
        bios = preferred.at("preferredUseBios") if preferred.at("preferredUseBios").flag else bios
    if not secure.given:
        secure = preferred.at("preferredUseSecureBoot")
    here = None
    if efi.given:
        here = efi.span
        spec.fact("deployment.firmware.type", "uefi", here)
        if secure.given:
            spec.fact("deployment.firmware.secureBoot", secure.flag, secure.span)
        elif machine.preference_left:
            spec.unknown("deployment.firmware.secureBoot", machine.preference_left)
        else:
            spec.default("deployment.firmware.secureBoot", True, "efi alone means Secure Boot", here)
    elif bios.given:
        spec.fact("deployment.firmware.type", "bios", bios.span)
        spec.default("deployment.firmware.secureBoot", False, "a BIOS has none", bios.span)
    elif machine.preference_left:
        spec.unknown("deployment.firmware.type", machine.preference_left)
        spec.unknown("deployment.firmware.secureBoot", machine.preference_left)
    elif machine.whole and machine.arch != "s390x":
        arm = machine.arch == "arm64"
        why = "a machine on Arm boots from UEFI" if arm else "a machine boots from a BIOS unless it asks for EFI"
        spec.default("deployment.firmware.type", "uefi" if arm else "bios", why)
        spec.default("deployment.firmware.secureBoot", False, why)
    if spec.text("deployment.firmware.type") == "uefi":
        kept = efi.at("persistent")
        if kept.given:
            spec.fact(VARIABLE_STORE, kept.flag, kept.span)
        elif not machine.preference_left:
            spec.default(VARIABLE_STORE, False, "without `persistent` the variables of EFI are lost at a stop", here)
    smm = first(machine.domain.at("features", "smm"), machine.preference.at("features", "preferredSmm"))
    if smm.given:
        spec.fact("deployment.firmware.smm", smm.at("enabled").flag is not False, smm.span)
    elif machine.preference_left:
        spec.unknown("deployment.firmware.smm", machine.preference_left)
    elif machine.whole:
        spec.default("deployment.firmware.smm", False, "the API leaves it off", here)


def _tpm(spec: Spec, machine: VirtualMachine) -> None:
    tpm = first(machine.devices.at("tpm"), machine.preference.at("devices", "preferredTPM"))
    if tpm.given and tpm.at("enabled").flag is not False:
        spec.fact("deployment.firmware.tpm", "2.0", tpm.span)
        persistent = tpm.at("persistent")
        if persistent.given:
            spec.fact("deployment.firmware.tpmPersistent", persistent.flag, persistent.span)
        else:
            spec.default("deployment.firmware.tpmPersistent", False, "the API leaves it off", tpm.span)
    elif tpm.given:
        spec.fact("deployment.firmware.tpm", "none", tpm.span)
    elif machine.preference_left:
        spec.unknown("deployment.firmware.tpm", machine.preference_left)
    elif machine.whole:
        spec.default("deployment.firmware.tpm", "none", "a machine has no TPM unless it asks for one")


def _machine_type(spec: Spec, machine: VirtualMachine) -> None:
    path = "deployment.machine"
    annotations = (machine.metadata, machine.preference, machine.type, machine.entry.at("metadata"))
    if any(each.at("annotations", NO_PCI_HOLE).flag for each in annotations):
        spec.unknown(path, f"{NO_PCI_HOLE} takes from it what old systems trip over")
    elif not state(spec, path, machine.domain.at("machine", "type")) and not state(
        spec, path, machine.preference.at("machine", "preferredMachineType")
    ):
        spec.unknown(path, machine.preference_left or BY_CLUSTER)
        if not machine.preference_left:
            spec.left_to_cluster(path, "host.cluster.machine", BY_CLUSTER, on=("amd64",))


def boot_image(machine: VirtualMachine) -> tuple[str, Span | None]:
    """Return the image of the boot disk and its place; nothing for a disk without an image."""
    volumes = {volume.at("name").text: volume for volume in machine.spec.at("volumes").items}
    disks = _bootable(machine, volumes)
    if not disks:
        return "", None
    volume = volumes.get(_first(disks).at("name").text, machine.spec.at(""))
    url = machine.claims.get(_claim(volume), volume.at("")).at("source", "registry", "url")
    image = first(volume.at("containerDisk", "image"), url)
    return (image.text or "").removeprefix("docker://"), image.span if image else None


def _bootable(machine: VirtualMachine, volumes: Mapping[str | None, Cursor]) -> list[Cursor]:
    """Return the disks that a machine may boot from, without CD-ROMs and disks of settings."""
    disks = machine.devices.at("disks").items
    stated = {disk.at("name").text for disk in disks}
    disks += [volume for name, volume in volumes.items() if name not in stated]  # each becomes a separate disk
    return [
        disk
        for disk in disks
        if not disk.at("cdrom").given
        and not any(volumes.get(disk.at("name").text, disk).at(kind).given for kind in NO_BOOT)
    ]


def _first(disks: list[Cursor]) -> Cursor:
    """Return the disk that is tried first."""
    return min(disks, key=lambda disk: disk.at("bootOrder").number or float("inf"))


def _disks(spec: Spec, machine: VirtualMachine) -> None:
    volumes = {volume.at("name").text: volume for volume in machine.spec.at("volumes").items}
    bootable = _bootable(machine, volumes)
    _access(spec, machine, list(volumes.values()))
    if not bootable:
        return
    boot = _first(bootable)
    preferred = machine.preference.at("devices", "preferredDiskBus")
    bus = first(boot.at("disk", "bus"), boot.at("lun", "bus"), preferred)
    if not state(spec, "deployment.devices.disk", bus):
        usual = DISK_BUS.get(machine.arch or "")
        if machine.preference_left:
            spec.unknown("deployment.devices.disk", machine.preference_left)
        elif usual:
            spec.default("deployment.devices.disk", usual, f"a disk on {machine.arch} that names no bus", boot.span)
        else:
            spec.unknown("deployment.devices.disk", "SATA on amd64, virtio elsewhere")
    _modes(spec, machine)
    volume = volumes.get(boot.at("name").text, boot)
    state(spec, "deployment.image.ref", volume.at("containerDisk", "image"))
    size = storage(machine.claims.get(_claim(volume), boot.at(""))).at("resources", "requests", "storage")
    spec.fact("resources.disk", size_text(size), size.span if size else None)


def _modes(spec: Spec, machine: VirtualMachine) -> None:
    """State the drives' buses where all name one, how the host caches the disks, and whether one is shared."""
    disks = machine.devices.at("disks").items
    buses = [first(*(disk.at(kind, "bus") for kind in ("disk", "lun", "cdrom"))) for disk in disks]
    if all(literal(bus) for bus in buses):
        spec.entries(DRIVES, ((bus.text or "", bus.span) for bus in buses))
    modes = [disk.at("cache") for disk in disks if disk.at("cache").text in CACHES]
    spec.entries(CACHE, ((mode.text or "", mode.span) for mode in modes))
    spec.default(CACHE, [], "a disk is cached as its storage allows unless it states how")
    flags = (each for disk in disks for each in (disk.at("shareable"), disk.at("lun", "reservation")))
    shared = next((flag for flag in flags if flag.flag), None)
    if shared:
        spec.fact(SHARED, True, shared.span)
    else:
        spec.default(SHARED, False, "a disk is this machine's alone unless it is `shareable`")


def _claim(volume: Cursor) -> str:
    """Return the name of the claim or data volume behind a volume."""
    return volume.at("persistentVolumeClaim", "claimName").text or volume.at("dataVolume", "name").text or "?"


def _access(spec: Spec, machine: VirtualMachine, volumes: list[Cursor]) -> None:
    """State how the volumes can be attached: by one node at a time as soon as one of them can."""
    path, open_, several = "deployment.storage.accessMode", 0, None
    for volume in volumes:
        if volume.at("hostDisk").given and not volume.at("hostDisk", "shared").flag:
            spec.fact(path, "rwo", volume.at("hostDisk").span)
            return
        if not (volume.at("persistentVolumeClaim").given or volume.at("dataVolume").given):
            continue
        modes = storage(machine.claims.get(_claim(volume), volume.at(""))).at("accessModes")
        words = modes.texts
        if not words or any(is_computed(each) for each in words):
            open_ += 1
        elif "ReadWriteMany" in words or "ReadOnlyMany" in words:
            several = modes
        else:
            spec.fact(path, "rwo", modes.items[0].span)
            return
    if open_:
        spec.unknown(path, "a claim is not in the input, or leaves its access modes to the storage class")
    elif several is not None:
        spec.fact(path, "rwx", several.items[0].span)


def _network(spec: Spec, machine: VirtualMachine) -> None:
    interfaces = machine.devices.at("interfaces").items
    pods = {each.at("name").text for each in machine.spec.at("networks").items if each.at("pod").given}
    on_pods = [each for each in interfaces if each.at("name").text in pods]
    main = (on_pods or interfaces or [machine.devices.at("")])[0]
    name = next((key for key in BINDINGS if main.at(key).given), None)
    binding = BINDINGS[name] if name else literal(main.at("binding", "name"))
    moves = any(each.at("annotations", MOVES_BRIDGED).flag for each in (machine.metadata, machine.entry.at("metadata")))
    if binding == "bridge" and (moves or not on_pods):
        spec.unknown("deployment.network.binding", "a bridge that does not tie the guest to its pod's address")
    elif binding:
        here = main.at(name) if name else main.at("binding", "name")
        spec.fact("deployment.network.binding", binding, here.span)
    given = [each.at("macAddress") for each in interfaces if literal(each.at("macAddress"))]
    spec.entries(MACS, (((each.text or "").lower().replace("-", ":"), each.span) for each in given))
    path = "deployment.devices.nic"
    model = first(main.at("model"), machine.preference.at("devices", "preferredInterfaceModel"))
    if binding == "sriov":
        spec.fact(path, "sriov", main.at("sriov").span)
    elif not state(spec, path, model):
        if machine.preference_left:
            spec.unknown(path, machine.preference_left)
        elif machine.whole and machine.devices.at("autoattachPodInterface").flag is not False:
            spec.default(path, "virtio", "an interface that names no model", main.span if main else None)


def _video(spec: Spec, machine: VirtualMachine) -> None:
    path = "deployment.devices.video"
    if not state(spec, path, machine.devices.at("video", "type")) and machine.arch == "arm64" and machine.whole:
        spec.default(path, "virtio", "a machine on Arm has no other unless it names one")


def _passed_through(spec: Spec, machine: VirtualMachine) -> None:
    held = [*machine.devices.at("hostDevices").items, *machine.type.at("hostDevices").items]
    names = [each.at("deviceName") for each in held if literal(each.at("deviceName"))]
    if names:
        spec.entries("deployment.hostDevices", ((each.text or "", each.span) for each in names))
    gpus = [*machine.devices.at("gpus").items, *machine.type.at("gpus").items]
    named_gpus = [each.at("deviceName") for each in gpus if literal(each.at("deviceName"))]
    spec.entries("deployment.clusterDevices", ((each.text or "", each.span) for each in (*names, *named_gpus)))
    if named_gpus:
        whole = [each for each in named_gpus if not VGPU.search(each.text or "")]
        spec.fact("requirements.devices.gpu.mode", "passthrough" if whole else "vgpu", (whole or named_gpus)[0].span)
        spec.fact("requirements.devices.gpu.count", len(gpus), named_gpus[0].span)
    elif gpus:
        spec.unknown("requirements.devices.gpu.mode", "a resource claim decides what kind of device it is")
