"""OVF descriptors: one virtual machine or a collection of them, for any product to import.

What a machine is called for (`VirtualSystemType`: vmx-13, virtualbox-2.2, xen-3) names the tool that wrote it and the
products that can import it unchanged, not where it will run. Elements are recognised by their names, since the format
has had six namespaces; before version 1 they were all called Section or Content, and a type of XML Schema named the
kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from vmlint.api import Element, File, Span, Spec, Unreadable

from ..shared.amounts import bytes_of
from ..shared.disks import system_disk
from ..shared.firmware import FIRMWARES
from ..shared.paths import DISK_SIZE, HOT_ADD, NUMA, PINNED, SERIALS
from ..shared.virtualbox import nested_machines
from ..shared.xml_files import is_any, is_xml, trees
from . import leftovers
from .items import Items, hardware
from .words import capacity

CANNOT_KNOW = {
    "deployment.platform.id": "an OVF can be imported by several products, and does not name one",
}

SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
SYSTEM, COLLECTION = "VirtualSystem", "VirtualSystemCollection"
PARTS = frozenset({SYSTEM, COLLECTION, "References", "DiskSection", "NetworkSection", "DeploymentOptionSection"})
"""Elements of an OVF envelope that a SOAP envelope does not have."""

NAMESPACES = re.compile(r"https?://(?:schemas\.dmtf\.org|www\.vmware\.com|www\.virtualbox\.org)/|.*/ovf/envelope\b")
"""Those of the standard, which had six, and of the products whose words are read here."""
KNOWN = frozenset(
    {
        "AddressOnParent", "AllocationUnits", "Config", "Configuration", "Content", "CoresPerSocket",
        "DeploymentOptionSection", "Disk", "DiskSection", "ElementName", "EthernetPortItem", "ExtraConfig",
        "File", "Firmware", "Hardware", "HostResource", "InstanceID", "InstanceId", "Item", "Machine", "OSType",
        "OperatingSystemSection", "Parent", "References", "Reservation", "ResourceSubType", "ResourceType",
        "Section", "StorageItem", "System", "VirtualHardwareSection", "VirtualQuantity", "VirtualSystem",
        "VirtualSystemCollection", "VirtualSystemType",
    }
)  # fmt: skip
"""Elements that are read. Not the name, which is free text."""
ATTRIBUTES = frozenset(
    {
        "bound", "capacity", "capacityAllocationUnits", "configuration", "default", "diskId", "fileRef", "href", "id",
        "key", "osType", "type", "value",
    }
)  # fmt: skip
"""Attributes that are read."""

HOT_ADDED = {"cpuhotaddenabled": "cpu", "memoryhotaddenabled": "memory", "vcpu.hotadd": "cpu", "mem.hotadd": "memory"}

FLAGS = {"nestedhvenabled": "requirements.nested", "vhv.enable": "requirements.nested", "disk.enableuuid": SERIALS}
"""Settings that are told only where they are on."""
BOUND = {"sched.cpu.affinity": PINNED, "numa.nodeaffinity": NUMA}

_PLACEHOLDER = re.compile(r"@@[A-Z][A-Z0-9_]{0,60}@@|\{\{[^{}\n]{1,200}\}\}|<%=?[^%\n]{1,200}%>")


def recognises(file: File) -> bool:
    """Recognise an envelope of OVF by what it holds, and a broken one by its name and first tag."""
    try:
        return is_xml(file) and any(_is_envelope(root) for root in file.xml)
    except Unreadable:
        name, attributes = file.first_tag
        if name != "Envelope":
            return False
        return file.base.lower().endswith(".ovf") or "ovf" in attributes.lower() or is_any(file, SYSTEM, COLLECTION)


def _is_envelope(root: Element) -> bool:
    return root.name == "Envelope" and any(_kind(child) in PARTS for child in root.children)


def _kind(element: Element) -> str:
    """Return the kind of an element in the words of version 1."""
    if element.name not in ("Section", "Content"):
        return element.name
    kind = element.attribute_in(SCHEMA_INSTANCE, "type")
    return kind.value.rpartition(":")[2].removesuffix("_Type") if kind else ""


def _parts(element: Element, kind: str) -> list[Element]:
    return [child for child in element.children if _kind(child) == kind]


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each virtual system."""
    for root in trees(file, "of an OVF", KNOWN, _only_own, _PLACEHOLDER, ATTRIBUTES):
        if not _is_envelope(root):
            continue
        package = Package(root)
        systems = list(_systems(root))
        for system in systems:
            yield _system(PurePath(file.base).stem if len(systems) == 1 else "", package, system)


def _only_own(root: Element) -> Element:
    """Return an envelope without what is in a namespace of somebody else."""
    return root.only(lambda element: _is_own(element.namespace), _is_own)


def _is_own(namespace: str) -> bool:
    return namespace in ("", SCHEMA_INSTANCE) or NAMESPACES.match(namespace) is not None


