"""The documents that facts rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmlint.record import NamedTuple


class Source(NamedTuple):
    """A document that a fact rests on."""

    id: str
    title: str
    where: str
    """Its addresses, one a line."""
    read: str
    """The day it was read, ``YYYY-MM-DD``; empty where that is not recorded."""


def read_sources(document: Mapping[str, Any]) -> Mapping[str, Source]:
    """Return the documents of ``sources.yaml``, by id."""
    return {
        id: Source(id, about["title"], _lines(about["where"]), str(about.get("read", "")))
        for id, about in document.items()
    }


def _lines(where: str | list[str]) -> str:
    return where if isinstance(where, str) else "\n".join(where)
