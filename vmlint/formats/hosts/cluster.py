"""Objects that set up a cluster: KubeVirt's own, the one of its operator, and runtime classes.

What they set holds for every host of the cluster. Only what changes a verdict is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Span, Spec

from ..shared.computed import literal
from ..shared.kubernetes import MOBILITY, first, kind_of, looks_like, objects

KINDS = {"KubeVirt": "kubevirt.io", "HyperConverged": "hco.kubevirt.io", "RuntimeClass": "node.k8s.io"}
"""Kinds of objects -> their API groups."""
USUAL_TYPES = {"amd64": ("q35*", "pc-q35*"), "arm64": ("virt*",), "s390x": ("s390-ccw-virtio*",)}
"""CPU architecture -> the machine types that KubeVirt takes unless it is told others."""
_PATCHED = "kubevirt.kubevirt.io/jsonpatch"
"""Annotation by which KubeVirt is set up behind the back of its operator's object."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_USUAL = "defaultArchitecture"
_CPU_MODEL = "host.cluster.cpuModel"
_DEVICES = "host.cluster.devices"


def recognises(file: File) -> bool:
    """Recognise such objects in any of the documents, and a broken file that was meant to hold some."""
    if file.documents:
        return any(_kind(entry) for entry in objects(file.documents))
    return looks_like(file, KINDS)


def read(file: File) -> Iterator[Spec]:
    """Yield what each object sets."""
    _ = file.yaml
    for entry in objects(file.documents):
        kind = _kind(entry)
        if kind:
            spec = Spec("", (entry.at("metadata", "name") or entry.at("kind")).span)
            spec.of_cluster = kind
            _READ[kind](spec, entry)
            yield spec


def _kind(entry: Cursor) -> str:
    return next((kind for kind, group in KINDS.items() if kind_of(entry, (kind,), (group,))), "")


def _kubevirt(spec: Spec, entry: Cursor) -> None:
    around = entry.at("spec")
    if not _is_block(around):
        return
    settings = around.at("configuration")
    if settings.given and not _is_block(settings):
        return
    model = settings.at("cpuModel")
    if model.given:
        spec.fact(_CPU_MODEL, literal(model), model.span)
    else:
        spec.fact(_CPU_MODEL, "host-model", (settings or around).span)  # what KubeVirt takes where nothing is set
    _architecture(spec, entry.at("status"), settings)
    _machine_type(spec, settings, (settings or around).span)
    _machine_types(spec, settings, (settings or around).span)
    emulation = settings.at("developerConfiguration", "useEmulation")
    spec.fact("host.cluster.softwareEmulation", emulation.flag, emulation.span if emulation else None)
    _devices(spec, settings.at("permittedHostDevices"), ("pciHostDevices", "mediatedDevices", "usb"))
    _moves(spec, settings.at("evictionStrategy"))


def _architecture(spec: Spec, status: Cursor, settings: Cursor) -> None:
    """State the CPU architecture of machines that name none: the one in effect, or else the one that is set.

    Where nothing is set it is that of the hosts of KubeVirt's own programs, which the object tells in its status alone.
    """
    usual = first(status.at(_USUAL), settings.at("architectureConfiguration", _USUAL))
    if usual.text in USUAL_TYPES:
        spec.fact("host.cluster.architecture", usual.text, usual.span)


def _machine_type(spec: Spec, settings: Cursor, around: Span) -> None:
    """State the machine type of machines of amd64 that name none."""
    machine = first(settings.at("machineType"), settings.at("architectureConfiguration", "amd64", "machineType"))
    if machine.given:
        spec.fact("host.cluster.machine", literal(machine), machine.span)
    else:
        spec.fact("host.cluster.machine", "q35", around)


def _machine_types(spec: Spec, settings: Cursor, around: Span) -> None:
    """State the machine types that are taken, for all architectures together: no name is one of two."""
    old = settings.at("emulatedMachines")
    named = [settings.at("architectureConfiguration", arch, "emulatedMachines") for arch in USUAL_TYPES]
    found: list[tuple[str | None, Span]] = []
    for given, usual in [(old, ())] if old.given else zip(named, USUAL_TYPES.values(), strict=True):
        found += ((literal(each), each.span) for each in given.items)
        found += ((each, around) for each in usual if not given.given)
    whole = [(text, at) for text, at in found if text]
    if len(whole) == len(found):  # else some of it is not understood
        spec.entries("host.cluster.machineTypes", whole)


def _devices(spec: Spec, permitted: Cursor, lists: tuple[str, ...]) -> None:
    """State the names of the devices that are handed out. Without the block, nothing is refused."""
    held = [permitted.at(key) for key in lists]
    if not _is_block(permitted) or any(each.given and (each.text or each.entries) for each in held):
        return
    names = [each.at("resourceName") for every in held for each in every.items if not each.at("disabled").flag]
    if not all(map(literal, names)):
        return
    spec.entries(_DEVICES, ((each.text or "", each.span) for each in names))
    if not names:
        spec.fact(_DEVICES, [], permitted.span)


def _is_block(cursor: Cursor) -> bool:
    return cursor.given and cursor.text is None and not cursor.items


def _hyperconverged(spec: Spec, entry: Cursor) -> None:
    """State what the operator hands on to KubeVirt. What it leaves out depends on its build."""
    if entry.at("metadata", "annotations", _PATCHED).given:
        return
    inside, old = entry.at("spec", "virtualization"), entry.at("spec")
    model = first(inside.at("virtualMachineOptions", "defaultCPUModel"), old.at("defaultCPUModel"))
    if model.given:
        spec.fact(_CPU_MODEL, literal(model), model.span)
    permitted = first(inside.at("permittedHostDevices"), old.at("permittedHostDevices"))
    _devices(spec, permitted, ("pciHostDevices", "mediatedDevices", "usbHostDevices"))
    _moves(spec, first(inside.at("evictionStrategy"), old.at("evictionStrategy")))


def _moves(spec: Spec, strategy: Cursor) -> None:
    if strategy.text:
        spec.fact("host.cluster.liveMigration", MOBILITY.get(strategy.text, "none"), strategy.span)


def _runtime_class(spec: Spec, entry: Cursor) -> None:
    name, handler = entry.at("metadata", "name"), entry.at("handler")
    if _NAME.fullmatch(name.text or "") and _NAME.fullmatch(handler.text or ""):
        spec.entries("host.cluster.runtimeClasses", [(f"{name.text}={handler.text}", handler.span)])


_READ = {"KubeVirt": _kubevirt, "HyperConverged": _hyperconverged, "RuntimeClass": _runtime_class}
