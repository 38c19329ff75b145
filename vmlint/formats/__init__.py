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


FORMATS = (
    _format("compose", "Compose file", "*compose*.yaml *compose*.yml docker-stack*.y*ml", b"services"),
    _format(
        "dockerfile",
        "Dockerfile or Containerfile",
        "Dockerfile Dockerfile.* *.Dockerfile Containerfile Containerfile.* *.Containerfile",
        b"FROM",
        b"from",
        b"From",
    ),
    _format(
        "devcontainer",
        "dev container (devcontainer.json)",
        "devcontainer.json .devcontainer.json",
        b'"image"',
        b'"build"',
        b'"dockerFile"',
        b'"dockerComposeFile"',
        b'"runArgs"',
        b'"features"',
        b'"customizations"',
    ),
    _format("libvirt", "libvirt domain XML", "*.xml *.xml.in", b"<domain"),
    _format("virtualbox", "VirtualBox machine settings", "*.vbox *.vbox-prev", b"<VirtualBox"),
    _format(
        "parallels", "Parallels machine settings", "*.pvs", b"<ParallelsVirtualMachine", b"<VirtuozzoVirtualMachine"
    ),
)
"""All formats. A folder is searched for files by the patterns; a marker is what every file of the format contains."""


@hookimpl
def vmlint_readers() -> Iterable[Reader]:
    """Return a reader for each format."""
    return FORMATS
