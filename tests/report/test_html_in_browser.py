"""The page in a real browser: search, filters, sorting, the keyboard, both colour schemes, paper, and no network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Browser, Page, browser
from tests.report.test_html import FOUND, HOSTILE, page, result

ROOT = Path(__file__).parents[2]
EXAMPLES = ("containers", "type2", "native/compose", "native/proxmox", "native/kubevirt")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of some examples, each folder with an owner."""
    project = tmp_path_factory.mktemp("project")
    (project / ".git").mkdir()
    (project / "CODEOWNERS").write_text("* @platform\n/type2/ @desktops @security\n/native/compose/\n")
    for name in EXAMPLES:
        shutil.copytree(ROOT / "examples" / name, project / name)
    command = [sys.executable, "-P", "-m", "vmlint", "check", ".", "--format", "html", "--today", "2026-11-22"]
    made = subprocess.run(command, cwd=project, capture_output=True, check=False)
    assert made.returncode == 1, made.stderr
    file = project / "report.html"
    file.write_bytes(made.stdout)
    return file


@pytest.fixture
def tab(running: Browser, report: Path) -> Iterator[Page]:
    with running.page() as opened:
        opened.media()
        opened.size(1280, 900)
        opened.open(report)
        yield opened
        opened.settle()
        assert opened.errors == []
        assert opened.requests == [report.as_uri()]


def shown(tab: Page, what: str = "h3") -> list[str]:
    """The text of an element of each finding that is shown."""
    found: list[str] = tab.run(
        f"[...document.querySelectorAll('.finding')].filter(each => each.checkVisibility())"
        f".map(each => each.querySelector({what!r}).textContent)"
    )
    return found


def facet(tab: Page, name: str) -> list[str]:
    found: list[str] = tab.run(
        f"[...document.querySelectorAll('.finding')].filter(each => !each.hidden).map(each => each.dataset.{name})"
    )
    return found


def focus(tab: Page) -> str:
    """What has the focus: its id, name or text."""
    found: str = tab.run(
        "(at => at.id || at.name || at.textContent.trim().slice(0, 40))(document.activeElement ?? document.body)"
    )
    return found


def state(tab: Page) -> str:
    found: str = tab.run("document.getElementById('state').textContent")
    return found


def test_search(tab: Page) -> None:
    every = shown(tab)
    assert state(tab) == f"{len(every)} findings"
    tab.press("/")
    assert focus(tab) == "search"
    tab.type("WireGuard")
    found = shown(tab)
    assert 0 < len(found) < len(every)
    tab.type(" nor")  # all words have to be there, in any order
    assert shown(tab) == [each for each in found if " nor " in each] != []
    assert state(tab) == f"{len(shown(tab))} of {len(every)} findings"
    tab.type("/")  # in a box it is a letter
    assert shown(tab) == []
    tab.press("Escape")
    assert shown(tab) == every
    assert focus(tab) == "search"
    tab.type("type2/order-desk.yaml")  # also what is folded away is found
    assert {*facet(tab, "folder")} == {"type2"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("severity", "warning"),
        ("rule", "VM401"),
        ("platform", "docker"),
        ("folder", "native/kubevirt"),
        ("owner", "@security"),
        ("owner", "no-owner"),
    ],
)
def test_filters(name: str, value: str, tab: Page) -> None:
    every = facet(tab, name)
    tab.choose(name, value)
    found = facet(tab, name)
    assert 0 < len(found) < len(every)
    assert found == [each for each in every if value in each.split()]
    assert state(tab) == f"{len(found)} of {len(every)} findings"
    tab.click("button[type=reset]")
    assert facet(tab, name) == every


