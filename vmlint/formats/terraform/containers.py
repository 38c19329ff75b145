"""Terraform's resources that are containers, or instances of Incus and LXD."""

from __future__ import annotations

import re
from collections.abc import Callable

from vmlint.api import Body, Span, Term

from ..shared.arches import arch
from ..shared.containers import mount
from ..shared.incus import (
    CACHES,
    CONTAINER_ONLY,
    GPUS,
    MACHINE_ONLY,
    NODES,
    ON_UNLESS_SET,
    confine,
    cpus,
    image_named,
    size,
    truth,
)
from ..shared.paths import (
    ARCH,
    CACHE,
    CPU,
    DISK_SIZE,
    GPU,
    HOST_DEVICES,
    MEMORY,
    MODE,
    NESTING,
    OS,
    PLATFORM,
    PRIVILEGED,
    SECURE_BOOT,
    TPM,
    UNCONFINED,
)
from ..shared.terms import Resource, architecture, count, flag, gibibytes, is_computed, mebibytes, suffixed, word

SYSTEMS = ("debian", "ubuntu", "fedora", "alpine", "rockylinux", "almalinux")
"""Distributions whose images of containers and machines have the same names."""
TEMPLATE = re.compile(
    r"(?:.*[/:])?([a-z]+)-([0-9]{1,2}(?:[.][0-9]{1,2})?)(-stream)?-(?:standard|default|cloud)_[^/_]+_([a-z0-9]+)[.]tar[.][a-z]+"
)
"""Names of the templates that Proxmox VE offers: ``debian-13-standard_13.1-2_amd64.tar.zst``."""
SHARED_KERNEL = "a container runs on the kernel of its host, which is Linux"
IN_A_PROFILE = "a profile may set it"


def _cpus(term: Term) -> str | None:
    given = cpus(term.text)
    return given.number if given else None


def _size(term: Term) -> str | None:
    return size(term.text)


def _proxmox(machine: Resource) -> None:
    spec = machine.spec
    spec.fact(PLATFORM, "proxmox-ve")
    spec.fact(MODE, "lxc")
    spec.default("guest.os.family", "linux", SHARED_KERNEL)
    spec.default(UNCONFINED, [], "the provider switches none off")
    unprivileged = machine.body.get("unprivileged")
    if unprivileged:
        machine.take(PRIVILEGED, _privileged, unprivileged, "unprivileged")
    elif machine.body.parts("clone") or machine.body.open_ended("clone") or machine.body.get("clone"):
        spec.unknown(PRIVILEGED, "a clone is as privileged as what it is cloned from")
    else:
        spec.default(PRIVILEGED, True, "a container is privileged unless unprivileged is set")
    features = machine.body.part("features")
    if features is not None and machine.state(NESTING, flag, "nesting", within=features):
        return
    if features is None and not machine.body.open_ended("features"):
        spec.default(NESTING, False, "a container has the features that it lists")


def _privileged(unprivileged: Term) -> bool | None:
    return None if unprivileged.flag is None else not unprivileged.flag


def _template(machine: Resource, template: Term | None) -> None:
    """State the guest's system by the template that a container is made of, where Proxmox VE offers it."""
    found = TEMPLATE.fullmatch((template.text if template else None) or "")
    if template is None or found is None:
        return
    name, release, stream, bits = found.groups()
    image = "quay.io/centos/centos:stream" if name == "centos" and stream else f"{name}:"
    if name in (*SYSTEMS, "centos"):
        machine.spec.facts.pop("guest.os.family", None)  # the release is more exact
        machine.spec.base_image(f"{image}{release}", template.at)
    if ARCH not in machine.spec.facts and ARCH not in machine.spec.unknowns:
        machine.spec.fact(ARCH, arch(bits), template.at)


