"""Settings by file: a change of any never leaves a stale result, and any number of processes says the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples

if TYPE_CHECKING:
    from tests.conftest import Vmlint

COMPOSE = 'services:\n  web: {image: "nginx:1.29", privileged: true}\n'
OVER = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  kind: service
  instances: 7
  guest: {os: win2k22}
  deployment: {platform: virtualbox}
"""
HOST = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a}\nspec: {kernel: {version: '4.18'}, memory: 8Gi}\n"
LOCAL = """\
apiVersion: vmlint/v1
kind: Platform
metadata: {name: docker}
spec: {aliases: [whale]}
"""
SETTINGS = (
    "",
    "# nothing but a remark\n",
    'profile = "strict"',
    'profile = "minimal"',
    'select = ["VM4"]',
    'ignore = ["VM407"]',
    'ignore = ["VM205", "VM912"]',
    '[severity]\nVM407 = "note"',
    '[severity]\nVM407 = "error"\nVM205 = "note"',
    "[thresholds.VM205]\nsmall-scale = 6",
    "[thresholds.VM205]\nsmall-scale = 7",
    '[context]\nenvironment = "production"',
    '\n[context]\nenvironment = "production"  # for all',
    '[context]\nenvironment = "dev"\nrequirements.isolation.tenancy = "untrusted-multi"',
    '[context]\nhost.kernel.version = "5.10"\nhost.virtualized = true',
    'host = "hosts/a.yaml"',
    'catalog = ["local"]',
    'exclude = ["b/"]',
    'exclude = ["over.yaml", "!a/over.yaml"]',
    '[[overrides]]\npaths = ["a/**"]\nignore = ["VM407"]',
    '[[overrides]]\npaths = ["b/**"]\nprofile = "minimal"\n[overrides.context]\nkind = "ci-runner"',
    'extends = ["base.toml"]',
)


@pytest.fixture
def project(vmlint: Vmlint) -> Vmlint:
    """Two teams with the same files."""
    Path(".git").mkdir()
    files = {"base.toml": "", "hosts/a.yaml": HOST, "local/docker.yaml": LOCAL}
    for team in ("a", "b"):
        files |= {f"{team}/compose.yaml": COMPOSE, f"{team}/over.yaml": OVER}
        for name in ("hosts/a.yaml", "local/docker.yaml", "base.toml"):
            files[f"{team}/{name}"] = files[name]
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    return vmlint


def run(project: Vmlint, *arguments: str) -> object:
    return project("check", ".", "--format", "json", *arguments)


FILES = st.sampled_from(["vmlint.toml", "a/vmlint.toml", "base.toml", "a/base.toml"])
CHANGES = st.lists(st.tuples(FILES, st.sampled_from(SETTINGS[:-1])), min_size=1, max_size=4)


@pytest.mark.slow
@examples(5)
@given(changes=CHANGES, extends=st.sampled_from(["vmlint.toml", "a/vmlint.toml"]))
def test_no_change_of_any_settings_leaves_a_stale_result(
    project: Vmlint, linted: list[str], changes: list[tuple[str, str]], extends: str
) -> None:
    for name in ("vmlint.toml", "a/vmlint.toml", "base.toml", "a/base.toml"):
        Path(name).write_text("")
    Path(extends).write_text(SETTINGS[-1])
    for name, text in changes:
        Path(name).write_text(text)
        seen = run(project)
        assert run(project) == seen == run(project, "--no-cache")


@pytest.mark.parametrize("text", SETTINGS)
def test_every_setting_counts_by_itself(project: Vmlint, linted: list[str], text: str) -> None:
    run(project)
    Path("b/base.toml").write_text('[severity]\nVM407 = "note"')
    Path("b/vmlint.toml").write_text(text)
    linted.clear()
    seen = run(project)
    assert not any(name.startswith("a/") for name in linted)  # the other team's results are kept
    assert run(project, "--no-cache") == seen


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_any_number_of_processes_says_the_same(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    texts = [text for text in SETTINGS if "exclude" not in text]
    for number in range(300):
        folder = tmp_path / f"team-{number % len(texts)}"
        for name, text in (
            ("hosts/a.yaml", HOST),
            ("local/docker.yaml", LOCAL),
            ("base.toml", ""),
            ("vmlint.toml", texts[number % len(texts)]),
            (f"{number}.yaml", COMPOSE if number % 2 else OVER),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    command = [sys.executable, "-m", "vmlint", "check", "--today", "2026-11-22", "--format", "json", "-q", "."]

    def vmlint(*options: str) -> tuple[int, bytes, bytes]:
        done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, check=False, timeout=100)
        return done.returncode, done.stdout, done.stderr

    alone = vmlint("--jobs", "1")
    assert (alone[0], alone[2]) == (1, b"")
    assert vmlint("--jobs", "3") == alone


def test_faults_of_any_settings_stop_a_run_before_its_first_result(project: Vmlint, linted: list[str]) -> None:
    write: Callable[[str], object] = Path("b/vmlint.toml").write_text
    assert project("check", ".").stdout
    write('[context]\nenvironment = "live"')
    seen = project("check", ".")
    assert (seen.status, seen.stdout) == (2, "")
    assert "b/vmlint.toml:2:1: context.environment: " in seen.stderr
