"""The generated pages are up to date, and links inside the documentation lead somewhere."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from vmlint.catalog import Catalog
from vmlint.extend.plugins import Installed, Plugin, load
from vmlint.findings.codes import CODES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
WRITTEN = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


@cache
def generator() -> Any:
    sys.path.insert(0, str(DOCS))
    try:
        return import_module("generate")
    finally:
        sys.path.remove(str(DOCS))


@cache
def pages() -> dict[str, str]:
    return generator().pages()  # type: ignore[no-any-return]


def test_pages_are_up_to_date() -> None:
    stale = generator().stale(pages())
    assert not stale, f"run `{generator().COMMAND}` to write: {', '.join(stale)}"


def test_pages_do_not_depend_on_the_run() -> None:
    assert generator().pages() == pages()


def test_a_page_whose_rule_is_gone_is_stale(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "VM000.md").write_text("old", "utf-8")
    assert "rules/VM000.md" in generator().stale({}, tmp_path)


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_nothing_is_written_where_a_plugin_did_not_load(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "rules").mkdir()
    page = tmp_path / "rules" / "VM301.md"
    page.write_text("kept", "utf-8")
    broken = Installed((), Catalog(), (Plugin("builtin", "vmlint", "1.0", error="SyntaxError: no"),))
    monkeypatch.setattr(generator(), "load", lambda: broken)
    monkeypatch.setattr(generator(), "DOCS", tmp_path)
    monkeypatch.setattr("sys.argv", ["generate.py", *arguments])
    assert generator().main() == 2
    assert capsys.readouterr().err == "plugin builtin (vmlint 1.0) did not load: SyntaxError: no\n"
    assert page.read_text("utf-8") == "kept"


def test_every_code_has_a_page() -> None:
    codes = [rule.code for rule in load().rules if rule.plugin.startswith("vmlint ")]
    assert {f"rules/{code}.md" for code in (*codes, *CODES)} <= set(pages())
    assert all(f"[{code}]({code}.md)" in pages()["rules/README.md"] for code in (*codes, *CODES))


def test_every_platform_and_statement_and_source_is_listed() -> None:
    catalog = load().catalog
    for page, names in (
        ("platforms.md", catalog.platforms),
        ("article.md", catalog.article["statements"]),
        ("sources.md", catalog.sources),
    ):
        assert [name for name in names if f'<a id="{name.lower()}"></a>' not in pages()[page]] == []


@cache
def anchors(text: str) -> frozenset[str]:
    prose = re.sub(r"```.*?```", "", text, flags=re.S)
    headings = re.findall(r"^#+ (.+)$", prose, re.M)
    slugs = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return frozenset([*slugs, *re.findall(r'<a id="([^"]+)">', prose)])


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    prose = re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (file.parent / path) if path else file
        assert found.exists(), target
        assert found.resolve().is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(found.read_text("utf-8")), target


def test_every_statement_of_the_article_lists_its_uses() -> None:
    rows = re.findall(r'^\| <a id="([^"]+)"></a>.*\|([^|]*)\|$', (DOCS / "article.md").read_text("utf-8"), re.M)
    assert len(rows) == 120
    assert [name for name, used in rows if not used.strip()] == []
