"""A rule is undecided only where the missing fact could change its verdict.

For each rule that ends undecided, the values of the missing fact are tried. Where all of them give the same verdict,
the rule asks too much, or in the wrong order: the verdict holds without the fact.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from tests.lint.test_rulebook import TODAY, described, rules
from tests.properties import TIMES
from tests.rules.made_up import workload as made
from tests.rules.mixtures import mixtures
from tests.rules.possible_values import Values, settling
from vmlint.api import Finding, Rule, Severity, Undecided, Workload, finding, rule
from vmlint.extend.plugins import load
from vmlint.lint.engine import lint
from vmlint.lint.outcome import Outcome
from vmlint.model.paths import field_exists, is_stated, locate
from vmlint.model.workload import clone
from vmlint.reading.context import Context
from vmlint.reading.documents import read
from vmlint.reading.file import File
from vmlint.run.files import open_reference

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("VMLINT_CORPUS", ROOT.parent / "shared" / "corpus"))
DEPTH = 3
"""How many facts are tried one after the other, where a value leaves the rule undecided about another one."""
TRIES = 3000
"""After this many values without a difference, it is left open whether there is one."""

PLATFORM, GUEST = "deployment.platform.id", "guest.os.id"
CATALOGUE = frozenset(
    {(code, PLATFORM) for code in ("VM103", "VM105", "VM207", "VM208", "VM303", "VM304", "VM311")}
    | {
        (code, PLATFORM)
        for code in ("VM402", "VM412", "VM421", "VM423", "VM609", "VM615", "VM624", "VM703", "VM808", "VM846")
    }
    | {(code, GUEST) for code in ("VM504", "VM601", "VM614", "VM622")}
    | {("VM635", PLATFORM)}
)
"""Rules that would have to go through all entries of the catalogue: no platform that may be meant has such a limit, no
guest wants so much or so little. But what a check costs must not grow with the catalogue, to which projects add. Rules
of needs go through it all the same: they end with the first platform that makes a difference, and mostly that is the
first of all.

