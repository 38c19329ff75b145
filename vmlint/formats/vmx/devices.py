"""Network cards of a .vmx file, and devices of the host that are passed through: PCI, GPUs, SR-IOV, USB."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Span, Spec, pci_address

from ..shared.counts import counted, others
from ..shared.paths import CARD_COUNT, GPU, HOST_DEVICES, MACS, NIC, UNKNOWN_MODEL
from ..shared.paths import NICS as MODELS
from ..shared.vmware import NICS
from . import disks
from .settings import Settings

_PASSED = re.compile(r"pcipassthru(\d{1,2})\.present")
_DECIMAL = re.compile(r"([0-9]{5}):([0-9]{3}):([0-9]{2})\.([0-7])")
"""How ESXi writes a PCI address, all of it in decimal digits: ``00000:059:00.0`` is 0000:3b:00.0 elsewhere."""
_CARD = re.compile(r"ethernet(\d{1,2})\.present")
_OTHER = re.compile(r"(serial|parallel|floppy|sharedfolder|sound|usb|ehci|usb_xhci)\d{0,2}\.present")
_OTHERS = {"sharedfolder": "shared-folder", "ehci": "usb", "usb_xhci": "usb"}
"""What a .vmx calls a device -> the manifest's word, where that is another."""
_PORTS = ("serial", "parallel")
"""Ports that are the host's own, unless they lead to a file, a pipe or the network."""
_USB = re.compile(r"usb(?:_xhci)?(?::\d{1,3}\.present|\.autoconnect\.device\d{1,3})")
_IDS = re.compile(r"\bvid:(?:0x)?([0-9a-f]{1,4})\s+pid:(?:0x)?([0-9a-f]{1,4})\b", re.IGNORECASE)
_PORT = re.compile(r"\bpath:([0-9][0-9/.]{0,40})")


def state(spec: Spec, machine: Settings) -> None:
    """State the facts of network cards, and all devices of the host."""
    cards = sorted(int(slot[1]) for key in machine.found if (slot := _CARD.fullmatch(key)) and machine.on(key))
    counted(spec, CARD_COUNT, [machine.found[f"ethernet{card}.present"].at for card in cards])
    _nic(spec, machine, cards)
    handed = [*_pci(spec, machine), *_virtual_functions(machine, cards), *_usb(machine), *disks.of_the_host(machine)]
    spec.entries(HOST_DEVICES, handed)
    others(spec, _others(machine))


def _nic(spec: Spec, machine: Settings, cards: list[int]) -> None:
    if not cards:
        return
    model = machine.literal(f"ethernet{cards[0]}.virtualdev")
    if model and model.value.lower() in NICS:
        spec.fact(NIC, NICS[model.value.lower()], model.at)
    else:
        spec.unknown(NIC, "which network card is the default depends on guestOS")
    models = [(machine.word(f"ethernet{card}.virtualdev"), machine.found[f"ethernet{card}.present"]) for card in cards]
    spec.entries(MODELS, ((NICS.get(model, UNKNOWN_MODEL), card.at) for model, card in models))
    written = (
        machine.literal(f"ethernet{card}.address") or machine.literal(f"ethernet{card}.generatedaddress")
        for card in cards
    )
    spec.entries(MACS, ((each.value.lower(), each.at) for each in written if each and each.value.strip("0:")))


def _others(machine: Settings) -> Iterator[tuple[str, Span]]:
    for key, setting in machine.found.items():
        if (device := _OTHER.fullmatch(key)) and machine.on(key):
            yield _OTHERS.get(device[1], device[1]), setting.at
            if device[1] in _PORTS and machine.word(f"{key.removesuffix('.present')}.filetype") == "device":
                yield "host-device", setting.at
        elif key.endswith(".devicetype") and setting.value.lower() == "cdrom-image":
            drive = key.removesuffix(".devicetype")
            if machine.on(f"{drive}.present") and machine.literal(f"{drive}.filename"):
                yield "cd-image", setting.at


def _pci(spec: Spec, machine: Settings) -> Iterator[tuple[str, Span]]:
    """Yield PCI devices; one that is made by a GPU for this machine alone is a share of it."""
    for key, setting in machine.found.items():
        slot = _PASSED.fullmatch(key)
        if not slot or not machine.on(key):
            continue
        device = f"pcipassthru{slot[1]}"
        kind, share = machine.literal(f"{device}.virtualdev"), machine.literal(f"{device}.vgpu")
        if share or machine.word(f"{device}.virtualdev") == "vmiop":
            spec.fact(GPU, "vgpu", (share or kind or setting).at)
        elif kind and machine.word(f"{device}.virtualdev") == "dvx":
            yield f"dvx:{device}", kind.at  # made to move with the machine, unlike one at an address
        else:
            yield _address(machine, device), (machine.literal(f"{device}.id") or setting).at


def _address(machine: Settings, device: str) -> str:
    address = machine.literal(f"{device}.id")
    if address:
        decimal = _DECIMAL.fullmatch(address.value)
        written = "{:x}:{:x}:{:x}.{}".format(*map(int, decimal.groups())) if decimal else address.value
        return pci_address(written) or address.value
    vendor, model = machine.word(f"{device}.vendorid"), machine.word(f"{device}.deviceid")
    return f"{vendor.removeprefix('0x')}:{model.removeprefix('0x')}" if vendor and model else device


def _virtual_functions(machine: Settings, cards: list[int]) -> Iterator[tuple[str, Span]]:
    for card in cards:
        model = machine.literal(f"ethernet{card}.virtualdev")
        if model and model.value.lower() == "sriov":
            yield f"sriov:ethernet{card}", model.at


def _usb(machine: Settings) -> Iterator[tuple[str, Span]]:
    """Yield the host's USB devices, by their numbers or by the port that they are in."""
    for key, setting in machine.found.items():
        if not _USB.fullmatch(key):
            continue
        ids, port = _IDS.search(setting.value), _PORT.search(setting.value)
        if ids:
            yield f"usb:{ids[1]:0>4}:{ids[2]:0>4}".lower(), setting.at
        elif port:
            yield f"usb:{port[1]}", setting.at
    for key, setting in machine.found.items():
        if re.fullmatch(r"usb(?:_xhci)?:\d{1,3}\.devicetype", key) and setting.value.lower() in ("host", "remotehost"):
            yield f"usb:{key.partition('.')[0].partition(':')[2]}", setting.at
