"""The guest's system of libvirt's domains: what its metadata name, and what else shows it."""

from __future__ import annotations

import re

from vmlint.api import Element, Spec

APPLE = re.compile(r"https?://apple\.com/")
SMC = re.compile(r"\bisa-applesmc\b")
"""The System Management Controller of Apple's machines, which macOS asks for its key before it starts."""


def state(spec: Spec, domain: Element) -> None:
    """State the guest's system: by the metadata, unless the machine is made for another one."""
    for entry in domain.all("metadata/libosinfo/os"):
        stated = entry.attribute("id")
        if stated and stated.value:
            spec.guest("libosinfo", stated.value, stated.at)
    controller = next((each for each in domain.all("commandline/arg") if SMC.search(each.get("value")[:2000])), None)
    if controller is not None and not any(APPLE.match(named.word) for named in spec.guests):
        spec.guests.clear()
        spec.fact("guest.os.family", "darwin", controller.at)
    for disk in domain.all("devices/disk"):
        source = disk.find("source")
        file = source and (source.attribute("file") or source.attribute("name"))
        if file and disk.get("device", "disk") in ("disk", "cdrom"):
            spec.clue(file.value, file.at)
    if not spec.guests:
        spec.unknown("guest.os.id", "only libosinfo's metadata names it, and the domain has none")