def bpg(machine: Resource) -> None:
    """Describe bpg's container."""
    spec, body = machine.spec, machine.body
    _proxmox(machine)
    copied = bool(body.parts("clone")) or body.open_ended("clone")
    processor, memory, disk = body.part("cpu"), body.part("memory"), body.part("disk")
    system = body.part("operating_system")
    if processor is not None:
        machine.state(CPU, count, "cores", within=processor)
        machine.state(ARCH, architecture, "architecture", within=processor)
    if memory is not None:
        machine.state(MEMORY, mebibytes, "dedicated", within=memory)
    elif not copied and not body.open_ended("memory"):
        spec.default(MEMORY, "512Mi", "the provider's default")
    if system is not None:
        _template(machine, system.get("template_file_id"))
    if disk is not None:
        machine.state(DISK_SIZE, gibibytes, "size", within=disk)
    _mounts(machine, body.parts("mount_point"), ("volume",), "path", copied or body.open_ended("mount_point"))
    handed = [term for block in body.parts("device_passthrough") if (term := block.get("path")) and term.text]
    if handed:
        spec.entries(HOST_DEVICES, ((term.text or "", term.at) for term in handed))


def telmate(machine: Resource) -> None:
    """Describe Telmate's container."""
    body = machine.body
    _proxmox(machine)
    machine.state(ARCH, architecture, "arch")
    _template(machine, body.get("ostemplate"))
    machine.state(CPU, count, "cores")
    machine.state(MEMORY, mebibytes, "memory")
    disk = body.part("rootfs")
    if disk is not None:
        machine.state(DISK_SIZE, suffixed("G"), "size", within=disk)
    copied = body.get("clone") is not None or body.open_ended("mountpoint")
    _mounts(machine, body.parts("mountpoint"), ("volume", "storage"), "mp", copied)


def _mounts(machine: Resource, blocks: list[Body], sources: tuple[str, ...], target: str, open_: bool) -> None:
    """State the directories of the host that are mounted; a volume is not one."""
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
        machine.spec.unknown("deployment.mounts", "some of it is set elsewhere")
    else:
        machine.spec.default("deployment.mounts", [], "it mounts no directory of the host")


def incus(machine: Resource) -> None:
    """Describe an instance of Incus or LXD. Its profiles may set what it leaves out."""
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "incus")
    kind = body.get("type")
    if kind is None:
        spec.default(MODE, "lxc", "an instance is a container unless type is set")
    else:
        machine.take(MODE, word({"container": "lxc", "virtual-machine": "hw-assisted"}), kind, "type")
    _image(machine)
    machine.state(ARCH, architecture, "architecture")
    _incus_options(machine, body.part("config") or Body())


def incus_profile(machine: Resource) -> None:
    """Describe a profile of Incus or LXD: what its instances share."""
    spec, config = machine.spec, machine.body.part("config") or Body()
    spec.fact(PLATFORM, "incus")
    for beginnings, mode, what in ((CONTAINER_ONLY, "lxc", "a container"), (MACHINE_ONLY, "hw-assisted", "a machine")):
        for option, value in config.values:
            if option.startswith(beginnings) and (_on(value) is not False or option == ON_UNLESS_SET):
                spec.default(MODE, mode, f"only {what} has the option {option}", value.at)
    if MODE not in spec.facts:
        spec.unknown(MODE, "nothing in it shows whether it is a container or a virtual machine")
    elif spec.facts[MODE].value == "lxc":
        spec.default("guest.os.family", "linux", SHARED_KERNEL)
    spec.unknown(OS, "the image is not named")
    spec.unknown("instances", "any number of instances may use a profile")
    _incus_options(machine, config)


def _incus_options(machine: Resource, config: Body) -> None:
    spec, body = machine.spec, machine.body
    for within, processor, memory in ((config, "limits.cpu", "limits.memory"), (body.part("limits"), "cpu", "memory")):
        if within is not None:
            machine.state(CPU, _cpus, processor, within=within)
            machine.state(MEMORY, _size, memory, within=within)
    mode, privileged = spec.facts.get(MODE), config.get("security.privileged")
    if privileged:
        machine.take("deployment.privileged", _on, privileged, "security.privileged")
    elif _without_profiles(body) and not body.open_ended("config") and not config.get("raw.lxc"):
        why = "a container is unprivileged unless security.privileged is set"
        if mode and mode.value == "lxc":
            spec.default("deployment.privileged", False, why)
    elif mode is None or mode.value == "lxc":
        spec.unknown("deployment.privileged", IN_A_PROFILE)
    machine.state(SECURE_BOOT, _on, "security.secureboot", within=config)
    machine.state("deployment.firmware.type", _legacy, "security.csm", within=config)
    if mode and mode.value == "lxc":
        literal = ((name, term) for name, term in config.values if not is_computed(term))
        confine(spec, ((name, _text(term), term.at) for name, term in literal))
    _incus_devices(machine)


