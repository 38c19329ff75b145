"""What a move asks beside what the rules judge: what to choose, to check and to do before, what is lost, what is after.

The catalogue has a row for each thing that a machine can have (``moves.yaml``). What depends on both sides is worked
out: the guest's drivers, what exceeds a limit, and what the file leaves open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vmlint.advice import arrival
from vmlint.advice.ceilings import ceilings
from vmlint.advice.concern import KINDS, Concern
from vmlint.advice.left_open import left_open
from vmlint.advice.more_devices import more_devices
from vmlint.advice.new_devices import new_devices
from vmlint.catalog.moves import moves
from vmlint.findings.unknown import Unknown
from vmlint.model.paths import value_at
from vmlint.model.pci import pci_address
from vmlint.patterns import lazy_pattern
from vmlint.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vmlint.catalog import Platform
    from vmlint.model.workload import Workload

SYSTEMS = {"vmware": "VMware", "virtualbox": "VirtualBox", "xen": "Xen", "hyperv": "Hyper-V", "virtio": "KVM"}

_VENDOR_AND_DEVICE = lazy_pattern(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")
_NAMELESS = lazy_pattern(r"pcipassthru[0-9]{1,2}")
_LABEL = lazy_pattern(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_LONGEST_NAME = 63


def concerns(workload: Workload, moved: Workload, target: Platform) -> tuple[Concern, ...]:
    """Return what a move asks. ``moved`` is the workload as it will be there.

    A container of an image asks nothing, nor a machine that stays on its platform and only gets another release of it.
    """
    chosen = workload.deployment.platform
    if chosen.knows("id") and chosen.id == target.id:
        return ()
    if not _is_machine(workload):
        return tuple(_system_container(workload))
    origin = maker(workload)
    found = [
        *_rows(workload, target, origin),
        *left_open(workload, moved, target, strange=origin != driver_of(target)),
        *new_devices(workload, moved, target),
        *more_devices(workload, target),
        *ceilings(workload, moved, target),
        *_name(workload, target),
    ]
    return tuple(sorted(found, key=lambda each: KINDS.index(each.kind)))


def _is_machine(workload: Workload) -> bool:
    try:
        return workload.deployment.architecture != "container"
    except Unknown:
        return not workload.deployment.image.any_stated()


def _system_container(workload: Workload) -> Iterator[Concern]:
    """Say what has to be found out of a container with a system of its own, which comes from no image."""
    deployment = workload.deployment
    if deployment.get("mode") == "lxc" and not deployment.image.any_stated():
        yield Concern("container-root", "open", moves().open("container"), "deployment.mode")


def driver_of(platform: Platform) -> str:
    """Return the set of drivers that a platform's paravirtual devices need; empty where it is not known."""
    return str(platform.data.get("devices", {}).get("driver", ""))


def maker(workload: Workload) -> str:
    """Return whose product the machine is of today, by its drivers: ``vmware``, ``virtualbox``; empty if unknown."""
    deployment = workload.deployment
    try:
        platform = workload.platform
    except Unknown:
        machine = str(deployment.machine) if deployment.knows("machine") else ""
        return next(
            (name for begin, name in (("vmx-", "vmware"), ("virtualbox-", "virtualbox")) if machine.startswith(begin)),
            "",
        )
    return "virtualbox" if platform.id == "virtualbox" else driver_of(platform)


def _rows(workload: Workload, target: Platform, origin: str) -> Iterator[Concern]:
    told: set[str] = set()
    there = driver_of(target)
    for row in moves().concerns:
        if (row.of and (row.of != origin or row.of == there)) or not told.isdisjoint(row.without):
            continue
        if row.unless and row.unless in arrival.models(target, "emulated", "disk"):
            continue
        if any(_entries(workload, {path: wanted}) is not None for path, wanted in row.when_not.items()):
            continue
        entries = _entries(workload, row.when)
        if entries is None or (text := _filled(row.says, target, origin, entries)) is None:
            continue
        told.add(row.id)
        yield Concern(row.id, row.kind, text, next(iter(row.when), ""))


def _entries(workload: Workload, when: Mapping[str, Any]) -> list[str] | None:
    """Return the entries that conditions speak of; ``None`` where one is not so, or not known."""
    entries: list[str] = []
    for path, wanted in when.items():
        try:
            value = value_at(workload, path)
        except Unknown:
            return None
        if value is None or not _is_so(value, wanted):
            return None
        if isinstance(value, tuple | frozenset):
            entries += [each for each in sorted(value) if not isinstance(wanted, dict) or _begins(each, wanted)]
    return entries


def _is_so(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and "first" in wanted:
        return bool(value) and value[0] == wanted["first"]
    if isinstance(wanted, dict):
        return any(_begins(str(each), wanted) for each in value)
    if wanted == "any":
        return bool(value) and value not in ("none", "false")
    return bool(value == wanted)


def _begins(entry: str, wanted: Mapping[str, Any]) -> bool:
    if "pci" in wanted:
        return bool(pci_address(entry) or _VENDOR_AND_DEVICE.fullmatch(entry) or _NAMELESS.fullmatch(entry))
    exact = wanted.get("is", wanted.get("first"))
    return entry == exact if exact else entry.startswith(wanted["begins"])


def _filled(says: str, target: Platform, origin: str, entries: list[str]) -> str | None:
    """Fill in a sentence; ``None`` where it speaks of something that is not known of the target."""
    about = arrival.arrival(target)
    names = [entry.partition(":")[2] if re.match(r"[a-z]{3,6}:", entry) else entry for entry in entries]
    words = {
        "target": target.name,
        "origin": SYSTEMS.get(origin, "its product"),
        "entries": listed(dict.fromkeys(names)) if names else "",
        "hotAdd": about.get("hotAdd", ""),
        "serial": about.get("serial", ""),
        "sharedDisks": about.get("sharedDisks", f"see how {target.name} shares a disk between machines"),
        **({"agent": about["agent"]} if "agent" in about else {}),
    }
    try:
        return says.format_map(words)
    except KeyError:
        return None


def _name(workload: Workload, target: Platform) -> Iterator[Concern]:
    """Say where the name of a machine cannot stay."""
    kind, name = arrival.arrival(target).get("names"), workload.name
    if not kind:
        return
    parts = name.split(".") if kind == "dns" else [name]
    fits = all(_LABEL.fullmatch(part) and len(part) <= _LONGEST_NAME for part in parts)
    lower = kind == "dns" or name == name.lower()
    if not (fits and lower and len(name) <= (253 if kind == "dns" else _LONGEST_NAME)):
        letters = "letters" if kind == "dns" else "lower-case letters"
        yield Concern(
            "name",
            "choose",
            f"another name, of {letters}, digits and hyphens: {target.name} does not take {name!r}",
            "metadata.name",
        )
