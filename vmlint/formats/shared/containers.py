"""How container engines write sizes, mounts and devices: what Compose files and dev containers have in common."""

from __future__ import annotations

import re

from vmlint.api import Cursor, Spec

from .amounts import in_bytes

MODES = {
    "runc": "runc",
    "io.containerd.runc.v2": "runc",
    "crun": "crun",
    "runsc": "gvisor",
    "io.containerd.runsc.v1": "gvisor",
    "kata": "kata",
    "kata-runtime": "kata",
    "kata-qemu": "kata",
    "kata-clh": "kata",
    "kata-fc": "kata",
    "io.containerd.kata.v2": "kata",
    "io.containerd.kata-qemu.v2": "kata",
    "io.containerd.kata-clh.v2": "kata",
    "io.containerd.kata-fc.v2": "kata",
}
"""What runs a container, by the names under which engines are told of it. Other names are an installation's own."""

USUAL = frozenset({"nvidia"})
"""Runtimes that prepare a container and hand it to the usual one."""

GPU = "requirements.devices.gpu.mode"

_COMPUTED = re.compile(r"(?<!\$)(?:\$\$)*\$(?!\$)|\{\{|\{%|<%")
_MEMORY = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kmgtp]?)(?:i?b)?", re.IGNORECASE)
_OF_THE_HOST = re.compile(r"/|\.{1,2}(?:[\\/:]|$)|~|[a-zA-Z]:[\\/]|\\\\")


def computed(text: str | None) -> bool:
    """Tell whether a text holds a variable or a template's marks. ``$$`` is a dollar sign and nothing more."""
    return text is not None and _COMPUTED.search(text) is not None


def literal(cursor: Cursor) -> str | None:
    """Return the text of a single value that is written out."""
    text = cursor.text
    return None if not text or computed(text) else text


def state(spec: Spec, path: str, cursor: Cursor) -> None:
    """State what is written out; say that it is computed where it is not."""
    if literal(cursor):
        spec.fact(path, literal(cursor), cursor.span)
    elif computed(cursor.text):
        spec.unknown(path, f"{cursor.text} is filled in elsewhere")


def memory(text: str | None) -> str | None:
    """Return a size as a manifest writes it. Engines count in powers of two whatever the unit's spelling."""
    match = _MEMORY.fullmatch(text.strip()) if text else None
    if not match:
        return None
    number, unit = match[1], match[2].lower()
    if unit:
        return f"{number}{unit.upper() if unit != 'k' else 'K'}i"
    return in_bytes(int(float(number)) if "." in number else int(number))


def of_the_host(source: str) -> bool:
    """Tell whether a mount's source is a path of the host; a name is that of a volume, which the engine keeps."""
    return _OF_THE_HOST.match(source) is not None


def mount(source: str, target: str, *, read_only: bool) -> str:
    """Write a mount in one line: ``source:target[:ro]``."""
    return f"{source}:{target}{':ro' if read_only else ''}"


class Listed:
    """A list that a file gives item by item, in one place or in several: the literal ones are stated together."""

    def __init__(self, spec: Spec, path: str) -> None:
        self.spec, self.path = spec, path
        self.items: dict[str, Cursor] = {}
        self.left_out = False

    def add(self, text: str | None, cursor: Cursor) -> None:
        """Take an item. One that is computed is left out, and said to be."""
        if text and not computed(text):
            self.items.setdefault(text, cursor)
        elif text:
            self.left_out = True

    def state(self, around: Cursor | None = None) -> None:
        """State the items: at the only one, or else at ``around``, or else at the first."""
        if self.items:
            at = around.span if around and len(self.items) > 1 else None
            self.spec.entries(self.path, ((text, cursor.span) for text, cursor in self.items.items()), at)
        elif self.left_out:
            self.spec.unknown(self.path, "it is filled in elsewhere")