def _text(term: Term) -> str | None:
    """Return the text of an option: the provider takes flags and numbers without quotes as well."""
    return term.text if term.kind == "text" else None if term.value is None else str(term.value).lower()


def _on(term: Term) -> bool | None:
    return truth(_text(term))


def _without_profiles(body: Body) -> bool:
    profiles = body.get("profiles")
    return profiles is not None and profiles.kind == "list" and not profiles.items


def _image(machine: Resource) -> None:
    """State the guest's system if the image names a distribution, else the family of all containers."""
    spec, image = machine.spec, machine.body.get("image")
    mode = spec.facts.get(MODE)
    named = image_named((image.text if image else None) or "")
    if image and named:
        spec.base_image(named, image.at)
    elif mode and mode.value == "lxc":
        spec.default("guest.os.family", "linux", SHARED_KERNEL)


def _legacy(term: Term) -> str | None:
    return {True: "bios", False: "uefi"}.get(bool(_on(term))) if _on(term) is not None else None


def _incus_devices(machine: Resource) -> None:
    spec, mode = machine.spec, machine.spec.facts.get(MODE)
    within = mode.value if mode else None
    mounts: list[tuple[str, Span]] = []
    handed: list[tuple[str, Span]] = []
    disks = [options for device in machine.body.parts("device") if (options := device.part("properties"))]
    caches = [term for options in disks if (term := options.get("io.cache")) and term.text in CACHES]
    if within == "hw-assisted":
        spec.entries(CACHE, ((term.text or "", term.at) for term in caches))
    for device in machine.body.parts("device"):
        kind, options = device.get("type"), device.part("properties") or Body()
        if not kind:
            continue
        source, target = options.get("source"), options.get("path")
        if kind.text == "disk" and not options.get("pool") and source and (source.text or "").startswith("/"):
            where, read_only = (target.text if target else None) or source.text or "", options.get("readonly")
            mounts.append((mount(source.text or "", where, read_only=bool(read_only and _on(read_only))), source.at))
        elif kind.text == "disk" and target and target.text == "/":
            machine.state(DISK_SIZE, _size, "size", within=options)
        elif kind.text == "tpm":
            spec.fact(TPM, "2.0", kind.at)
        elif kind.text in NODES and within == "lxc":
            handed += _stated(source or target)
        elif kind.text == "usb" and (vendor := options.get("vendorid")) and (product := options.get("productid")):
            handed += [(f"usb:{vendor.text}:{product.text}", vendor.at)] if vendor.text and product.text else []
        elif kind.text == "pci" and within == "hw-assisted":
            handed += _stated(options.get("address"))
        elif kind.text == "gpu" and within:
            type_, card = options.get("gputype"), options.get("pci")
            if within == "lxc" or not (type_ and is_computed(type_)):
                way = "shared" if within == "lxc" else GPUS.get((type_.text if type_ else None) or "physical")
                spec.fact(GPU, way, kind.at)
                handed += _stated(card if way == "passthrough" else None)
    if mounts:
        spec.fact("deployment.mounts", [text for text, _ in mounts], mounts[0][1])
    elif _without_profiles(machine.body) and not machine.body.open_ended("device"):
        spec.default("deployment.mounts", [], "it mounts no directory of the host")
    else:
        spec.unknown("deployment.mounts", IN_A_PROFILE)
    if handed:
        spec.fact(HOST_DEVICES, [text for text, _ in handed], handed[0][1])


def _stated(term: Term | None) -> list[tuple[str, Span]]:
    return [(term.text, term.at)] if term and term.text and not is_computed(term) else []


CONTAINERS: dict[str, Callable[[Resource], None]] = {
    "proxmox_virtual_environment_container": bpg,
    "proxmox_container": bpg,
    "proxmox_lxc": telmate,
    "incus_instance": incus,
    "lxd_instance": incus,
    "lxd_container": incus,
    "incus_profile": incus_profile,
    "lxd_profile": incus_profile,
}
"""Resource -> what describes it."""
