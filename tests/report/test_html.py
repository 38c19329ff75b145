"""The page of ``vmlint check --format html`` as text: what it holds, and that nothing in a file becomes part of it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint.advice.picture import Cell, Picture, Row
from vmlint.findings.codes import CODES
from vmlint.findings.diagnostic import Accepted, Diagnostic, LocalEntry, Related
from vmlint.findings.fix import Edit, Fix
from vmlint.findings.place import Place
from vmlint.findings.severity import Confidence, Severity
from vmlint.findings.unknown import Undecided
from vmlint.findings.verdict import Candidate
from vmlint.report import html
from vmlint.report.about import About
from vmlint.run.choice import Choice
from vmlint.run.record import packed, unpacked
from vmlint.run.result import Result, Run

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Golden = Callable[[str, str], None]
TODAY = date(2026, 11, 22)
STYLE = Path(html.__file__).with_name("page.css")


def nobody(_: str) -> None:
    """No CODEOWNERS tells."""


def page(results: Iterable[Result], owners: Callable[[str], tuple[str, ...] | None] = nobody) -> str:
    return "".join(html.report(Run(results), About([*CODES.values()], today=TODAY), owners))


def bare(text: str) -> str:
    """A page without its style and its script, which are files of their own."""
    text = re.sub(r"sha256-[^&]+&#x27;", "sha256-...&#x27;", text)
    return re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", text, flags=re.DOTALL)


PLACE = Place("vms/db.xml", 7, 3, 7, 6)
CHOICE = Choice(
    "db",
    "kvm",
    "type1",
    "hw-assisted",
    Picture(
        {"isolation": (("requirements.isolation.tenancy", "untrusted-multi"),), "startup": ()},
        Row("type1", "hw-assisted", "ruled out", (), {"isolation": Cell("no", ("VM401", "VM626"))}),
        (
            Row("type1", "hw-assisted", "fits", ("kvm", "xen"), {}),
            Row("container", "gvisor", "fits if", ("gvisor",), {"isolation": Cell("weak")}),
        ),
    ),
)
FOUND = Diagnostic(
    "VM901",
    "unreadable-file",
    Severity.ERROR,
    "it is broken",
    "guest.os",
    PLACE,
    "db",
    (Related("host.kernel", Place("hosts/a.yaml", 2, 1, 2, 5)),),
    ("mend it",),
    (
        Candidate("type1", "pvh", "xen", {"deployment.platform": "xen"}),
        Candidate("type1", "hw-assisted", "kvm", {"deployment.cpuModel": None}, repair="as it is"),
    ),
    confidence=Confidence.MEDIUM,
    local=(LocalEntry("kvm", ("modes",), ("catalog/kvm.yaml",)),),
    also=("db2",),
)
LINES = {"vms/db.xml": {7: "  <os>", 8: "  </os>"}, "hosts/a.yaml": {2: "kernel: 5"}}


def result(*found: Diagnostic, choices: tuple[Choice, ...] = ()) -> Result:
    return Result("vms/db.xml", recognised=True, workloads=2, diagnostics=found, lines=LINES, choices=choices)


def test_whole_page(
    vmlint: Vmlint, golden: Golden, own_rules: Callable[..., None], manifest: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "CODEOWNERS").write_text("*.yaml @ot @web\n/hmi/ @hmi\n/free/\n")
    for name in ("hmi", "free"):
        (tmp_path / name).mkdir()
    (tmp_path / "hmi" / "a.vmlint.yaml").write_text(manifest("hmi") + "---\n" + manifest("web", labels="{}"))
    (tmp_path / "free" / "b.vmlint.yaml").write_text(manifest("db", "debian12", labels="{owner: who}"))
    (tmp_path / "broken.vmlint.yaml").write_text("apiVersion: vmlint/v1\nkind: [\n")
    (tmp_path / "notes.yaml").write_text("a: b\n")
    own_rules([])
    seen = vmlint("check", "--format", "html", "hmi", "free", "broken.vmlint.yaml", "notes.yaml")
    golden("check/page.html", bare(seen.stdout))
    assert seen.status == 1
    Balanced(seen.stdout)


def test_fingerprints_and_pages_are_those_of_the_other_reports(
    vmlint: Vmlint, manifest: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vmlint.toml").write_text('docs-url = "https://docs.example.org/{code}?a=1&b=2"\n')
    (tmp_path / "vms").mkdir()
    (tmp_path / "vms" / "a.vmlint.yaml").write_text(manifest("hmi", "win2k22") + "---\n" + manifest("web", "win2k22"))
    monkeypatch.chdir(tmp_path / "vms")
    seen = vmlint("check", "--format", "html").stdout
    Balanced(seen)
    found = json.loads(vmlint("check", "--format", "json").stdout)["findings"]
    assert len(found) > 1
    shown = re.findall(r'<p class="fingerprint">Fingerprint <code>(\w+)</code></p>', seen)
    assert sorted(shown) == sorted(each["fingerprint"] for each in found)
    for each in found:
        assert seen.count(f'<a href="{escape(each["url"])}">Page of {each["code"]}</a>') >= 2, "finding and rule"
    (tmp_path / "vmlint.toml").unlink()
    assert "Page of" not in vmlint("check", "--format", "html").stdout


def test_a_page_about_nothing(vmlint: Vmlint, manifest: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.vmlint.yaml").write_text(manifest("db", "debian12"))
    seen = vmlint("check", "--format", "html", "a.vmlint.yaml")
    assert seen.status == 0
    assert 'href="#main"' in seen.stdout
    assert 'id="findings"' not in seen.stdout
    Balanced(seen.stdout)


@pytest.mark.parametrize("option", ["--on=kvm", "--coverage"])
def test_what_it_cannot_show(option: str, vmlint: Vmlint) -> None:
    seen = vmlint("check", "--format", "html", *option.split("="))
    assert (seen.status, seen.stdout) == (2, "")
    assert f"--format html is about findings alone; use text or json with {option.split('=')[0]}" in seen.stderr


class Balanced(HTMLParser):
    """Fails where an element is not closed, an id stands twice, or a link leads nowhere in the page."""

    VOID = frozenset({"meta", "wbr", "input", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)
        assert self.links <= set(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name == "aria-labelledby" or (
                name == "href" and not (value or "").startswith("https://docs.example.org/")
            ):
                self.links.add((value or "").removeprefix("#"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def test_all_that_a_finding_can_have(golden: Golden) -> None:
    fix = Fix("replace 'os' by 'guest'", (Edit(PLACE._replace(column=4, end_column=6), "guest"),), safe=True)
    unsafe = Fix("drop two lines", (Edit(PLACE._replace(end_line=8), ""),), safe=False)
    waived = Accepted("waiver", "old <machine>", "2027-03-01", Place("vmlint.toml", 3, 1, 3, 2))
    seen = page(
        [
            result(
                FOUND._replace(fixes=(fix, unsafe)),
                FOUND._replace(severity=Severity.NOTE, accepted=waived),
                FOUND._replace(severity=Severity.WARNING, accepted=Accepted("baseline")),
                choices=(CHOICE, CHOICE._replace(workload="db2")),
            )
        ]
    )
    Balanced(seen)
    golden("check/finding.html", bare(seen))


HOSTILE = [
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"' onclick='alert(1)' x=\"",
    "<!--",
    "]]>&lt;&amp;&#x3c;",
    "\u202egnp.exe\u2066",
    "a\0b\x1b[31m\r\nc\u2028d\ud800",
    "javascript:alert(1)",
    "%s{0}${x}",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_are_inert(value: str) -> None:
    """Whatever stands in a file, the elements of the page and their attributes' names stay the same."""

    def shape(text: str) -> list[tuple[str, str]]:
        parsed = Balanced(text)
        return [(tag, name) for tag, name, _ in parsed.attributes if name != "id" and tag != "wbr"]

    def made(word: str) -> str:
        place = Place(f"{word}/{word}".replace("/", "\u2215"), 7, 3, 7, 6)
        found = Diagnostic(
            "VM901",
            word,
            Severity.ERROR,
            word,
            word,
            place,
            word,
            (Related(word, place._replace(column=4)),),
            (word,),
            (Candidate(word, word, word, {word: word}, repair=word, gives_up=(word,)),),
            local=(LocalEntry(word, (word,), (word,)),),
            also=(word,),
            accepted=Accepted("waiver", word, word, place),
            fixes=(Fix(word, (Edit(place, word.partition("\n")[0]),), safe=True),),
        )
        row = Row(word, word, "fits", (word,), {"isolation": Cell("no", (word,))})
        choice = Choice(word, word, word, word, Picture({"isolation": ((word, word),)}, row, (row,)))
        one_line = word.replace("\n", " ").replace("\r", " ").replace("\u2028", " ")
        return page(
            [
                Result(place.file, recognised=False, skipped=word),
                Result(
                    place.file,
                    recognised=True,
                    diagnostics=(found,),
                    lines={place.file: {7: one_line + "abcdefgh"}},
                    choices=(choice,),
                    undecided=((word, Undecided("VM901", word, Severity.ERROR, word, word)),),
                ),
            ],
            lambda _: (word.split()[0],),
        )

    seen = made(value)
    assert shape(seen) == shape(made("plain word"))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066\ud800]", bare(seen))
    seen.encode()


