"""Holding a rule to its cases."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from vmlint.catalog import Catalog
from vmlint.extend.documents import Folder
from vmlint.extend.project import with_documents
from vmlint.findings.codes import CODES
from vmlint.findings.diagnostic import Diagnostic
from vmlint.findings.severity import Confidence
from vmlint.lint.rule import Rule
from vmlint.patterns import lazy_pattern
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.run.check import Checked, check
from vmlint.run.files import open_reference
from vmlint.run.settings import Settings
from vmlint.syntax.lines import split_lines
from vmlint.testing import marks
from vmlint.testing.cases import KINDS, Case
from vmlint.testing.marks import Mark

TODAY = date(2026, 11, 22)
"""The day on which cases are judged unless a test sets another: a fixed one, or verdicts would change by night."""
_OWN_DAY = lazy_pattern(r"^# today: ([0-9]{4}-[0-9]{2}-[0-9]{2})$", re.MULTILINE)
"""A comment by which a case of a dated rule names the day on which it is judged."""
_MEANING = {
    "flagged": "find something",
    "passing": "find nothing, with every fact that it needs",
    "undecided": "be undecided for want of a fact",
}


def judge(case: Case, rules: Sequence[Rule], catalog: Catalog, today: date = TODAY) -> None:
    """Lint a case and hold its rule to the case's name and comments.

    ``rules`` are all that judge repairs and what the advisor finds. Raises ``AssertionError`` that names file, line and
    document, shows what was expected beside what was found, and says what to write.

    *flagged*: the rule finds something. *passing*: it finds nothing, and not for want of a fact. *undecided*: it finds
    nothing because a fact is unknown, which a comment names. Neither the rule nor one that it yields to may crash, and
    the document must be a well-formed workload.

    A case may name another day than ``today`` in a comment that is a line of its own: ``# today: 2027-01-12``.
    """
    __tracebackhide__ = True  # pytest shows the message alone
    rule = case.rule
    where = f"{_file(rule)}:{case.line}: {case.name}"
    _expect(bool(case.text), where, f"there is no document of the name {case.kind}-…; write one")
    _expect(
        any(rule.code == other.code for other in rules),
        where,
        f"{rule.code} is not among the rules; `vmlint plugins` says whether its plugin loaded",
    )
    try:
        expected = marks.read(case.text)
    except ValueError as error:
        raise AssertionError(f"{where}: {error}") from None
    result = _checked(case, case.text, rules, _with_documents(case, catalog, where), today)
    _expect_linted(result, where)
    _expect(case.kind in KINDS, where, f"begin the name with {', '.join(f'{word}-' for word in KINDS)}")
    found = _marks(rule, case.text, result)
    flagged, undecided = (any(mark.is_undecided == kind for mark in found) for kind in (False, True))
    met = {"flagged": flagged, "passing": not found, "undecided": undecided and not flagged}[case.kind]
    stated = met and (marks.agree(expected, found) if expected else case.kind != "undecided")
    if not stated:
        problem = "the comments say something else" if met else f"{rule.code} should {_MEANING[case.kind]}"
        raise AssertionError(f"{where}: {problem}\n{_side_by_side(case, expected, found)}")


def marked(case: Case, rules: Sequence[Rule], catalog: Catalog, today: date = TODAY) -> str:
    """Return the text of a case with comments that say what its rule reports now.

    Raises ``AssertionError`` where the document cannot be linted.
    """
    bare = marks.without(case.text)
    where = f"{_file(case.rule)}:{case.line}: {case.name}"
    result = _checked(case, bare, rules, _with_documents(case, catalog, where), today)
    _expect_linted(result, where)
    text = marks.written(bare, _marks(case.rule, bare, result))
    _expect(
        yaml.safe_load(text) == yaml.safe_load(bare),
        where,
        "a finding stands inside a text; write that text on one line",
    )
    return text


def _file(rule: Rule) -> str:
    return str(rule.cases or f"{rule.code.lower()}_{rule.name.replace('-', '_')}.yaml")


def _expect_linted(result: Checked, where: str) -> None:
    faults = [f"{found.code}: {found.message}" for found in result.diagnostics if found.code in CODES]
    crashes = [f"{each.code}: {each.error}" for each in result.crashes]
    _expect(not crashes, where, f"a rule crashed: {'; '.join(crashes)}")
    _expect(not faults, where, f"it could not be linted: {'; '.join(faults)}")
    _expect(len(result.subjects) == 1, where, f"expected one document of kind Workload, found {len(result.subjects)}")


def _with_documents(case: Case, catalog: Catalog, where: str) -> Catalog:
    """Return the catalogue with the catalogue documents in a case's file."""
    try:
        return _widened(case.catalog, catalog) if case.catalog else catalog
    except ValueError as error:
        raise AssertionError(f"{where}: a catalogue document of the file: {error}") from None


