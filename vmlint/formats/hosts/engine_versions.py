"""Container engines of a machine: what their ``--version`` prints, and the security options of Docker alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, split_lines

from ..shared.hosts import engine, number

_ENGINES = (
    ("docker", r"Docker version (\d[\w.+~-]*), build \w+"),
    ("podman", r"podman version (\d[\w.+~-]*)"),
    ("podman", r"Version:\s+(\d[\w.+~-]*)"),
    ("containerd", r"containerd \S+ v?(\d[\w.+~-]*)(?: \w+)?"),
    ("runc", r"runc version (\d[\w.+~-]*)"),
    ("crio", r"crio version (\d[\w.+~-]*)"),
)
"""Engine -> the first line that it prints of its release, or a line of it."""
_LIBSECCOMP = re.compile(r"libseccomp: (\d[\d.]*)")
_OPTIONS = re.compile(r"\[name=[a-z][^\[\]]*\]")


def recognises(file: File) -> bool:
    """Recognise the first line; Podman's own list begins with a heading."""
    try:
        lines = [line.strip() for line in split_lines(file.text[:4_096]) if line.strip()]
    except Unreadable:
        return False
    if not lines:
        return False
    if lines[0].startswith("Client:"):
        return any("Podman Engine" in line for line in lines)
    return any(re.fullmatch(shape, lines[0]) for name, shape in _ENGINES if not shape.startswith("Version")) or (
        len(lines) == 1 and _OPTIONS.fullmatch(lines[0]) is not None
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    spec = Spec("", file.span(1))
    spec.part = True
    known: set[str] = set()
    for row, line in enumerate(map(str.strip, file.lines), 1):
        for name, shape in _ENGINES:
            if name not in known and (match := re.fullmatch(shape, line)):
                known.add(name)
                engine(spec, name, match[1], file.span(row))
        if match := _LIBSECCOMP.fullmatch(line):
            spec.fact("host.security.libseccomp", number(match[1]), file.span(row))
        if _OPTIONS.fullmatch(line):
            _security(spec, line[1:-1].split(), file, row)
    yield spec


def _security(spec: Spec, options: list[str], file: File, row: int) -> None:
    names = {each.removeprefix("name=").partition(",")[0] for each in options}
    spec.entries("host.security.modules", [(name, file.span(row)) for name in ("apparmor", "selinux") if name in names])
    spec.fact("host.security.rootless", "rootless" in names, file.span(row))
