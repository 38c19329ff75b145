"""The items of a virtual machine in an OVF: processors, memory, controllers, disks, cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Element, Span, Spec

from ..shared.counts import counted, others
from ..shared.paths import CARD_COUNT, DISK_COUNT, DISKS, DRIVES, GPU, SOCKETS
from ..shared.paths import NICS as MODELS
from .words import CONTROLLERS, NICS, capacity

CPU, MEMORY, IDE, SCSI, NIC, DISK, OTHER_STORAGE = "3", "4", "5", "6", "10", "17", "20"
CD, DVD = "15", "16"
OTHER = {"14": "floppy", "21": "serial", "22": "parallel", "23": "usb", "35": "sound"}
"""ResourceType of a device beside disks and cards -> the manifest's word."""

ITEMS = frozenset({"Item", "StorageItem", "EthernetPortItem"})
"""Names of items; version 2 has other names for storage and network."""


PASSED_THROUGH = frozenset({"vmware.pci.passthrough", "vmware.pci.passthrough-ah"})
"""Devices of the host, by their vendor and product."""
VIRTUAL_GPU = "vmware.pci.passthrough-vmiop"
OTHERS_OF_THE_HOST = {
    "vmware.pci.passthrough-dvx": "dvx", "sriovethernetcard": "sriov", "vmware.nvdimm.device": "nvdimm",
}  # fmt: skip
"""Devices of the host by their kind and name. Those with Device Virtualization Extensions (dvx) are made to move with
the machine."""


class Items:
    """The items that the default configuration has, the last of each InstanceID."""

    def __init__(self, section: Element, configuration: str) -> None:
        self.configuration = configuration
        common: dict[str, Element] = {}
        special: dict[str, Element] = {}
        for number, item in enumerate(child for child in section.children if child.name in ITEMS):
            if item.get("bound") in ("min", "max"):
                continue  # the ends of a range, beside the item itself
            named = item.get("configuration").split()
            label = text(item, "InstanceID") or text(item, "InstanceId") or f"item {number}"
            if not named:
                common[label] = item
            elif configuration in named:
                special[label] = item
        self.special = set(special)
        self.found = {**common, **special}

    def of_type(self, number: str) -> list[Element]:
        """Return the items of a ResourceType."""
        return [item for item in self.found.values() if text(item, "ResourceType") == number]

    def disks(self) -> list[Element]:
        """Return the disks in the order of their places at their controllers."""
        found = self.of_type(DISK)
        numbers = [tuple(text(item, name) for name in ("Parent", "AddressOnParent")) for item in found]
        if len(set(numbers)) < len(found) or not all(part.isdecimal() for pair in numbers for part in pair):
            return found
        return sorted(found, key=lambda item: (int(text(item, "Parent")), int(text(item, "AddressOnParent"))))

    def state(self, spec: Spec, path: str, value: str, at: Span, item: Element) -> None:
        """State a value of an item; as a default where another configuration has another item instead."""
        if item.get("configuration"):
            spec.default(path, value, f"the configuration {self.configuration} is taken unless another is chosen", at)
        else:
            spec.fact(path, value, at)


def text(item: Element, name: str) -> str:
    """Return the text of one of an item's elements."""
    found = item.find(name)
    return found.text if found else ""


def hardware(spec: Spec, items: Items) -> None:
    """State the facts of the items."""
    _amounts(spec, items)
    _disk(spec, items)
    _drives(spec, items)
    _nic(spec, items)
    _others(spec, items)
    for path, kind in ((DISK_COUNT, DISK), (CARD_COUNT, NIC)):
        counted(spec, path, [item.at for item in items.of_type(kind)])
    others(spec, _beside(items))


def _beside(items: Items) -> Iterator[tuple[str, Span]]:
    for item in items.found.values():
        kind = text(item, "ResourceType")
        if kind in OTHER:
            yield OTHER[kind], item.at
        elif kind in (CD, DVD) and text(item, "HostResource"):
            yield "cd-image", item.at


def _amounts(spec: Spec, items: Items) -> None:
    for item in items.of_type(CPU)[:1]:
        count = item.find("VirtualQuantity")
        if count and re.fullmatch("[0-9]+", count.text):
            items.state(spec, "resources.cpu", count.text, count.text_at, item)
            _sockets(spec, items, item, int(count.text))
        else:
            spec.unknown("resources.cpu", "the number of processors is left to the importer")
    for item in items.of_type(MEMORY)[:1]:
        amount = item.find("VirtualQuantity")
        units = text(item, "AllocationUnits")
        size = capacity(amount.text, units) if amount and units else None
        reserved = item.find("Reservation")
        if amount and reserved and reserved.text:
            whole = reserved.text == amount.text
            spec.fact("deployment.tuning.lockedMemory", whole, reserved.text_at)
        if amount and size:
            items.state(spec, "resources.memory", size, amount.text_at, item)
        else:
            spec.unknown("resources.memory", "the amount of memory is left to the importer")