def test_a_row_of_the_overview_is_a_filter(tab: Page) -> None:
    every = facet(tab, "rule")
    row = 'th[data-value="VM408"]'
    tab.click(f"{row} button")
    assert {*facet(tab, "rule")} == {"VM408"}
    assert tab.run("document.forms[0].elements.rule.value") == "VM408"
    assert tab.run(f"document.querySelector('{row}').parentElement.getAttribute('aria-current')") == "true"
    tab.click(f"{row} button")
    assert facet(tab, "rule") == every
    assert tab.run("document.querySelectorAll('[aria-current]').length") == 0


def test_order_of_the_findings(tab: Page) -> None:
    gravity = ["error", "warning", "note"]
    before = shown(tab)
    assert facet(tab, "severity") == sorted(facet(tab, "severity"), key=gravity.index)
    for name in ("file", "rule", "platform"):
        tab.choose("order", name)
        found = [*zip(facet(tab, name), facet(tab, "severity"), strict=True)]
        assert found == sorted(found, key=lambda each: (each[0], gravity.index(each[1])))
    tab.choose("order", "")
    assert shown(tab) == before


def test_order_of_a_table(tab: Page) -> None:
    def column(number: int) -> list[str]:
        found: list[str] = tab.run(
            f"[...document.querySelector('table').tBodies[0].rows].map(row => row.cells[{number}].textContent)"
        )
        return found

    def sorts() -> list[str]:
        found: list[str] = tab.run(
            "[...document.querySelectorAll('table')[0].tHead.rows[0].cells].map(head => head.getAttribute('aria-sort'))"
        )
        return found

    assert {*sorts()} == {"none"}
    tab.click("table th:first-child button")
    assert (column(0), sorts()[0]) == (sorted(column(0)), "ascending")
    tab.click("table th:first-child button")
    assert (column(0), sorts()[0]) == (sorted(column(0), reverse=True), "descending")
    tab.click("table th:last-child button")
    numbers = [*map(int, column(len(sorts()) - 1))]
    assert numbers == sorted(numbers, reverse=True)
    assert (sorts()[0], sorts()[-1]) == ("none", "descending")


def test_keyboard_alone(tab: Page) -> None:
    tab.press("Tab")
    assert focus(tab) == "Skip to findings"
    assert tab.run("document.activeElement.getBoundingClientRect().left") >= 0
    tab.press("Enter")
    assert focus(tab) == "findings"
    tab.press("Tab")
    assert focus(tab) == "search"
    for _ in range(20):
        if focus(tab) == "Reset":
            break
        tab.press("Tab")
    tab.press("Tab")
    assert tab.run("document.activeElement.matches('.finding:first-child summary')")
    assert tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.press("Enter")
    assert tab.run("document.activeElement.parentElement.open")
    tab.press("Tab")
    assert tab.run("document.activeElement.tagName") == "PRE"  # a frame can be scrolled by keys
    tab.press("Tab")
    assert focus(tab).startswith("About VM")
    tab.press("Enter")
    assert tab.run("document.querySelector('.about-rule[open] .body') === document.activeElement")


def test_folding(tab: Page) -> None:
    tab.choose("rule", "VM401")
    opened = "[...document.querySelectorAll('.finding')].filter(each => each.firstElementChild.open).length"
    tab.click("#unfold")
    assert tab.run(opened) == len(shown(tab))
    assert tab.run("document.getElementById('unfold').textContent") == "Fold all"
    tab.click("#unfold")
    assert tab.run(opened) == 0


def test_a_link_unfolds_what_it_leads_to(tab: Page) -> None:
    link = tab.run("document.querySelector('.links a[href^=\"#ways\"]').getAttribute('href')")
    tab.run(f"location.hash = {json.dumps(link)}")
    tab.settle()
    assert tab.run(f"document.querySelector({json.dumps(link)}).checkVisibility()")
    table = f"document.querySelector({json.dumps(f'{link} table')})"
    assert tab.run(f"{table}.querySelectorAll('tbody th[scope=row]').length") > 5
    assert tab.run(f"{table}.checkVisibility()")


