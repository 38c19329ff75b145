"""``vmlint check`` as a command: whole screens, streams, and exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from vmlint.extend.plugins import Plugin

if TYPE_CHECKING:
    from tests.conftest import Vmlint

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.json").read_text("utf-8"))
Golden = Callable[[str, str], None]
Manifest = Callable[..., str]
Install = Callable[[Sequence[Plugin]], None]
pytestmark = pytest.mark.usefixtures("own_rules")


def write(name: str, *documents: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("---\n".join(documents).encode("utf-8", "surrogatepass"))


def test_finding_with_frame_and_suggestion(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    write("hmi.vmlint.yaml", manifest())
    seen = vmlint("check", "hmi.vmlint.yaml")
    golden("check/finding.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def test_several_files_and_documents(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    write(
        "a.yaml", manifest(), manifest("second", labels="{}"), manifest("third", "debian12", labels="{owner: unknown}")
    )
    write("deep/b.yaml", manifest("fine", "debian12"))
    write("deep/compose.yaml", "services: {}\n")
    seen = vmlint("check")
    golden("check/several.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def test_colour(vmlint: Vmlint, golden: Golden, manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    write("hmi.vmlint.yaml", manifest())
    coloured = vmlint("check").stdout
    golden("check/colour.txt", coloured.replace("\x1b", "<ESC>"))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in vmlint("check").stdout


def test_colour_changes_nothing_but_colour(vmlint: Vmlint, manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    write("a.yaml", manifest(labels="{owner: '[red]x[/red] :smile: 你好'}"))
    plain = vmlint("check").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert re.sub(r"\x1b\[[0-9;]*m", "", vmlint("check").stdout) == plain


def test_hostile_names(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    hostile = r'"\e[31m[red]x[/red]\n::error::\u202Egnp\u200B\uFEFF\x07 end"'
    write("hostile.yaml", manifest(labels=f"{{owner: {hostile}}}"))
    seen = vmlint("check")
    golden("check/hostile.txt", seen.stdout)
    for form in ("text", "concise", "json"):
        shown = vmlint("check", "--format", form, "--undecided")
        assert not set(shown.stdout + shown.stderr) & set("\x1b\x07\u202e\u200b\ufeff")


def test_hostile_file_names(vmlint: Vmlint, manifest: Manifest) -> None:
    name = "\x1b[31mevil\n.yaml"
    try:
        write(name, manifest(labels="{}"))
    except OSError:
        pytest.skip("the file system has no such names")
    shown = vmlint("check", "--format", "concise")
    assert shown.stdout.startswith("\\x1b[31mevil\\n.yaml:3:18: warning TEST002")
    assert len(shown.stdout.splitlines()) == 2
    Path(name).write_text("a: b\n")
    assert "skipped \\x1b[31mevil\\n.yaml: neither a manifest" in vmlint("check", name).stderr


def test_concise(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    write("a.yaml", manifest(), manifest("second", "debian12", labels="{owner: unknown}"))
    write("b.yaml", "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: x\n")
    seen = vmlint("check", "--format", "concise")
    golden("check/concise.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def report(text: str) -> Any:
    found = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def test_json(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    write("a.yaml", manifest(labels="{owner: größe-你好}"))
    write("other.yaml", "a: b\n")
    seen = vmlint("check", "--format", "json")
    golden("check/report.json", seen.stdout)
    report(seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def test_json_gives_the_reason_of_every_file(vmlint: Vmlint, manifest: Manifest) -> None:
    write("notes.yaml", "a: b\n")
    write("absent/link.yaml", manifest("fine", "debian12"))
    found = report(vmlint("check", "--format", "json", "absent.yaml", "notes.yaml", "absent").stdout)
    assert [(each["file"], each["status"], each["reason"]) for each in found["files"]] == [
        ("absent.yaml", "unread", "cannot be read: No such file or directory"),
        ("notes.yaml", "skipped", "neither a manifest nor a known format"),
        ("absent/link.yaml", "linted", ""),
    ]
    counted = {key: found["summary"][key] for key in ("files", "skipped", "unread")}
    assert counted == {"files": 1, "skipped": 1, "unread": 1}


def test_json_is_always_a_report(vmlint: Vmlint, manifest: Manifest) -> None:
    assert report(vmlint("check", "--format", "json").stdout)["findings"] == []
    assert report(vmlint("check", "absent.yaml", "--format", "json").stdout)["findings"][0]["code"] == "VM901"
    write("a.yaml", manifest(labels="{crash: now, owner: ot}"))
    assert report(vmlint("check", "--format", "json").stdout)["summary"]["crashes"] == 1


def test_stdin(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    seen = vmlint("check", "-", stdin=manifest())
    golden("check/stdin.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")
    seen = vmlint("check", "-", stdin="a: b\n")
    assert seen.status == 3
    assert seen.stderr.startswith("vmlint: skipped <stdin>: neither a manifest nor a known format\n")


def test_undecided(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    write("a.yaml", manifest("fine", "debian12").replace("  host: {virtualized: false}\n", ""))
    seen = vmlint("check", "--undecided")
    golden("check/undecided.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (0, "")
    assert "1 check could not be decided" in vmlint("check").stdout


SECTIONS = {
    "findings": "warning[TEST002]",
    "line": "a.yaml:3:18: warning TEST002",
    "summary": "1 warning in 1 workload (1 file; 1 skipped)",
    "undecided": "host.virtualized would decide TEST004",
    "coverage": "a.yaml: manifest",
    "what if": "what if it ran on Docker Engine",
}
"""Parts of the reports, and what each begins with or holds."""


@pytest.mark.parametrize(
    ("form", "options", "sections"),
    [
        ("text", [], ["findings", "summary"]),
        ("text", ["--undecided"], ["findings", "undecided", "summary"]),
        ("text", ["--coverage"], ["findings", "summary", "coverage"]),
        ("text", ["--undecided", "--coverage"], ["findings", "undecided", "summary", "coverage"]),
        ("text", ["--on", "docker"], ["what if"]),
        ("concise", [], ["line"]),
    ],
    ids=str,
)
def test_parts_of_each_report(
    vmlint: Vmlint, manifest: Manifest, form: str, options: list[str], sections: list[str]
) -> None:
    write("a.yaml", manifest("fine", "debian12", labels="{}").replace("  host: {virtualized: false}\n", ""))
    write("b.txt", "a: b\n")
    seen = vmlint("check", "a.yaml", "b.txt", "--format", form, *options)
    places = {name: seen.stdout.find(sign) for name, sign in SECTIONS.items() if sign in seen.stdout}
    assert sorted(places, key=lambda name: places[name]) == sections
    assert seen.stderr == "vmlint: skipped b.txt: neither a manifest nor a known format\n"


@pytest.mark.parametrize("options", [[], ["--undecided"], ["--coverage"], ["--undecided", "--coverage"]], ids=str)
def test_json_always_holds_everything(vmlint: Vmlint, manifest: Manifest, options: list[str]) -> None:
    write("a.yaml", manifest("fine", "debian12").replace("  host: {virtualized: false}\n", ""))
    seen = vmlint("check", "a.yaml", "--format", "json", *options)
    found = report(seen.stdout)
    assert [missing["path"] for missing in found["undecided"]] == ["host.virtualized"]
    assert [each["workload"] for each in found["files"][0]["coverage"]] == ["fine"]
    assert seen.stderr == ""


REFUSED = [
    (
        ["--format", "concise", option, *value],
        f"--format concise is one line for each finding; use text or json with {option}",
    )
    for option, *value in (("--undecided",), ("--coverage",), ("--on", "docker"))
] + [
    (
        ["--format", form, "--on", "docker", option],
        f"--on reports on another platform, {option} on the present one; leave",
    )
    for form in ("text", "json")
    for option in ("--undecided", "--coverage")
]


def test_all_clear(vmlint: Vmlint, manifest: Manifest) -> None:
    write("a.yaml", manifest("fine", "debian12"))
    seen = vmlint("check")
    assert seen == (0, "all clear: 1 workload in 1 file\n", "")


@pytest.mark.parametrize(
    ("options", "limited"),
    [
        (["--select", "TEST003,test001", "--select", "TEST003"], " (only TEST003, test001 checked)"),
        (["--ignore", "TEST001"], " (TEST001 ignored)"),
        (["--profile", "minimal"], " (profile minimal)"),
        (["--select", "TEST0", "--ignore", "TEST001", "--profile", "minimal"],
         " (only TEST0 checked; TEST001 ignored; profile minimal)"),
        (["--select", "all"], ""),
        (["--profile", "strict"], ""),
    ],
    ids=" ".join,
)  # fmt: skip
def test_all_clear_says_what_was_asked_for(
    options: list[str], limited: str, vmlint: Vmlint, manifest: Manifest
) -> None:
    write("a.yaml", manifest("fine", "debian12"))
    assert vmlint("check", *options).stdout == f"all clear: 1 workload in 1 file{limited}\n"
    moved = vmlint("check", "--on", "xen", *options).stdout
    assert moved.endswith(f"\n1 workload: 1 would run{limited}\n")


def test_all_clear_in_the_profile_of_the_project(vmlint: Vmlint, manifest: Manifest) -> None:
    write("a.yaml", manifest("fine", "debian12"))
    write("vmlint.toml", 'profile = "minimal"\n')
    assert vmlint("check").stdout == "all clear: 1 workload in 1 file (profile minimal)\n"


def test_threshold(vmlint: Vmlint, manifest: Manifest) -> None:
    write("warned.yaml", manifest("fine", "debian12", labels="{}"))
    write("advised.yaml", manifest("fine", "debian12", labels="{owner: unknown}"))
    statuses = {
        (file, least): vmlint("check", f"{file}.yaml", "--fail-on", least).status
        for file in ("warned", "advised")
        for least in ("error", "warning", "note")
    }
    assert statuses == {
        ("warned", "error"): 0,
        ("warned", "warning"): 1,
        ("warned", "note"): 1,
        ("advised", "error"): 0,
        ("advised", "warning"): 0,
        ("advised", "note"): 1,
    }


def test_nothing_linted(vmlint: Vmlint, golden: Golden) -> None:
    empty = vmlint("check")
    write("a.yaml", "a: b\n")
    one, named = vmlint("check"), vmlint("check", "a.yaml")
    write("b.yaml", "a: b\n")
    several = vmlint("check")
    golden("check/nothing.txt", "\n".join(seen.stderr for seen in (empty, one, named, several)))
    assert {(seen.status, seen.stdout) for seen in (empty, one, named, several)} == {(3, "")}


def test_allow_empty_is_silent(vmlint: Vmlint) -> None:
    write("a.yaml", "a: b\n")
    assert vmlint("check", "--allow-empty") == (0, "", "")
    assert vmlint("check", "a.yaml", "--allow-empty") == (0, "", "")


def test_named_files_that_are_no_manifests(vmlint: Vmlint, manifest: Manifest) -> None:
    write("a.yaml", manifest("fine", "debian12"))
    names = [f"{number}.yaml" for number in range(7)]
    for name in names:
        write(name, "a: b\n")
    seen = vmlint("check", "a.yaml", *names)
    assert seen.status == 0
    assert seen.stdout == "all clear: 1 workload in 1 file (7 skipped)\n"
    assert seen.stderr.splitlines() == [
        *(f"vmlint: skipped {name}: neither a manifest nor a known format" for name in names[:5]),
        "vmlint: skipped 2 more files (2 of no known format); --format json gives the reason of each",
    ]


def test_unreadable_path_is_a_finding(vmlint: Vmlint, golden: Golden) -> None:
    seen = vmlint("check", "absent.yaml")
    golden("check/absent.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def test_syntax_error(vmlint: Vmlint, golden: Golden) -> None:
    write("broken.yaml", "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: x\nspec:\n  guest: {}\n")
    seen = vmlint("check")
    golden("check/syntax.txt", seen.stdout)
    assert seen.status == 1


def test_crashing_rule_keeps_the_other_findings(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    write("a.yaml", manifest(labels="{crash: now}"))
    seen = vmlint("check")
    golden("check/crash.txt", seen.stdout)
    assert seen.status == 4


def test_failed_plugin_keeps_the_findings(vmlint: Vmlint, manifest: Manifest, own_rules: Install) -> None:
    own_rules([Plugin("acme", "acme-rules", "2.0", error="ImportError: no acme")])
    write("a.yaml", manifest("fine", "debian12"))
    seen = vmlint("check")
    assert seen.status == 4
    assert seen.stdout.startswith("all clear")
    assert seen.stderr == "vmlint: plugin acme (acme-rules 2.0) did not load: ImportError: no acme\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *REFUSED,
        (("--select", "TEST01"), "no rule matches 'TEST01'"),
        (("--format", "xml"), "--format: there is no format 'xml'; the formats are text, concise, json, "),
        (("--fail-on", "never"), "expected one of error, warning, note, not 'never'"),
        (("--host", "absent.yaml"), "--host absent.yaml: cannot be read"),
        (("--fromat", "json"), "there is no option '--fromat'; did you mean `--format`?"),
        (("--form=json",), "there is no option '--form=json'; did you mean `--format`?"),
        (("--stdin-filename", "a.cfg"), "--stdin-filename names standard input; add - to read that"),
        (("--zebra",), "there is no option '--zebra'; `vmlint check --help` lists what it accepts"),
    ],
)
def test_usage_errors(vmlint: Vmlint, arguments: Sequence[str], message: str) -> None:
    seen = vmlint("check", *arguments)
    assert (seen.status, seen.stdout) == (2, "")
    assert seen.stderr.startswith("vmlint check: error: ")
    assert message in seen.stderr
    assert seen.stderr.count("\n") == 1  # not after a screen of options


def test_same_input_same_bytes(vmlint: Vmlint, manifest: Manifest) -> None:
    write("a.yaml", manifest(), manifest("two", labels="{}"))
    for form in ("text", "concise", "json"):
        assert vmlint("check", "--format", form) == vmlint("check", "--format", form)


@pytest.mark.parametrize("form", ["text", "concise", "json"])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_encoding_of_stdout(tmp_path: Path, manifest: Manifest, encoding: str, form: str) -> None:
    (tmp_path / "größe.yaml").write_text(manifest(labels="{owner: größe-你好😀}"), "utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CI")}
    ran = subprocess.run(
        [sys.executable, "-m", "vmlint", "check", "--format", form, "größe.yaml"],
        cwd=tmp_path,
        env=environment | {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert b"Traceback" not in ran.stderr
    if form == "json":
        (file,) = report(ran.stdout.decode("utf-8"))["files"]
        assert (file["file"], file["status"], file["workloads"], file["findings"]) == ("größe.yaml", "linted", 1, 1)
    else:
        assert b"VM301" in ran.stdout
        ran.stdout.decode(encoding)


def test_progress_only_on_a_terminal(vmlint: Vmlint, manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(201):
        write(f"{number:03}.yaml", manifest("fine", "debian12"))
    seen = vmlint("check")
    assert seen == (0, "all clear: 201 workloads in 201 files\n", "")
    monkeypatch.setattr("_pytest.capture.CaptureIO.isatty", lambda self: True, raising=False)
    seen = vmlint("check", "--format", "json")
    assert report(seen.stdout)["summary"]["files"] == 201
    assert "linting" in seen.stderr
