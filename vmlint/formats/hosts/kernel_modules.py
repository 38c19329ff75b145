"""Modules of a kernel: modules.dep, modules.builtin, ``lsmod``, and ``modinfo NAME``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, split_lines

from ..shared.hosts import features

_MODULE = re.compile(r"(?:[\w./+~-]*/)?([\w-]+)\.ko(?:\.(?:gz|xz|zst))?(:.*)?")
_LSMOD = re.compile(r"Module\s+Size\s+Used by")
_LOADED = re.compile(r"([\w-]+)\s+\d+\s+-?\d+(?:\s+\S+)?")
_MODINFO = re.compile(r"(?:filename|name):\s+(\S+)")


def recognises(file: File) -> bool:
    """Recognise lists by the shape of their lines, and modinfo by its first."""
    try:
        lines = [line.rstrip() for line in split_lines(file.text[:16_384])[:100] if line.strip()]
    except Unreadable:
        return False
    if not lines:
        return False
    whole = lines[:-1] or lines  # the last may be cut here
    return (
        _LSMOD.match(lines[0]) is not None
        or all(map(_MODULE.fullmatch, whole))
        or all(map(_LOADED.fullmatch, whole))
        or (_MODINFO.match(lines[0]) is not None and any(line.startswith("filename:") for line in lines))
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    spec = Spec("", file.span(1))
    spec.part = True  # each list states another fact
    numbered = [(number, line.rstrip()) for number, line in enumerate(file.lines, 1) if line.strip()]
    paths = [(match, number) for number, line in numbered if (match := _MODULE.fullmatch(line))]
    if len(paths) == len(numbered):
        # Each line of modules.dep has a colon behind the module, and none of modules.builtin has.
        field = "modules" if any(match[2] for match, _ in paths) else "builtin"
        names = sorted({match[1].replace("-", "_") for match, _ in paths})
        spec.fact(f"host.kernel.{field}", names, file.span(1))
    elif _MODINFO.match(numbered[0][1]):
        _modinfo(spec, file, numbered)
    elif _LSMOD.match(numbered[0][1]):
        loaded = (match[1] for _, line in numbered[1:] if (match := _LOADED.fullmatch(line)))
        spec.fact("host.kernel.loaded", sorted({*loaded}), file.span(1))
    else:  # lines that grep took from it: others may be loaded, too
        found = ((match[1], number) for number, line in numbered if (match := _LOADED.fullmatch(line)))
        features(spec, ((f"kernel.module.{name.replace('-', '_')}", file.span(number)) for name, number in found))
    yield spec


def _modinfo(spec: Spec, file: File, numbered: list[tuple[int, str]]) -> None:
    """State the modules that ``modinfo`` found: each begins with its file, or with its name where it is built in."""
    names: dict[str, int] = {}
    for number, line in numbered:
        key, _, value = line.partition(":")
        found = value.strip()
        if key == "filename" and (match := _MODULE.fullmatch(found)):
            found = match[1]
        elif key != "name":
            continue
        if re.fullmatch(r"[\w-]+", found):
            names.setdefault(found.replace("-", "_"), number)
    features(spec, ((f"kernel.module.{name}", file.span(number)) for name, number in names.items()))
