"""What plugins do by mistake, each installed for real, spoils no report and no result of others, and is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from vmlint import limits

if TYPE_CHECKING:
    from tests.conftest import Vmlint

SOURCE = """
import os, signal, sys, time
from vmlint.api import Reader, Severity, Spec, finding, hookimpl, rule

{start}

@rule("ACME001", "acme-wrong", Severity.WARNING, sources=("ACME-HB",))
def check(workload):
    '''Every workload of ours is wrong.

    ## Why

    It is.

    ## When it stays silent

    Never.
    '''
    yield finding("name", "found before")
    {rule}

def recognises(file):
    {recognises}
    return file.base == "a.racks"

def read(file):
    spec = Spec("till", file.span(1))
    spec.fact("deployment.platform", "xen", file.span(1))
    yield spec
    {read}

@hookimpl
def vmlint_rules():
    {hook}
    return [check]

@hookimpl
def vmlint_readers():
    return [Reader("racks", "ACME Racks", ("*.racks",), recognises, (b"machine",), read)]
"""
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: till}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: xen}
"""
Install = Callable[..., Path]


@pytest.fixture
def install(
    vmlint: Vmlint,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Install:
    """Installs a plugin that does something odd at one or more places; returns where."""
    Path("till.vmlint.yaml").write_text(MANIFEST, "utf-8")
    Path("a.racks").write_text("machine till\n", "utf-8")

    def install(name: str = "acme", **does: str) -> Path:
        site = tmp_path_factory.mktemp("site")
        module = f"{site.name.replace('-', '_')}_bad"
        body = dict.fromkeys(("rule", "recognises", "read", "hook"), "pass") | {"start": ""} | does
        (site / f"{module}.py").write_text(SOURCE.format(**body), "utf-8")
        about = site / "vmlint_acme-1.5.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: vmlint-acme\nVersion: 1.5\n", "utf-8")
        (about / "entry_points.txt").write_text(f"[vmlint]\n{name} = {module}\n", "utf-8")
        monkeypatch.syspath_prepend(site)
        return site

    return install


class Seen(NamedTuple):
    status: int
    codes: set[str]
    failures: str
    """What VM920 and VM921 say."""
    findings: list[Any]
    stderr: str


def check(vmlint: Vmlint, *more: str) -> Seen:
    seen = vmlint("check", "--format", "json", *more)
    found = json.loads(seen.stdout)["findings"]
    failures = "\n".join(each["message"] for each in found if each["code"] in ("VM920", "VM921"))
    return Seen(seen.status, {each["code"] for each in found}, failures, found, seen.stderr)


OWNER = "vmlint: plugin acme (vmlint-acme 1.5)"
PLACES = ("start", "hook", "rule", "recognises", "read")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "prints",
    [
        "print('##[error]\\x1b[31m one\\ntwo', end='')",
        "sys.stdout.write('##[error]\\x1b[31m one\\ntwo')",
        "sys.stdout.buffer.write(b'##[error]\\x1b[31m one\\ntwo')",
    ],
)
def test_what_it_prints_is_a_remark(vmlint: Vmlint, install: Install, place: str, prints: str) -> None:
    install(**{place: prints})
    seen = check(vmlint)
    assert seen.status == 1
    assert f"{OWNER} prints: \\x23#[error]\\x1b[31m one\n{OWNER} prints: two\n" in seen.stderr


def test_what_it_prints_past_python(install: Install) -> None:
    """As what other programs print that it runs."""
    site = install(rule="os.write(1, b'past'); os.system('echo child')", start="os.write(1, b'early')")
    command = [sys.executable, "-m", "vmlint", "check", "--format", "json", "--today", "2026-11-22"]
    path = os.pathsep.join([str(site), str(Path(__file__).parents[2])])
    seen = subprocess.run(command, capture_output=True, check=False, text=True, env=os.environ | {"PYTHONPATH": path})
    assert {"ACME001", "VM301"} <= {each["code"] for each in json.loads(seen.stdout)["findings"]}
    assert seen.returncode == 1
    assert all(word in seen.stderr for word in ("early", "past", "child"))


