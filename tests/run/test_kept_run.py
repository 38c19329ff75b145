"""A run whose results are all kept imports nothing of what reads, judges or advises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from vmlint.cli import run
status = run(sys.argv[1:])
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""
HEAVY = (
    "yaml",
    "vmlint.advice",
    "vmlint.lint.engine",
    "vmlint.model",
    "vmlint.reading.documents",
    "vmlint.reading.manifest",
    "vmlint.run.check",
    "vmlint.run.references",
    "vmlint.syntax.yaml",
)
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  guest: {os: debian12}
  deployment: {platform: kvm}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """vmlint as a wheel holds it: with an index of its rules."""
    from benchmarks.counts import as_installed

    folder = as_installed(tmp_path_factory.mktemp("site"))
    rules = folder / "vmlint_rules"
    source = rules.resolve()
    rules.unlink()
    _copied(source, rules)
    about = folder / "vmlint-0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: vmlint\nVersion: 0\n")
    (about / "entry_points.txt").write_text("[vmlint]\nbuiltin = vmlint_rules\nformats = vmlint.formats\n")
    _python(folder, "-c", "from vmlint.api import keep_index; keep_index('vmlint_rules')", cwd=folder)
    return folder


def _copied(source: Path, target: Path) -> None:
    for file in source.rglob("*.py"):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())


def _python(site: Path, *arguments: str, cwd: Path, **environment: str) -> str:
    """Run Python with the packages of this one, but vmlint from a folder; return what it says on standard error."""
    path = [str(site), *(each for each in sys.path if each.endswith("-packages"))]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path), **environment}
    environ.pop("VMLINT_NO_CACHE", None)
    command = [sys.executable, "-S", *arguments]
    return subprocess.run(command, cwd=cwd, env=environ, check=True, capture_output=True, text=True).stderr


def _imported(site: Path, folder: Path) -> tuple[int, set[str]]:
    said = _python(site, "-c", PROGRAM, "check", "web.vmlint.yaml", cwd=folder, VMLINT_CACHE_DIR=str(folder / "cache"))
    status, modules = json.loads(said.splitlines()[-1])
    return status, {heavy for heavy in HEAVY for name in modules if f"{name}.".startswith(f"{heavy}.")}


@pytest.mark.slow
def test_a_run_whose_results_are_kept_imports_nothing_that_lints(site: Path, tmp_path: Path) -> None:
    (tmp_path / "web.vmlint.yaml").write_text(MANIFEST)
    status, imported = _imported(site, tmp_path)
    assert imported == set(HEAVY)  # the first run takes all of them, so their names are right
    again, imported = _imported(site, tmp_path)
    assert (again, imported) == (status, set())
