"""Options of `VBoxManage modifyvm`, by which Vagrantfiles and Packer's templates change a machine of VirtualBox."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from .virtualbox import NICS, TPMS

T = TypeVar("T")

FIRMWARES = {"bios": "bios", "efi": "uefi", "efi32": "uefi", "efi64": "uefi"}
SECURE_BOOT = "deployment.firmware.secureBoot"


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
