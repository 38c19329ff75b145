"""What a manifest and a file of another tool state together, and where they contradict each other.

Facts go by the file, since that is what gets deployed; demands and the host go by the manifest. What only one of the
two states is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from vmlint.findings.diagnostic import Derived, Diagnostic, Related, own
from vmlint.model.as_manifest import stated_fields
from vmlint.model.paths import fields, locate
from vmlint.model.pci import pci_address
from vmlint.model.values import Version
from vmlint.model.workload import Workload, clone
from vmlint.reading.draft import oci_platform
from vmlint.record import NamedTuple
from vmlint.words import as_text

if TYPE_CHECKING:
    from vmlint.catalog import Catalog
    from vmlint.findings.place import Place
    from vmlint.reading.subject import Subject

PLATFORM, GUEST_PLATFORM = "deployment.platform.id", "guest.platform"
_SETTLED_BY = {
    "guest.os.id": "",
    "deployment.generation": "",
    "guest.os.family": "guest.os.id",
    "guest.arch": "",
    "deployment.firmware.type": "deployment.generation",
    "deployment.firmware.secureBoot": "deployment.generation",
    "deployment.firmware.tpm": "deployment.generation",
}
"""Facts that are compared also where one of the two states only what they follow from, each with a fact before it:
where that one differs, this one is not reported as well."""
_GOES_WITH = {
    "guest.os.id": ("guest.os.",),
    "guest.os.family": ("guest.os.",),
    PLATFORM: ("deployment.platform.", "deployment.architecture", "deployment.mode"),
    "deployment.image.ref": ("deployment.image.",),
}
"""Where a fact differs, what else the manifest states about its own system, product or image, not the file's."""
_LONGEST = 120
"""Characters of a value that are shown."""


class Together(NamedTuple):
    """What the two state together."""

    workload: Workload
    drifts: tuple[Diagnostic, ...]
    """Where the two contradict each other (VM917)."""
    ours: frozenset[str]
    """Fields that both state, and whose value in the manifest counts."""


def together(manifest: Workload, native: Subject, place: Callable[[str], Place]) -> Together:
    """Return what a manifest and a file of another tool state together; ``place`` finds fields in the manifest."""
    stated = dict(stated_fields(manifest))
    differing: dict[str, tuple[Any, Any]] = {}
    ours: set[str] = set()
    for path in dict.fromkeys((*_SETTLED_BY, *stated)):
        here, there = _value(manifest, path), _value(native.workload, path)
        if here is None or there is None or not _comparable(path, stated, native):
            continue
        # A format has defaults for much that a manifest may override: on which product its files run, for instance.
        told_otherwise = bool(_default(path, native)) and (path == PLATFORM or _is_demand(path))
        finer = _says_more(path, here, there, manifest.catalog)
        agree = finer or _says_more(path, there, here, manifest.catalog) or _same(path, here, there, manifest.catalog)
        if not agree and not told_otherwise and _SETTLED_BY.get(path) not in differing:
            differing[path] = here, there
        if path in stated and (finer or told_otherwise or _is_demand(path)):
            ours.add(path)
    losing = [path for path in differing if path not in ours]
    drifts = [_drift(path, *values, manifest, native, place, ours=path in ours) for path, values in differing.items()]
    return Together(_merged(manifest, stated, native.workload, losing, ours), tuple(drifts), frozenset(ours))


def _comparable(path: str, stated: Mapping[str, Any], native: Subject) -> bool:
    if path == GUEST_PLATFORM:
        return False  # it is a family and a CPU, and each is compared separately
    here, there = path in stated, native.places.exact(path) is not None
    return here and there if path not in _SETTLED_BY else here or there or fields()[path].is_derived


def _value(workload: Workload, path: str) -> Any:
    group, field = locate(workload, path)
    return group.get(field.attribute)


def _is_demand(path: str) -> bool:
    """Whether the manifest's value counts: for demands, for what they are made for, and for the host."""
    if path.startswith("host.") or path in ("kind", "environment"):
        return True
    return fields()[path].is_demand


def _default(path: str, native: Subject) -> str:
    return native.defaults.get(path) or native.defaults.get(path.rpartition(".")[0], "")


