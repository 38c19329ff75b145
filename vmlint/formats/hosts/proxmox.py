"""Nodes of Proxmox VE: ``pvesh get /nodes/NAME/status`` as JSON, and ``pveversion -v``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec, Unreadable

from ..shared.amounts import in_bytes
from ..shared.hosts import flags, number

_MANAGER = "pve-manager/"
_SINGLE = re.compile(r"pve-manager/(\d[\w.~-]*)/\w+ \(running kernel: (\S+)\)")
_KERNEL = re.compile(r"^proxmox-ve: \S+ \(running kernel: (\S+)\)$", re.M)
_DEBIAN = {"6": "10", "7": "11", "8": "12", "9": "13"}
"""Release of Proxmox VE -> the Debian under it."""


def recognises(file: File) -> bool:
    """Recognise the status by the version that it names, and the list of packages by its first line."""
    if any(_status(root) for root in file.documents):
        return True
    try:
        head = file.text[:2_048].lstrip()
    except Unreadable:
        return False
    return _KERNEL.match(head) is not None or _SINGLE.match(head) is not None


def read(file: File) -> Iterator[Spec]:
    """Yield the node, which is not named."""
    found = [about for root in file.documents if (about := _status(root))]
    for about in found:
        yield _node(about)
    if not found:
        yield _packages(file)


def _status(root: Cursor) -> Cursor:
    """Return the status; the API wraps it in ``data``."""
    for here in (root, root.at("data")):
        if (here.at("pveversion").text or "").startswith(_MANAGER):
            return here
    return root.at("")


def _node(about: Cursor) -> Spec:
    version = about.at("pveversion")
    spec = Spec("", version.span)
    _release(spec, (version.text or "").removeprefix(_MANAGER).partition("/")[0], version)
    kernel = about.at("current-kernel", "release")
    words = about.at("kversion")
    if kernel:
        spec.fact("host.kernel.version", number(kernel.text), kernel.span)
    elif match := re.match(r"Linux (\S+)", words.text or ""):
        spec.fact("host.kernel.version", number(match[1]), words.span)
    cpu = about.at("cpuinfo")
    if cpu.at("model").text:
        spec.fact("host.cpu.model", cpu.at("model").text, cpu.at("model").span)
    if isinstance(cpu.at("cpus").number, int):
        spec.fact("host.cpu.count", int(cpu.at("cpus").number or 0), cpu.at("cpus").span)
    if cpu.at("flags").text:
        found = (cpu.at("flags").text or "").split()
        flags(spec, found, cpu.at("flags").span)
        if "lm" in found:
            spec.fact("host.platform", "linux/amd64", cpu.at("flags").span)
        spec.fact("host.virtualized", True if "hypervisor" in found else None, cpu.at("flags").span)
    total = about.at("memory", "total")
    if isinstance(total.number, int):
        spec.fact("host.memory", in_bytes(total.number), total.span)
    return spec


def _release(spec: Spec, version: str, at: Cursor) -> None:
    spec.fact("host.os.family", "linux", at.span)
    debian = _DEBIAN.get(version.partition(".")[0])
    if debian:
        spec.fact("host.os.id", f"debian{debian}", at.span)


def _packages(file: File) -> Spec:
    text = file.text
    match = _KERNEL.search(text) or _SINGLE.search(text)
    line = text.count("\n", 0, match.start()) + 1 if match else 1
    spec = Spec("", file.span(line))
    spec.fact("host.os.family", "linux", file.span(line))
    release = re.search(r"^pve-manager[:/] ?(\d+)\.", text, re.M)
    if release and release[1] in _DEBIAN:
        spec.fact("host.os.id", f"debian{_DEBIAN[release[1]]}", file.span(text.count("\n", 0, release.start()) + 1))
    if match:
        spec.fact("host.kernel.version", number(match[match.lastindex or 1]), file.span(line))
    return spec