CONTRAST = """
(() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const luminance = colour => parts(colour).slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = element => {
    const colour = getComputedStyle(element).backgroundColor;
    if ((parts(colour)[3] ?? 1) === 1) return colour;
    return element.parentElement ? ground(element.parentElement) : 'rgb(0,0,0)';
  };
  const found = [];
  for (const each of document.querySelectorAll('body, body *')) {
    const own = [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !each.checkVisibility() || each.closest('svg, script')) continue;
    const [light, dark] = [getComputedStyle(each).color, ground(each)].map(luminance).sort((a, b) => b - a);
    found.push([(light + 0.05) / (dark + 0.05), each.outerHTML.slice(0, 100)]);
  }
  return found;
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_reads_well(scheme: str, tab: Page) -> None:
    tab.media(scheme=scheme)
    tab.run("for (const each of document.querySelectorAll('details')) each.open = true")
    tab.settle()
    found: list[tuple[float, str]] = tab.run(CONTRAST)
    assert len(found) > 1000
    assert [each for each in found if each[0] < 4.5] == []
    ground = tab.run("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize("width", [320, 600, 960, 1920])
def test_nothing_is_wider_than_the_window(width: int, tab: Page) -> None:
    tab.size(width, 800)
    tab.run("for (const each of document.querySelectorAll('details')) each.open = true")
    tab.settle()
    assert tab.run("document.documentElement.scrollWidth") <= width


def test_without_script(running: Browser, report: Path) -> None:
    with running.page() as opened:
        opened.without_script()
        opened.media()
        opened.open(report)
        assert not opened.run("document.forms[0].checkVisibility()")
        assert len(shown(opened)) == opened.run("document.querySelectorAll('.finding').length") > 20
        assert opened.run("document.querySelectorAll('th button').length") == 0
        opened.click(".finding summary")
        assert opened.run("document.querySelector('.finding pre').checkVisibility()")
        assert opened.errors == []


def test_paper_shows_all_unfolded(running: Browser, report: Path) -> None:
    """In the light colours, and without a script."""
    with running.page() as opened:
        opened.without_script()
        opened.media("print", "dark")
        opened.open(report)
        bodies: list[Any] = opened.run(
            "[...document.querySelectorAll('.body')].map(each => each.getBoundingClientRect().height)"
        )
        assert len(bodies) > 50
        assert min(bodies) > 0
        assert opened.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert opened.pdf().startswith(b"%PDF")


def test_paper_leaves_the_page_as_it_was(tab: Page) -> None:
    tab.pdf()
    assert tab.run("document.querySelectorAll('details[open]').length") == 0


def test_a_hostile_file_runs_nothing(running: Browser, tmp_path: Path) -> None:
    names = [word.replace("\0", "").replace("\ud800", "") for word in HOSTILE]
    found = [FOUND._replace(message=word, name=word, workload=word, help=(word,)) for word in names]
    file = tmp_path / "hostile.html"
    file.write_text(page([result(*found)], lambda _: ("@x",)), "utf-8")
    with running.page() as opened:
        opened.open(file)
        assert len(shown(opened)) == len(HOSTILE)
        assert shown(opened)[0] == names[0]
        opened.press("/")
        opened.type("alert(1)")
        assert len(shown(opened)) == 4
        opened.settle()
        assert opened.errors == []
        assert opened.requests == [file.as_uri()]


def test_the_policy_forbids_other_scripts_and_the_network(running: Browser, report: Path) -> None:
    """What a browser refuses is seen, so the tests above would see it too."""
    with running.page() as opened:
        opened.open(report)
        opened.run(
            "document.body.append(Object.assign(document.createElement('img'), {src: 'http://localhost:9/x.png'}))"
        )
        opened.run(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
        )
        opened.settle()
        assert opened.run("window.ran") is None
        assert len([each for each in opened.errors if "Content Security Policy" in each]) == 2
        assert opened.requests == [report.as_uri(), "http://localhost:9/x.png"], "asked for, and refused"
