"""What an OVF says beside devices and amounts: what a machine starts from, settings to be made anew, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vmlint.api import Element, Span, Spec

from ..shared.counts import leftovers
from ..shared.paths import INDEPENDENT, SHARED
from .items import CD, CPU, DISK, DVD, MEMORY, NIC, OTHER, OTHERS_OF_THE_HOST, PASSED_THROUGH, VIRTUAL_GPU, Items, text

READ = frozenset({CPU, MEMORY, "5", "6", NIC, CD, DVD, DISK, "20", "24", *OTHER})
"""ResourceTypes that are read, or that say nothing of how a machine runs elsewhere."""
SUBTYPES = frozenset(
    {"vmware.vmci", "vmware.vtpm", "vmware.nvdimm.controller", VIRTUAL_GPU, *PASSED_THROUGH, *OTHERS_OF_THE_HOST}
)
"""ResourceSubTypes of items of another type that are read, or say nothing."""
FLAGS = ("flags.vbsenabled", "flags.vvtdenabled", "vpmcenabled")
"""Settings of VMware's that are named where they are on: nothing else is known about them."""
SECTIONS = frozenset({
    "Info", "Name", "OperatingSystemSection", "VirtualHardwareSection", "ProductSection", "AnnotationSection",
    "EulaSection", "StartupSection", "InstallSection", "BootOrderSection", "IpAssignmentSection", "Machine",
    "TagBasedPlacementSection", "StorageGroupSection", "GuestCustomizationSection", "NetworkConnectionSection",
    "SnapshotSection", "DateCreated", "VAppScopedLocalId", "Link", "Description",
})  # fmt: skip
"""Parts of a virtual system that are read, or that say nothing of how it runs elsewhere."""
BOOTS = {
    "disk": "disk", "harddisk": "disk", "cdrom": "cd", "dvd": "cd", "floppy": "floppy", "net": "network",
    "network": "network", "ethernet": "network",
}  # fmt: skip
"""Word of VMware or VirtualBox -> the manifest's."""


def state(spec: Spec, system: Element, parts: Mapping[str, Sequence[Element]], section: Element, items: Items) -> None:
    """State what a machine starts from, its settings that are made anew elsewhere, and what was not read.

    ``parts`` are the parts of the system by their kinds, and ``section`` the one on its hardware.
    """
    leftovers(
        spec,
        boots=_boots(system, parts, items),
        settings=_settings(parts, section, items),
        unread=_unread(parts, section, items),
    )
    for item in items.found.values():
        for setting in item.all("Config"):
            key, value = setting.get("key").lower(), setting.attribute("value")
            if value is None:
                continue
            if key in ("sharedbus", "backing.sharing") and value.value.lower() not in ("", "nosharing", "sharingnone"):
                spec.fact(SHARED, True, value.at)
            elif key == "backing.diskmode" and value.value.lower().startswith("independent"):
                spec.fact(INDEPENDENT, True, value.at)


def _boots(system: Element, parts: Mapping[str, Sequence[Element]], items: Items) -> Iterator[tuple[str, Span]]:
    """Yield what is tried, in order. A drive without a medium is passed over."""
    full = {"cd"} if any(text(item, "HostResource") for kind in (CD, DVD) for item in items.of_type(kind)) else set()
    if any(text(item, "HostResource") for item in items.of_type("14")):
        full.add("floppy")
    own = [(each.get("type"), each.at) for each in parts.get("BootOrderSection", ())]
    order = sorted(
        (each for each in system.all("Machine/Hardware/Boot/Order") if each.get("position").isdecimal()),
        key=lambda each: int(each.get("position")[:6]),
    )
    for word, at in own or [(each.get("device"), each.at) for each in order]:
        kind = BOOTS.get(word.lower(), "")
        if kind and (kind in full or kind not in ("cd", "floppy")):
            yield kind, at


def _settings(parts: Mapping[str, Sequence[Element]], section: Element, items: Items) -> Iterator[tuple[str, Span]]:
    for word, kind in (("cpu-limits", CPU), ("memory-limits", MEMORY), ("disk-limits", DISK)):
        for item in items.of_type(kind):
            limit = item.find("Limit")
            if limit and limit.text.isdecimal():
                yield word, limit.at
    properties = [each for product in parts.get("ProductSection", ()) for each in product.all("Property")]
    transport = section.attribute("transport")
    if properties and transport and transport.value:
        yield "start-settings", transport.at
    for name in ("GuestCustomizationSection", "InstallSection"):
        yield from (("start-settings", each.at) for each in parts.get(name, ()))


def _unread(parts: Mapping[str, Sequence[Element]], section: Element, items: Items) -> Iterator[tuple[str, Span]]:
    for kind, found in parts.items():
        if kind not in SECTIONS:
            yield from ((kind, each.at) for each in found if each.get("required") != "false")
    for item in items.found.values():
        kind, subtype = text(item, "ResourceType"), text(item, "ResourceSubType").lower()
        if kind not in READ and subtype not in SUBTYPES:
            name = subtype or text(item, "ElementName") or text(item, "Caption") or "an item"
            yield f"{name[:60]} (ResourceType {kind[:8]})", item.at
    for setting in (*section.all("Config"), *section.all("ExtraConfig")):
        value = setting.attribute("value")
        if setting.get("key").lower() in FLAGS and value and value.value.lower() in ("true", "1"):
            yield setting.get("key"), value.at
