"""The devices of Proxmox VE's virtual machines: cards, and devices of the host that are passed through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import Setting, Span, Spec, pci_address

from ..shared.counts import counted, others
from ..shared.paths import CARD_COUNT, GPU, HOST_DEVICES, MACS, NIC, VIDEO
from ..shared.proxmox import CARDS
from . import drives
from .lines import numbered, parts

OTHER = {
    "serial": "serial", "parallel": "parallel", "audio": "sound", "virtiofs": "shared-folder", "watchdog": "watchdog",
    "ivshmem": "shared-memory", "args": "qemu-arguments",
}  # fmt: skip
"""Setting of a device beside disks and cards, less its number -> the manifest's word."""
ADDRESS = re.compile(r"((?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2})(\.[0-7])?")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")


def state(spec: Spec, found: Mapping[str, Setting]) -> None:
    """State the network and graphics card, and what is passed through."""
    cards = numbered(dict(found), "net")
    if cards:
        options = parts(cards[0])
        model = options["model"].text if "model" in options else next((word for word in options if word in CARDS), None)
        model = model or (options[""].text if "" in options and options[""].text in CARDS else None)
        spec.fact(NIC, model, cards[0].at)
    counted(spec, CARD_COUNT, [card.at for card in cards])
    others(spec, ((OTHER[stem], each.at) for key, each in found.items() if (stem := key.rstrip("0123456789")) in OTHER))
    spec.entries(MACS, (each for card in cards for each in _macs(card)))
    if vga := found.get("vga"):
        kind = parts(vga, "type").get("type")
        spec.fact(VIDEO, kind.text if kind else None, vga.at)
    spec.entries(HOST_DEVICES, [*_pci(spec, found), *_usb(found), *drives.of_the_host(found)])


def _macs(card: Setting) -> Iterator[tuple[str, Span]]:
    for key, part in parts(card).items():
        if (key in CARDS or key == "macaddr") and _MAC.fullmatch(part.text):
            yield part.text.lower(), part.at


def _pci(spec: Spec, found: Mapping[str, Setting]) -> Iterator[tuple[str, Span]]:
    """Yield PCI devices, those of a cluster's mapping by their names; a mediated one is a share of a GPU."""
    mapped = []
    for setting in numbered(dict(found), "hostpci"):
        options = parts(setting, "host")
        if "mdev" in options:
            spec.fact(GPU, "vgpu", options["mdev"].at)
        elif "host" in options:
            for each in options["host"].text.split(";"):
                match = ADDRESS.fullmatch(each)
                # Without a function, all functions of the slot are passed through.
                yield (match and pci_address(f"{match[1]}{match[2] or '.*'}")) or each, setting.at
        elif "mapping" in options:
            mapped.append((options["mapping"].text, setting.at))
    yield from mapped


def _usb(found: Mapping[str, Setting]) -> Iterator[tuple[str, Span]]:
    """Yield USB devices by ``vendor:product`` or port; ``spice`` is a device of the user's, not of the host."""
    for setting in numbered(dict(found), "usb"):
        options = parts(setting, "host")
        device = options.get("host") or options.get("mapping")
        if device and device.text.lower() != "spice":
            yield f"usb:{device.text.lower().replace('0x', '')}", device.at
