"""Every error message, in one table: ``tests/golden/messages.txt`` shows them all, the same for any width and colour.

Another test looks for places that make an error and are reached by no case.
"""

from __future__ import annotations

import ast
import os
import shlex
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

import vmlint
from tests.repository import HERMETIC, Repository
from vmlint.cli import UsageError
from vmlint.project.baseline import BaselineError
from vmlint.project.git import GitError
from vmlint.project.setting import ConfigError

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Golden = Callable[[str, str], None]
ROOT = Path(vmlint.__file__).parent
ERRORS = (UsageError, ConfigError, BaselineError, GitError, ArgumentTypeError)
SCREENS = (("80", ""), ("120", "1"))
"""Columns, and whether in colour."""

NODE = "apiVersion: v1\nkind: Node\nmetadata: {{name: {}}}\n"
TWO_NODES = NODE.format("a") + "---\n" + NODE.format("b")
FILES = {
    "compose.yaml": "services: {web: {image: 'nginx:1.27', privileged: true}}\n",
    "odd.vmlint.yaml": "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {guset: {os: rhel9}}\n",
    "broken.yaml": "services: [\n",
    "notes.txt": "text\n",
    "--on=kvm": "",
    "binary.yaml": "\x00\x01",
    "empty/notes.txt": "",
    "list.txt": "compose.yaml\nempty\n",
    "long.txt": "n" * 5000,
    "pyproject.toml": "[project]\nname = 'x'\n",
    "host.yaml": "kind: Host\n",
    "two.yaml": TWO_NODES,
    "ops/none/README": "",
    "kinds/a.cpuinfo": "processor\t: 0\nflags\t: fpu\n",
    "kinds/b.cpuinfo": "processor\t: 0\nflags\t: fpu\n",
    "kinds/virt": "none\n",
    "mixed/cpuinfo": "processor\t: 0\nflags\t: fpu\n",
    "mixed/nodes.yaml": TWO_NODES,
    "ops/catalog/box.yaml": "apiVersion: vmlint/v1\nkind: Platfrom\n",
    "ops/empty/notes.txt": "",
    "old.json": "{}",
    "kept.json": '{"version": 1, "findings": []}',
    "deep.json": "[" * 100_000,
    "deep.toml": "a = " + "[" * 100_000,
    "flat.yaml": "kind: [\n",
    "table/pyproject.toml": "[tool]\nvmlint = 1\n",
    "misspelt/pyproject.toml": "[tool.vmlnt]\n",
    "several/compose.yaml": "services: {a: {image: x}}\n",
    "several/more.compose.yaml": "services: {a: {image: x}}\n",
}
BYTES = {"latin.json": b"\xff", "latin.toml": b"\xff"}
LINKS = {"link.toml": "/dev/null", "link.json": "/dev/null"}
ELSEWHERE = {
    "cli/accepting.py: GitError('there is no git": "tests/cli/test_ways_around.py",
    "cli/accepting.py: UsageError(f'--tracked": "tests/cli/test_ways_around.py",
    "cli/before.py: UsageError(f'that rev": "tests/cli/test_since.py",
    "cli/baseline.py: UsageError(f'these files have": "tests/cli/test_baseline.py",
    "cli/cache.py": "a folder that cannot be removed",
    "cli/explain.py: UsageError(f'standard input": "tests/cli/test_error_texts.py",
    "cli/file_list.py: UsageError(f'--files-from {shown}: it is larger": "a bound",
    'cli/init.py: UsageError(f"nothing here': "tests/cli/test_init.py",
    "cli/init.py: UsageError(f\"{', '.join(refused)}": "tests/cli/test_init.py",
    "cli/init.py: UsageError(f'{each.path} is reached": "tests/cli/test_init.py",
    "cli/init.py: UsageError(f'{wanted.path} cannot": "tests/cli/test_init.py",
    "cli/lsp.py": "an installation without the extra",
    "cli/rules.py: UsageError(f'no rule rests": "every statement has a rule",
    "cli/rules.py: UsageError(f'the selection": "tests/cli/test_rules.py",
    "cli/unseen.py": "a revision that cannot be read, which --since tells before",
    "project/lookup.py: ConfigError(f'{as_written(file)}: it is a link": "tests/project/test_lookup.py",
    "project/baseline.py: BaselineError(f'{shown}: it is larger": "a bound",
    "project/folders.py: ConfigError(f'{origin}: the folder {name!r} cannot be read": "no permission",
    "project/git.py": "tests/project/test_git.py",
    "project/revision.py": "tests/cli/test_since.py; bounds",
    "project/source.py: ConfigError(f'{shown}: cannot be read": "no permission",
    "project/source.py: ConfigError(f'{shown}: it is larger": "a bound",
}
COMMANDS = """
chekc
check --forse
check --on=kvm
check --fromat json
check compose.yaml --today 2026-13-01
check --jobs 0
check --profile strikt
check --fail-on fatal
check missing.yaml
check --select VM4O7
check --select VM407,
check --select ""
check --ignore VM903
check --select VM9999
check --severity VM407
check --severity VM4=note
check --severity VM903=note
check --severity VM407=info
check --severity nosuch=note
check --exclude a,,b
check --config missing.toml
check --config pyproject.toml
check --config vmlint.toml --isolated
check --catalog missing
check --catalog ops/empty
check --catalog ops/catalgo
check --catalog ops/catalog
check --host missing.yaml
check --host host.yaml
check --host host.yaml --host host.yaml
check --stdin-filename a.yaml
check --on esxxi
check --on waydroid
check --on kvm@x!y
check --on proxmox-ve@99
check --on kvm --since HEAD
check --on kvm --policy-from HEAD
check --on kvm --coverage
check --on kvm -o json:a.json
check --statistics --undecided
check --format sarif --undecided
check --format concise --statistics
check --format sariff
check --output out.sarif
check --output sarif:
check --output json --output sarif
check compose.yaml --output json:compose.yaml
check --output sarif:missing/out.sarif
check --fix --diff
check --fix --on kvm
check --diff --undecided
check --diff --format json
check misspelt
check several -o sarif:several/compose.yaml
check --watch -
check --watch --fix
check --watch --format json
check --files-from missing.txt
check --files-from list.txt
check --files-from long.txt
check --files-from - -
check --baseline missing.json
check --baseline a.json --no-baseline
check --since nosuch
check --since HEAD...
check --since -x
check --since HEAD /
check --since HEAD - --stdin-filename /a.yaml
check --policy-from mian
check --policy-from HEAD --config missing.toml
check empty
check notes.txt
check broken.yaml -o concise:missing/out
check --context environment
check --context environment=prodution
check --context enviroment=production
check --context deployment.platform=kvm
check --context requirements.isolation.tenancy=untrsted-multi
baseline
baseline show
baseline update
baseline update --select VM4
baseline write -
baseline write empty
baseline write --baseline old.json
baseline write --baseline ../a.json
baseline show --baseline kept.json gone.yaml
check --baseline deep.json
check --baseline latin.json
check --baseline link.json
check --baseline ops
check --config deep.toml
check --config latin.toml
check --config link.toml
check --config ops
check table
check --host flat.yaml
baseline write --baseline missing/a.json
config
config show
config show missing.yaml
suggest
suggest broken.yaml
suggest missing.yaml
suggest several
suggest compose.yaml --workload wbe
facts
facts missing.yaml
explain VM4O7
explain VM000
explain VM211
explain cpu.axv
explain mongoo
explain "ilegal instruction"
explain Qzx wvu jkk
explain -
explain - VM403
rules --select VM4O7
rules --article T9-X1
schema workloda
schema --path
schema --list --path
host --name UPPER
host --from missing.yaml
host --from flat.yaml
host --from notes.txt
host --from empty
host --from two.yaml --name rack
check --host ops/none compose.yaml
check --host kinds compose.yaml
check --host mixed compose.yaml
init missing
init --ci --ci-host nosuch
plugins --x
cache clen
lsp --x
"""
SETTINGS = """
catalg = []
zzz = 1
profile = "strikt"
profile = true
profile =
select = ["VM4O7"]
select = "VM4"
select = ["VM4", "VM4", 1]
ignore = ["VM903"]
ignore = ["VM0", "VM4", "VM1", "VM2", "VM3", "VM5", "VM6", "VM7", "VM8"]
[severity]\\nVM4 = "note"
[severity]\\nVM407 = "info"
[severity]\\nVM903 = "note"
severity = "note"
[thresholds.VM205]\\nsmal-scale = 1
[thresholds.VM407]\\nx = 1
[thresholds.VM205]\\nsmall-scale = "x"
host = "missing.yaml"
host = "../../etc/passwd"
host = "/etc/passwd"
host = ""
catalog = ["missing"]
catalog = ["ops/catalgo"]
catalog = [".."]
exclude = [""]
fail-on = "warnings"
baseline = "missing.json"
baseline = 1
docs-url = "docs.example.org"
extends = ["missing.toml"]
extends = ["vmlint.toml"]
extends = ["package:nosuch/a.toml"]
extends = ["package:nosuch"]
[waiver-policy]\\nreasn = true
[waiver-policy]\\nreason = "yes"
[waiver-policy]\\nlongest-days = -1
[waiver-policy]\\nforbid = ["VM4O7"]
waivers = ["VM407"]
[[waivers]]\\nreason = "x"
[[waivers]]\\nrules = ["VM4O7"]
[[waivers]]\\nrules = ["VM407"]\\nuntil = "2027-02-30"
[[waivers]]\\nrules = ["VM407"]\\nfield = "deployment.privilegd"
[[overrides]]\\nprofile = "strict"
[[overrides]]\\npaths = []
[[overrides]]\\npaths = ["a"]\\nfail-on = "error"
[context]\\nenvironment = "prodution"
[context]\\nenviroment = "production"
[context]\\ndeployment.platform = "kvm"
[context.labels]\\nowner = [["a"]]
tool = 1\\ntool = 2
"""
BASELINES = """
{
[]
{"version": 2, "findings": []}
{"findings": []}
{"version": 1}
{"version": 1, "findings": [], "fndings": []}
{"version": 1, "findings": [1]}
{"version": 1, "findings": [{"file": "a"}]}
{"version": 1, "findings": [{"file": "a", "rule": "VM407", "cuont": 1}]}
{"version": 1, "findings": [{"file": "a", "rule": "VM407", "count": 0}]}
{"version": 1, "findings": [{"file": "a", "rule": 1}]}
{"version": 1, "findings": [{"file": "a", "rule": "VM4O7"}]}
{"version": 1, "version": 1, "findings": []}
<<<<<<< ours
"""
ENVIRONMENT = """
VMLINT_PROFILE=strikt
VMLINT_SELECT=VM4O7
VMLINT_PROFIL=strict
VMLINT_CONFIG=missing.toml
VMLINT_PROFILE=
VMLINT_HOST=missing.yaml
VMLINT_HOST=:
VMLINT_CONTEXT=enviroment=production
"""
WAIVERS = """
ignore
ignore[]
ignore[VM4O7] why
ignore[VM407
ignore[VM407] why until 2027-02-30
ignore[VM407] why until soon
ignor[VM407] why
ignore[VM903] why
enviroment=production
"""


