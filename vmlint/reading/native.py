"""From what a reader found in a file of another tool to a workload, with the place of each fact in that very file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from vmlint.catalog import Catalog
from vmlint.catalog.words import GuestWord
from vmlint.model.as_manifest import stated_fields
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import (
    assign,
    check_text,
    fields,
    locate,
    no_such_field,
    remove,
    state,
    stated_sources,
    value_at,
)
from vmlint.model.values import OciPlatform
from vmlint.model.workload import Workload
from vmlint.reading.hints import Hints
from vmlint.reading.host import Context, fill_gaps, read_host
from vmlint.reading.places import Place, Text, place_of
from vmlint.reading.spec import IMAGE, File, Named, PassedOver, Reader, Spec
from vmlint.syntax.text import ENCODINGS, Problem, Unreadable
from vmlint.syntax.yaml.nodes import Node, find
from vmlint.words import as_text

_WIDE = tuple(mark for mark, encoding in ENCODINGS if encoding != "utf-8")
MOST_WORKLOADS = 10_000
"""Workloads of one file that are read."""


class Native(NamedTuple):
    """One workload of a file of another tool."""

    workload: Workload
    problems: tuple[Problem, ...]
    texts: tuple[Text, ...]
    places: Mapping[str, Place]
    entries: Mapping[tuple[str, str], Place]
    """(field, entry) -> where an entry of a list stands."""
    around: Place
    """Where the workload itself stands."""
    format: str
    defaults: Mapping[str, str]
    """Field -> why the format guarantees its value, where the file does not say it."""
    unknowns: Mapping[str, str]
    """Field -> why the file leaves it open."""

    def place(self, path: str, entry: str = "") -> Place:
        """Return where a field stands, or an entry of it; else the nearest field around it, or else the workload."""
        if (path, entry) in self.entries:
            return self.entries[path, entry]
        steps = (*stated_sources(self.workload, path), path)
        return next(filter(None, map(self.stated_at, steps)), self.around)

    def stated_at(self, path: str) -> Place | None:
        """Return where a field stands, or else the nearest field around it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition(".")[0]
        return None


def recognised(file: File, readers: tuple[Reader, ...]) -> Iterator[Reader]:
    """Yield the readers of the formats that a file is of; a file of YAML documents may be of several."""
    data = _searchable(file)
    for reader in readers:
        if any(marker in data for marker in reader.markers) and reader.recognises(file):
            yield reader


def _searchable(file: File) -> bytes:
    """Return the bytes in which markers can be found: PowerShell redirects into files of UTF-16."""
    if not file.data.startswith(_WIDE):
        return file.data
    try:
        return file.text.encode()
    except Unreadable:
        return b""


def natives(file: File, reader: Reader, context: Context) -> Iterator[Native]:
    """Yield the workloads that a reader finds in a file.

    Raises ``Unreadable`` for a file that is broken, ``PassedOver`` for one that is not read for a reason.
    """
    text: Text | None = None
    told: set[Problem] = set()  # a hint for all workloads is wrong once
    for number, spec in enumerate(reader.read(file)):
        if number >= MOST_WORKLOADS:
            raise PassedOver(f"it holds more than {MOST_WORKLOADS} workloads; the rest was not read")
        text = text or text_of(file)  # reading tells what is shown
        found = native(spec, file, reader, context, text)
        yield found._replace(problems=tuple(each for each in found.problems if each not in told))
        told.update(found.problems)


def text_of(file: File) -> Text:
    """Return a file's text for code frames; empty for a binary file."""
    try:
        return Text(file.name, file.shown.text)
    except Unreadable:
        return Text(file.name, "")


