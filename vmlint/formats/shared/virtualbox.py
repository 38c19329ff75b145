"""Words of VirtualBox, and the options of `VBoxManage modifyvm`, by which other tools change its machines."""

from __future__ import annotations

from collections.abc import Sequence

from vmlint.api import Element, Spec, Term

from .paths import CPU, FIRMWARE, MEMORY, NESTED, NIC, TPM, VIDEO
from .terms import Read, Resource, count, firmware, mebibytes, word

TPMS = {"none": "none", "v1_2": "1.2", "v2_0": "2.0"}
"""The version of the other types (Host, Swtpm) depends on a chip or a program outside."""
NICS = {
    "am79c970a": "pcnet", "am79c973": "pcnet", "am79c960": "pcnet", "82540em": "e1000", "82543gc": "e1000",
    "82545em": "e1000", "virtio": "virtio",
}  # fmt: skip


def _chip(term: Term) -> str | None:
    text = (term.text or "").lower()
    return TPMS.get(f"v{text}".replace(".", "_"), TPMS.get(text))


_OPTIONS: dict[str, tuple[str, Read]] = {
    "--memory": (MEMORY, mebibytes),
    "--cpus": (CPU, count),
    "--firmware": (FIRMWARE, firmware),
    "--nictype1": (NIC, word(NICS)),
    "--nic-type1": (NIC, word(NICS)),
    "--graphicscontroller": (VIDEO, word({}, same=True)),
    "--tpm-type": (TPM, _chip),
}
"""Option -> field, and how its value is read."""
_NESTED = frozenset({"--nested-hw-virt", "--nestedhwvirt"})
_SYSTEM = frozenset({"--ostype", "--os-type"})


def modifyvm(machine: Resource, words: Sequence[Term]) -> Term | None:
    """State what one call of VBoxManage sets. Return the guest's system if it sets that."""
    system = None
    if not words or words[0].text != "modifyvm":
        return None
    for option, value in zip(words[2::2], words[3::2], strict=False):
        name = (option.text or "").lower()
        if name in _SYSTEM:
            system = value
        elif name in _OPTIONS:
            path, read = _OPTIONS[name]
            machine.take(path, read, value, name)
        elif name in _NESTED and (value.text or "").lower() == "on":
            machine.spec.fact(NESTED, value=True, at=value.at)
    return system


def nested_machines(spec: Spec, places: list[Element]) -> None:
    """State that the guest runs nested machines, if a description of the processor switches it on."""
    for place in places:
        for nested in (*place.all("CPU/NestedHWVirt"), *place.all("x86/CPU/NestedHWVirt")):
            enabled = nested.attribute("enabled")
            if enabled and enabled.value == "true":
                spec.fact(NESTED, True, enabled.at)