def lines(text: str) -> list[str]:
    return text.strip("\n").split("\n")


def said(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str, int, str]]:
    """Yield the door, the case, the exit status and the message of each case."""
    own, base = Path("vmlint.toml"), Path("vmlint-baseline.json")
    for line in lines(COMMANDS):
        seen = vmlint(*shlex.split(line))
        yield "command lines", f"vmlint {line}", seen.status, seen.stderr
    for line in lines(SETTINGS):
        own.write_text(line.replace("\\n", "\n") + "\n", "utf-8")
        seen = vmlint("check", "compose.yaml")
        yield "settings", line.replace("\\n", "; "), seen.status, seen.stderr
    own.unlink()
    for line in lines(BASELINES):
        base.write_text(line + "\n", "utf-8")
        seen = vmlint("check", "compose.yaml")
        yield "baselines", line, seen.status, seen.stderr
    base.unlink()
    for line in lines(ENVIRONMENT):
        name, _, value = line.partition("=")
        with monkeypatch.context() as within:
            within.setenv(name, value)
            seen = vmlint("check", "compose.yaml")
        yield "environment", line, seen.status, seen.stderr
    for line in lines(WAIVERS):
        Path("waived.compose.yaml").write_text(f"services:\n  web: {{image: x}} # vmlint: {line}\n", "utf-8")
        seen = vmlint("check", "waived.compose.yaml", "-o", "concise:out")
        yield "waivers and hints", line, seen.status, seen.stderr + Path("out").read_text("utf-8")
    Path("waived.compose.yaml").unlink()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, HERMETIC[name])
    repository = Repository(tmp_path)
    repository.commit(**FILES)
    for name, data in BYTES.items():
        (tmp_path / name).write_bytes(data)
    for name, target in LINKS.items():
        (tmp_path / name).symlink_to(target)
    return repository


