"""Terraform's resources that are containers, or machines of Incus and LXD, which are both."""

from __future__ import annotations

from collections.abc import Callable

from vmlint.api import Body, Span, Term

from .container_words import mount
from .hcl_words import ARCHES, Machine, count, flag, gibibytes, is_computed, mebibytes, sized, suffixed, word
from .incus_words import cpus

TPM = "deployment.firmware.tpm"
SYSTEMS = ("debian", "ubuntu", "fedora", "alpine", "rockylinux", "almalinux")
"""Distributions whose images of containers and machines are named alike."""
ARCH_WORDS = {**ARCHES, "armhf": "arm", "armv7l": "arm", "ppc64le": "ppc64le", "s390x": "s390x", "riscv64": "riscv64"}
SHARED_KERNEL = "a container runs on the kernel of its host, which is Linux"
IN_A_PROFILE = "a profile may say it"


def _proxmox(machine: Machine) -> None:
    spec = machine.spec
    spec.fact("deployment.platform.id", "proxmox-ve")
    spec.fact("deployment.mode", "lxc")
    spec.default("guest.os.family", "linux", SHARED_KERNEL)
    unprivileged = machine.body.get("unprivileged")
    if unprivileged and unprivileged.flag:
        spec.fact("deployment.privileged", value=False, at=unprivileged.at)
    else:
        spec.unknown("deployment.privileged", "root inside is root outside, but confined, unless unprivileged is set")


def bpg(machine: Machine) -> None:
    """Describe bpg's container."""
    spec, body = machine.spec, machine.body
    _proxmox(machine)
    copied = bool(body.parts("clone")) or body.open_ended("clone")
    processor, memory, disk = body.part("cpu"), body.part("memory"), body.part("disk")
    if processor is not None:
        machine.state("resources.cpu", count, "cores", within=processor)
        machine.state("guest.arch", word(ARCH_WORDS), "architecture", within=processor)
    if memory is not None:
        machine.state("resources.memory", mebibytes, "dedicated", within=memory)
    elif not copied and not body.open_ended("memory"):
        spec.default("resources.memory", "512Mi", "the provider's default")
    if disk is not None:
        machine.state("resources.disk", gibibytes, "size", within=disk)
    _mounts(machine, body.parts("mount_point"), ("volume",), "path", copied or body.open_ended("mount_point"))
    handed = [term for block in body.parts("device_passthrough") if (term := block.get("path")) and term.text]
    if handed:
        spec.entries("deployment.hostDevices", ((term.text or "", term.at) for term in handed))


def telmate(machine: Machine) -> None:
    """Describe Telmate's container."""
    body = machine.body
    _proxmox(machine)
    machine.state("guest.arch", word(ARCH_WORDS), "arch")
    machine.state("resources.cpu", count, "cores")
    machine.state("resources.memory", mebibytes, "memory")
    disk = body.part("rootfs")
    if disk is not None:
        machine.state("resources.disk", suffixed("G"), "size", within=disk)
    copied = body.get("clone") is not None or body.open_ended("mountpoint")
    _mounts(machine, body.parts("mountpoint"), ("volume", "storage"), "mp", copied)


def _mounts(machine: Machine, blocks: list[Body], sources: tuple[str, ...], target: str, open_: bool) -> None:
    """State the directories of the host that are mounted; a volume is no such directory."""
    found: list[tuple[str, Span]] = []
    for block in blocks:
        inside, only = block.get(target), block.get("read_only")
        source = next((term for name in sources if (term := block.get(name)) and (term.text or "")[:1] == "/"), None)
        if source and source.text:
            where = (inside.text if inside else None) or source.text
            found.append((mount(source.text, where, read_only=bool(only and only.flag)), source.at))
        open_ = open_ or any((term := block.get(name)) and is_computed(term) for name in sources)
    if found:
        machine.spec.fact("deployment.mounts", [text for text, _ in found], found[0][1])
    elif open_:
        machine.spec.unknown("deployment.mounts", "some of it is said elsewhere")
    else:
        machine.spec.default("deployment.mounts", [], "it mounts no directory of the host")


def incus(machine: Machine) -> None:
    """Describe an instance of Incus or LXD. What it does not say, its profiles may."""
    spec, body = machine.spec, machine.body
    spec.fact("deployment.platform.id", "incus")
    kind = body.get("type")
    if kind is None:
        spec.default("deployment.mode", "lxc", "an instance is a container unless type says otherwise")
    else:
        machine.take("deployment.mode", word({"container": "lxc", "virtual-machine": "hw-assisted"}), kind, "type")
    _image(machine)
    machine.state("guest.arch", word(ARCH_WORDS), "architecture")
    config = body.part("config") or Body()
    for within, processor, memory in ((config, "limits.cpu", "limits.memory"), (body.part("limits"), "cpu", "memory")):
        if within is not None:
            machine.state("resources.cpu", lambda term: (cpus(term.text) or (None,))[0], processor, within=within)
            machine.state("resources.memory", sized, memory, within=within)
    privileged = config.get("security.privileged")
    if privileged:
        machine.take("deployment.privileged", flag, privileged, "security.privileged")
    else:
        spec.unknown("deployment.privileged", IN_A_PROFILE)
    machine.state("deployment.firmware.secureBoot", flag, "security.secureboot", within=config)
    machine.state("deployment.firmware.type", _legacy, "security.csm", within=config)
    _incus_devices(machine)


def _image(machine: Machine) -> None:
    """State the guest's system where the image names a distribution, and else what all containers run on."""
    spec, image = machine.spec, machine.body.get("image")
    name, _, release = ((image.text if image else None) or "").rpartition(":")[2].lower().partition("/")
    release = release.partition("/")[0]
    mode = spec.facts.get("deployment.mode")
    if image and name in SYSTEMS and release:
        spec.base_image(f"{name}:{release}", image.at)
    elif mode and mode.value == "lxc":
        spec.default("guest.os.family", "linux", SHARED_KERNEL)


def _legacy(term: Term) -> str | None:
    return {True: "bios", False: "uefi"}.get(bool(flag(term))) if flag(term) is not None else None


def _incus_devices(machine: Machine) -> None:
    found: list[tuple[str, Span]] = []
    for device in machine.body.parts("device"):
        kind, options = device.get("type"), device.part("properties")
        if not kind or options is None:
            continue
        source, target = options.get("source"), options.get("path")
        if kind.text == "disk" and not options.get("pool") and source and (source.text or "").startswith("/"):
            where = (target.text if target else None) or source.text or ""
            found.append((mount(source.text or "", where, read_only=False), source.at))
        elif kind.text == "disk" and target and target.text == "/":
            machine.state("resources.disk", sized, "size", within=options)
        elif kind.text == "tpm":
            machine.spec.fact(TPM, "2.0", kind.at)
    if found:
        machine.spec.fact("deployment.mounts", [text for text, _ in found], found[0][1])
    else:
        machine.spec.unknown("deployment.mounts", IN_A_PROFILE)


CONTAINERS: dict[str, Callable[[Machine], None]] = {
    "proxmox_virtual_environment_container": bpg,
    "proxmox_container": bpg,
    "proxmox_lxc": telmate,
    "incus_instance": incus,
    "lxd_instance": incus,
    "lxd_container": incus,
}
"""Resource -> what describes it."""