VM635 finds the same on every platform of the catalogue only because the catalogue has none of those on which AIX or
z/OS do run: a platform that nobody named may be PowerVM or z/VM, and to tell an error of it would be a false alarm."""

Verdict = frozenset[tuple[str, str, str, str]]
"""What a rule finds: fields, severities and confidences. Messages may tell more where more is known."""


class Differs(Exception):  # noqa: N818 - it ends a search, and is no error
    """The missing fact could change the verdict, or it cannot be listed what it could be."""


def in_folder(folder: Path) -> Iterator[Workload]:
    """The workloads of all files in a folder."""
    installed = load()
    context = Context(installed.catalog, TODAY, open_reference, readers=installed.readers)
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 2**18):
        yield from (each.workload for each in read(File(str(file), file.read_bytes()), context).subjects)


@cache
def known() -> list[Workload]:
    """The workloads of all cases and examples."""
    return [*described(), *in_folder(ROOT / "examples")]


@cache
def values() -> Values:
    return Values(load().catalog, known())


def verdict(outcome: Outcome) -> Verdict:
    """What a rule found where, and of which feature."""
    return frozenset(
        (hit.finding.path, hit.finding.entry or "", str(hit.severity), str(hit.confidence)) for hit in outcome.hits
    )


TELLING: dict[tuple[str, str], dict[object, None]] = {}
"""Values that made a difference before, by rule and field: they are tried first."""


def needless(workload: Workload, asking: Rule, path: str) -> Verdict | None:
    """The verdict of a rule whatever a missing fact is; ``None`` where it needs the fact."""
    seen: set[Verdict] = set()
    tries = iter(range(TRIES))

    def follow(workload: Workload, path: str, depth: int) -> None:
        if depth == 0 or not values().of(workload, path):
            raise Differs
        settled = False
        for one in settling(workload, path):
            telling = TELLING.setdefault((asking.code, one), {})
            for value in (*telling, *values().of(workload, one)):
                if next(tries, None) is None:
                    raise Differs
                before = len(seen)
                try:
                    settled |= look(changed_to(workload, one, value), path, depth)
                except Differs:
                    telling[value] = None
                    raise
                if len(seen) > before:
                    telling[value] = None
                if len(seen) > 1:
                    raise Differs
        if not settled:
            raise Differs  # nothing that could be stated decides it

    def look(workload: Workload, path: str, depth: int) -> bool:
        """Ask the rule, and return whether it no longer lacks the fact."""
        outcome = lint(workload, [asking])
        assert outcome.crashes == (), [*workload.all_stated()]
        if not outcome.undecided:
            seen.add(verdict(outcome))
        elif outcome.undecided[0].in_catalog:
            raise Differs  # nobody knows what the catalogue would say
        elif outcome.undecided[0].path != path:
            follow(workload, outcome.undecided[0].path, depth - 1)
        else:
            return False
        return True

    try:
        follow(workload, path, DEPTH)
    except Differs:
        return None
    return next(iter(seen), None)


def changed_to(workload: Workload, path: str, value: object) -> Workload:
    """A copy of a workload with another value in a field."""
    copy = clone(workload)
    group, field = locate(copy, path)
    setattr(group, field.attribute, value)
    return copy


def undecided(workload: Workload) -> Iterator[tuple[Rule, Undecided]]:
    """The rules that are undecided about a workload for want of a fact that a manifest could state."""
    by_code = {each.code: each for each in rules()}
    outcome = lint(clone(workload), rules())
    assert outcome.crashes == (), [*workload.all_stated()]
    for missing in outcome.undecided:
        if field_exists(missing.path) and not is_stated(workload, missing.path):  # an id that the catalogue lacks
            yield by_code[missing.code], missing


def asks_too_much(workload: Workload, asking: Rule, missing: Undecided) -> str:
    """What is wrong; empty where the rule is right to be undecided."""
    if (asking.code, missing.path) in CATALOGUE:
        return ""
    found = needless(workload, asking, missing.path)
    if found is None:
        return ""
    stated = ", ".join(f"{field.path}={value}" for field, value in workload.all_stated())
    return f"{asking.code} asks for {missing.path}, and finds {sorted(found) or 'nothing'} whatever it is: {stated}"


def samples(workloads: list[Workload], each: int) -> Iterator[tuple[Workload, Rule, Undecided]]:
    """Some workloads for each rule and fact that it lacks."""
    lacks = [(workload, *lack) for workload in workloads for lack in undecided(workload)]
    kind = lambda lack: (lack[1].code, lack[2].path)  # noqa: E731
    for _, group in groupby(sorted(lacks, key=kind), kind):
        alike = list(group)
        yield from random.Random(7).sample(alike, min(each, len(alike)))


def test_in_cases_and_examples() -> None:
    some = random.Random(7).sample(known(), min(400 * TIMES, len(known())))
    found = [asks_too_much(*sample) for sample in samples(some, 12 * TIMES)]
    assert list(filter(None, found)) == []


def test_in_mixtures() -> None:
    """In what nobody wrote down: parts of cases and examples, put together at random."""
    found = [asks_too_much(*sample) for sample in samples([*mixtures(known(), values(), 300 * TIMES)], 4 * TIMES)]
    assert list(filter(None, found)) == []


@pytest.mark.slow
@pytest.mark.skipif(TIMES == 1 or not CORPUS.is_dir(), reason="thorough only, and where the files are")
def test_in_real_files() -> None:
    found = [asks_too_much(*sample) for sample in samples(list(in_folder(CORPUS)), TIMES)]
    assert list(filter(None, found)) == []


def test_a_rule_that_asks_too_much_is_found() -> None:
    @rule("TEST001", "wrong-order", Severity.NOTE, article=("G-2",))
    def wrong_order(workload: Workload) -> Iterator[Finding]:
        """It asks for the environment before what would settle it."""
        in_production = workload.environment == "production"
        if workload.host.virtualized and in_production:
            yield finding("environment", "found")

    @rule("TEST002", "needs-nothing", Severity.NOTE, article=("G-2",))
    def needs_nothing(workload: Workload) -> Iterator[Finding]:
        """It finds the same whatever the environment is."""
        yield finding("host.virtualized", f"found in {workload.environment}")

    metal, rented = made(host__virtualized="false"), made(host__virtualized="true")
    assert needless(metal, wrong_order, "environment") == frozenset()
    assert needless(rented, wrong_order, "environment") is None
    assert needless(made(), wrong_order, "environment") is None  # a machine of unknown kind in production
    assert needless(rented, needs_nothing, "environment") == frozenset({("host.virtualized", "", "note", "high")})