def native(
    spec: Spec, file: File, reader: Reader, context: Context, text: Text, beside: Workload | None = None
) -> Native:
    """Return the workload that a reader described.

    ``beside`` is what a manifest says of it. Its host and its guest's system are taken over where the file is silent,
    since defaults of the format may depend on them.
    """
    workload = Workload(context.catalog, DERIVATIONS, context.today)
    workload.name = spec.name
    places: dict[str, Place] = {}
    entries: dict[tuple[str, str], Place] = {}
    defaults: dict[str, str] = {}
    unknowns = {**reader.cannot_know, **spec.unknowns}
    problems: list[Problem] = []
    for path, fact in spec.facts.items():
        try:
            state(workload, path, fact.value)
        except ValueError as error:
            if path not in fields():
                raise ValueError(f"the reader {reader.name} states {path!r}: {no_such_field(path)}") from None
            unknowns[path] = f"{fact.value!r} is not understood: {error}"
            continue
        places[path] = Place(file.name, *fact.at)
        entries.update({(path, entry): Place(file.name, *at) for entry, at in fact.entries.items()})
        if fact.why:
            defaults[path] = fact.why
    _guest(workload, spec, context.catalog, places, defaults, file.name)
    said = frozenset(
        path for path, _ in stated_fields(workload) if not {path, path.rpartition(".")[0]} & defaults.keys()
    )
    # What stands at one workload overrules what stands somewhere in its file.
    hints = file.shown.hints if text.text else Hints()
    problems += (*hints.problems, *spec.faults)
    for path, value, at in [*hints.taken, *spec.hints]:
        told = _hinted(workload, path, value, said)
        if told:
            problems.append(Problem("VM916", told, *at))
        else:
            places[path] = Place(file.name, *at)
            entries = {key: place for key, place in entries.items() if key[0] != path}
            unknowns.pop(path, None)
            for default in [each for each in defaults if f"{each}.".startswith(f"{path}.")]:
                del defaults[default]  # the hint says it now
    texts: tuple[Text, ...] = (text,)
    if beside is not None:
        fill_gaps(beside.host, workload.host)
        if not workload.guest.os.any_stated():
            fill_gaps(beside.guest.os, workload.guest.os)
    elif context.default_host and not workload.host.any_stated():
        host, node = read_host(workload, *context.default_host)
        texts += (host,)
        places |= _host_places(workload, host.name, node)
    _keep_to_hosts(workload, spec, places, defaults, unknowns)
    around = Place(file.name, *spec.at)
    left = {path: why for path, why in unknowns.items() if path not in places}
    return Native(workload, tuple(problems), texts, places, entries, around, reader.name, defaults, left)


CPUS = frozenset({"386", "amd64", "arm", "arm64", "riscv64"})
"""CPU architectures that a default may depend on, by their names in OCI."""


def _host_places(workload: Workload, file: str, root: Node) -> dict[str, Place]:
    """Return where the fields of a host document stand in it."""
    places = {}
    for path, _ in stated_fields(workload):
        first, *steps = path.split(".")
        if first == "host":
            node, key, _ = find(root, steps)
            places[path] = place_of(file, node, key)
    return places


def _keep_to_hosts(
    workload: Workload, spec: Spec, places: dict[str, Place], defaults: dict[str, str], unknowns: dict[str, str]
) -> None:
    """Take back the defaults that do not hold on the host, now that it is known."""
    for path, fact in spec.facts.items():
        if not fact.on or path not in defaults or _may_hold(workload, fact.on):
            continue
        remove(workload, path)
        places.pop(path, None)
        defaults.pop(path, None)
        unknowns[path] = f"on this host it may be another than {fact.value}, the default elsewhere"


def _may_hold(workload: Workload, on: tuple[str, ...]) -> bool:
    """Tell whether a default that holds on some hosts may hold on this one, of which not all need be known."""
    host = workload.host
    if set(on) <= CPUS:
        return not host.knows("platform") or host.platform.arch in on
    if not host.os.knows("family"):
        return True
    return host.os.family in on or host.os.family == workload.guest.os.get("family")


def _meaning(catalog: Catalog, named: Named) -> GuestWord | None:
    """Return what a word for the guest's system means."""
    if named.vocabulary != IMAGE:
        return catalog.guest_word(named.vocabulary, named.word)
    image = catalog.image_guest(named.word)
    return GuestWord(image.id, image.family) if image else None


