"""``vmlint explain``: a rule's page in the terminal, and the message for a code that does not exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint.catalog import Catalog
from vmlint.catalog.sources import Source
from vmlint.extend.plugins import load
from vmlint.findings.codes import CODES
from vmlint.findings.finding import Finding
from vmlint.findings.severity import Severity
from vmlint.lint.rule import Rule, rule
from vmlint.report.page import cited, code_span, on_screen, page, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Vmlint
    from vmlint.api import Workload


def shown(markdown: str, columns: int = 60) -> str:
    return "\n".join("".join(text for text, _ in line) for line in on_screen(markdown, columns))


def test_page_of_a_rule(vmlint: Vmlint) -> None:
    seen = vmlint("explain", "VM301")
    assert (seen.status, seen.stderr) == (0, "")
    lines = seen.stdout.splitlines()
    assert lines[:3] == ["VM301 pv-unmodifiable-guest", "", "A PV guest needs a kernel that was modified for it."]
    for part in (
        "Severity: error",
        "Applies to: paravirtualization, type1",
        "Error texts",
        "- `wrong kernel image error`",
        "- `guest.os.id` names an OS whose kernel can run as a Xen PV guest",
        "What it rests on",
        "Correction:",
        "- S-02 Xen Project handbook: concepts: https://handbook.xenproject.org/users/concepts.html",
        "Cases (each the spec of a manifest)",
        "    # flagged-windows",
        "    # passing-",
        "    # undecided: needs ",
    ):
        assert part in seen.stdout
    assert "](" not in seen.stdout
    assert "**" not in seen.stdout
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize("word", ["vm903", "VM903", "invalid-syntax", "Invalid-Syntax"])
def test_code_or_name_in_any_case(vmlint: Vmlint, word: str) -> None:
    assert vmlint("explain", word).stdout.startswith("VM903 invalid-syntax\n")


def test_several(vmlint: Vmlint) -> None:
    seen = vmlint("explain", "VM906", "VM903", "invalid-syntax")
    assert re.findall(r"^VM9.*", seen.stdout, re.M) == ["VM906 duplicate-key", "VM903 invalid-syntax"]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("VM9033", "did you mean `VM903 invalid-syntax`?"),
        ("invalid-sintax", "VM903"),
        ("?", "`vmlint rules` lists them all"),
    ],
)
def test_unknown(vmlint: Vmlint, word: str, hint: str) -> None:
    seen = vmlint("explain", "VM901", word)
    assert (seen.status, seen.stdout) == (2, "")
    assert f"there is no rule {word!r}; " in seen.stderr
    assert hint in seen.stderr


def test_colour_only_where_wanted(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in vmlint("explain", "VM901").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1mVM901 unreadable-file" in vmlint("explain", "VM901").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in vmlint("explain", "VM901").stdout


@pytest.mark.parametrize("each", [*load().rules, *CODES.values()], ids=lambda each: each.code)
def test_every_rule_has_a_page(each: Rule) -> None:
    text = page(each, load().catalog)
    assert text.startswith(f"# {each.code} {each.name}\n\n{each.summary}\n")
    assert text.count("```") % 2 == 0
    seen = shown(text, 100)
    assert each.summary.split()[0] in seen
    assert not re.search(r"\]\(|\*\*", seen)


def made(**changes: object) -> Rule:
    @rule("ACME001", "made-up", Severity.WARNING, sources=("G-1", "HB-7"), article=("X-9",), symptoms=("a `b` c",))
    def check(workload: Workload) -> Iterator[Finding]:
        """It is made up.

        For the *tests*: \x1b[31m`**kept**` and **bold**.
        """
        yield from ()

    return check._replace(plugin="acme 1.0")._replace(**changes)  # type: ignore[arg-type]


def test_page_of_a_plugins_rule() -> None:
    text = page(made(optional=True), Catalog())
    assert "Severity: warning. Confidence: high. Applies to: every workload. Since: 0.1.0. Runs: in the profile" in text
    assert "selected by name. Plugin: acme 1.0.\n" in text
    assert "- ``a `b` c``" in text
    assert "- **X-9**" in text
    assert "- HB-7" in text


def test_code_without_a_rule(vmlint: Vmlint) -> None:
    seen = vmlint("explain", "VM211")
    assert seen.status == 2
    assert "is no rule: " in seen.stderr
    assert "VM609" in seen.stderr
    assert "VM211 is no rule" in vmlint("check", "--select", "VM211").stderr


@pytest.mark.parametrize("word", ["VM403", "cpu.avx", "Illegal instruction"])
def test_a_host_that_is_missing_keeps_no_page_back(vmlint: Vmlint, word: str) -> None:
    expected = vmlint("explain", word)
    Path("vmlint.toml").write_text('host = "gone.yaml"\n')
    assert vmlint("explain", word) == expected
    assert vmlint("schema", "--platforms").status == 0


def test_faulty_settings_keep_no_page_back(vmlint: Vmlint) -> None:
    expected = vmlint("explain", "VM403").stdout
    Path("vmlint.toml").write_text('hosts = "gone.yaml"\n')
    seen = vmlint("explain", "VM403")
    assert (seen.status, seen.stdout) == (0, expected)
    assert seen.stderr == (
        "vmlint: documents of the project are left out: vmlint.toml:1:1: unknown key hosts; did you mean `host`?\n"
    )


def test_settings_that_were_named_have_to_be_sound(vmlint: Vmlint) -> None:
    Path("own.toml").write_text('hosts = "gone.yaml"\n')
    seen = vmlint("explain", "--config", "own.toml", "VM403")
    assert (seen.status, seen.stdout) == (2, "")
    assert "unknown key hosts" in seen.stderr
    assert vmlint("explain", "--catalog", "gone", "VM403").status == 2


def test_page_on_a_screen_is_harmless() -> None:
    seen = shown(page(made(), Catalog()))
    assert "\x1b" not in seen
    assert "For the tests: \\x1b[31m`**kept**` and bold." in seen


def test_paragraphs_are_filled_and_lists_hang() -> None:
    markdown = "one\ntwo\nthree\n\n- four five six\n- seven\n\n```yaml\na:\n  b\n```"
    assert shown(markdown, 12).splitlines() == [
        "one two",
        "three",
        "",
        "- four",
        "  five six",
        "- seven",
        "",
        "    a:",
        "      b",
    ]


@pytest.mark.parametrize(("text", "span"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("``", "``` `` ```")])
def test_code_span(text: str, span: str) -> None:
    assert code_span(text) == span


def test_table_cells_keep_their_bars() -> None:
    assert table(["A"], [["x|y"]]) == "| A |\n| --- |\n| x\\|y |"


@pytest.mark.parametrize(
    ("where", "link"),
    [
        ("https://example.org/a", "<https://example.org/a>"),
        (
            "github.com/a/b c/d.md @0123abc",
            "[github.com/a/b c/d.md @0123abc](https://github.com/a/b/blob/0123abc/c/d.md)",
        ),
        ("github.com/a/b @0123abc", "[github.com/a/b @0123abc](https://github.com/a/b/tree/0123abc)"),
        ("github.com/a/b c/ @0123abc", "[github.com/a/b c/ @0123abc](https://github.com/a/b/tree/0123abc/c)"),
        ("github.com/a/b c.md", "[github.com/a/b c.md](https://github.com/a/b/blob/HEAD/c.md)"),
        ("a book, page 7", "a book, page 7"),
    ],
)
def test_sources_link_to_the_revision_that_was_read(where: str, link: str) -> None:
    assert cited(Source("S-1", "Title", where, "")) == f"Title: {link}"
    assert cited(Source("S-1", "Title", where, "2026-01-02")).endswith(" (text of 2026-01-02)")
