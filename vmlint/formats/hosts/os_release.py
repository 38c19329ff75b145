"""The system of a machine, as its /etc/os-release names it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, settings, split_lines

from ..shared.hosts import number, release

_LINE = re.compile(r"[A-Z][A-Z0-9_]*=")


def recognises(file: File) -> bool:
    """Recognise the text by its ID and its name, where every line sets a variable."""
    try:
        lines = [line for line in split_lines(file.text[:16_384]) if line.strip() and not line.startswith("#")]
    except Unreadable:
        return False
    keys = {line.partition("=")[0] for line in lines}
    return all(map(_LINE.match, lines)) and "ID" in keys and not keys.isdisjoint({"NAME", "PRETTY_NAME", "VERSION_ID"})


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    found = {each.key.strip(): (each.value.strip().strip("\"'"), each.at) for each in settings(file.text)}
    id, at = found["ID"]
    version = found.get("VERSION_ID", ("", at))[0]
    spec = Spec("", at)
    spec.fact("host.os.family", "linux", at)
    if id == "centos" and found.get("NAME", ("",))[0] != "CentOS Stream":
        spec.fact("host.os.version", number(version), at)  # CentOS Linux has the same word
    else:
        release(spec, id, version or None, at)
    yield spec
