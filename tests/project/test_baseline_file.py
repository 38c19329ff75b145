"""The file of a baseline: what is written is read, and each mistake in it is named with its place."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from vmlint import limits
from vmlint.findings.fingerprint import Identity
from vmlint.project.baseline import BaselineError, Entry, document, parse
from vmlint.project.baseline_file import Place, read
from vmlint.reading.schemas import schema

WEB = Entry("a/compose.yaml", Identity("VM407", "web", "", "deployment.privileged", "", "true"), note="why")
DB = Entry("a/compose.yaml", Identity("VM407", "db", "Pod/shop", "deployment.privileged", "", "true"), 3)
ODD = Entry("b/\udcff‮.yaml", Identity("X1", 'say "hi"\n', "", "", "/dev/kvm:rw", "Grüße, 日本"))


def test_what_is_written_is_read_whatever_the_order() -> None:
    every = [WEB, DB, ODD]
    shuffled = random.Random(1).sample(every, 3)
    text = document(shuffled)
    assert text == document(every)
    assert set(parse(text.encode(), "f")) == set(every)
    assert [*Draft202012Validator(schema("baseline")).iter_errors(json.loads(text))] == []


def test_one_line_an_entry_and_nothing_that_a_reader_would_not_see() -> None:
    text = document([WEB, DB, ODD])
    assert text.splitlines()[3] == (
        '    {"file": "a/compose.yaml", "rule": "VM407", "workload": "db", "document": "Pod/shop", '
        '"field": "deployment.privileged", "value": "true", "count": 3},'
    )
    assert len(text.splitlines()) == 3 + 3 + 2
    assert text.replace("\n", "").isprintable()
    assert "Grüße, 日本" in text


def test_equal_entries_become_one_with_their_sum() -> None:
    assert parse(document([WEB, DB, WEB]).encode(), "f") == (DB, WEB._replace(times=2))


def test_none() -> None:
    assert parse(document([]).encode(), "f") == ()


FAULTS = {
    "": "f:1:1: it is not valid JSON: expecting value",
    "[]": "f:1:1: expected a block with `version` and `findings`; `vmlint baseline write` writes one",
    "{": "f:1:2: it is not valid JSON: expecting property name enclosed in double quotes",
    '{\n"findings": []}': "f:1:1: `version` is missing; this vmlint reads version 1",
    '{\n  "version": 2, "findings": []}': "f:2:3: its version is 2; this vmlint reads version 1",
    '{"version": true, "findings": []}': "f:1:2: its version is true; this vmlint reads version 1",
    '{"version": 1}': "f:1:1: `findings` has to be a list of entries; it is missing",
    '{"version": 1, "findings": {}}': "f:1:16: `findings` has to be a list of entries, not a block",
    '{"version": 1, "findigns": []}': "f:1:16: unknown key 'findigns'; did you mean `findings`?",
    '{"version": 1, "findings": [], "x": 0}': "f:1:32: unknown key 'x'; the keys are version, findings and $schema",
    '{"version": 1, "findings": [7]}': "f:1:29: an entry has to be a block with `file` and `rule`, not 7",
    '{"version": 1, "findings": [{"file": "a"}]}': "f:1:29: an entry needs its `rule`",
    '{"version": 1, "findings": [\n{"file": "", "rule": "V"}]}': "f:2:2: an entry needs its `file`",
    '{"version": 1, "findings": [\n{"file": "a", "rule": "V", "value": 5}]}': "f:2:28: `value` has to be text, not 5",
    '{"version": 1, "findings": [\n{"file": "a", "rule": "V", "count": 0}]}': (
        "f:2:28: `count` has to be a number from 1 to 1000000, not 0"
    ),
    '{"version": 1, "findings": [\n{"file": "a", "rule": "V", "line": "5"}]}': (
        "f:2:28: unknown key 'line'; the keys are file, rule, workload, document, field, entry, value, count and note"
    ),
    '{"version": 1, "findings": [],\n "findings": []}': "f:2:2: key 'findings' is set twice in one block",
    '{"version": 1, "findings": [\n<<<<<<< HEAD\n]}': (
        "f:2:1: it is not valid JSON: expecting value; a merge was not finished; `vmlint baseline update` keeps the "
        "entries of both sides"
    ),
    "[" * 100_000: "f: it is no baseline; `vmlint baseline write` writes one",
    f'{{"version": 1{"0" * 5000}, "findings": []}}': "f: it is no baseline; `vmlint baseline write` writes one",
}


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_every_fault_has_its_place(text: str) -> None:
    with pytest.raises(BaselineError) as raised:
        parse(text.encode(), "f")
    assert str(raised.value) == FAULTS[text]


@pytest.mark.parametrize("text", [text for text in FAULTS if text.startswith("{")])
def test_the_schema_refuses_what_is_refused(text: str) -> None:
    try:
        value = json.loads(text)
    except ValueError:
        return
    if text.count('"findings"') < 2:  # no schema sees a key that is written twice
        assert [*Draft202012Validator(schema("baseline")).iter_errors(value)]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b'{"version": 1, "findings": [{"file": "\xff"}]}')
    with pytest.raises(BaselineError, match=r"^f: it is not UTF-8$"):
        read(Place(tmp_path / "latin", "f", named=True, root=tmp_path), {})
    with pytest.raises(BaselineError, match=r"^f: cannot be read: it is not a regular file$"):
        read(Place(tmp_path, "f", named=True, root=tmp_path), {})
    assert read(Place(tmp_path / "none", "f", named=True, root=tmp_path), {}) is None


def test_a_rule_that_does_not_exist_is_a_fault() -> None:
    rules = {"VM407": "privileged-container", "ACME001": "no-desktops"}
    for code in ("VM407", "VM831", "OTHER001"):  # a rule, one that is gone, one of a plugin that is not installed here
        assert parse(document([Entry("a", Identity(code, "", "", "", "", ""))]).encode(), "f", rules)
    for code, hint in (
        ("privileged-contaner", "did you mean `VM407`?"),
        ("NOPE", "`vmlint rules` lists the rules"),
        ("ACME9999", ""),
    ):
        with pytest.raises(BaselineError) as raised:
            parse(document([WEB, Entry("b", Identity(code, "", "", "", "", ""))]).encode(), "f", rules)
        assert str(raised.value).startswith(f"f:5:19: no rule has the code '{code}'; {hint}")


def test_a_huge_file_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BASELINE_BYTES", 2**20)
    with pytest.raises(BaselineError, match=r"^f: it is larger than 1 MiB$"):
        parse(b"[" * (2**20 + 1), "f")
