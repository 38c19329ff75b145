"""How files of another tool are recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.reading.file import File
    from vmlint.reading.spec import Spec


class Skipped(Exception):  # noqa: N818 - it names what happens to the file
    """A file of the format that is not read, for a reason: a template, an encrypted or binary form."""


class Written(NamedTuple):
    """How a format writes a field: what vmlint needs to change it there. Whether that does what it should is tried."""

    words: Mapping[str, str] = {}
    """Value of the manifest -> word of the format, where that is another one."""
    line: str = ""
    """The line that states it, with ``{}`` for the word, where a line below the workload's name may do so."""
    attribute: str = ""
    """In XML: the attribute that states it, of the element where the default stands: ``firmware='{}'``."""


class Reader(NamedTuple):
    """A format and how it is read. Third parties bring their own through the hook ``vmlint_readers``."""

    name: str
    """A short word for the format: ``libvirt``, ``compose``."""
    title: str
    """The same for people: ``libvirt domain XML``."""
    patterns: tuple[str, ...]
    """Names of files that are read when a folder is searched: ``*.xml``, ``Vagrantfile``."""
    recognises: Callable[[File], bool]
    """Whether a file is of the format, by its content, and by its name where the format has one."""
    markers: tuple[bytes, ...]
    """Byte strings of which every file of the format has at least one. A file without any is not looked at further."""
    read: Callable[[File], Iterable[Spec]]
    """Yields the workloads. Raises ``Unreadable`` with a place, or :class:`Skipped` with a reason."""
    cannot_know: Mapping[str, str] = {}
    """Field -> why no file of the format can state it."""
    written: Callable[[], Mapping[str, Written]] = dict
    """Returns how the format writes fields, as far as that is known. Called where a file is to be mended."""
    comments: str = ""
    """The language whose comments the files have, of :data:`vmlint.syntax.comments.LANGUAGES`. Without one, XML, YAML
    and JSON are recognised by their content; elsewhere a comment is what looks like one, and no fix removes it."""
    of_hosts: bool = False
    """Whether its files describe machines that workloads may run on: then every spec states fields of ``host``, and is
    named as the machine, or not at all where the file does not name it."""
