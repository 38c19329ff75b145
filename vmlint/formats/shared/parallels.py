"""Options of Parallels' `prlctl set`, by which other tools change its machines."""

from __future__ import annotations

from collections.abc import Sequence

from vmlint.api import Term

from .paths import CPU, FIRMWARE, MEMORY, NESTED
from .terms import Read, Resource, count, mebibytes, word

_OPTIONS: dict[str, tuple[str, Read]] = {
    "--memsize": (MEMORY, mebibytes),
    "--cpus": (CPU, count),
    "--efi-boot": (FIRMWARE, word({"on": "uefi", "off": "bios"})),
}
"""Option -> field, and how its value is read."""


def prlctl_set(machine: Resource, words: Sequence[Term]) -> None:
    """State what one call of prlctl sets."""
    if not words or words[0].text != "set":
        return
    for option, value in zip(words[2::2], words[3::2], strict=False):
        if option.text in _OPTIONS:
            path, read = _OPTIONS[option.text]
            machine.take(path, read, value, option.text)
        elif option.text == "--nested-virt" and value.text == "on":
            machine.spec.fact(NESTED, value=True, at=value.at)
