"""What a reader of another tool's format works with: a file, and the workloads that it finds there, fact by fact.

A reader is a table in code: this element gives that fact. It knows no rule and no catalogue; it says what the file
says, where, and what the file leaves open::

    def read(file: File) -> Iterator[Spec]:
        for line in file.lines:
            ...
            spec = Spec("web", at)
            spec.fact("deployment.platform", "xen", at)
            spec.default("deployment.mode", "pv", "without `type` a guest is PV", at)
            spec.unknown("guest.os.id", "the format does not name the guest's system")
            yield spec
"""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from vmlint.syntax.text import Problem, Unreadable, decode

if TYPE_CHECKING:
    from vmlint.reading.hints import Hints
    from vmlint.syntax.hcl.tree import Body
    from vmlint.syntax.ruby import Script
    from vmlint.syntax.xml.tree import Element
    from vmlint.syntax.yaml.cursor import Cursor

Value = str | bool | int | Sequence[str]
"""What a fact can be: the text that a manifest would write, a flag, a count, or a list of texts."""


class Span(NamedTuple):
    """A stretch of a file. Lines and columns count from one; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Fact(NamedTuple):
    """One fact, as the file states it or as its format guarantees it."""

    value: Value
    at: Span
    why: str = ""
    """Set where the file does not say it: the format's default, in one clause."""
    on: tuple[str, ...] = ()
    """Families or CPU architectures of hosts on which a default holds; empty where the host does not matter."""
    entries: Mapping[str, Span] = {}
    """Where each entry stands, if it is a list."""


IMAGE = "image"
"""The vocabulary of references to base images: ``debian:12-slim``."""


class Named(NamedTuple):
    """How the file names the guest's operating system, in the vocabulary of its tool."""

    vocabulary: str
    """One of the catalogue's ``guest_words``: vmware, virtualbox, cim, proxmox, kubevirt, parallels, libosinfo …"""
    word: str
    at: Span
    why: str = ""
    """Set where the file names it only as a default, in one clause."""


class Spec:
    """One workload of a file: a domain, a service, a pod, a virtual machine."""

    def __init__(self, name: str, at: Span) -> None:
        self.name = name
        """As the file names it. It is shown as it is, and turned into a label where a manifest needs one."""
        self.at = at
        """Where the workload stands; findings about what the file does not say are shown there."""
        self.facts: dict[str, Fact] = {}
        self.guests: list[Named] = []
        """Words for the guest's system, the most telling first."""
        self.unknowns: dict[str, str] = {}
        """Field -> why the file leaves it open: computed, in another file, or not part of the format."""
        self.hints: list[tuple[str, str, Span]] = []
        """Fields and texts of hints to vmlint that the format carries in its own way (annotations, metadata)."""
        self.faults: list[Problem] = []
        """What is wrong with texts that are meant as hints."""

    def fact(self, path: str, value: Value | None, at: Span | None = None) -> None:
        """State a fact by the path that a manifest would write. ``None`` states nothing; the last statement counts."""
        if value is not None:
            self.facts[path] = Fact(value, at or self.at)

    def entries(self, path: str, entries: Iterable[tuple[str, Span]], at: Span | None = None) -> None:
        """State a list by its entries, each with its place, so that a finding about one of them is shown there.

        The list itself stands at ``at``, or else at its first entry. No entry states nothing.
        """
        given = tuple(entries)
        if given:
            places = dict(reversed(given))  # of an entry that comes twice, the first counts
            self.facts[path] = Fact(tuple(entry for entry, _ in given), at or given[0][1], entries=places)

    def default(self, path: str, value: Value, why: str, at: Span | None = None, *, on: Sequence[str] = ()) -> None:
        """State what the format guarantees where the file is silent. A stated fact wins.

        ``on`` names families or CPU architectures of hosts, where it does not hold on all. It is taken back where the
        host is known to be of another family, and the guest to be of another than the host.
        """
        self.facts.setdefault(path, Fact(value, at or self.at, why, tuple(on)))

    def guest(self, vocabulary: str, word: str, at: Span | None = None) -> None:
        """State the guest's system in the vocabulary of the file's tool; the catalogue knows what it means."""
        self.guests.append(Named(vocabulary, word, at or self.at))

    def base_image(self, reference: str, at: Span | None = None, why: str = "") -> None:
        """State the image that the guest's system comes from, where that is not the image that is deployed.

        The catalogue knows the distributions' own images. ``why`` is said where the file names it only as a default.
        """
        self.guests.append(Named(IMAGE, reference, at or self.at, why))

    def unknown(self, path: str, why: str) -> None:
        """Say why a field that one would expect is left open."""
        self.unknowns[path] = why

    def said(self, path: str, default: str = "") -> str:
        """Return the text of a fact that was stated so far, as the file states it or by default."""
        fact = self.facts.get(path)
        return fact.value if fact is not None and isinstance(fact.value, str) else default

    def hint(self, path: str, text: str, at: Span | None = None) -> None:
        """Pass on a hint to vmlint: a field below ``spec``, and its text."""
        self.hints.append((path, text, at or self.at))

    def hint_text(self, text: str, at: Span, beside: Iterable[tuple[str, str, Span]] = ()) -> None:
        """Pass on what stands behind ``vmlint:`` in a place of the format's own for remarks: ``path=value``.

        The first hint of a field counts, and those ``beside`` come before all others.
        """
        from vmlint.reading import hint_forms

        said = hint_forms.read(text)
        if isinstance(said, hint_forms.Said):
            first = next((hint for hint in (*beside, *self.hints) if hint[0] == said.path), None)
            if first is None:
                self.hint(said.path, said.text, at)
            if first is None or hint_forms.alike(first[1], said.text):
                return
            said = hint_forms.differs(said.path, said.text, first[1], first[2].line)
        if said is not None:
            self.faults.append(Problem("VM916", said.message, *at, said.help))