def test_it_prints_without_end(vmlint: Vmlint, install: Install) -> None:
    install(rule="for number in range(100_000): print(number)")
    seen = check(vmlint)
    assert seen.stderr.count("prints: ") == limits.PLUGIN_LINES
    assert f"{OWNER} prints more; the rest is left out\n" in seen.stderr


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "does",
    [
        "import io; sys.stdout = io.StringIO()",
        "sys.stdout.close()",
        "sys.stderr = None",
        "os.chdir('/')",
        "sys.setrecursionlimit(sys.getrecursionlimit() + 7)",
    ],
)
def test_what_it_changes_is_as_before(vmlint: Vmlint, install: Install, place: str, does: str) -> None:
    before = os.getcwd(), sys.getrecursionlimit()  # noqa: PTH109
    install(**{place: does})
    seen = check(vmlint)
    assert (seen.status, seen.failures) == (1, "")
    assert {"ACME001", "VM301"} <= seen.codes
    assert before == (os.getcwd(), sys.getrecursionlimit())  # noqa: PTH109


@pytest.mark.parametrize(
    "does",
    [
        "workload.deployment.platform.id = 'kvm'",
        "workload.labels['owner'] = 'x'",
        "workload.guest.clear()",
        "object.__setattr__(workload, 'name', 'other')",
        "vars(workload.deployment).clear()",
    ],
)
def test_what_it_does_to_a_workload(vmlint: Vmlint, install: Install, does: str) -> None:
    without = {each["code"]: each for each in check(vmlint, write_first()).findings}
    install(rule=does)
    found = {each["code"]: each for each in check(vmlint, "till.vmlint.yaml").findings if each["code"] != "ACME001"}
    assert {code: each["message"] for code, each in found.items()} == {
        code: each["message"] for code, each in without.items()
    }


def write_first() -> str:
    Path("till.vmlint.yaml").write_text(MANIFEST, "utf-8")
    return "till.vmlint.yaml"


