"""Accepting old findings: what is the same finding, and what a run tells of entries that no finding used."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from vmlint.findings.diagnostic import Accepted, Crash, Diagnostic, own
from vmlint.findings.place import Place
from vmlint.findings.severity import Severity
from vmlint.project.baseline import Entry
from vmlint.run.accept import Known, Names, entries
from vmlint.run.result import Result


def found(workload: str = "web", line: int = 1, *also: str, file: str = "a.yaml", **other: object) -> Diagnostic:
    made = Diagnostic(
        "VM407", "privileged", Severity.WARNING, "why", "deployment.privileged", Place(file, line, 1, line, 2), workload
    )
    return made._replace(also=also, **{"value": "true", **other})  # type: ignore[arg-type]


def result(*diagnostics: Diagnostic, file: str = "a.yaml") -> Result:
    return Result(file, recognised=True, diagnostics=diagnostics)


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Names:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").touch()
    return Names(tmp_path)


def baseline(results: Iterable[Result], names: Names) -> list[Entry]:
    return [entry for each in results for entry in entries(each, lambda _: True, names)]


def after(known: Known, *results: Result) -> list[tuple[str, ...]]:
    """Return the workloads of each finding, behind the word that accepts it."""
    return [
        (each.accepted.by if each.accepted else "", each.workload, *each.also)
        for one in known.stage(results)
        for each in one.diagnostics
    ]


def test_every_finding_of_a_baseline_is_accepted_wherever_it_moved(names: Names) -> None:
    chance = random.Random(7)
    every = [
        found(chance.choice("abc"), line, value=chance.choice("xy"), entry=chance.choice("pq")) for line in range(50)
    ]
    before = baseline([result(*every)], names)
    for _ in range(20):
        moved = [each._replace(place=each.place._replace(line=chance.randint(1, 9)), message="new") for each in every]
        chance.shuffle(moved)
        assert {by for by, _ in after(Known(before, "baseline", names, Path()), result(*moved))} == {"baseline"}
        more = [*moved, found("new")]
        chance.shuffle(more)
        assert after(Known(before, "baseline", names, Path()), result(*more)).count(("", "new")) == 1


def test_as_many_are_accepted_as_there_were(names: Names) -> None:
    known = Known(baseline([result(found(), found())], names), "baseline", names, Path())
    assert after(known, result(found(line=5), found(line=6), found(line=7))) == [
        ("baseline", "web"),
        ("baseline", "web"),
        ("", "web"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"workload": "db"},
        {"document": "Pod/other"},
        {"path": "deployment.mode"},
        {"entry": "one"},
        {"value": "false"},
        {"code": "VM408"},
    ],
    ids=str,
)
def test_another_finding_is_new(other: dict[str, str], names: Names) -> None:
    known = Known(baseline([result(found())], names), "baseline", names, Path())
    assert after(known, result(found()._replace(**other)))[0][0] == ""  # type: ignore[arg-type]


def test_severity_and_confidence_make_no_difference(names: Names) -> None:
    known = Known(baseline([result(found())], names), "baseline", names, Path())
    assert after(known, result(found(severity=Severity.ERROR)))[0][0] == "baseline"


def test_a_finding_in_another_file_is_new_unless_its_own_file_is_gone(names: Names) -> None:
    before = baseline([result(found())], names)
    copy = result(found(file="b.yaml"), file="b.yaml")
    assert after(Known(before, "baseline", names, Path()), copy) == [("", "web")]
    Path("a.yaml").unlink()
    known = Known(before, "baseline", names, Path())
    assert after(known, copy, result(found(file="c.yaml"), file="c.yaml")) == [("baseline", "web"), ("", "web")]


def test_a_finding_of_an_overlay_is_that_of_the_file_in_which_it_stands(names: Names) -> None:
    """A manifest that annotates a file takes its workload over: `a.yaml` alone had the finding before."""
    known = Known(baseline([result(found())], names), "before", names, Path())
    assert after(known, result(found(), file="a.vmlint.yaml")) == [("before", "web")]


def test_workloads_with_one_finding_are_accepted_one_by_one(names: Names) -> None:
    before = baseline([result(found("a", 1, "b", "c"))], names)
    assert [each.found.workload for each in before] == ["a", "b", "c"]
    assert after(Known(before, "baseline", names, Path()), result(found("b", 1, "c", "a"))) == [
        ("baseline", "b", "c", "a")
    ]
    assert after(Known(before[1:], "baseline", names, Path()), result(found("a", 1, "b", "c", "d"))) == [
        ("", "a", "d"),
        ("baseline", "b", "c"),
    ]


def test_what_is_waived_stays_waived_and_is_not_told_as_mended(names: Names) -> None:
    waived = found(accepted=Accepted("waiver"))
    known = Known(baseline([result(found())], names), "baseline", names, Path())
    assert after(known, result(waived)) == [("waiver", "web")]
    assert [*known.left()] == []
    known = Known(baseline([result(found())], names), "baseline", names, Path())
    assert after(known, result(waived, found(line=9))) == [("waiver", "web"), ("baseline", "web")]


UNCHECKED = [
    own(code, "no", Place("a.yaml", 1, 1, 1, 2))
    for code in ("VM901", "VM903", "VM914", "VM920", "VM629", "VM922", "VM923", "VM924", "VM925", "VM926")
]


@pytest.mark.parametrize("fault", UNCHECKED, ids=[each.code for each in UNCHECKED])
def test_what_could_not_be_checked_is_never_accepted(fault: Diagnostic, names: Names) -> None:
    assert baseline([result(fault)], names) == []
    by_hand = [Entry("a.yaml", (fault.code, "", "", "", "", "no"))]  # type: ignore[arg-type]
    assert after(Known(by_hand, "baseline", names, Path()), result(fault)) == [("", "")]


@pytest.mark.parametrize(
    ("results", "gone", "whole", "mended"),
    [
        ([result()], False, False, True),
        ([result(found("other"))], False, False, True),
        ([result(found())], False, False, False),
        ([result(file="b.yaml")], False, False, False),
        ([result(file="b.yaml")], True, False, False),
        ([result(file="b.yaml")], True, True, True),
        ([result(own("VM903", "broken", Place("a.yaml", 1, 1, 1, 2)))], False, True, False),
        ([result(own("VM923", "malformed", Place("a.yaml", 1, 1, 1, 2)))], False, False, True),
        ([result()._replace(crashes=(Crash("VM407", "rule", "no"),))], False, True, False),
        ([result()._replace(readable=False)], False, True, False),
        ([result()._replace(recognised=False, skipped="too large")], False, True, False),
    ],
    ids=[
        "linted, nothing found",
        "linted, something else found",
        "found",
        "not linted",
        "gone, but it may be elsewhere",
        "gone, and everything was linted",
        "broken",
        "a bad waiver",
        "a rule crashed",
        "unreadable",
        "skipped",
    ],
)
def test_an_entry_is_mended_where_its_file_was_checked(
    results: Sequence[Result], gone: bool, whole: bool, mended: bool, names: Names
) -> None:
    known = Known(baseline([result(found())], names), "baseline", names, Path())
    if gone:
        Path("a.yaml").unlink()
    assert [*known.stage(results)]
    assert any(known.mended(each, whole=whole) for each in known.left()) is mended


def test_names_are_the_same_from_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "sub" / "deeper"
    inside.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for start, given in (
        (tmp_path, "sub/x.yaml"),
        (inside, "../x.yaml"),
        (inside, str(tmp_path / "sub/x.yaml")),
        (tmp_path, "./sub/deeper/../x.yaml"),
        (tmp_path.parent, f"{tmp_path.name}/sub/x.yaml"),
    ):
        monkeypatch.chdir(start)
        assert Names(tmp_path)(given) == Names()(given) == "sub/x.yaml"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("sub")
    assert Names()("link/x.yaml") == "sub/x.yaml"
