"""The formats of other tools that vmlint reads, as a plugin: one module a format, imported when a file may be of it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from vmlint.api import File, Reader, Spec, hookimpl


def _format(module: str, title: str, patterns: str, *markers: bytes) -> Reader:
    """Describe a format whose module has ``recognises(file)`` and ``read(file)``, and perhaps ``CANNOT_KNOW``."""

    def recognises(file: File) -> bool:
        return bool(import_module(f"{__name__}.{module}").recognises(file))

    def read(file: File) -> Iterable[Spec]:
        found: Iterable[Spec] = import_module(f"{__name__}.{module}").read(file)
        return found

    return Reader(module.replace("_", "-"), title, tuple(patterns.split()), recognises, markers, read)


FORMATS = (_format("compose", "Compose file", "*compose*.yaml *compose*.yml", b"services"),)
"""All formats. A folder is searched for files by the patterns; a marker is what every file of the format contains."""


@hookimpl
def vmlint_readers() -> Iterable[Reader]:
    """Return a reader for each format."""
    return FORMATS
