"""What a file says is inert in every report: its consumer sees the text, and nothing in it is a mark or a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.report.consumers import READERS, commands
from vmlint.findings.diagnostic import Accepted, Diagnostic, Related
from vmlint.findings.fix import Edit, Fix
from vmlint.findings.place import Place
from vmlint.findings.severity import Severity
from vmlint.findings.verdict import Candidate
from vmlint.inert import visible
from vmlint.report import concise
from vmlint.report import text as text_report
from vmlint.report.about import About
from vmlint.report.formats import FORMATS, module
from vmlint.report.screen import in_log
from vmlint.run.result import Result, Run

if TYPE_CHECKING:
    from tests.conftest import Vmlint

HOSTILE = {
    "percent": "100%25 %0A::error::x",
    "command": "::set-output name=a::b",
    "older command": "x ##[set-output name=a;]b",
    "lines": "one\n::error::two\r\nthree\rfour",
    "end of CDATA": "]]> <![CDATA[ <!-- --> &lt;",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "table": "a | b | c \\| d",
    "code": "`a` ``` ~~~ *b* _c_ **d** ~~e~~",
    "mention": "@user and me@example.invalid, #1 !2 $x$ www.example.invalid",
    "link": "[a](1) [b](https://example.invalid) <https://example.invalid>",
    "reference": "https://example.invalid/x ![x](y) [z]: w",
    "placeholder": "{0} {{1}} ${x} %s",
    "escape": "\x1b[31mred\x1b[0m \x1b]8;;https://example.invalid\x07x",
    "direction": "\u202egnp.exe\u2066 \u200b\ufeff",
    "lone surrogate": "caf\udce9 \ud800",
    "zero": "a\0b \x01 \x7f \x85 \u2028",
    "not in XML": "\ufffe \uffff \x0b",
    "separators": "a,b:c;d=e",
    "long": "x" * 5_000,
    "backslashes": "C:\\new \\\\nas\\share \\x1b \\u202e \\##[error]x \\",
    "other logs": "##vso[task.setvariable variable=a]b ##teamcity[buildStop] ##[add-matcher]x",
    "unseen": "a\xadb\u180e\u3164\uffa0\ufff9\ufe0f\U000e0101\u115f\u034f",
    "indented": "word ::error::x " * 30,
}


NEVER = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2066-\u2069\u3164\ufe0f\ufeff\ufff9\U000e0101]|##\\w*\\["
)
"""What stands in no report: controls, what is invisible or turns a text, and what begins a command in a log."""


def result(hostile: str, accepted: Accepted | None = None) -> Result:
    """A file with one finding, in which every text is hostile."""
    place = Place(hostile, 1, 1, 1, 5)
    found = Diagnostic(
        "TEST001",
        "name",
        Severity.ERROR,
        hostile,
        hostile,
        place,
        hostile,
        (Related(hostile, place),),
        (hostile,),
        (Candidate(hostile, hostile, hostile, {"deployment.platform": hostile}, repair=hostile),),
        also=(hostile,),
        entry=hostile,
        value=hostile,
        accepted=accepted,
        fixes=(Fix(hostile, (Edit(place, hostile),), safe=True),),
    )
    return Result(hostile, recognised=True, workloads=1, diagnostics=(found,), lines={hostile: {1: hostile}})


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("form", READERS)
def test_only_the_text_is_read(form: str, hostile: str) -> None:
    written = "".join(module(form).report(Run([result(hostile)]), About()))
    (message,) = READERS[form](written)
    expected = re.sub(r"[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", hostile)
    if form not in ("json", "jsonl"):  # these hold every character, escaped
        expected = visible(hostile)
    if READERS[form] is READERS["sarif"]:
        expected = expected.replace("](", "] (")
    if form in ("junit", "checkstyle"):
        expected = (
            visible(hostile, 2_000 - len("name: " if form == "checkstyle" else ""))
            .replace("\ufffe", "\\ufffe")
            .replace("\uffff", "\\uffff")
        )
    if form == "markdown":
        message, expected = " ".join(message.split()), " ".join(expected.split())
    assert message == expected
    assert NEVER.search(written) is None


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("form", READERS)
def test_what_accepts_is_inert_too(form: str, hostile: str) -> None:
    accepted = Accepted("waiver", hostile, hostile, Place(hostile, 1, 1, 1, 1))
    written = "".join(module(form).report(Run([result(hostile, accepted)]), About()))
    READERS[form](written)
    assert NEVER.search(written) is None


def test_every_format_is_covered() -> None:
    """The page in HTML has tests of its own."""
    people = {name for name, form in FORMATS.items() if form.people}
    assert FORMATS.keys() - READERS.keys() - people <= {"html"}
    assert READERS.keys() <= FORMATS.keys()


def screens(run: Run) -> Iterator[str]:
    for line in (*text_report.report(run, 80), *concise.report(run)):
        yield "".join(text for text, _ in in_log(line))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_command_in_the_log_of_a_step(hostile: str) -> None:
    run = [result(hostile)._replace(file="a.yaml")]
    lines = [*screens(Run(run)), *screens(Run(run * 2))]
    assert [*commands("\n".join(lines))] == []
    assert not {"\n", "\r", "\x1b"} & set("".join(lines))


def test_a_wrapped_line_can_begin_like_a_command() -> None:
    """Without the rule for logs it would be one, so the test above can fail."""
    line = [("      ", ""), ("::error::x", "")]
    assert [*commands("".join(text for text, _ in line))]
    assert not [*commands("".join(text for text, _ in in_log(line)))]


def test_hostile_file_through_the_front_door(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    from pathlib import Path

    name = "evil%,:|<x>`@me`\udce9.vmlint.yaml"
    try:
        Path(name).write_text("apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: x}\nspec:\n  '](::x<b>|': 1\n")
    except OSError:
        pytest.skip("the file system has no such names")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for form, read in READERS.items():
        seen = vmlint("check", "--format", form)
        assert seen.status == 1
        assert len(read(seen.stdout)) == 1
    text = vmlint("check").stdout
    assert [command.properties["file"] for command in commands(text)] == [visible(os.fsdecode(os.fsencode(name)))]
