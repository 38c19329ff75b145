"""Files of folders that were given as hosts and in which no host is recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.problem import Unreadable
from vmlint.reading.hosts import describes_host
from vmlint.reading.no_host import meant
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.reading.context import Context


class NoHost(NamedTuple):
    """A file without a host."""

    name: str
    meant: str
    """What it is, and what is read in its place; empty where that is not known."""


def passed_over(context: Context) -> list[NoHost]:
    """Return the files of folders that were given as hosts in which none is. They add nothing to the others.

    A file that is broken is told where the hosts are read.
    """
    files = [file for file in context.host_files if not file.alone]
    try:
        return [NoHost(file.name, meant(file)) for file in files if not describes_host(file, context)]
    except (Unreadable, ValueError):
        return []