@functools.lru_cache(maxsize=8)
def _widened(documents: tuple[str, ...], catalog: Catalog) -> Catalog:
    with TemporaryDirectory() as folder:
        for number, text in enumerate(documents):
            (Path(folder) / f"document-{number + 1}.yaml").write_text(text, "utf-8")
        return with_documents(catalog, [Folder(Path(folder), ".")])


def _checked(case: Case, text: str, rules: Sequence[Rule], catalog: Catalog, today: date) -> Checked:
    own_day = _OWN_DAY.search(text)
    day = date.fromisoformat(own_day[1]) if own_day else today
    every = tuple(rule._replace(optional=False) for rule in rules)
    asked = tuple(_asked(case.rule, every))
    settings = Settings(asked, every, Context(catalog, day, open_reference))
    file = case.rule.cases
    # A name beside the real one, so that a hostRef leads to a file of the same folder.
    name = str(file.with_suffix(".vmlint.yaml")) if file else f"{case.rule.code}.vmlint.yaml"
    return check(File(name, text.encode()), settings)


def _asked(rule: Rule, every: Iterable[Rule]) -> Iterable[Rule]:
    """Return the rule and those that it yields to; every rule for one that is asked last, about all the others."""
    if rule.stage != "workload":
        return every
    return [other for other in every if other.code == rule.code or other.code in rule.yields_to]


def _marks(rule: Rule, text: str, result: Checked) -> list[Mark]:
    """Return what a rule reports about a document. What stands in another file is marked at the end."""
    last = max((number for number, line in enumerate(split_lines(text), 1) if _is_content(line)), default=1)
    about = [each for each in result.diagnostics if each.code == rule.code and not _is_hidden(each)]
    found = [_mark(each, last if each.place.file != result.file else each.place.line) for each in about]
    needed = [Mark(last, f"undecided: needs {each.path}") for _, each in result.undecided if each.code == rule.code]
    return sorted([*found, *needed], key=lambda mark: mark.line)


def _is_hidden(found: Diagnostic) -> bool:
    """Whether a hint hides a finding: what a document says to vmlint is part of a case."""
    return found.accepted is not None and found.accepted.by == "hint"


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


def _mark(found: Diagnostic, line: int) -> Mark:
    confidence = "" if found.confidence is Confidence.HIGH else f" ({found.confidence})"
    because = [f"because {', '.join(each.path for each in found.because)}"] if found.because else []
    repairs = [
        f"repair: {each.repair}: {', '.join(f'{path}={value}' for path, value in each.changes.items())}"
        for each in found.suggestions
        if each.repair
    ]
    details = [*because, *(f"help: {line}" for line in found.help), *repairs]
    return Mark(line, f"{found.severity}{confidence} {found.path}: {found.message}", tuple(details))


def _side_by_side(case: Case, expected: Iterable[Mark], found: Sequence[Mark]) -> str:
    lines = split_lines(case.text)
    advice = ["write", *(f"    {line}" for mark in found for line in _placed(mark, lines, case.line))]
    advice[0] = "what was found is written so:" if found else "where that is right, take the comments away"
    return "\n".join(
        [
            "  expected:",
            *_shown(expected, case.line, f"(no comments; the name begins with {case.kind}-)"),
            "  found:",
            *_shown(found, case.line, "(nothing)"),
            *(f"  {line}" for line in advice),
        ]
    )


def _shown(several: Iterable[Mark], first: int, none: str) -> list[str]:
    lines = []
    for mark in several:
        lines.append(f"    line {first + mark.line - 1}: {mark.text}")
        lines += [f"        {detail}" for detail in mark.details]
    return lines or [f"    {none}"]


def _placed(mark: Mark, lines: Sequence[str], first: int) -> list[str]:
    above = lines[mark.line - 1]
    margin = above[: len(above) - len(above.lstrip())]
    return [f"{above}    <- line {first + mark.line - 1}", *mark.comments(margin)]


def _expect(met: bool, where: str, otherwise: str) -> None:
    __tracebackhide__ = True
    if not met:
        raise AssertionError(f"{where}: {otherwise}")