def _guest(
    workload: Workload,
    spec: Spec,
    catalog: Catalog,
    places: dict[str, Place],
    defaults: dict[str, str],
    file: str,
) -> None:
    """State what the words for the guest's system mean. What the file states outright wins, then the first word."""
    os = workload.guest.os
    for named in spec.guests:
        found = _meaning(catalog, named)
        if found is None:
            continue
        place = Place(file, *named.at)
        if (found.id or found.family) and not os.any_stated():
            path = "guest.os.id" if found.id else "guest.os.family"
            state(workload, path, found.id or found.family or "")
            places[path] = place
            if named.why:
                defaults[path] = named.why
            if found.one_of:
                state(workload, "guest.os.oneOf", found.one_of)
                places["guest.os.oneOf"] = place
        if found.arch and not workload.guest.states("arch") and not workload.guest.states("platform"):
            workload.guest.arch = found.arch
            places["guest.arch"] = place
    arch = workload.guest.stated().get("arch")
    if arch and not workload.guest.states("platform") and os.knows("family"):
        # The two together are what a manifest would state.
        platform = oci_platform(os.family, arch)
        if platform is None:
            return
        workload.guest.platform = platform
        places["guest.platform"] = places.get("guest.arch", place_of_guest(places, file, spec))


def oci_platform(family: str, arch: str) -> OciPlatform | None:
    """Return the platform that a family of systems and a CPU make; ``None`` where there is no such platform."""
    try:
        return OciPlatform.parse(f"{family}/{arch}")
    except ValueError:
        return None


def place_of_guest(places: Mapping[str, Place], file: str, spec: Spec) -> Place:
    """Return where the guest's system is named."""
    return next((places[path] for path in ("guest.os.id", "guest.os.family") if path in places), Place(file, *spec.at))


def _hinted(workload: Workload, path: str, value: str, said: frozenset[str]) -> str:
    """Take a hint; say what is wrong with one that cannot be taken. ``said`` is what the file itself states."""
    if path.startswith("labels.") and path != "labels.":
        workload.labels = {**workload.labels, path.removeprefix("labels."): value.strip("\"'")}
        return ""
    if path not in fields() or not fields()[path].in_spec:
        return f"the hint names no field: {no_such_field(path)}"
    before = {field: value_at(workload, field) for field in said if f"{field}.".startswith(f"{path}.")}
    try:
        if value.startswith("["):
            words = [word.strip().strip("\"'") for word in value.strip("[]").split(",")]
            state(workload, path, [word for word in words if word])
        else:
            check_text(path, value.strip("\"'"))
            assign(workload, path, value.strip("\"'"))
    except (ValueError, KeyError) as error:
        return f"the hint {path}={value} is not understood: {error}"
    return _contradicted(workload, path, value, before) or _of_other_family(workload, path, value, said)


def _of_other_family(workload: Workload, path: str, value: str, said: frozenset[str]) -> str:
    """Take a hint back that names a system of another family than the file states, and say so."""
    os = workload.guest.os
    if path not in ("guest.os", "guest.os.id") or "guest.os.family" not in said or not os.states("id"):
        return ""
    found = workload.catalog.guest(os.id)
    if found is None or found.family == os.family:
        return ""
    remove(workload, "guest.os.id")
    return f"the hint {path}={value} contradicts the file itself: there guest.os.family is {os.family}"


def _contradicted(workload: Workload, path: str, value: str, before: Mapping[str, Any]) -> str:
    """Take a hint back that would hide a fact of the file, and say so. Demands are its author's to change."""
    told = ""
    for field, old in before.items():
        group, declared = locate(workload, field)
        if getattr(group, declared.attribute) != old and not declared.is_demand:
            setattr(group, declared.attribute, old)
            told = f"the hint {path}={value} contradicts the file itself: there {field} is {as_text(old)}"
    return told