def test_nothing_can_be_fetched_or_run() -> None:
    seen = page([result(FOUND)])
    parts = dict(re.findall(r"<(style|script)>(.*?)</\1>", seen, re.DOTALL))
    hashes = {name: b64encode(sha256(text.encode()).digest()).decode() for name, text in parts.items()}
    expected = (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parsed = Balanced(seen)
    assert ("meta", "content", expected) in parsed.attributes
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on") or name in ("src", "style", "action")]
    assert all(value.startswith("#") for _, name, value in parsed.attributes if name == "href")
    assert "//" not in bare(seen)
    assert "url(" not in parts["style"]
    assert not re.search(r"innerHTML|fetch\(|XMLHttp|import\b|eval|document\.write", parts["script"])


def test_same_bytes_from_the_cache_and_from_workers(
    vmlint: Vmlint, manifest: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vms").mkdir()
    for number in range(3):
        (tmp_path / "vms" / f"{number}.vmlint.yaml").write_text(manifest(f"w{number}"))
    monkeypatch.setattr("vmlint.run.jobs.LEAST", {"fork": 1, "spawn": 1})
    one = vmlint("check", "--format", "html", "vms", "--jobs", "1")
    two = vmlint("check", "--format", "html", "vms", "--jobs", "2")
    monkeypatch.delenv("VMLINT_NO_CACHE", raising=False)
    monkeypatch.setenv("VMLINT_CACHE_DIR", str(tmp_path / "cache"))
    assert vmlint("check", "vms").status == 1  # a run without pictures, whose results are of another kind
    made, kept = (vmlint("check", "--format", "html", "vms") for _ in range(2))
    assert "Every way to run" in one.stdout
    assert one.stdout == two.stdout == made.stdout == kept.stdout


def test_a_choice_is_kept_whole() -> None:
    assert unpacked(packed(CHOICE)) == CHOICE


def test_the_gravest_are_shown_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "SHOWN", 3)
    several: Sequence[Diagnostic] = [
        FOUND._replace(message=f"{severity} {number}", severity=severity)
        for number in range(2)
        for severity in (Severity.NOTE, Severity.ERROR, Severity.WARNING)
    ]
    seen = page([result(*several)])
    assert re.findall(r"<h3>(\w+ \d)</h3>", seen) == ["error 0", "error 1", "warning 0"]
    assert "<p>3 more findings left out here, none of them graver." in seen
    assert '<span class="total">6</span>' in seen
    Balanced(seen)


def test_tables_are_shared_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlint.report.html.ways.SHOWN", 1)
    choices = (
        CHOICE,
        CHOICE._replace(workload="db2"),
        CHOICE._replace(workload="other", platform="xen"),
        CHOICE._replace(workload="beyond", picture=None),
    )
    seen = page([result(FOUND, FOUND._replace(workload="other"), choices=choices)])
    assert seen.count('<table class="picture">') == 1
    assert "<bdi>db</bdi> and 1 other" in seen
    assert "The same holds for <bdi>db2</bdi>" in seen
    assert "<p>2 more workloads with findings left out here;" in seen
    Balanced(seen)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: between 1 and 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_contrast(scheme: int) -> None:
    """Text reads well in both schemes (4.5), and so do edges of boxes and bars (3)."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[scheme]))
    assert len(blocks) == 2
    assert len(colours) == 18
    for words in ("text", "quiet", "link", "error", "warning", "note", "fits", "accepted"):
        for ground in ("page", "raised", "sunken"):
            assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)
    for words in ("error", "warning", "note", "fits", "accepted"):
        assert contrast(colours[words], colours[f"{words}-tint"]) >= 4.5, words
    assert contrast(colours["text"], colours["accepted-tint"]) >= 4.5
    assert contrast(colours["edge"], colours["page"]) >= 3
