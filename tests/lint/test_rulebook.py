"""What rules remember: the outcome is that of rules which are all asked, and only what was not asked before is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint.api import Finding, Severity, Workload, finding, rule
from vmlint.catalog import Catalog
from vmlint.extend.plugins import load
from vmlint.lint import rulebook
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.rule import Rule
from vmlint.lint.rulebook import Rulebook
from vmlint.model.derive import DERIVATIONS
from vmlint.model.fields import Field
from vmlint.model.paths import assign, fields, is_stated, remove, state
from vmlint.model.workload import clone
from vmlint.reading.context import Context
from vmlint.reading.documents import read
from vmlint.reading.file import File
from vmlint.testing.cases import cases

TODAY = date(2026, 11, 22)
OTHERS = {
    "Count": (0, 1, 2, 64, 4096),
    "Cpus": ("0", "0.5", "1", "64"),
    "Size": ("0Gi", "0M", "64Mi", "1Gi", "3Gi", "512Gi", "8Ti"),
    "Duration": ("0s", "1ms", "200ms", "90s"),
    "Version": ("1", "2.6.18", "4.19", "6.1", "8.0U2", "9", "10.0.17763", "10.0.20348"),
    "VersionRange": (">=2.6", ">=5.10, <6", "<4"),
}
"""More values of the kinds in which workloads with the same outline differ, by kind."""
TEXTS = {
    "name": ("a", "b"),
    "guest.os.id": ("win11", "win2k25", "debian12", "rhel9.0", "winxp", "msdos6.22", "macosx14"),
    "deployment.platform.id": tuple(sorted(load().catalog.platforms)),
    "deployment.image.ref": (
        "debian:12",
        "nginx",
        "mongo:7",
        "centos:6",
        "windows/nanoserver:ltsc2022",
    ),
}


@cache
def rules() -> tuple[Rule, ...]:
    return by_stage(load().rules, "workload")


@cache
def described() -> list[Workload]:
    """The workloads of all cases of the built-in rules."""
    installed = load()
    context = Context(installed.catalog, TODAY, readers=installed.readers)
    files = (File(f"{number}.yaml", case.text.encode()) for number, case in enumerate(cases(rules())))
    return [subject.workload for file in files for subject in read(file, context).subjects]


def values(field: Field) -> list[Any]:
    """Values of a field that a manifest could state."""
    known = [*field.declared.examples, *field.kind.words, *OTHERS.get(field.kind.name, ()), *TEXTS.get(field.path, ())]
    known += [True, False] if field.kind.name == "bool" else []
    if field.many:
        return [value if isinstance(value, list) else [value] for value in known]
    return [value if isinstance(value, bool) else str(value) for value in known]


LEAVES = [field for field in fields().values() if field.group is None and field.in_spec and values(field)]


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, Any]:
    """A field and the value that it is to have; none where it is to be taken back."""
    field = draw(st.sampled_from(LEAVES))
    return field.path, draw(st.sampled_from([None, *values(field)]))


def changed(workload: Workload, several: list[tuple[str, Any]]) -> Workload:
    copy = clone(workload)
    for path, value in several:
        if value is None:
            remove(copy, path)
        else:
            state(copy, path, value)
    return copy


def test_a_case_of_a_rule_has_the_same_outcome_when_it_comes_again() -> None:
    book = Rulebook(rules())
    for workload in described():
        asked = lint(clone(workload), rules())
        assert lint(clone(workload), book) == asked  # met, or known from another case
        assert lint(clone(workload), book) == asked  # learned
        assert lint(clone(workload), book) == asked  # known


@examples(60)
@given(st.data())
def test_no_read_is_missed(data: st.DataObject) -> None:
    """What is known of one workload is right for others that differ from it in anything."""
    workload = data.draw(st.sampled_from(described()))
    book = Rulebook(rules())
    for _ in range(2):
        lint(clone(workload), book)
    varying = [field for field in LEAVES if field.kind.varies and is_stated(workload, field.path)]
    for _ in range(12):
        few = data.draw(st.lists(changes(), max_size=1))
        few += [(field.path, data.draw(st.sampled_from(values(field)))) for field in varying]
        other = changed(workload, few)
        assert lint(clone(other), book) == lint(clone(other), book) == lint(other, rules())


@examples(150)
@given(st.sampled_from(described()), st.lists(changes(), max_size=6))
def test_one_memory_serves_all_workloads(workload: Workload, several: list[tuple[str, Any]]) -> None:
    other = changed(workload, several)
    assert lint(clone(other), SHARED) == lint(clone(other), SHARED) == lint(other, rules())


SHARED = Rulebook(rules())
"""In the order in which the workloads come, which is as good as any."""


# -- what is asked again ---------------------------------------------------------------------------------------------


def made(**facts: str) -> Workload:
    workload = Workload(CATALOG, DERIVATIONS, TODAY)
    for path, text in facts.items():
        assign(workload, path.replace("__", "."), text)
    return workload


CATALOG = Catalog()


def reading(path: str, *, crash: bool = False) -> tuple[Rule, list[Any]]:
    """A rule that reads one field, and what it read."""
    read: list[Any] = []

    @rule("TEST001", "reads-it", Severity.NOTE, article=("G-2",))
    def check(workload: Workload) -> Iterator[Finding]:
        """It reads one field."""
        *above, attribute = path.split(".")
        group: Any = workload
        for step in above:
            group = getattr(group, step)
        read.append(None)
        read[-1] = getattr(group, attribute)
        if crash:
            raise OSError
        yield finding("environment", f"it is {read[-1]}")

    return check, read


def test_a_word_is_read_once_for_all_that_state_it() -> None:
    check, read = reading("environment")
    book = Rulebook([check])
    words = ("dev", "test", "dev", "dev", "test", "test")
    seen = [lint(made(environment=word), book).hits[0].finding.message for word in words]
    assert seen == [f"it is {word}" for word in words]
    assert read == ["dev", "test"] * 2  # when it is met, and when it is met again


def test_a_number_is_read_once_for_each_value() -> None:
    check, read = reading("instances")
    book = Rulebook([check])
    for count in ("1", "1", "2", "2", "2"):
        assert lint(made(instances=count), book).hits[0].finding.message == f"it is {count}"
    assert read == [1, 1, 2]


def test_equal_sizes_are_told_as_they_are_written() -> None:
    check, _ = reading("resources.memory")
    book = Rulebook([check])
    for written in ("1Gi", "1Gi", "4Gi", "4096Mi", "4Gi"):
        assert lint(made(resources__memory=written), book).hits[0].finding.message == f"it is {written}"


def test_equal_versions_are_told_as_they_are_written() -> None:
    check, read = reading("deployment.platform.version")
    book = Rulebook([check])
    for written in ("7", "7", "8.0U2", "8.0.2", "8.0U2"):
        found = lint(made(deployment__platform__id="kvm", deployment__platform__version=written), book)
        assert found.hits[0].finding.message == f"it is {written}"
    assert [str(each) for each in read] == ["7", "7", "8.0U2", "8.0.2"]


def test_values_that_a_rule_reads_for_some_others_only_count_from_then_on() -> None:
    @rule("TEST003", "reads-more", Severity.NOTE, article=("G-2",))
    def check(workload: Workload) -> Iterator[Finding]:
        """It reads the memory of large workloads."""
        if workload.instances > 2:
            yield finding("instances", f"{workload.instances} of {workload.resources.cpu}")

    book = Rulebook([check])
    for count, cpu in (("1", "1"), ("1", "1"), ("2", "2"), ("3", "2"), ("3", "4"), ("1", "4"), ("3", "2")):
        hits = lint(made(instances=count, resources__cpu=cpu), book).hits
        assert [hit.finding.message for hit in hits] == ([f"{count} of {cpu}.0"] if count == "3" else [])


def test_what_follows_from_a_name_is_read_in_each_workload() -> None:
    check, read = reading("guest.os.family")
    other, _ = reading("guest.os.family")  # finds it derived already
    book = Rulebook([other, check])
    for image in ("debian:12", "mcr.microsoft.com/windows/nanoserver:ltsc2022"):
        lint(made(deployment__image__ref=image), book)
    assert read == ["linux", "windows"]


def test_an_unstated_number_is_known_to_be_unstated() -> None:
    check, read = reading("instances")
    book = Rulebook([check])
    assert [lint(made(environment="dev"), book).undecided[0].path for _ in range(3)] == ["instances"] * 3
    assert len(read) == 2
    assert lint(made(environment="dev", instances="7"), book).hits


def test_another_day_and_another_catalogue_are_other_workloads() -> None:
    check, read = reading("guest.os.age")
    book = Rulebook([check])
    for catalog, day in ((CATALOG, TODAY), (CATALOG, date(2029, 1, 1)), (Catalog(), TODAY)):
        workload = made(guest__os="debian12")
        workload.catalog, workload.today = catalog, day
        lint(workload, book)
    assert read == [3, 5, 3]


def test_a_rule_that_crashes_is_asked_again() -> None:
    check, read = reading("environment", crash=True)
    book = Rulebook([check])
    assert [len(lint(made(environment="dev"), book).crashes) for _ in range(2)] == [1, 1]
    assert read == ["dev", "dev"]


def test_arguments_are_no_part_of_the_outline() -> None:
    given: list[int] = []

    @rule("TEST002", "takes-more", Severity.NOTE, article=("G-2",), stage="undecided")
    def check(_: Workload, argument: int) -> Iterator[Finding]:
        """It is given more than a workload."""
        given.append(argument)
        yield from ()

    book = Rulebook([check])
    for argument in (1, 2):
        lint(made(environment="dev"), book, argument)
    assert given == [1, 2]


def test_what_cannot_be_looked_up_is_asked() -> None:
    check, read = reading("guest.licences")
    book = Rulebook([check])
    workload = made()
    workload.guest.licences = ["a list"]  # type: ignore[assignment]
    assert [len(lint(workload, book).hits) for _ in range(2)] == [1, 1]
    assert len(read) == 2


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "OUTLINES", 2)
    check, read = reading("environment")
    book = Rulebook([check])
    for word in ("dev", "test", "staging"):
        lint(made(environment=word), book)
        lint(made(environment=word), book)
    read.clear()
    for word in ("staging", "dev"):
        lint(made(environment=word), book)
    assert read == ["dev"]


def test_how_many_were_met_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "MET", 2)
    check, read = reading("environment")
    book = Rulebook([check])
    for word in ("dev", "test", "staging", "dev", "dev", "dev"):
        lint(made(environment=word), book)
    assert read == ["dev", "test", "staging", "dev", "dev"]  # the first was forgotten, and met anew
