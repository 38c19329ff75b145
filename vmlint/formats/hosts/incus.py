"""Servers of Incus and LXD: ``incus info`` and ``/1.0`` (YAML, JSON), and the text of ``incus info --resources``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Spec, Unreadable

from ..shared.amounts import binary_size
from ..shared.hosts import maker, number, platform, release, short_name

_KEYS = ("kernel", "kernel_version", "kernel_architecture", "server")
_IDS = {"Debian GNU/Linux": "debian", "Ubuntu": "ubuntu", "Fedora Linux": "fedora", "Rocky Linux": "rocky",
        "AlmaLinux": "almalinux", "Arch Linux": "arch", "Alpine Linux": "alpine"}  # fmt: skip
_GPU = {"NVIDIA": "nvidia", "Intel": "intel", "Advanced Micro Devices": "amd"}


def recognises(file: File) -> bool:
    """Recognise a server by its environment, and the text of its resources by its first blocks."""
    if any(_environment(root) for root in file.documents):
        return True
    try:
        head = file.text[:8_192]
    except Unreadable:
        return False
    return (
        re.search(r"^CPUs? ?(?:\(|:)", head, re.M) is not None and "\n  Vendor: " in head and "\nMemory:" in file.text
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the server of each document."""
    found = [(root, about) for root in file.documents if (about := _environment(root))]
    if not found:
        yield _resources(file)
    for _, about in found:
        yield _server(about)


def _environment(root: Cursor) -> Cursor:
    """Return the block that describes the server; the API wraps it in ``metadata``."""
    for here in (root.at("environment"), root.at("metadata", "environment")):
        if all(here.at(key) for key in _KEYS):
            return here
    return root.at("")


def _server(about: Cursor) -> Spec:
    name = about.at("server_name")
    spec = Spec(short_name(name.text), (name or about.at("kernel")).span)
    kernel, arch = about.at("kernel"), about.at("kernel_architecture")
    family = (kernel.text or "").lower()
    spec.fact("host.os.family", family if family == "linux" else None, kernel.span)
    spec.fact("host.platform", platform(family, arch.text), arch.span)
    spec.fact("host.kernel.version", number(about.at("kernel_version").text), about.at("kernel_version").span)
    system, version = about.at("os_name"), about.at("os_version")
    known = _IDS.get((system.text or "").strip('"'), "")
    if known and version.text:
        release(spec, known, version.text.strip('"'), version.span)
    return spec


def _resources(file: File) -> Spec:
    """Read the text: blocks by headings, in which lines are ``name: value``."""
    spec = Spec("", file.span(1))
    block: list[str] = []
    threads = 0
    for number_of, line in enumerate(file.lines, 1):
        bare = line.strip()
        depth = (len(line) - len(line.lstrip())) // 2
        if not bare:
            continue
        key, _, value = (part.strip() for part in bare.lstrip("- ").partition(":"))
        block = [*block[:depth], key]
        at = file.span(number_of, len(line) - len(line.lstrip()) + 1)
        top = block[0]
        if key == "Architecture" and value and depth <= 1:
            spec.fact("host.platform", platform("linux", value), at)
        elif top.startswith("CPU") and key == "Vendor" and value:
            spec.fact("host.cpu.vendor", maker(value), at)
        elif top.startswith("CPU") and key == "Name" and value:
            spec.fact("host.cpu.model", value, at)
        elif top.startswith("CPU") and re.match(r"- \d+ \(id: \d+, online: (?:true|false)", bare):
            threads += "online: true" in bare
            spec.fact("host.cpu.count", threads, at)
        elif top == "Memory" and key == "Total" and depth == 1:
            spec.fact("host.memory", binary_size(value), at)
        elif top.startswith("GPU") and key == "Vendor" and value:
            vendor = next((word for name, word in _GPU.items() if name in value), None)
            spec.fact("host.gpu.vendor", vendor, at)
        elif top.startswith("GPU") and key == "Driver" and value.startswith("nvidia ("):
            spec.fact("host.gpu.driver", number(value.removeprefix("nvidia (").rstrip(")")), at)
    return spec
