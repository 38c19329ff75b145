"""What reading a file needs beside its bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn, Protocol

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from vmlint.catalog import Catalog
    from vmlint.findings.place import Place, Text
    from vmlint.reading.file import File
    from vmlint.reading.hints import Hint
    from vmlint.reading.host_facts import HostFacts
    from vmlint.reading.reader import Reader
    from vmlint.reading.spec import Spec


def _nothing_else(name: str, reference: str) -> NoReturn:
    raise ValueError(f"{name} is read alone, without {reference}")


class GivenFact(NamedTuple):
    """A fact about workloads that the settings of a project state."""

    path: str
    """A field, or ``labels.NAME``."""
    value: str | tuple[str, ...]
    """As a manifest writes it; the entries of a list."""
    place: Place


class Context(NamedTuple):
    """What reading a file needs beside its bytes."""

    catalog: Catalog
    today: date
    open_reference: Callable[[str, str], File] = _nothing_else
    """(name of a file, what it refers to) -> the other file. Raises ``OSError``, or ``ValueError`` with a sentence."""
    host_files: tuple[File, ...] = ()
    """What describes the hosts of workloads that name none; ``hosts`` are made of it."""
    readers: tuple[Reader, ...] = ()
    """How files of other tools are read."""
    given: tuple[GivenFact, ...] = ()
    """Facts from elsewhere, for workloads whose files do not state them."""
    texts: tuple[Text, ...] = ()
    """The files in which these stand."""
    earlier: tuple[Earlier, ...] = ()
    """Revisions with which what the files say to vmlint is compared; see :mod:`vmlint.reading.earlier`."""
    hints_then: Callable[[Spec, File, Reader], Sequence[Hint]] | None = None
    """Returns the hints to a workload that count in place of its own; ``None`` where its own do."""
    host_readers: tuple[Reader, ...] = ()
    """How files of other tools that describe hosts are read."""
    hosts: tuple[HostFacts, ...] = ()
    """The hosts of workloads that name none."""
    host: HostFacts | None = None
    """The one of these, or of those in the same file, on which workloads are judged at the moment."""


class Earlier(Protocol):
    """The files of another revision, whose words to vmlint count."""

    @property
    def revision(self) -> str:
        """As its user wrote it; empty for none, in which case nothing was said."""

    def file(self, name: str) -> File | None:
        """Return a file of the present revision as it was there; ``None`` where it was not."""

    def refer(self, name: str, reference: str) -> File:
        """Return the file of that revision to which one of its files refers.

        Raises ``OSError``, or ``ValueError`` with a sentence.
        """


class Silence(NamedTuple):
    """A revision in which nobody said anything to vmlint."""

    revision: str = ""

    def file(self, name: str) -> None:
        """Return nothing."""

    def refer(self, name: str, reference: str) -> File:
        """Raise ``ValueError``."""
        return _nothing_else(name, reference)


class Annotation(NamedTuple):
    """What a manifest says of the file that it annotates: which of its workloads it covers."""

    name: str | None
    """The workload; ``None`` for the only one."""
    format: str | None
    """The name of the format; ``None`` where any will do."""
