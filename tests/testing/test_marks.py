"""The comments by which a case states what is reported: read, compared and written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule
from vmlint.catalog import Catalog
from vmlint.testing import Case, cases, judge, marked
from vmlint.testing.marks import Mark, read, without, written

CATALOG = Catalog()


@rule("ACME001", "acme-cramped", Severity.WARNING, sources=("ACME-HB",), confidence=Confidence.MEDIUM)
def cramped(workload: Workload) -> Iterator[Finding]:
    """Our tills need a gibibyte."""
    if workload.resources.cpu < 2:
        yield finding("resources.cpu", "one processor", severity=Severity.NOTE, confidence=Confidence.LOW)
    if workload.resources.memory < 2**30:
        yield finding(
            "resources.memory",
            "less than a gibibyte, which is all that our tills were ever tested with, as the manual says in chapter 7",
            because=("deployment.mode", None),
            help=("add memory", "ask"),
            repairs=(repair("more isolation", mode="gvisor"),),
        )


BARE = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: flagged-small}
spec:
  resources:
    cpu: 1

    # an old till
    memory: 512Mi
  deployment: {platform: docker, mode: runc}
"""
MARKED = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: flagged-small}
spec:
  resources:
    cpu: 1
    # note (low) resources.cpu: one processor

    # an old till
    memory: 512Mi
    # warning (medium) resources.memory: less than a gibibyte, which is all that our tills were ever
    #     tested with, as the manual says in chapter 7
    #   because deployment.mode
    #   help: add memory
    #   help: ask
  deployment: {platform: docker, mode: runc}
"""


def case(folder: Path, text: str) -> Case:
    file = folder / "acme001_acme_cramped.yaml"
    file.write_text(f"# Two of them.\n---\n{text}", "utf-8")
    return next(iter(cases([cramped._replace(file=str(file))])))


def refused(made: Case) -> str:
    with pytest.raises(AssertionError) as raised:
        judge(made, [made.rule], CATALOG)
    return str(raised.value)


def test_what_is_reported_can_be_written_and_holds(tmp_path: Path) -> None:
    assert marked(case(tmp_path, BARE), [cramped], CATALOG) == f"# Two of them.\n---\n{MARKED}"
    judge(case(tmp_path, MARKED), [cramped], CATALOG)
    assert marked(case(tmp_path, MARKED), [cramped], CATALOG) == f"# Two of them.\n---\n{MARKED}"
    assert without(MARKED) == BARE


def test_details_may_be_left_out_but_not_some_of_them(tmp_path: Path) -> None:
    details = ("    #   because", "    #   help")
    none = "".join(line for line in MARKED.splitlines(True) if not line.startswith(details))
    some = MARKED.replace("    #   help: ask\n", "")
    judge(case(tmp_path, none), [cramped], CATALOG)
    assert "the comments say something else" in refused(case(tmp_path, some))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("note (low)", "note"),
        ("warning (medium)", "error"),
        ("resources.cpu: one", "resources.memory: one"),
        ("one processor", "two processors"),
        ("because deployment.mode", "because deployment.platform"),
        ("    # note (low) resources.cpu: one processor\n", ""),
        ("chapter 7", "chapter 8"),
        ("  resources:\n", "  resources:\n    # note resources.memory: another\n"),
        ("metadata: {name: flagged-small}\n", "metadata: {name: flagged-small}\n# undecided: needs resources.cpu\n"),
    ],
)
def test_a_mark_that_says_something_else_is_refused(tmp_path: Path, before: str, after: str) -> None:
    message = refused(case(tmp_path, MARKED.replace(before, after)))
    assert message.startswith(
        f"{tmp_path}/acme001_acme_cramped.yaml:1: flagged-small: the comments say something else\n"
    )
    assert "  expected:\n    line " in message
    assert "  found:\n    line " in message


def test_a_mark_under_another_line_is_refused(tmp_path: Path) -> None:
    lines = BARE.splitlines(True)
    mark = "    # note (low) resources.cpu: one processor\n"
    moved = "".join([*lines[:5], mark, *lines[5:]]).replace("512Mi", "2Gi")
    message = refused(case(tmp_path, moved))
    assert "line 7: note" in message
    assert "line 9: note" in message
    assert "    cpu: 1    <- line 9\n          # note (low) resources.cpu: one processor" in message


def test_an_undecided_case_names_the_fact(tmp_path: Path) -> None:
    text = BARE.replace("flagged", "undecided").replace("    cpu: 1\n", "")
    message = refused(case(tmp_path, text))
    assert "  # undecided: needs resources.cpu" in message
    judge(case(tmp_path, text + "# undecided: needs resources.cpu\n"), [cramped], CATALOG)
    assert "needs resources.memory" in refused(case(tmp_path, text + "# undecided: needs resources.memory\n"))


@pytest.mark.parametrize(
    "comment",
    [
        "# error: no field",
        "# Error guest.os: capital",
        "# error (high) guest.os: said anyway",
        "#   because guest.os",
        "#   help: under nothing",
        "# note",
        "# undecided host.memory",
        "#because guest.os",
    ],
)
def test_a_comment_that_is_almost_a_mark_is_refused(tmp_path: Path, comment: str) -> None:
    message = refused(case(tmp_path, f"{BARE}{comment}\n"))
    assert f"line 13: the comment {comment!r} begins like a mark and is none; write `# error <field>" in message


def test_other_comments_are_no_marks() -> None:
    assert read("a: 1\n# Errors happen.\n# It needs nothing.\n#     far away\n") == []


def test_marks_are_written_in_their_order_under_their_lines() -> None:
    marks = [Mark(1, "note a: first"), Mark(1, "note a: second", ("help: x",)), Mark(2, "undecided: needs b")]
    text = written("a: 1\n  b: 2\n", marks)
    assert text == ("a: 1\n# note a: first\n# note a: second\n#   help: x\n  b: 2\n  # undecided: needs b\n")
    assert read(text) == [*marks[:2], Mark(5, "undecided: needs b")]


def test_a_finding_inside_a_text_cannot_be_marked(tmp_path: Path) -> None:
    text = BARE.replace("cpu: 1", 'cpu: "\n      1"')
    with pytest.raises(AssertionError, match="write that text on one line"):
        marked(case(tmp_path, text), [cramped], CATALOG)


def test_what_stands_in_another_file_is_marked_at_the_end(tmp_path: Path) -> None:
    @rule("ACME001", "acme-cramped", Severity.WARNING, sources=("ACME-HB",))
    def old(workload: Workload) -> Iterator[Finding]:
        """Hosts of ours have eight gibibytes."""
        if workload.host.memory < 2**33:
            yield finding("host.memory", "too little")

    (tmp_path / "host.yaml").write_text("apiVersion: vmlint/v1\nkind: Host\nspec: {memory: 4Gi}\n", "utf-8")
    file = tmp_path / "acme001_acme_cramped.yaml"
    text = BARE.replace("spec:\n", "spec:\n  hostRef: host.yaml\n")
    made = old._replace(file=str(file))
    text = marked(Case(made, "flagged-small", text, 1), [made], CATALOG)
    assert text.endswith("mode: runc}\n  # warning host.memory: too little\n")
