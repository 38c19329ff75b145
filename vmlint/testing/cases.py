"""Reading the file of cases that stands beside a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import yaml

from vmlint.lint.rule import Rule
from vmlint.reading.manifest import CATALOGUE_KINDS
from vmlint.record import NamedTuple

KINDS = ("flagged", "passing", "undecided")
"""How the names of cases begin."""
_NEEDED = ("flagged", "passing")
"""Kinds that every rule must have. A rule that reads nothing but demands is never undecided."""
_MISSING = "…"


class Case(NamedTuple):
    """One document of a rule's cases."""

    rule: Rule
    name: str
    """Its ``metadata.name``, or its number in the file if it has none."""
    text: str
    line: int
    """Number of its first line in the file, counted from one."""
    catalog: tuple[str, ...] = ()
    """The catalogue documents in the file, which add to the catalogue for all of its cases."""

    def __str__(self) -> str:
        return f"{self.rule.code}-{self.name}"

    @property
    def kind(self) -> str:
        """What the rule must make of it: the first word of its name."""
        return self.name.partition("-")[0]


def cases(rules: Iterable[Rule]) -> Iterator[Case]:
    """Yield every case of some rules.

    For a rule without a flagged or without a passing case, yield an empty one of that kind, which
    :func:`~vmlint.testing.judge` refuses: what is missing must not look like success.
    """
    for rule in rules:
        found = list(_documents(rule))
        yield from found
        for kind in _NEEDED:
            if not any(case.kind == kind for case in found):
                yield Case(rule, f"{kind}-{_MISSING}", "", 1)


def _documents(rule: Rule) -> Iterator[Case]:
    if rule.cases is None or not rule.cases.is_file():
        return
    text = rule.cases.read_text("utf-8")
    try:
        # The parser of pure Python: its marks count characters, as slices do.
        starts = [_start(event) for event in yaml.parse(text, yaml.SafeLoader) if _begins(event)]
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        yield Case(rule, "unreadable", text, 1)  # judge() says where
        return
    bounds = [0, *starts[1:], len(text)]  # comments before the first document belong to it
    parts = [text[start:end] for start, end in pairwise(bounds)]
    catalog = tuple(part for part, each in zip(parts, documents, strict=False) if _kind(each) in CATALOGUE_KINDS)
    for number, (part, document) in enumerate(zip(parts, documents, strict=False)):
        if document is not None and part not in catalog:
            name = _name(document) or f"document {number + 1}"
            yield Case(rule, name, part, text.count("\n", 0, bounds[number]) + 1, catalog)


def _begins(event: Any) -> bool:
    return isinstance(event, yaml.DocumentStartEvent)


def _start(event: Any) -> int:
    return int(event.start_mark.index)


def _kind(document: Any) -> Any:
    return document.get("kind") if isinstance(document, dict) else None


def _name(document: Any) -> str:
    metadata = document.get("metadata") if isinstance(document, dict) else None
    return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
