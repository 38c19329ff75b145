"""For authors of rules: every document of a rule's example file as a test.

An example file stands beside the rule's module, ``examples/<code>.yaml``. The name of each document says what the rule
must make of it: ``flagged-…``, ``passing-…`` or ``undecided-…``. With pytest::

    @pytest.mark.parametrize("example", list(examples(RULES)), ids=str)
    def test_example(example):
        judge(example, INSTALLED.rules, INSTALLED.catalog)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import yaml

from vmlint.catalog import Catalog
from vmlint.findings.codes import STRUCTURE
from vmlint.lint.rule import Rule
from vmlint.reading.host import Context
from vmlint.run.check import Checked, Settings, check
from vmlint.run.runner import open_reference

TODAY = date(2026, 11, 22)
"""The day on which examples are judged unless a test says otherwise: a fixed one, or verdicts would change by night."""
KINDS = ("flagged", "passing", "undecided")
"""How the names of examples begin."""
_OWN_DAY = re.compile(r"^# today: ([0-9]{4}-[0-9]{2}-[0-9]{2})$", re.MULTILINE)
"""A comment by which an example of a dated rule names the day on which it is judged."""
_NEEDED = ("flagged", "passing")
"""Kinds that no rule can do without. One that reads nothing but demands is never undecided."""
_MISSING = "…"


class Example(NamedTuple):
    """One document of a rule's example file."""

    rule: Rule
    name: str
    """Its ``metadata.name``, or where it stands in the file if it has none."""
    text: str

    def __str__(self) -> str:
        return f"{self.rule.code}-{self.name}"


def examples(rules: Iterable[Rule]) -> Iterator[Example]:
    """Yield every example of some rules.

    A rule without one that is flagged or one that passes yields an empty example of that kind, which :func:`judge`
    refuses: what is missing must not look like success.
    """
    for rule in rules:
        found = list(_documents(rule))
        yield from found
        for kind in _NEEDED:
            if not any(example.name.startswith(f"{kind}-") for example in found):
                yield Example(rule, f"{kind}-{_MISSING}", "")


def _documents(rule: Rule) -> Iterator[Example]:
    if rule.examples is None or not rule.examples.is_file():
        return
    text = rule.examples.read_text("utf-8")
    try:
        # Of pure Python: its marks count characters, as slices do.
        starts = [_start(event) for event in yaml.parse(text, yaml.SafeLoader) if _begins(event)]
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        yield Example(rule, "unreadable", text)  # judge() tells where
        return
    bounds = [0, *starts[1:], len(text)]  # comments before the first document belong to it
    for number, document in enumerate(documents):
        if document is not None:
            name = _name(document) or f"document {number + 1}"
            yield Example(rule, name, text[bounds[number] : bounds[number + 1]])


def _begins(event: Any) -> bool:
    return isinstance(event, yaml.DocumentStartEvent)


def _start(event: Any) -> int:
    return int(event.start_mark.index)


def _name(document: Any) -> str:
    metadata = document.get("metadata") if isinstance(document, dict) else None
    return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""


def judge(example: Example, rules: Sequence[Rule], catalog: Catalog, today: date = TODAY) -> None:
    """Lint an example with all ``rules``, optional ones included, and hold its rule to the example's name.

    Raises ``AssertionError`` that names file and document, and tells what was expected and what came.

    *flagged*: the rule finds something. *passing*: it finds nothing, and not for want of a fact. *undecided*: it finds
    nothing because a fact is unknown. No rule may crash, and the document must be a well-formed workload.

    An example may name another day than ``today`` in a comment that is a line of its own: ``# today: 2027-01-12``.
    """
    rule = example.rule
    where = f"{rule.examples or f'examples/{rule.code}.yaml'}, {example.name}"
    kind = example.name.partition("-")[0]
    _expect(bool(example.text), where, f"there is no document of the name {kind}-…; write one")
    _expect(
        any(rule.code == other.code for other in rules),
        where,
        f"{rule.code} is not among the rules; `vmlint plugins` tells whether its plugin loaded",
    )
    result = _checked(example, rules, catalog, day_of(example, today))
    faults = [f"{found.code}: {found.message}" for found in result.diagnostics if found.code in STRUCTURE]
    _expect(not result.crashes, where, f"a rule crashed: {'; '.join(result.crashes)}")
    _expect(not faults, where, f"it was not linted as it stands: {'; '.join(faults)}")
    _expect(result.workloads == 1, where, f"expected one document of kind Workload, found {result.workloads}")
    _expect(kind in KINDS, where, f"begin the name with {', '.join(f'{word}-' for word in KINDS)}")
    found = [finding.message for finding in result.diagnostics if finding.code == rule.code]
    missing = [undecided.path for _, undecided in result.undecided if undecided.code == rule.code]
    seen = f"it found {found[0]!r}" if found else f"it needs {missing[0]}" if missing else "it found nothing"
    met = {
        "flagged": bool(found),
        "passing": not found and not missing,
        "undecided": bool(missing) and not found,
    }
    _expect(met[kind], where, f"expected {rule.code} to be {_MEANING[kind]}, but {seen}")


_MEANING = {
    "flagged": "flagged",
    "passing": "passing on its merits",
    "undecided": "undecided for want of a fact",
}


def day_of(example: Example, today: date = TODAY) -> date:
    """Return the day on which an example is judged: its own, or else ``today``."""
    own_day = _OWN_DAY.search(example.text)
    return date.fromisoformat(own_day[1]) if own_day else today


def _checked(example: Example, rules: Sequence[Rule], catalog: Catalog, today: date) -> Checked:
    every = tuple(rule._replace(optional=False) for rule in rules)
    settings = Settings(every, every, catalog, today, Context(catalog, today, open_reference))
    file = example.rule.examples
    # A name beside the real one, so that a hostRef leads to a file of the same folder.
    name = str(file.with_suffix(".vmlint.yaml")) if file else f"{example.rule.code}.vmlint.yaml"
    return check(name, example.text.encode(), settings)


def _expect(met: bool, where: str, otherwise: str) -> None:
    if not met:
        raise AssertionError(f"{where}: {otherwise}")
