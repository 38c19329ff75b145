"""Words of VirtualBox, and the options of `VBoxManage modifyvm`, by which other tools change its machines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from vmlint.api import Element, Spec

T = TypeVar("T")

FIRMWARES = {"bios": "bios", "efi": "uefi", "efi32": "uefi", "efi64": "uefi"}
TPMS = {"none": "none", "v1_2": "1.2", "v2_0": "2.0"}
"""The other types (Host, Swtpm) are as some chip or program outside is."""
NICS = {
    "am79c970a": "pcnet", "am79c973": "pcnet", "am79c960": "pcnet", "82540em": "e1000", "82543gc": "e1000",
    "82545em": "e1000", "virtio": "virtio",
}  # fmt: skip


def _count(text: str) -> str | None:
    return text if re.fullmatch("[0-9]{1,9}", text) and int(text) else None


OPTIONS: dict[str, tuple[str, Callable[[str], str | bool | None]]] = {
    "--memory": ("resources.memory", lambda text: f"{text}Mi" if _count(text) else None),
    "--cpus": ("resources.cpu", _count),
    "--firmware": ("deployment.firmware.type", lambda text: FIRMWARES.get(text.lower())),
    "--nictype1": ("deployment.devices.nic", lambda text: NICS.get(text.lower())),
    "--nic-type1": ("deployment.devices.nic", lambda text: NICS.get(text.lower())),
    "--graphicscontroller": ("deployment.devices.video", str.lower),
    "--tpm-type": ("deployment.firmware.tpm", lambda text: TPMS.get(f"v{text}".replace(".", "_"), TPMS.get(text))),
    "--nested-hw-virt": ("requirements.nested", lambda text: True if text.lower() == "on" else None),
    "--nestedhwvirt": ("requirements.nested", lambda text: True if text.lower() == "on" else None),
}
"""Option -> field, and how its value is read."""

OSTYPES = frozenset({"--ostype", "--os-type"})


class Change(Generic[T]):
    """An option and its value."""

    def __init__(self, option: str, value: T) -> None:
        self.option = option
        self.value = value


def changes(words: Iterable[tuple[str | None, T]]) -> Iterator[Change[T]]:
    """Yield the options of one call: its words in a row, ``modifyvm`` first, each with what it came from."""
    listed = list(words)
    if not listed or listed[0][0] != "modifyvm":
        return
    for (option, _), (_, value) in zip(listed[2::2], listed[3::2], strict=False):
        if option:
            yield Change(option.lower(), value)


def nested_machines(spec: Spec, places: list[Element]) -> None:
    """State that the guest is to run machines of its own, where a description of the processor switches it on."""
    for place in places:
        for nested in (*place.all("CPU/NestedHWVirt"), *place.all("x86/CPU/NestedHWVirt")):
            enabled = nested.attribute("enabled")
            if enabled and enabled.value == "true":
                spec.fact("requirements.nested", True, enabled.at)
