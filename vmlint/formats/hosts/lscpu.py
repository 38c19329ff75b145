"""The processors of a machine, as ``lscpu`` or ``lscpu -J`` prints them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, File, Span, Spec, Unreadable, joined_models, split_lines

from ..shared.hosts import flags, maker, platform

_LINE = re.compile(r"^\s{0,12}([A-Z][A-Za-z()/ -]{2,40}):\s{1,60}(\S.*)$")
_MODEL = "Model name"
_FLAGS = "Flags"
_TAKEN = re.compile(r"\s*+(?:(?:BIOS )?Model name|Architecture|CPU\(s\)|Vendor ID|Flags|Virtualization type):\s+\S")
"""A line that is taken from the text by itself, to see one fact."""
_KEYS = ("Architecture", "CPU(s)")


def recognises(file: File) -> bool:
    """Recognise the object by its one key, and the text by its first line and the number of processors.

    Lines that ``grep`` took from the text have nothing but a few keys.
    """
    if any(root.at("lscpu").items for root in file.documents):
        return True
    try:
        head = file.text[:4_096]
    except Unreadable:
        return False
    lines = [line for line in split_lines(head) if line.strip()]
    if lines and all(map(_TAKEN.match, lines)):
        return True
    return (
        re.match(r"\s*Architecture:\s+\S", head) is not None and re.search(r"^CPU\(s\):\s+\d", head, re.M) is not None
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    found: dict[str, tuple[str, Span]] = {}
    models: list[str] = []  # one for each kind of core
    for root in file.documents:
        for field in _fields(root.at("lscpu")):
            key, data = (field.at("field").text or "").rstrip(":"), field.at("data")
            if key and data.text:
                found.setdefault(key, (data.text, data.span))
                models += [data.text] if key == _MODEL else []
    some = False
    if not found:
        last = _cut_line(file)
        for number, line in enumerate(file.lines, 1):
            match = _LINE.match(line)
            if match and (number != last or match[1] == _FLAGS):
                some = some or number == last
                text = match[2].rpartition(" ")[0] if number == last else match[2].strip()
                found.setdefault(match[1], (text, file.span(number)))
                models += [text] if match[1] == _MODEL else []
    if not found:
        return
    spec = _machine(found, joined_models(models) if "-" not in models else "", some=some)
    spec.part = not {*_KEYS} <= found.keys()
    yield spec


def _cut_line(file: File) -> int:
    """Return the number of a last line that may be cut off, of which nothing counts but whole flags; else zero.

    Releases that put some lines inside others print more behind the flags; before, these were the last.
    """
    last = len(split_lines(file.text.rstrip()))
    ended = file.text.endswith("\n") and not re.match(rf"\s+{_FLAGS}:", file.lines[last - 1])
    return 0 if ended else last


def _fields(listed: Cursor) -> Iterator[Cursor]:
    """Yield the fields, of which newer releases put some inside others."""
    pending = list(reversed(listed.items))
    while pending:
        field = pending.pop()
        yield field
        pending += reversed(field.at("children").items)


def _machine(found: dict[str, tuple[str, Span]], model: str, *, some: bool) -> Spec:
    spec = Spec("", next(iter(found.values()))[1])

    def take(path: str, key: str, value: str | bool | int | None) -> None:
        spec.fact(path, value, found[key][1])

    if "Architecture" in found:
        take("host.platform", "Architecture", platform("linux", found["Architecture"][0]))
    if "CPU(s)" in found and found["CPU(s)"][0].isdecimal():
        take("host.cpu.count", "CPU(s)", int(found["CPU(s)"][0]))
    if "Vendor ID" in found:
        take("host.cpu.vendor", "Vendor ID", maker(found["Vendor ID"][0]))
    if model:
        take("host.cpu.model", _MODEL, model)
    if _FLAGS in found:
        flags(spec, found[_FLAGS][0].split(), found[_FLAGS][1], some=some)
    kind = found.get("Virtualization type", ("",))[0]
    if kind in ("full", "para"):
        take("host.virtualized", "Virtualization type", True)
    elif kind == "container":
        return spec
    elif _FLAGS in found and "hypervisor" in found[_FLAGS][0].split():
        take("host.virtualized", _FLAGS, True)
    return spec
