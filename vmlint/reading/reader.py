"""How files of another tool are recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vmlint.reading.file import File
    from vmlint.reading.spec import Spec


class Skipped(Exception):  # noqa: N818 - it names what happens to the file
    """A file of the format that is not read, for a reason: a template, an encrypted or binary form."""


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