class PassedOver(Exception):  # noqa: N818 - it says what becomes of the file
    """A file of the format that is not read, for a reason: a template, an encrypted or binary form."""


class File:
    """A file that may be a specification. What is parsed is parsed once, however many readers ask."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.base = PurePath(name).name
        self.shown = self
        """What lines and columns of it mean: itself, or the file inside of it that a reader reads, as in an archive."""

    @functools.cached_property
    def text(self) -> str:
        """The text. Raises :class:`~vmlint.syntax.text.Unreadable`.

        It is UTF-8, or what a byte order mark says; XML that is neither may declare an encoding of single bytes.
        """
        try:
            return decode(self.data)
        except Unreadable:
            from vmlint.syntax.xml.head import declared_encoding

            encoding = declared_encoding(self.data)
            if encoding is None:
                raise
            return decode(self.data, encoding)

    @functools.cached_property
    def lines(self) -> list[str]:
        """The text's lines, without their ends."""
        return self.text.splitlines()

    @functools.cached_property
    def yaml(self) -> list[Cursor]:
        """The roots of the YAML or JSON documents that hold anything. Raises ``Unreadable``."""
        from vmlint.syntax.yaml.cursor import Cursor
        from vmlint.syntax.yaml.tree import load

        return [Cursor(document.root) for document in load(self.text) if document.root is not None]

    @functools.cached_property
    def documents(self) -> list[Cursor]:
        """The same; none where the text is no YAML, such as a template."""
        try:
            return self.yaml
        except Unreadable:
            return []

    @functools.cached_property
    def commented_json(self) -> list[Cursor]:
        """The roots of JSON in which comments may stand. Raises ``Unreadable`` where it is neither that nor YAML."""
        from vmlint.syntax.json_comments import without_comments
        from vmlint.syntax.yaml.cursor import Cursor
        from vmlint.syntax.yaml.tree import load

        return [Cursor(each.root) for each in load(without_comments(self.text)) if each.root is not None]

    @functools.cached_property
    def xml(self) -> list[Element]:
        """The root elements of the XML text, of which there may be several. Raises ``Unreadable``."""
        from vmlint.syntax.xml.tree import parse

        return parse(self.text)

    @functools.cached_property
    def hcl(self) -> Body:
        """What the text holds as HCL2, the language of Terraform and Packer. Raises ``Unreadable``."""
        from vmlint.syntax.hcl.parse import parse

        return parse(self.text)

    @functools.cached_property
    def ruby(self) -> Script:
        """What the text holds as Ruby, which is never run. Raises ``Unreadable``."""
        from vmlint.syntax.ruby.parse import parse

        return parse(self.text)

    @functools.cached_property
    def first_tag(self) -> tuple[str, str]:
        """Name and attributes of the first element of XML, as they are written, even where the file is broken."""
        from vmlint.syntax.xml.head import first_tag

        return first_tag(self.data)

    @functools.cached_property
    def hints(self) -> Hints:
        """What its comments tell vmlint."""
        from vmlint.reading.hints import hints

        return hints(self)

    def span(self, line: int, column: int = 1, length: int | None = None) -> Span:
        """Return a stretch of one line, both counted from one; the rest of the line where no length is given."""
        if length is None:
            shown = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
            length = max(len(shown.rstrip()) - column + 1, 1)
        return Span(line, column, line, column + length)


class Reader(NamedTuple):
    """A format and how it is read. Third parties bring their own through the hook ``vmlint_readers``."""

    name: str
    """A short word for the format: ``libvirt``, ``compose``."""
    title: str
    """The same for people: ``libvirt domain XML``."""
    patterns: tuple[str, ...]
    """Names of files that are worth a look when a folder is searched: ``*.xml``, ``Vagrantfile``."""
    recognises: Callable[[File], bool]
    """Tells by content, and by name where the format has one, whether a file is of the format."""
    markers: tuple[bytes, ...]
    """Byte strings of which every file of the format has at least one. Nothing else is asked of a file without."""
    read: Callable[[File], Iterable[Spec]]
    """Yields the workloads. Raises ``Unreadable`` with a place, or :class:`PassedOver` with a reason."""
    cannot_know: Mapping[str, str] = {}
    """Field -> why no file of the format can say it."""

    def may_be(self, base: str) -> bool:
        """Tell whether a file's name is worth a look."""
        return any(fnmatch.fnmatchcase(base.lower(), pattern.lower()) for pattern in self.patterns)