def _same(path: str, here: Any, there: Any, catalog: Catalog) -> bool:
    """Whether two values mean the same, however they are spelt."""
    if path == PLATFORM:
        return (catalog.platform_id(here) or here) == (catalog.platform_id(there) or there)
    if path in ("guest.os.id", "host.os.id"):
        return _guest_id(here, catalog) == _guest_id(there, catalog)
    if path == "deployment.image.ref":
        return _whole_reference(here) == _whole_reference(there)
    if path.startswith("deployment.devices."):
        return _model(here) == _model(there)
    if path == "deployment.cpuModel":
        return _cpu_model(here) == _cpu_model(there)
    if path == "deployment.hostDevices":
        return set(map(_device, here)) == set(map(_device, there))
    if isinstance(here, (tuple, frozenset)):
        return set(map(str, here)) == set(map(str, there))
    if isinstance(here, str):
        return here.strip().lower() == str(there).strip().lower()
    return bool(here == there)


def _says_more(path: str, one: Any, other: Any, catalog: Catalog) -> bool:
    """Whether one value is a more exact form of the other: 8.0U2 and 8.0, rhel9.4 and rhel9."""
    if isinstance(one, Version):
        return bool(other.is_coarser_than(one))
    if path in ("guest.os.id", "host.os.id"):
        exact, coarse = (
            _guest_id(one, catalog),
            {other.lower(), _guest_id(other, catalog)},
        )  # rhel9 is any of its minors
        return any(exact.startswith((f"{each}.", f"{each}-")) for each in coarse)
    if path == "deployment.machine":
        return one != other and set(other.split("-")) <= set(one.split("-"))
    return False


def _guest_id(word: str, catalog: Catalog) -> str:
    found = catalog.guest(word)
    return found.id if found else word.lower()


def _model(word: str) -> str:
    """Return a device's model by the word that most tools have for it."""
    word = word.strip().lower().removesuffix("-pci").removesuffix("-device")
    return {"virtio-blk": "virtio", "virtio-net": "virtio", "paravirtual": "pvscsi"}.get(word, word)


def _cpu_model(word: str) -> str:
    """Return a CPU model by libvirt's word for it where QEMU has another."""
    word = word.strip().lower()
    return {"host": "host-passthrough", "max": "maximum"}.get(word, word)


def _device(text: str) -> str:
    """Return a host's device by its full PCI address if it has one; without a function the first is meant."""
    return pci_address(text) or pci_address(f"{text}.0") or text.lower()


def _whole_reference(reference: str) -> str:
    """Return an image's full reference: ``nginx`` is ``docker.io/library/nginx:latest``."""
    name, at, digest = reference.strip().partition("@")
    if not re.match(r"[^/.:]*+[.:][^/]*/|localhost/", name):
        name = f"docker.io/{name}" if "/" in name else f"docker.io/library/{name}"
    return f"{name}@{digest}" if at else name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _merged(
    manifest: Workload, stated: Mapping[str, Any], theirs: Workload, losing: list[str], ours: set[str]
) -> Workload:
    """Return what the file states, with what the manifest adds to it or overrides."""
    merged = clone(theirs)
    merged.name, merged.labels = manifest.name, {**theirs.labels, **manifest.labels}
    dropped = tuple(beginning for path in losing for beginning in (path, *_GOES_WITH.get(path, ())))
    for path, value in stated.items():
        group, field = locate(merged, path)
        silent = not group.states(field.attribute) and not path.startswith(dropped)
        if path in ours or (silent and path != GUEST_PLATFORM):
            setattr(group, field.attribute, value)
    guest, own = merged.guest, stated.get(GUEST_PLATFORM)
    if not guest.states("platform"):
        family = guest.os.get("family") or (own.os if own else "")
        arch = guest.stated().get("arch") or (own.arch if own else "")
        if own and (family, arch) == (own.os, own.arch):
            guest.platform = own
        elif made := oci_platform(family, arch):
            guest.platform = made
    return merged


def _drift(
    path: str, here: Any, there: Any, manifest: Workload, native: Subject, place: Callable[[str], Place], *, ours: bool
) -> Diagnostic:
    """Build VM917: a manifest contradicts the file that it annotates."""
    file, default = PurePath(native.place("name").file).name, _default(path, native)
    shown = _shown(there)
    says = f"; {file} leaves it out, which means {shown}: {default}" if default else f", {file} says {shown}"
    counts = "the manifest" if ours else file
    meant = Derived(shown, (), f"a default of the format: {default}") if default else None
    return own(
        "VM917",
        f"the manifest says {path} is {_shown(here)}{says}",
        place(path),
        path,
        manifest.name,
        f"make the two agree; until then the rules use {counts}",
    )._replace(because=(Related(path, native.place(path), meant),))


def _shown(value: Any) -> str:
    text = as_text(sorted(value, key=str) if isinstance(value, tuple) else value) or "an empty list"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
