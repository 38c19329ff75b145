"""Containers of Proxmox VE: ``/etc/pve/lxc/101.conf``, or what ``pct config`` prints.

Snapshots are in sections below the container and are skipped; changes that wait for its next start count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import File, Setting, Spec

from ..shared import lxc
from ..shared.amounts import binary_size
from ..shared.arches import arch
from ..shared.lxc import Confinement, bind
from ..shared.paths import NESTING, NO_REQUIREMENTS, PRIVILEGED
from ..shared.templates import leave_open, partly, template
from .kinds import container
from .lines import PLATFORM, Part, is_on, number, numbered, own_settings, parts, split
from .notes import take_hints

CANNOT_KNOW = {
    "guest.os.id": "`ostype` names a distribution, never a release",
    **NO_REQUIREMENTS,
}

RELATED = {
    "unprivileged|features": (PRIVILEGED,),
    "cores|cpulimit": ("resources.cpu",),
    **lxc.RELATED,
}
"""Patterns of settings -> the beginnings of the fields that hang on several of them."""


def recognises(file: File) -> bool:
    """Recognise a container by settings that only Proxmox VE's have, among lines that are all settings, or by more."""
    return container(file) is not None


def read(file: File) -> Iterator[Spec]:
    """Yield the container."""
    kind = container(file)
    if kind is None:
        return
    plain, marked = split(kind.settings())
    if not plain:
        raise template("of a Proxmox VE container")
    spec = _container(file, plain)
    if marked:
        leave_open(spec, marked, RELATED)
    yield spec
    if marked:
        raise partly("of a Proxmox VE container", marked)


def _container(file: File, found: Mapping[str, Setting]) -> Spec:
    name = found.get("hostname")
    at = name.at if name else next(iter(found.values())).at
    spec = Spec(name.value if name else file.base.removesuffix(".conf"), at)
    spec.fact("deployment.platform", PLATFORM, at)
    spec.fact("deployment.mode", "lxc", at)
    if ostype := found.get("ostype"):
        spec.fact("guest.os.family", "linux", ostype.at)
    else:
        spec.default("guest.os.family", "linux", "a container runs on the kernel of its host, which is Linux")
    if stated := found.get("arch"):
        spec.fact("guest.arch", arch(stated.value), stated.at)
    else:
        spec.default("guest.arch", "amd64", "a container without `arch` is amd64")
    memory, cores, limit = found.get("memory"), found.get("cores"), found.get("cpulimit")
    if memory is None:
        spec.default("resources.memory", "512Mi", "a container without `memory` gets 512 MiB")
    elif number(memory):
        spec.fact("resources.memory", f"{memory.value}Mi", memory.at)
    if cores and number(cores):
        spec.fact("resources.cpu", cores.value, cores.at)
    elif limit and re.fullmatch(r"[1-9][0-9]{0,4}(?:\.[0-9]{1,3})?", limit.value):
        spec.fact("resources.cpu", limit.value, limit.at)
    if "rootfs" in found and (size := parts(found["rootfs"], "volume").get("size")):
        spec.fact("resources.disk", binary_size(size.text), size.at)
    _confinement(spec, file, found)
    take_hints(spec, file)
    return spec


def _confinement(spec: Spec, file: File, found: Mapping[str, Setting]) -> None:
    """State the container's access to its host, from Proxmox VE's own settings and raw ones of LXC."""
    confinement = Confinement(spec)
    confinement.networks = 1  # Proxmox VE gives every container its own network, with cards or without
    for raw in _raw(file):
        confinement.take(raw)
    own, features = found.get("unprivileged"), found.get("features")
    if own and is_on(own.value):
        confinement.unprivileged(own.at)
    nesting = parts(features).get("nesting") if features else None
    if nesting:
        spec.fact(NESTING, is_on(nesting.text), nesting.at)
    else:
        spec.default(NESTING, False, "a container has the features that it lists")
    switched_on = [(word, part.at) for word, part in (_granted(parts(features)) if features else ())]
    if switched_on:
        spec.entries("deployment.granted", switched_on)
    else:
        spec.default("deployment.granted", [], "a container has the features that it lists")
    mounted = []
    for setting in numbered(dict(found), "mp"):
        options = parts(setting, "volume")
        volume, target, only = options.get("volume"), options.get("mp"), options.get("ro")
        if volume and target and volume.text.startswith("/"):
            read_only = only is not None and is_on(only.text)
            mounted.append((bind(volume.text, target.text, read_only), volume.at))
    confinement.mounts = mounted + confinement.mounts
    for setting in numbered(dict(found), "dev"):
        node = parts(setting, "path").get("path")
        if node and node.text.startswith("/dev/"):
            confinement.devices.append((node.text, node.at))
    confinement.state()
    if not any(each.key.startswith(("lxc.hook.", "lxc.include")) for each in _raw(file)):
        spec.default("deployment.hostDevices", [], "a container has the devices that it lists")
    if confinement.mapped is None:
        spec.unknowns.pop(PRIVILEGED, None)
        if own:
            spec.fact(PRIVILEGED, True, own.at)
        else:
            spec.default(PRIVILEGED, True, "a container is privileged unless `unprivileged: 1`")


def _granted(features: Mapping[str, Part]) -> Iterator[tuple[str, Part]]:
    """Yield the features besides nesting that a container has: ``keyctl``, and ``mount=nfs`` for each filesystem."""
    for name, part in features.items():
        if name == "mount":
            yield from ((f"mount={kind}", part) for kind in part.text.split(";") if kind)
        elif name != "nesting" and is_on(part.text):
            yield name, part


def _raw(file: File) -> Iterator[Setting]:
    """Yield the lines of LXC: ``lxc.key: value`` as Proxmox VE writes them, ``lxc.key = value`` as LXC does."""
    found = [
        setting
        for separator, other in ((":", "="), ("=", ":"))
        for setting in own_settings(file, separator)
        if setting.key.startswith("lxc.") and other not in setting.key and not setting.section
    ]
    yield from sorted(found, key=lambda setting: setting.at)