class Package:
    """What the virtual systems of a package share, looked up once."""

    def __init__(self, root: Element) -> None:
        self.disks = {disk.get("diskId"): disk for each in _parts(root, "DiskSection") for disk in each.all("Disk")}
        options = [each for part in _parts(root, "DeploymentOptionSection") for each in part.all("Configuration")]
        marked = [each for each in options if each.get("default").lower() in ("true", "1")]
        self.configuration = (marked or options)[0].get("id") if options else ""
        """The configuration that is used unless another is chosen: the default one, or the first."""
        self.files = {
            file.get("id"): file.get("href") for each in _parts(root, "References") for file in each.all("File")
        }

    def _disk(self, item: Element) -> Element | None:
        resource = item.find("HostResource")
        return self.disks.get(resource.text.rpartition("/")[2]) if resource else None

    def file(self, item: Element) -> str:
        """Return the name of the file that a disk starts with; empty for an empty disk."""
        disk = self._disk(item)
        return self.files.get(disk.get("fileRef"), "") if disk else ""

    def capacity(self, item: Element) -> tuple[str | None, Span | None]:
        """Return the size of a disk, which is in another section, and its place."""
        disk = self._disk(item)
        amount = disk.attribute("capacity") if disk else None
        if disk is None or amount is None:
            return None, None
        return capacity(amount.value, disk.get("capacityAllocationUnits") or "byte"), amount.at


def _systems(root: Element) -> Iterator[Element]:
    """Yield the virtual systems, those of collections in collections too."""
    pending = [root]
    while pending:
        element = pending.pop()
        kind = _kind(element)
        if kind == SYSTEM:
            yield element
        elif element is root or kind == COLLECTION:
            pending.extend(reversed(element.children))


def _system(file: str, package: Package, system: Element) -> Spec:
    named = system.find("Name")
    label = system.attribute("id")
    if named and named.text:
        spec = Spec(named.text, named.text_at)
        spec.document = label.value if label else ""
    elif label and label.value:
        spec = Spec(label.value, label.at)
    else:
        spec = Spec(file or "machine", system.at)
    _guest(spec, system)
    sections = _parts(system, "VirtualHardwareSection")
    if len(sections) == 1:
        items = Items(sections[0], package.configuration)
        _hardware(spec, package, sections[0], items)
        parts: dict[str, list[Element]] = {}
        for child in system.children:
            parts.setdefault(_kind(child), []).append(child)
        leftovers.state(spec, system, parts, sections[0], items)
    elif sections:
        for path in ("resources.cpu", "resources.memory", "deployment.devices.disk", "deployment.devices.nic"):
            spec.unknown(path, "there are several descriptions of the hardware, of which the importer takes one")
    _virtualbox(spec, system)
    return spec


def _guest(spec: Spec, system: Element) -> None:
    """State the guest's system: first by VirtualBox's or VMware's word, then by its number in the standard."""
    for section in _parts(system, "OperatingSystemSection"):
        for own in section.all("OSType"):
            spec.guest("virtualbox", own.text, own.text_at)
        word, number = section.attribute("osType"), section.attribute("id")
        if word:
            spec.guest("vmware", word.value, word.at)
        if number:
            spec.guest("cim", number.value, number.at)
    if not spec.guests:
        spec.unknown("guest.os.id", "there is no section for the operating system")


def _hardware(spec: Spec, package: Package, section: Element, items: Items) -> None:
    kind = section.find("System/VirtualSystemType")
    families = re.split(r"[\s,]+", kind.text) if kind else []
    if kind and len(families) == 1 and families[0].startswith(("vmx-", "virtualbox-")):
        spec.fact("deployment.machine", families[0], kind.text_at)
    hardware(spec, items)
    disks = items.disks()
    chosen = system_disk(disks, lambda disk: package.file(disk), lambda disk: bytes_of(package.capacity(disk)[0]))
    if chosen is not None:
        spec.fact(DISK_SIZE, *package.capacity(chosen))
    elif disks:
        spec.unknown(DISK_SIZE, "there are several disks, and the system may be on more than one of them")
    _settings(spec, section)


def _settings(spec: Spec, section: Element) -> None:
    """State VMware's own settings. Those of single devices are in their items and are not read here."""
    added: list[tuple[str, Span]] = []
    for setting in (*section.all("Config"), *section.all("ExtraConfig")):
        key, value = setting.get("key").lower(), setting.attribute("value")
        if value is None:
            continue
        on = value.value.lower() in ("true", "1")
        if key == "firmware":
            spec.fact("deployment.firmware.type", FIRMWARES.get(value.value.lower()), value.at)
        elif key in ("bootoptions.efisecurebootenabled", "uefi.secureboot.enabled"):
            spec.fact("deployment.firmware.secureBoot", on, value.at)
        elif key in FLAGS and on:
            spec.fact(FLAGS[key], True, value.at)
        elif key in BOUND and value.value.strip().lower() not in ("", "all"):
            spec.fact(BOUND[key], True, value.at)
        elif key in HOT_ADDED:
            spec.default(HOT_ADD, [], "nothing can be added while it runs unless that is enabled", value.at)
            if on:
                added.append((HOT_ADDED[key], value.at))
        elif key == "virtualsmcpresent" and on and not spec.guests:
            spec.fact("guest.os.family", "darwin", value.at)
    spec.entries(HOT_ADD, added)
    if "deployment.firmware.type" not in spec.facts:
        spec.unknown("deployment.firmware.type", "where nothing names the firmware, the importer chooses")
    if "deployment.firmware.tpm" not in spec.facts:
        spec.unknown("deployment.firmware.tpm", "an export leaves the TPM out, and it is added on import")


def _virtualbox(spec: Spec, system: Element) -> None:
    """State VirtualBox's own description, which follows the standard one in its files."""
    nested_machines(spec, [place for name in ("Platform", "Hardware") for place in system.all(f"Machine/{name}")])
    firmware = next(system.all("Machine/Hardware/Firmware"), None)
    kind = firmware.attribute("type") if firmware else None
    if kind:
        spec.fact("deployment.firmware.type", FIRMWARES.get(kind.value.lower()), kind.at)