RAISED = {
    "raise SystemExit(0)": "SystemExit: 0",
    "raise KeyboardInterrupt": "Interrupted: it raised KeyboardInterrupt",
    "raise MemoryError": "MemoryError",
    "raise GeneratorExit": "GeneratorExit",
    "(f := lambda: f())()": "RecursionError: maximum recursion depth exceeded",
    "raise type('E', (Exception,), {'__str__': lambda self: 1})()": "failed: E",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("does", RAISED)
def test_what_it_raises(vmlint: Vmlint, install: Install, place: str, does: str) -> None:
    install(**{place: does})
    seen = check(vmlint)
    assert seen.status == 4
    assert "VM301" in seen.codes
    said = RAISED[does]
    if place in ("start", "hook"):
        assert f"{OWNER} did not load: {said.removeprefix('failed: ')}" in seen.stderr
    else:
        who = "rule ACME001 of vmlint-acme 1.5" if place == "rule" else "the reader of ACME Racks"
        assert seen.failures.startswith(f"{who} failed: ")
        assert said in seen.failures
        assert place != "rule" or "ACME001" in seen.codes  # what was found before stays


NEVER_ENDS = ("while True: pass", "time.sleep(1_000)", "import re; re.match('(a|a)*b', 'a' * 60)")


@pytest.mark.skipif(sys.platform == "win32", reason="it has no signals for that")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("does", NEVER_ENDS)
def test_what_never_ends(
    vmlint: Vmlint, install: Install, monkeypatch: pytest.MonkeyPatch, place: str, does: str
) -> None:
    for name in ("PLUGIN_SECONDS", "PLUGIN_LOADING"):
        monkeypatch.setattr(limits, name, 0.3)
    monkeypatch.setattr(limits, "PLUGIN_AGAIN", 0.05)
    Path("more.vmlint.yaml").write_text(MANIFEST, "utf-8")
    Path("more").mkdir()
    Path("more/a.racks").write_text("machine till\n", "utf-8")
    install(**{place: does})
    seen = check(vmlint)
    assert seen.status == 4
    assert "VM301" in seen.codes
    told = seen.stderr if place in ("start", "hook") else seen.failures
    assert "TookTooLong: it took more than 0.3 seconds" in told
    if place not in ("start", "hook"):  # it takes the time once, not once a file
        assert "it is not asked any more, since it took too long before" in told


@pytest.mark.skipif(sys.platform == "win32", reason="it has no signals for that")
def test_one_that_goes_on_is_asked_again(vmlint: Vmlint, install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLUGIN_SECONDS", 0.2)
    monkeypatch.setattr(limits, "PLUGIN_AGAIN", 0.05)
    install(rule="\n    try:\n        time.sleep(9)\n    except BaseException:\n        time.sleep(9)")
    assert "it took more than 0.2 seconds for one workload" in check(vmlint).failures


@pytest.mark.skipif(sys.platform == "win32", reason="it has no signals for that")
def test_an_interrupt_of_the_user_ends_the_run(vmlint: Vmlint, install: Install) -> None:
    install(rule="os.kill(os.getpid(), signal.SIGINT); time.sleep(9)")
    for command in (("check", "till.vmlint.yaml"), ("suggest", "till.vmlint.yaml")):
        with pytest.raises(KeyboardInterrupt) as caught:
            vmlint(*command)
        assert caught.value.args == (130,)


TOO_MUCH = {
    "while True: yield finding('name', 'x')": "it found more than 1000 things in a workload; the rest is left out",
    "yield finding('name', 'x' * 10_001)": "a text of a finding has more than 10000 characters",
    "yield finding('name', 'x', help=['y' * 10_001])": "a text of a finding has more than 10000 characters",
    "yield finding('name', 'x', help=['y'] * 101)": "a finding has more than 100 entries in help",
    "yield finding('name', 'x', because=['name'] * 101)": "a finding has more than 100 entries in because",
}


@pytest.mark.parametrize("does", TOO_MUCH)
def test_too_much(vmlint: Vmlint, install: Install, does: str) -> None:
    install(rule=does)
    seen = check(vmlint, "till.vmlint.yaml")
    assert (seen.status, {"VM301", "ACME001"} <= seen.codes) == (4, True)
    assert TOO_MUCH[does] in seen.failures
    assert len(seen.findings) < limits.PLUGIN_FINDINGS + 50


def test_too_much_in_a_file(vmlint: Vmlint, install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PLUGIN_FILE_FINDINGS", 20)
    install(rule="for number in range(8): yield finding('name', str(number))")
    Path("till.vmlint.yaml").write_text("---\n".join(MANIFEST.replace("till", f"till{n}") for n in range(5)), "utf-8")
    seen = vmlint("check", "--format", "json", "till.vmlint.yaml")
    found = json.loads(seen.stdout)["findings"]
    assert sum(each["code"] == "ACME001" for each in found) == 20
    assert sum(each["code"] == "VM301" for each in found) == 5
    assert seen.status == 4


@pytest.mark.parametrize("hook", ["\n    while True: yield check", "yield from iter(lambda: check, None)"])
def test_a_hook_without_end(vmlint: Vmlint, install: Install, hook: str) -> None:
    install(hook=hook)
    assert "vmlint_rules() brings more than 10000 rules" in vmlint("plugins").stdout


@pytest.mark.parametrize("name", ["builtin", "formats"])
def test_a_name_of_vmlints_own(vmlint: Vmlint, install: Install, name: str) -> None:
    install(name)
    seen = vmlint("plugins")
    assert seen.status == 4
    assert f"the name {name} is vmlint's own; choose another name for the entry point" in seen.stdout
    assert "builtin (vmlint " in seen.stdout


def test_odd_names(vmlint: Vmlint, install: Install) -> None:
    install("x ##[error]\x1b[31m\u202e", start="1 / 0")
    for seen in (vmlint("plugins"), vmlint("check")):
        assert not set("\x1b\u202e") & set(seen.stdout + seen.stderr)
        assert "##[" not in seen.stdout + seen.stderr
        assert seen.status == 4
