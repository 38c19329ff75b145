"""Reports: in which forms, to where, and what happens where one cannot be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.consumers import READERS, check, commands, strict_json
from vmlint import limits
from vmlint.cli.write_reports import write_file
from vmlint.extend.plugins import Plugin
from vmlint.report.formats import FORMATS, module
from vmlint.run.result import Result, Run
from vmlint.run.runner import run as lint

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Golden = Callable[[str, str], None]
Manifest = Callable[..., str]
Install = Callable[[Sequence[Plugin]], None]
pytestmark = pytest.mark.usefixtures("own_rules")
MACHINES = [name for name in FORMATS if name in READERS]


def write(name: str, *documents: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n".join(documents), "utf-8")


@pytest.fixture
def repository(manifest: Manifest) -> None:
    """A repository with an error, a warning, a note, a clean file, and a file that is something else."""
    write("a.yaml", manifest(), manifest("second", "debian12", labels="{}"))
    write("deep/größe 1.yaml", manifest("third", "debian12", labels="{owner: '|<b>&@x'}"))
    write("deep/fine.yaml", manifest("fine", "debian12"))
    write("notes.yaml", "a: b\n")
    Path(".git").mkdir()


@pytest.mark.parametrize("form", MACHINES)
def test_golden(vmlint: Vmlint, golden: Golden, repository: None, form: str) -> None:
    seen = vmlint("check", "--format", form)
    suffix = {
        "json": "json",
        "sarif": "sarif",
        "code-scanning": "sarif",
        "gitlab": "json",
        "jsonl": "jsonl",
        "markdown": "md",
    }
    golden(f"reports/{form}.{suffix.get(form, 'xml' if seen.stdout.startswith('<?xml') else 'txt')}", seen.stdout)
    assert len(READERS[form](seen.stdout)) == (2 if form == "junit" else 3)  # a note is a test that passed
    assert (seen.status, seen.stderr) == (1, "")


@pytest.mark.parametrize("form", [name for name in FORMATS if FORMATS[name].people])
@pytest.mark.parametrize("colour", ["", "1"])
@pytest.mark.parametrize("columns", ["80", "120"])
def test_golden_for_people(
    vmlint: Vmlint,
    golden: Golden,
    repository: None,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    colour: str,
    columns: str,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", colour)
    for more in ((), ("--statistics",)) if form == "text" else ((),):
        seen = vmlint("check", "--format", form, *more)
        name = "statistics" if more else form
        golden(f"reports/{name}-{columns}{'-colour' if colour else ''}.txt", seen.stdout.replace("\x1b", "<ESC>"))


def test_several_reports_say_the_same(vmlint: Vmlint, repository: None) -> None:
    alone = {form: vmlint("check", "--format", form).stdout for form in FORMATS if form in READERS or form == "text"}
    files = {form: f"../{form}.out" for form in alone if form != "text"}
    seen = vmlint("check", *(f"--output={form}:{file}" for form, file in files.items()), "--output", "text")
    assert (seen.status, seen.stdout, seen.stderr) == (1, alone["text"], "")
    for form, file in files.items():
        assert Path(file).read_bytes().decode() == alone[form], form


def test_only_files(vmlint: Vmlint, repository: None) -> None:
    seen = vmlint("check", "-o", "sarif:out.sarif", "--output=concise:out.txt")
    assert seen == (1, "", "")
    assert len(READERS["sarif"](Path("out.sarif").read_text("utf-8"))) == 3
    assert len(Path("out.txt").read_text("utf-8").splitlines()) == 3


def test_colour_and_width_of_the_terminal_do_not_reach_a_file(
    vmlint: Vmlint, repository: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    vmlint("check", "-o", "text:narrow.txt")
    monkeypatch.delenv("FORCE_COLOR")
    monkeypatch.setenv("COLUMNS", "100")
    assert Path("narrow.txt").read_text("utf-8") == vmlint("check").stdout


@pytest.mark.parametrize("form", MACHINES)
def test_paths_are_those_from_the_root_of_the_repository(vmlint: Vmlint, repository: None, form: str) -> None:
    """In a folder below, called by an absolute path, or from outside of the folder: always the same report."""
    here = Path.cwd()
    expected = vmlint("check", "deep", "--format", form).stdout
    assert "deep/" in expected
    os.chdir("deep")
    assert vmlint("check", "--format", form).stdout == expected
    assert vmlint("check", str(here / "deep"), "--format", form).stdout == expected
    assert vmlint("check", "../deep", "--format", form).stdout == expected


def test_files_outside_of_the_repository_keep_their_names(vmlint: Vmlint, repository: None, manifest: Manifest) -> None:
    write("../outside.yaml", manifest())
    whole = str(Path("../outside.yaml").resolve())
    (run,) = strict_json(vmlint("check", whole, "--format", "sarif").stdout)["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
    assert places == [{"uri": f"file://{whole}"}]
    found = strict_json(vmlint("check", "../outside.yaml", "--format", "json").stdout)["findings"]
    assert [each["place"]["file"] for each in found] == ["../outside.yaml"]


@pytest.mark.parametrize("form", MACHINES)
def test_standard_input(vmlint: Vmlint, manifest: Manifest, form: str) -> None:
    named = vmlint("check", "-", "--stdin-filename", "deploy/x.yaml", "--format", form, stdin=manifest()).stdout
    assert "deploy/x.yaml" in named
    nameless = vmlint("check", "-", "--format", form, stdin=manifest()).stdout
    assert any(name in nameless for name in ("<stdin>", "&lt;stdin&gt;", "%3Cstdin%3E"))
    assert READERS[form](named) == READERS[form](nameless)


def fingerprints(vmlint: Vmlint) -> dict[str, str]:
    found = strict_json(vmlint("check", "--format", "json").stdout)["findings"]
    return {each["fingerprint"]: each["code"] for each in found}


def test_fingerprints_survive_what_does_not_matter(vmlint: Vmlint, manifest: Manifest) -> None:
    write("a.yaml", manifest(), manifest(), manifest("second", labels="{}"))
    first = fingerprints(vmlint)
    assert sorted(first.values()) == ["TEST001", "TEST001", "TEST001", "TEST002"]  # two are alike but for their place
    write("a.yaml", "# moved\n\n" + manifest(), manifest(), manifest("second", labels="{}"))
    assert fingerprints(vmlint) == first
    write("a.yaml", manifest(), manifest("renamed", labels="{}"))
    assert len(fingerprints(vmlint).keys() & first.keys()) == 1
    for form in ("sarif", "gitlab", "jsonl"):
        shown = vmlint("check", "--format", form).stdout
        assert all(each in shown for each in fingerprints(vmlint))


UNWRITABLE = [
    ("missing/out.sarif", "No such file or directory"),
    ("folder", "Is a directory"),
    ("a.yaml/out.sarif", "Not a directory"),
]


@pytest.mark.parametrize(("file", "why"), UNWRITABLE)
def test_report_that_cannot_be_written(vmlint: Vmlint, repository: None, file: str, why: str) -> None:
    Path("folder").mkdir()
    seen = vmlint("check", "-o", f"sarif:{file}", "-o", "junit:out.xml", "-o", "concise")
    assert seen.status == 2
    assert seen.stderr == f"vmlint: the sarif report cannot be written to {file}: {why}\n"
    assert len(seen.stdout.splitlines()) == 3
    assert READERS["junit"](Path("out.xml").read_text("utf-8"))
    assert not [*Path().glob("**/*.tmp")]


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("form", ["sarif", "jsonl", "text"])
def test_full_disk(vmlint: Vmlint, repository: None, form: str) -> None:
    seen = vmlint("check", "-o", f"{form}:{FULL}", "-o", "gitlab:out.json")
    assert seen.status == 2
    assert seen.stderr == f"vmlint: the {form} report cannot be written to /dev/full: No space left on device\n"
    assert len(READERS["gitlab"](Path("out.json").read_text("utf-8"))) == 3


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("options", [(), ("--format=sarif",), ("-o", "text", "-o", "junit:out.xml")])
def test_full_standard_output(tmp_path: Path, manifest: Manifest, options: Sequence[str]) -> None:
    (tmp_path / "a.yaml").write_text(manifest())
    with FULL.open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "vmlint", "check", *options],
            cwd=tmp_path,
            env=os.environ | {"GITHUB_ACTIONS": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr.endswith("report cannot be written to standard output: No space left on device\n")
    assert ran.stderr.count("\n") == 1
    if len(options) > 1:
        assert READERS["junit"]((tmp_path / "out.xml").read_text("utf-8"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(vmlint: Vmlint, repository: None) -> None:
    Path("out.sarif").touch(0o400)
    seen = vmlint("check", "-o", "sarif:out.sarif")
    assert (seen.status, Path("out.sarif").read_text()) == (2, "")


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file, link = tmp_path / "out", tmp_path / "link"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to("out")
    link_before = link.readlink()
    write_file(str(link), ["after ", "that"])
    assert (file.read_text(), file.stat().st_mode & 0o777, link.readlink()) == ("after that", 0o640, link_before)

    def broken() -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(str(file), broken())
    assert file.read_text() == "after that"
    assert sorted(tmp_path.iterdir()) == [link, file]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
    write_file(str(pipe), ["text"])
    assert reader.communicate()[0] == "text"
    assert pipe.is_fifo()


USAGE = [
    (("--format", "sariff"), "--format: there is no format 'sariff'; did you mean `sarif`?"),
    (("--output", "sariff:x"), "--output: there is no format 'sariff'; did you mean `sarif`?"),
    (("--output", "out.sarif"), "--output out.sarif names no format; did you mean `sarif:out.sarif`?"),
    (("--output", "report.txt"), "--output report.txt names no format; did you mean `text:report.txt`?"),
    (("--output", "sarif:"), "--output sarif: names no file; write sarif:FILE, or sarif alone for standard output"),
    (("-o", "json", "-o", "github"), "json and github both go to standard output; name a file for each"),
    (("--format", "json", "-o", "github:-"), "json and github both go to standard output; name a file for each"),
    (("-o", "json:a", "-o", "sarif:./a"), "json and sarif both go to ./a; name a file for each"),
    (("-o", "json:old", "-o", "sarif:link"), "json and sarif both go to link; name a file for each"),
    (("link", "-o", "json:./old"), "--output json:./old would replace a file that is linted; name another one"),
    (("--format", "sarif", "--undecided"), "--format sarif is about findings alone; use text or json with --undecided"),
    (("--format", "sarif", "--statistics"), "--format sarif is about findings alone; use text or json with --statist"),
    (("--statistics", "--coverage"), "--statistics shows counts alone; leave it or --coverage out"),
    (("--on", "kvm", "-o", "json:x"), "--on writes one report to standard output; use --format text or --format json"),
    (("--files-from", "absent"), "--files-from absent: cannot be read: No such file or directory"),
    (("--files-from", "-", "-"), "--files-from - reads the list on standard input, so - cannot be linted too"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE, ids=str)
def test_usage_errors(vmlint: Vmlint, arguments: Sequence[str], message: str) -> None:
    Path("old").touch()
    Path("link").symlink_to("old")
    seen = vmlint("check", *arguments)
    assert (seen.status, seen.stdout) == (2, "")
    assert seen.stderr.startswith(f"vmlint check: error: {message}")
    assert seen.stderr.count("\n") == 1


def test_help_names_every_format(vmlint: Vmlint) -> None:
    words = vmlint("check", "--help").stdout.split("--format FORMAT")[-1].partition("--output")[0]
    assert [name for name in FORMATS if name not in words and name != "html"] == []


def test_actions_get_text_and_annotations(
    vmlint: Vmlint, golden: Golden, repository: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = vmlint("check").stdout
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    seen = vmlint("check")
    golden("reports/actions.txt", f"{seen.stdout}\n{seen.stderr}")
    assert seen.stdout.startswith(text)
    assert [command.name for command in commands(seen.stdout)] == ["error", "warning", "notice"]
    asked = vmlint("check", "--format", "text")
    assert (asked.stdout, asked.stderr) == (text, "")
    assert vmlint("check", "--quiet").stderr == ""
    assert not [*commands(vmlint("check", "--statistics").stdout)]


def test_remarks_and_errors_are_no_commands(vmlint: Vmlint, repository: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write("##[error]x.yaml", "a: b\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for arguments in (("##[error]x.yaml",), ("--select", "##[error]x")):
        seen = vmlint("check", *arguments)
        assert "\\x23#[error]x" in seen.stderr
        assert [*commands(seen.stderr)] == []


def test_more_annotations_than_github_shows(vmlint: Vmlint, manifest: Manifest) -> None:
    write("a.yaml", *(manifest(f"w{number}", labels="{}") for number in range(12)))
    seen = vmlint("check", "--format", "github")
    assert seen.stderr == (
        "vmlint: GitHub shows 10 annotations of a kind for each step, so 2 errors, 2 warnings will be in the log only\n"
    )
    assert len([*commands(seen.stdout)]) == 24


def test_more_findings_than_sarif_and_markdown_hold(
    vmlint: Vmlint, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmlint.report.sarif.RESULTS", 5)
    monkeypatch.setattr("vmlint.report.markdown.ROWS", 5)
    write("a.yaml", *(manifest(f"w{number}", "debian12", labels="{}") for number in range(6)))
    write("b.yaml", manifest("last", labels="{}"))
    seen = vmlint("check", "-o", "sarif:out.sarif", "-o", "markdown")
    assert seen.stderr.splitlines() == [
        "vmlint: the Markdown report holds the gravest 5 findings, 3 more are left out",
        "vmlint: SARIF holds the gravest 5 findings, 3 more are left out",
    ]
    (run,) = check("sarif", strict_json(Path("out.sarif").read_text("utf-8")))["runs"]
    levels = [result["level"] for result in run["results"]]
    assert levels == ["warning"] * 4 + ["error"]  # the gravest, in the order of the run
    assert "3 of 8 findings are not shown here" in seen.stdout
    assert len(READERS["markdown"](seen.stdout)) == 5


def test_statistics(vmlint: Vmlint, repository: None, golden: Golden) -> None:
    seen = vmlint("check", "--statistics", "--format", "json")
    golden("reports/statistics.json", seen.stdout)
    check("statistics", strict_json(seen.stdout))
    assert vmlint("check", "--statistics", "deep/fine.yaml").stdout == "all clear: 1 workload in 1 file\n"


def test_exit_zero(vmlint: Vmlint, repository: None, manifest: Manifest) -> None:
    assert vmlint("check", "--exit-zero").status == 0
    assert vmlint("check", "--exit-zero", "notes.yaml").status == 3
    assert vmlint("check", "--exit-zero", "-o", "sarif:missing/x").status == 2
    (run,) = strict_json(vmlint("check", "--exit-zero", "--format", "sarif").stdout)["runs"]
    assert run["invocations"][0]["exitCode"] == 0
    write("crash.yaml", manifest(labels="{crash: now}"))
    assert vmlint("check", "--exit-zero").status == 4


def test_quiet(vmlint: Vmlint, repository: None) -> None:
    loud = vmlint("check", "a.yaml", "notes.yaml")
    assert (loud.stderr != "", "\n1 error, 1 warning in" in loud.stdout) == (True, True)
    seen = vmlint("check", "a.yaml", "notes.yaml", "--quiet")
    assert (seen.status, seen.stderr) == (1, "")
    assert loud.stdout.startswith(seen.stdout)
    assert "1 error, 1 warning in" not in seen.stdout
    assert vmlint("check", "deep/fine.yaml", "-q") == (0, "", "")
    assert vmlint("check", "notes.yaml", "-q") == (3, "", "")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\0"])
@pytest.mark.parametrize("source", ["list.txt", "-"])
def test_files_from(vmlint: Vmlint, repository: None, end: str, source: str) -> None:
    text = end.join(["a.yaml", "", "deep/größe 1.yaml"]) + end
    Path("list.txt").write_bytes(text.encode())
    seen = vmlint("check", "--files-from", source, "--format", "concise", stdin=text if source == "-" else "")
    assert [line.partition(":")[0] for line in seen.stdout.splitlines()] == ["a.yaml", "a.yaml", "deep/größe 1.yaml"]


def test_files_from_and_named_files(vmlint: Vmlint, repository: None) -> None:
    Path("list.txt").write_text("a.yaml\nabsent.yaml\n")
    seen = vmlint("check", "deep", "--files-from", "list.txt", "--format", "concise")
    named = [line.partition(":")[0] for line in seen.stdout.splitlines()]
    assert named == ["deep/größe 1.yaml", "a.yaml", "a.yaml", "absent.yaml"]


def test_an_empty_list_is_not_the_current_folder(vmlint: Vmlint, repository: None) -> None:
    Path("list.txt").touch()
    seen = vmlint("check", "--files-from", "list.txt")
    assert (seen.status, seen.stdout) == (3, "")
    assert seen.stderr.startswith("vmlint: nothing was linted in list.txt: found no file to look into\n")
    assert vmlint("check", "--files-from", "list.txt", "--allow-empty") == (0, "", "")


def test_a_list_is_taken_as_it_stands(vmlint: Vmlint, repository: None, manifest: Manifest) -> None:
    write("-", manifest())
    write("$HOME", manifest())
    Path("list.txt").write_text("-\n$HOME\n")
    seen = vmlint("check", "--files-from", "list.txt", "--format", "concise")
    assert [line.partition(":")[0] for line in seen.stdout.splitlines()] == ["./-", "$HOME"]


def test_faults_of_a_list(vmlint: Vmlint, repository: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(text: str) -> str:
        Path("list.txt").write_text(text)
        seen = vmlint("check", "--files-from", "list.txt")
        assert (seen.status, seen.stdout) == (2, "")
        return seen.stderr.removeprefix("vmlint check: error: --files-from list.txt: ")

    folder = "deep is a folder; list files, or name the folder as an argument\n"
    assert fault("a.yaml\n\ndeep\n") == f"line 3: {folder}"
    assert fault("a.yaml\0deep\0") == f"entry 2: {folder}"
    assert fault("x" * 5_000) == "line 1: the name of a file is at most 4096 bytes long\n"
    monkeypatch.setattr(limits, "LIST_BYTES", 2**20)
    assert fault("x\n" * 2**20) == "it is larger than 1 MiB\n"


def test_crashes_and_failed_plugins_are_in_sarif(vmlint: Vmlint, manifest: Manifest, own_rules: Install) -> None:
    own_rules([Plugin("acme", "acme-rules", "2.0", error="ImportError: no acme")])
    write("a.yaml", manifest(labels="{crash: now}"))
    seen = vmlint("check", "--format", "sarif")
    assert seen.status == 4
    (run,) = check("sarif", strict_json(seen.stdout))["runs"]
    (invocation,) = run["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (4, False)
    (crash,), (plugin,) = invocation["toolExecutionNotifications"], invocation["toolConfigurationNotifications"]
    assert crash["message"]["text"].startswith("rule TEST005 of tests 1.0 failed: ZeroDivisionError")
    assert plugin["message"]["text"] == "plugin acme (acme-rules 2.0) did not load: ImportError: no acme"


@pytest.mark.parametrize("form", [name for name in FORMATS if name in READERS])
def test_memory_stays_flat(form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A report that streams asks for a result only after it has written the one before."""

    from tests.report.test_inert import result
    from vmlint.report.about import About

    asked = 0

    def results() -> Iterator[Result]:
        nonlocal asked
        for number in range(50):
            asked += 1
            yield result("x")._replace(file=f"{number}.yaml")

    parts = module(form).report(Run(results()), About())
    seen = [asked for part in parts]
    assert (len(set(seen)) > 40) is FORMATS[form].streams


def test_a_run_is_linted_once(vmlint: Vmlint, repository: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []

    def once(*arguments: Any, **named: Any) -> Run:
        ran.append(arguments)
        return lint(*arguments, **named)

    monkeypatch.setattr("vmlint.cli.check.lint", once)
    monkeypatch.setattr(limits, "SPOOLED", 10)  # so that results wait in a file
    seen = vmlint("check", "-o", "json:out.json", "-o", "jsonl:out.jsonl", "-o", "text")
    assert (len(ran), seen.status) == (1, 1)
    listed = json.loads(Path("out.json").read_text("utf-8"))
    assert len(listed["findings"]) == len(READERS["jsonl"](Path("out.jsonl").read_text("utf-8"))) == 3
    assert [each["file"] for each in listed["files"]] == ["a.yaml", "deep/fine.yaml", "deep/größe 1.yaml", "notes.yaml"]
