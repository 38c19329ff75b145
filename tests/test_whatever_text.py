"""Whatever text stands in a file or its name, all that vmlint writes about it is inert."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.subjects import Subject, subjects
from tests.properties import TIMES
from vmlint.report.formats import FORMATS

if TYPE_CHECKING:
    from tests.conftest import Vmlint

PIECES = (
    "\x1b[31m", "\x9b31m", "\x00", "\x07", "\r", "\x0b", "\x0c", "\x7f", "\t", "\x85", "\u2028", "\u2029", "\ufeff",
    "\u202egnp", "\u2066", "\u200b", "\xad", "\u3164", "\u180e", "\U000e0041\U000e0042", "\ufe0f", "\ufff9",
    "\ud800", "\udcff", "\n::error::x", " ::error file=a,line=1::x", "##[error]x", "##vso[task.complete]b",
    "##teamcity[buildStop comment='a']", "[red]", "[link=https://example.invalid]a[/link]", "<script>x</script>",
    "](https://example.invalid)", "]]>", "\\x1b", "\\u202e", "\\", "\\\\", "雲", "e\u0301", "word " * 30 + "::error::x",
    '"\\e]8;;x\\a"', '"\\x1b[31m"', '"\\u202e\\n::error::x"', "&#x1b;", "&#x202e;", "&#10;::error::x",
)  # fmt: skip
"""What a terminal, the log of a CI system, Markdown or HTML would obey, and how languages write such characters."""
RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
IN_LOG = re.compile(r"##\w*\[|^[ \t]*::[a-z]", re.MULTILINE)
OUTPUTS = [form for form in FORMATS if form != "text"]


def hostile(subject: Subject, random: Random) -> bytes:
    """Return a file in which some words are others, or go on otherwise."""
    data = subject.data.decode("utf-8", "surrogateescape")
    words = re.split(r"([\s\"':=<>]+)", data)
    for _ in range(random.choice((1, 2, 4))):
        at = random.randrange(0, len(words), 2)
        words[at] = random.choice((words[at], "")) + random.choice(PIECES)
    return "".join(words).encode("utf-8", "surrogatepass")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4 * TIMES))
def test_every_output_is_inert(vmlint: Vmlint, seed: int) -> None:
    random = Random(seed)
    every = [each for each in subjects() if each.kind == "file"]
    for number, subject in enumerate(random.sample(every, 30)):
        folder = Path(f"{number}")
        folder.mkdir()
        (folder / subject.name).write_bytes(hostile(subject, random))
    odd = Path("odd") / "".join(random.choice(PIECES) for _ in range(3)).replace("/", "").replace("\0", "")[:60]
    try:
        odd.mkdir(parents=True)
        (odd / "a.vmlint.yaml").write_text("apiVersion: vmlint/v1\nkind: Workload\nspec: {x\u202e: 1}\n", "utf-8")
    except (OSError, UnicodeError):
        pass  # the file system has no such name
    reports = [word for form in OUTPUTS for word in ("--output", f"{form}:report.{form}.out")]
    checked = vmlint("check", *reports, "--output", "text", ".")
    assert checked.status in (1, 4)
    written = {form: Path(f"report.{form}.out").read_text("utf-8") for form in OUTPUTS}
    for command in (
        ("facts",),
        ("suggest",),
        ("check", "--coverage"),
        ("check", "--undecided"),
        ("check", "--on", "kvm"),
    ):
        seen = vmlint(*command, ".")
        written |= {f"{command} out": seen.stdout, f"{command} err": seen.stderr}
    for name, text in {**written, "text": checked.stdout, "errors": checked.stderr}.items():
        found = RAW.search(text) or (IN_LOG.search(text) if name != "github" else re.search(r"##\w*\[", text))
        assert found is None, (name, text[max(found.start() - 80, 0) : found.end() + 80])
