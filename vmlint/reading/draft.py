"""A workload that is being built from what a reader found in a file of another tool.

Facts, their places, the format's defaults and what is left open change together, so they are changed in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vmlint.catalog.words import GuestWord
from vmlint.model.features import read_variable
from vmlint.model.paths import fields, is_stated, no_such_field, remove, state, value_at
from vmlint.model.values import OciPlatform
from vmlint.reading.clues import Weighed, weigh
from vmlint.reading.spec import IMAGE, Fact, Named, Spec
from vmlint.reading.subject import Subject, TablePlaces
from vmlint.syntax.text import UNREADABLE
from vmlint.words import as_text

if TYPE_CHECKING:
    from vmlint.catalog import Catalog
    from vmlint.findings.place import Place, Span, Text
    from vmlint.findings.problem import Problem
    from vmlint.model.groups.host import Host
    from vmlint.model.workload import Workload

CPUS = frozenset({"386", "amd64", "arm", "arm64", "riscv64"})
"""CPU architectures that a default may depend on, by their names in OCI."""

NEAREST = frozenset({"vmware", "virtualbox", "parallels", "cim"})
"""Vocabularies that are lists to choose from: whose list lacks a release takes the nearest word."""


class Draft:
    """A workload in the making."""

    def __init__(self, workload: Workload, spec: Spec, file: str, cannot_know: Mapping[str, str]) -> None:
        self.workload = workload
        self.spec = spec
        self.file = file
        workload.name = spec.name
        self.places: dict[str, Place] = {}
        self.entries: dict[tuple[str, str], Place] = {}
        self.defaults: dict[str, str] = {}
        self.unknowns = {**cannot_know, **spec.unknowns}
        self.problems: list[Problem] = []

    def subject(self, reader: str, texts: tuple[Text, ...]) -> Subject:
        """Return what it has become."""
        self.workload.format = reader
        places = TablePlaces(self.places, self.entries, self.spec.at.of(self.file))
        left = {path: why for path, why in self.unknowns.items() if path not in self.places}
        return Subject(self.workload, places, texts, reader, self.defaults, left, document=self.spec.document)

    def state(self, path: str, value: object, at: Span, why: str = "") -> None:
        """State a fact with its place. With ``why``, it is a default of the format. Raises ``ValueError``."""
        state(self.workload, path, value)  # type: ignore[arg-type]
        self.places[path] = at.of(self.file)
        if why:
            self.defaults[path] = why

    def state_facts(self, reader: str) -> None:
        """State the facts of the spec; a value that no field accepts is left open.

        Raises ``ValueError`` for a path that is no field: the reader is at fault.
        """
        for name, (text, at) in self.spec.labels.items():
            self.workload.labels = {**self.workload.labels, name: text}
            self.settle(f"labels.{name}", at)
        for path, fact in self.spec.facts.items():
            if isinstance(fact.value, str) and UNREADABLE in fact.value:
                self.unknowns[path] = "some of its bytes are no text in the encoding of the file"
                continue
            try:
                self.state(path, fact.value, fact.at, fact.why)
            except ValueError as error:
                if path not in fields():
                    raise ValueError(f"the reader {reader} states {path!r}: {no_such_field(path)}") from None
                self.unknowns[path] = f"{fact.value!r} is not understood: {error}"
                continue
            self.entries.update({(path, entry): at.of(self.file) for entry, at in fact.entries.items()})

    def state_environment(self, catalog: Catalog) -> None:
        """State the environment variables that needs of programs depend on; others may be secrets, and are not kept."""
        given, path = self.spec.variables, "deployment.environment"
        if given is None:
            return
        asked = catalog.software.variables
        found = {name: (_written(name, value), at) for name, value, at in given.variables if name in asked}
        if found:
            stated = (*(text for text, _ in found.values()), *(("*",) if given.more else ()))
            self.state(path, stated, next(iter(found.values()))[1])
            self.entries.update({(path, text): at.of(self.file) for text, at in found.values()})
        elif given.more:
            self.unknowns[path] = given.more
        else:
            self.state(path, (), self.spec.at, "no variable is set that decides what a program needs")

    def settle(self, path: str, at: Span) -> None:
        """Note that a field, or a group of fields, is stated at a place now: it is no default and not left open."""
        self.places[path] = at.of(self.file)
        self.entries = {key: place for key, place in self.entries.items() if key[0] != path}
        self.unknowns.pop(path, None)
        for default in [each for each in self.defaults if f"{each}.".startswith(f"{path}.")]:
            del self.defaults[default]

    def state_guest(self, catalog: Catalog) -> None:
        """State what the words for the guest's system mean. What the file states directly wins, then the first word."""
        guest = self.workload.guest
        for named in self.spec.guests:
            found = _meaning(catalog, named)
            if found is None:
                continue
            if (found.id or found.family) and not guest.os.any_stated():
                path = "guest.os.id" if found.id else "guest.os.family"
                self.state(path, found.id or found.family or "", named.at, named.why)
                candidates = found.one_of or ((found.id,) if found.id and named.vocabulary in NEAREST else ())
                if candidates:
                    self.state("guest.os.oneOf", candidates, named.at)
            if found.arch and not guest.states("arch") and not guest.states("platform"):
                guest.arch = found.arch
                self.places["guest.arch"] = named.at.of(self.file)
        if self.spec.clues or self.spec.guests:
            self._take(weigh(self.spec, guest.os, catalog))
        self._state_platform()

    def _take(self, weighed: Weighed | None) -> None:
        """State what the clues to the guest's system add, and take back what they leave unsure."""
        if weighed is None:
            return
        for path in ("guest.os.id", "guest.os.family", "guest.os.oneOf") if weighed.lost else ():
            if path in self.places:
                self.unstate(path, weighed.lost)
        if weighed.family and not self.workload.guest.os.knows("family"):
            self.state("guest.os.family", weighed.family, weighed.at, weighed.why)
        if weighed.one_of:
            self.state("guest.os.oneOf", weighed.one_of, weighed.at, weighed.why)

    def unstate(self, path: str, why: str) -> None:
        """Take a fact back, and say why it is left open."""
        remove(self.workload, path)
        self.places.pop(path, None)
        self.defaults.pop(path, None)
        self.unknowns[path] = why

    def _state_platform(self) -> None:
        """State the platform that family and CPU make together, as a manifest would."""
        guest = self.workload.guest
        arch = guest.stated().get("arch")
        if arch and not guest.states("platform") and guest.os.knows("family"):
            platform = oci_platform(guest.os.family, arch)
            if platform is not None:
                guest.platform = platform
                known = ("guest.arch", "guest.os.id", "guest.os.family")
                at = next((self.places[path] for path in known if path in self.places), None)
                self.places["guest.platform"] = at or self.spec.at.of(self.file)

    def take_from_cluster(self, host: TablePlaces | None) -> None:
        """State what the cluster's settings decide where the file is silent, at the place of the setting."""
        for path, (setting, why, arches) in self.spec.by_cluster.items():
            if is_stated(self.workload, path) or not is_stated(self.workload, setting):
                continue
            if arches and self._arch_in_cluster() not in arches:
                continue
            state(self.workload, path, as_text(value_at(self.workload, setting)))
            at = host.fields.get(setting) if host else None
            self.places[path] = at or self.spec.at.of(self.file)
            self.defaults[path] = why

    def _arch_in_cluster(self) -> str:
        """Return the CPU architecture of the guest: its own, or its cluster's. Empty where it is unknown."""
        guest = self.workload.guest
        return guest.arch if guest.knows("arch") else self.workload.host.cluster.get("architecture", "")

    def keep_to_host(self, known: Workload) -> None:
        """Take back the defaults that do not hold on the host, now that it is ``known``."""
        for path, fact in self.spec.facts.items():
            if not fact.on or path not in self.defaults or self._may_hold(fact, known.host):
                continue
            self.unstate(path, f"on this host it may be another than {fact.value}, the default elsewhere")

    def _may_hold(self, default: Fact, host: Host) -> bool:
        """Whether a default that holds on some hosts may hold on this one, of which not all need be known."""
        if set(default.on) <= CPUS:
            return not host.knows("platform") or host.platform.arch in default.on
        if not host.os.knows("family"):
            return True
        return host.os.family in default.on or host.os.family == self.workload.guest.os.get("family")


def _written(name: str, value: str | None) -> str:
    """Return a variable as a manifest writes it; a value that a manifest does not take is not shown."""
    try:
        return read_variable(f"{name}={value}") if value is not None else name
    except ValueError:
        return name


def _meaning(catalog: Catalog, named: Named) -> GuestWord | None:
    """Return what a word for the guest's system means."""
    if named.vocabulary != IMAGE:
        return catalog.guest_word(named.vocabulary, named.word)
    image = catalog.image_guest(named.word)
    return GuestWord(image.id, image.family) if image else None


def oci_platform(family: str, arch: str) -> OciPlatform | None:
    """Return the platform that a family of systems and a CPU make; ``None`` where there is no such platform."""
    try:
        return OciPlatform.parse(f"{family}/{arch}")
    except ValueError:
        return None
