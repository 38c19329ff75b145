"""The wheel, the sdist and the editable install all work, and install no other top-level name."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: legacy-hmi}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: xen}
"""


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **environment},
        cwd=environment.get("PWD"),
    )


def _is_complaint(line: str) -> bool:
    """The tests' environment may turn byte-compiling off, which is not a fault of the build."""
    return "warning" in line.lower() and "byte-compiling is disabled" not in line


def copied(to: Path) -> Path:
    """Copy the checked-out files, and none that a build left behind."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    listed = run("git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.split("\0"):
        source = ROOT / name
        if name and source.is_file():
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return to


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel and an sdist of the checked-out files."""
    copy = copied(tmp_path_factory.mktemp("source") / "vmlint")
    built, files = build(copy, tmp_path_factory.mktemp("dist"))
    complaints = [line for line in (built.stdout + built.stderr).splitlines() if _is_complaint(line)]
    assert complaints == []
    return files


def build(source: Path, out: Path, **environment: str) -> tuple[subprocess.CompletedProcess[str], tuple[Path, Path]]:
    """Build a wheel and an sdist, as a release is built."""
    same = {"SOURCE_DATE_EPOCH": "1700000000", **environment}
    built = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source, **same)
    assert built.returncode == 0, built.stdout + built.stderr
    return built, (next(out.glob("*.whl")), next(out.glob("*.tar.gz")))


@pytest.mark.slow
def test_wheel_occupies_only_its_own_names(distributions: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(distributions[0]) as wheel:
        names = wheel.namelist()
    ours = {name.split("/")[0] for name in names if ".dist-info/" not in name and ".data/" not in name}
    assert ours == {"vmlint", "vmlint_rules"}
    data = "vmlint-0.1.0.data/data/share"
    for needed in (
        f"{data}/man/man1/vmlint.1",
        f"{data}/bash-completion/completions/vmlint",
        f"{data}/zsh/site-functions/_vmlint",
        f"{data}/fish/vendor_completions.d/vmlint.fish",
        "vmlint/py.typed",
        "vmlint/report/html/page.css",
        "vmlint/report/html/page.js",
        "vmlint/schemas/workload.json",
        "vmlint/catalog/data/platforms/xen.yaml",
        "vmlint/catalog/data/guests/windows.yaml",
        "vmlint/catalog/data/lifecycle.csv",
        "vmlint_rules/paravirtualization/vm301_pv_unmodifiable_guest.yaml",
        "vmlint/catalog/data/guests/__kept__/linux",
        "vmlint_rules/__kept__/rules",
    ):
        assert needed in names


@pytest.mark.slow
def test_wheel_holds_every_file_of_the_packages(distributions: tuple[Path, Path]) -> None:
    """The packages and their data are listed in pyproject.toml, where a new folder is easily forgotten."""
    with zipfile.ZipFile(distributions[0]) as wheel:
        names = {*wheel.namelist()}
    folders = (("vmlint", "vmlint"), ("rules", "vmlint_rules"), ("schemas", "vmlint/schemas"))
    ours = {
        f"{installed}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder, installed in folders
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert ours - names == set()


@pytest.mark.slow
def test_whoever_builds_gets_the_same_bytes(distributions: tuple[Path, Path], tmp_path: Path) -> None:
    """Another day, another order of sets, other permissions."""
    source = copied(tmp_path / "elsewhere")
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode | 0o060)
        os.utime(path, (1_500_000_000, 1_500_000_000))
    _, again = build(source, tmp_path / "dist", PYTHONHASHSEED="7")
    assert [digest(file) for file in again] == [digest(file) for file in distributions]


def digest(file: Path) -> tuple[str, str]:
    return file.name, hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.slow
def test_sdist_holds_all_that_a_wheel_is_built_from(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[1]) as sdist:
        names = {name.split("/", 1)[-1] for name in sdist.getnames()}
    assert {"rules/__init__.py", "schemas/workload.json", "LICENSE", "README.md"} <= names
    assert "rules/paravirtualization/vm301_pv_unmodifiable_guest.yaml" in names


@pytest.mark.slow
def test_sdist_holds_all_that_its_tests_need(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[1]) as sdist:
        names = {name.split("/", 1)[-1] for name in sdist.getnames() if "/" in name}
    single = {
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "build-requirements.txt",
        "constraints.txt",
        "pyproject.toml",
        ".pre-commit-hooks.yaml",
        ".dockerignore",
        "AGENTS.md",
        "Dockerfile",
        "SECURITY.md",
        "action.yml",
    }
    assert single <= names
    for folder in (
        ".github",
        "share",
        "templates",
        "benchmarks",
        "docs",
        "examples",
        "releasing",
        "rules",
        "schemas",
        "tests",
        "vmlint",
    ):
        there = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert {name for name in there - names if "__pycache__" not in name} == set()
    assert not [name for name in names if name.endswith((".pyc", ".coverage")) or "__pycache__" in name]


@pytest.mark.slow
def test_installed_wheel_lints_and_explains(distributions: tuple[Path, Path], tmp_path: Path) -> None:
    site = tmp_path / "site"
    installed = run(
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, distributions[0]
    )
    assert installed.returncode == 0, installed.stderr
    work = tmp_path / "work"  # next to site-packages: checking that folder would lint a thousand examples
    work.mkdir()
    (work / "hmi.vmlint.yaml").write_text(MANIFEST)
    environment = {"PYTHONPATH": str(site), "PWD": str(work)}
    show = "import vmlint, vmlint_rules; print(vmlint.__file__, vmlint_rules.__file__)"
    where = run(sys.executable, "-c", show, **environment)
    assert where.stdout.count(str(site)) == 2, where
    show = (
        "from vmlint.catalog import DATA, kept; from vmlint.extend.rule_files import rules_in;"
        "files = [*DATA.rglob('*.yaml')]; print(all(kept.read(file, file.read_bytes()) for file in files));"
        "print({type(rule.check).__name__ for rule in rules_in('vmlint_rules')})"
    )
    assert run(sys.executable, "-c", show, **environment).stdout.split() == ["True", "{'Later'}"]
    checked = run(sys.executable, "-m", "vmlint", "check", "--format", "concise", **environment)
    assert checked.returncode == 1, checked.stderr
    assert "hmi.vmlint.yaml:5:15: error VM301 pv-unmodifiable-guest" in checked.stdout
    assert "passing-debian" in run(sys.executable, "-m", "vmlint", "explain", "VM301", **environment).stdout
    printed = run(sys.executable, "-m", "vmlint", "schema", "workload", **environment)
    assert '"title": "vmlint workload' in printed.stdout
    broken = work / "broken.vmlint.yaml"
    broken.write_text(MANIFEST.replace("guest", "gast"))
    checked = run(sys.executable, "-m", "vmlint", "check", "--format", "concise", broken, **environment)
    assert "unknown key `gast`" in checked.stdout
