"""Firecracker's configuration file (`--config-file`): one microVM in JSON. CPU templates are another kind of file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from vmlint.api import Cursor, File, Spec

from .shared.templates import yaml_of

CANNOT_KNOW = {
    "guest.os.id": "the file names a kernel and disk images, and not what is in them",
    "guest.arch": "a microVM has the CPU architecture of its host",
}

OWN = frozenset({"machine-config", "drives", "network-interfaces", "vsock", "mmds-config", "cpu-config", "balloon"})
"""Keys besides `boot-source`, one of which every configuration has."""

SMALLEST = "a microVM without machine-config has one virtual CPU and 128 MiB"
ONLY_VIRTIO = "Firecracker has no other devices than virtio's"


def recognises(file: File) -> bool:
    """Recognise a microVM by its kernel and another of Firecracker's blocks."""
    return any(_is_machine(root) for root in file.outline)


def _is_machine(root: Cursor) -> bool:
    return bool(root.at("boot-source", "kernel_image_path")) and bool(OWN & root.entries.keys())


def read(file: File) -> Iterator[Spec]:
    """Yield the microVM."""
    for root in yaml_of(file, "of a microVM"):
        if _is_machine(root):
            yield _machine(PurePath(file.base).stem, root)


def _machine(name: str, root: Cursor) -> Spec:
    spec = Spec(name, root.at("boot-source").span)
    spec.default("deployment.platform.id", "firecracker", "the format is Firecracker's own")
    machine = root.at("machine-config")
    cpus, memory, pages = machine.at("vcpu_count"), machine.at("mem_size_mib"), machine.at("huge_pages")
    if not machine.entries:
        spec.default("resources.cpu", "1", SMALLEST)
        spec.default("resources.memory", "128Mi", SMALLEST)
    if isinstance(cpus.number, int):
        spec.fact("resources.cpu", str(cpus.number), cpus.span)
    if isinstance(memory.number, int):
        spec.fact("resources.memory", f"{memory.number}Mi", memory.span)
    if pages.text:
        spec.fact("deployment.tuning.hugepages", pages.text != "None", pages.span)
    else:
        spec.default("deployment.tuning.hugepages", False, "memory is in ordinary pages unless huge_pages is set")
    template = machine.at("cpu_template")
    if (template.text and template.text != "None") or root.at("cpu-config").text:
        spec.unknown("deployment.cpuModel", "a CPU template hides some of the host's features")
    for key, field in (("drives", "disk"), ("network-interfaces", "nic")):
        if root.at(key).items:
            spec.default(f"deployment.devices.{field}", "virtio", ONLY_VIRTIO, root.at(key).span)
    return spec
