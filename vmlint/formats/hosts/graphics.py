"""Graphics processors of a machine: ``nvidia-smi`` in several forms, and ``lspci -d ::0300``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, Version

from ..shared.hosts import features, number

_COLUMNS = frozenset({"driver_version", "compute_cap", "name", "memory.total [MiB]", "index", "uuid"})
_TABLE = re.compile(r"NVIDIA-SMI [\d.]+\s+Driver Version: ([\d.]+)\s+CUDA Version: ([\d.]+)")
_LISTED = re.compile(r"GPU \d+: .+ \(UUID: GPU-[0-9a-f-]+\)")
_LSPCI = re.compile(r"[0-9a-f:.]+ (?:VGA compatible|3D|Display) controller: (.*)")
_MAKERS = (("nvidia", "nvidia"), ("advanced micro devices", "amd"), ("amd/ati", "amd"), ("intel", "intel"))


def recognises(file: File) -> bool:
    """Recognise the table, and the lists by their first line."""
    try:
        text = file.text[:16_384]
    except Unreadable:
        return False
    first = text.lstrip().partition("\n")[0].strip()
    return (
        _TABLE.search(text) is not None
        or ({*_columns(first)} <= _COLUMNS and bool({*_columns(first)} & {"driver_version", "compute_cap"}))
        or _LISTED.fullmatch(first) is not None
        or _LSPCI.fullmatch(first) is not None
    )


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    spec = Spec("", file.span(1))
    spec.part = True
    lines = [(number, line.strip()) for number, line in enumerate(file.lines, 1) if line.strip()]
    columns = _columns(lines[0][1])
    if {*columns} & {"driver_version", "compute_cap"}:
        _queried(spec, file, columns, lines[1:])
    for at, line in lines:
        if table := _TABLE.search(line):
            spec.fact("host.gpu.vendor", "nvidia", file.span(at))
            spec.fact("host.gpu.driver", number(table[1]), file.span(at))
            if cuda := number(table[2]):
                features(spec, [(f"gpu.cuda={cuda}", file.span(at))])
        elif _LISTED.fullmatch(line):
            spec.fact("host.gpu.vendor", "nvidia", file.span(at))
    makers = {
        next((maker for word, maker in _MAKERS if word in match[1].lower()), "")
        for _, line in lines
        if (match := _LSPCI.fullmatch(line))
    }
    if len(makers) == 1:  # of several makers, which one a workload is given is not known
        spec.fact("host.gpu.vendor", makers.pop() or None, file.span(1))
    yield spec


def _columns(line: str) -> list[str]:
    return [each.strip() for each in line.split(",")]


def _queried(spec: Spec, file: File, columns: list[str], rows: list[tuple[int, str]]) -> None:
    """State what a query lists; of several processors, the least capable counts."""
    at = file.span(rows[0][0]) if rows else file.span(1)
    values = [dict(zip(columns, _columns(line), strict=False)) for _, line in rows]
    for column, path in (("driver_version", "host.gpu.driver"), ("compute_cap", "host.gpu.compute")):
        found = [Version(known) for each in values if (known := number(each.get(column)))]
        if found:
            spec.fact("host.gpu.vendor", "nvidia", at)
            spec.fact(path, str(min(found)), at)