def screen(cases: Iterator[tuple[str, str, int, str]]) -> str:
    parts = []
    door = ""
    for of, case, status, message in cases:
        if of != door:
            door = of
            parts.append(f"==== {door}\n")
        parts.append(f"\n{case}\n  [{status}] " + "      ".join(message.splitlines(keepends=True)))
    return "".join(parts)


def test_messages(
    vmlint: Vmlint, golden: Golden, project: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: set[tuple[str, int]] = set()
    for error in ERRORS:
        monkeypatch.setattr(error, "__init__", _noting(error.__init__, made))
    shown = set()
    for columns, colour in SCREENS:
        monkeypatch.setenv("COLUMNS", columns)
        monkeypatch.setenv("FORCE_COLOR", colour)
        shown.add(screen(said(vmlint, monkeypatch)).replace(str(tmp_path), "<here>").replace(tmp_path.name, "<here>"))
    first, *others = sorted(shown)
    assert not others
    golden("messages.txt", first)
    elsewhere = tuple(map(plainly_quoted, ELSEWHERE))
    missed = [place for place in unreached(made) if not place.startswith(elsewhere)]
    assert missed == [], "\n".join(missed)


def _noting(initial: Callable[..., None], made: set[tuple[str, int]]) -> Callable[..., None]:
    def noting(self: object, *arguments: object, **named: object) -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            made.add((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        initial(self, *arguments, **named)

    return noting


def unreached(made: set[tuple[str, int]]) -> Iterator[str]:
    """Yield the functions that make an error which no case made, with the words of the error."""
    names = {error.__name__ for error in ERRORS}
    for file in sorted(ROOT.rglob("*.py")):
        reached = {line for name, line in made if name == str(file)}
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
                continue
            if not reached & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
                yield f"{file.relative_to(ROOT).as_posix()}: {plainly_quoted(ast.unparse(node))[:70]}"


def plainly_quoted(code: str) -> str:
    """Return code with one kind of quotes: Python 3.12 and later write others in a text with fields than 3.11."""
    return code.replace("\\'", "'").replace('"', "'")
