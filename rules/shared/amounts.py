"""Amounts of CPU and memory that a guest or a platform takes at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vmlint.api import Finding, Size, Unknown, Workload


def read(amount: int | str) -> float:
    """Read an amount as the catalogue writes it, in CPUs or bytes."""
    return Size.parse(amount) if isinstance(amount, str) else amount


def described(field: str, amount: float) -> str:
    """Return an amount with its unit, for a sentence: ``4 CPUs``, ``8Gi of memory``."""
    return f"{figure(amount)} {'CPUs' if field == 'cpu' else f'of {field}'}"


def figure(amount: float) -> str:
    """Return an amount without its unit, for a sentence."""
    return str(amount) if isinstance(amount, Size) else f"{amount:g}"


def each(workload: Workload, fields: tuple[str, ...], look: Any) -> Iterator[Finding]:
    """Look at several fields; what is found stands although another field is unknown."""
    found: list[Finding] = []
    unknown: Unknown | None = None
    for field in fields:
        try:
            found += look(workload, field)
        except Unknown as missing:
            unknown = unknown or missing
    if unknown and not found:
        raise unknown
    yield from found