def _sockets(spec: Spec, items: Items, item: Element, cpus: int) -> None:
    """State the sockets, where the item has VMware's own element for their cores; 0 leaves them to the importer."""
    cores = item.find("CoresPerSocket")
    each = int(cores.text) if cores and re.fullmatch("[0-9]{1,6}", cores.text) else 0
    if cores and each and cpus % each == 0:
        items.state(spec, SOCKETS, str(cpus // each), cores.text_at, item)
    else:
        spec.unknown(SOCKETS, "the importer chooses how many cores a socket has")


def _drives(spec: Spec, items: Items) -> None:
    """State the controllers of all drives, where all are known."""
    found: list[tuple[str, Span]] = []
    for item in (each for kind in (DISK, CD, DVD) for each in items.of_type(kind)):
        controller = items.found.get(text(item, "Parent"))
        model = _controller(controller) if controller else None
        if model is None:
            return
        found.append(model)
    spec.entries(DRIVES, found)


def _disk(spec: Spec, items: Items) -> None:
    """State the model of the controller that the disks are at, where all are at controllers of one model."""
    models: dict[str, tuple[Span, Element]] = {}
    every: list[tuple[str, Span]] = []
    for item in items.of_type(DISK):
        controller = items.found.get(text(item, "Parent"))
        found = _controller(controller) if controller else None
        if controller is None or found is None:
            spec.unknown("deployment.devices.disk", "the importer chooses the controller's model")
            return
        every.append(found)
        models.setdefault(found[0], (found[1], controller))
    spec.entries(DISKS, every)
    if len(models) == 1:
        name, (at, controller) = models.popitem()
        items.state(spec, "deployment.devices.disk", name, at, controller)
    elif models:
        spec.unknown("deployment.devices.disk", "the disks have different controllers, and any of them may be booted")


def _controller(item: Element) -> tuple[str, Span] | None:
    kind, subtype = item.find("ResourceType"), item.find("ResourceSubType")
    if kind and kind.text == IDE:
        return "ide", kind.text_at
    if kind and subtype and kind.text in (SCSI, OTHER_STORAGE):
        model = CONTROLLERS.get(subtype.text.lower())
        return (model, subtype.text_at) if model else None
    return None


def _nic(spec: Spec, items: Items) -> None:
    cards = [
        (NICS[each.text.lower()], each.text_at)
        for item in items.of_type(NIC)
        if (each := item.find("ResourceSubType")) and each.text.lower() in NICS
    ]
    if len(cards) == len(items.of_type(NIC)):
        spec.entries(MODELS, cards)
    for item in items.of_type(NIC)[:1]:
        subtype = item.find("ResourceSubType")
        model = NICS.get(subtype.text.lower()) if subtype else None
        if subtype and model:
            items.state(spec, "deployment.devices.nic", model, subtype.text_at, item)
        else:
            spec.unknown("deployment.devices.nic", "the importer chooses the network card's model")


def _others(spec: Spec, items: Items) -> None:
    """State a TPM, and the host's devices that are passed through to the machine."""
    handed: list[tuple[str, Span]] = []
    for item in items.found.values():
        subtype = item.find("ResourceSubType")
        kind = subtype.text.lower() if subtype else ""
        if subtype and kind == "vmware.vtpm":
            spec.fact("deployment.firmware.tpm", "2.0", subtype.text_at)
        elif subtype and kind == VIRTUAL_GPU:
            spec.fact(GPU, "vgpu", subtype.text_at)
        elif subtype and kind in OTHERS_OF_THE_HOST:
            name = text(item, "ElementName") or text(item, "InstanceID")
            handed.append((f"{OTHERS_OF_THE_HOST[kind]}:{name}", subtype.text_at))
        elif kind in PASSED_THROUGH:
            wanted = [each.get("value") for each in item.all("Config") if each.get("key") == "backing.allowedDevice"]
            name = _device(wanted[0]) if wanted else text(item, "ElementName") or kind
            handed.append((name, subtype.text_at if subtype else item.at))
    spec.entries("deployment.hostDevices", handed)


def _device(allowed: str) -> str:
    """Return ``vendor:device`` as a manifest writes it."""
    return ":".join(part.strip().removeprefix("0x") for part in allowed.split(":")[:2])
