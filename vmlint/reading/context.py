"""What reading a file needs beside its bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from vmlint.catalog import Catalog
    from vmlint.findings.place import Place, Text
    from vmlint.reading.file import File
    from vmlint.reading.reader import Reader


def _nothing_else(name: str, reference: str) -> File:
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
    default_host: File | None = None
    """A host document for workloads that name none."""
    readers: tuple[Reader, ...] = ()
    """How files of other tools are read."""
    given: tuple[GivenFact, ...] = ()
    """Facts from elsewhere, for workloads whose files do not state them."""
    texts: tuple[Text, ...] = ()
    """The files in which these stand."""


class Annotation(NamedTuple):
    """What a manifest says of the file that it annotates: which of its workloads it covers."""

    name: str | None
    """The workload; ``None`` for the only one."""
    format: str | None
    """The name of the format; ``None`` where any will do."""
