"""The hooks, as pre-commit and prek really run them."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from vmlint.extend.plugins import load
from vmlint.run.discover import ENDINGS

ROOT = Path(__file__).parent.parent
FAULTY = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: legacy-hmi}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: xen}
"""
HEALTHY = FAULTY.replace("win2k22", "debian12")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST_"))}
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), environment["PATH"]))
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={
            **environment,
            "PRE_COMMIT_COLOR": "never",
            "PRE_COMMIT_HOME": str(cwd / ".git" / "store"),
            "PREK_COLOR": "never",
            "PREK_HOME": str(cwd / ".git" / "store"),
        },
    )


def published(to: Path) -> str:
    """Commit the checked-out files to a new repository; return the commit."""
    listed = run("git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=to)
    for name in listed.stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
    whose = ("-c", "user.name=tests", "-c", "user.email=tests@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "--quiet"), ("add", "--all", "--force"), (*whose, "commit", "--quiet", "--message=all")):
        done = run("git", *command, cwd=to)
        assert done.returncode == 0, done.stderr
    return run("git", "rev-parse", "HEAD", cwd=to).stdout.strip()


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's git repository, in which pre-commit is configured to use the hook."""
    folder = tmp_path_factory.mktemp("user")
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    if run("git", "-C", ROOT, "rev-parse", "HEAD", cwd=folder).returncode:
        pytest.skip("not a git checkout with a commit")
    reached = run(
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--retries", "0", "--timeout", "10",
        "--dest", folder / "reached", "pluggy", cwd=folder,
    )  # fmt: skip
    if reached.returncode:
        pytest.skip("the package registry cannot be reached")
    source = tmp_path_factory.mktemp("source")
    used = {"repo": str(source), "rev": published(source), "hooks": [{"id": "vmlint"}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [used]}), "utf-8")
    run("git", "init", "--quiet", cwd=folder)
    return folder


def try_hook(folder: Path, **files: str) -> subprocess.CompletedProcess[str]:
    names = []
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_text(text)
        names.append(path.name)
    run("git", "add", ".pre-commit-config.yaml", *names, cwd=folder)
    return run(sys.executable, "-m", "pre_commit", "run", "--files", *names, cwd=folder)


def test_the_hook_is_given_the_files_that_may_be_read_and_no_others() -> None:
    described, _ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    hooked = re.compile(described["files"])
    patterns = {pattern.lower() for reader in load().readers for pattern in reader.patterns}
    patterns |= {f"*{ending}" for ending in ENDINGS}
    made_up = {pattern.replace("*", "x").replace("[._-]", "-") for pattern in patterns}
    names = made_up | {name.upper() for name in made_up} | {path.name for path in ROOT.rglob("*.*")}
    read = {name for name in names if any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in patterns)}
    assert made_up < read < names
    assert {name for name in names if hooked.search(name)} == read
    assert {name for name in names if hooked.search(f"deep/{name}")} == read


TOOLS = [(sys.executable, "-m", "pre_commit"), (sys.executable, "-m", "prek")]
TOOL_NAMES = ["pre-commit", "prek"]


@pytest.fixture(scope="module")
def natives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A git repository with a file of each format in which something is found, and the hook that ``init`` writes."""
    folder = tmp_path_factory.mktemp("natives")
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    run("git", "init", "--quiet", cwd=folder)
    files = {}
    for reader in load().readers:
        if reader.name != "ova":
            example = next((ROOT / "examples" / "native" / reader.name).glob("flagged*"))
            files[reader.name] = f"{reader.name}-{example.name}"
            shutil.copyfile(example, folder / files[reader.name])
    files["ova"] = "appliance.ova"
    with tarfile.open(folder / files["ova"], "w", format=tarfile.USTAR_FORMAT) as archive:
        archive.add(folder / files["ovf"], "appliance.ovf")
    (folder / "notes.txt").write_text("no manifest\n", "utf-8")
    done = run(sys.executable, "-m", "vmlint", "init", "--hook", cwd=folder)
    assert done.returncode == 0, done.stderr
    run("git", "add", "--all", cwd=folder)
    return folder, files


@pytest.mark.slow
@pytest.mark.xdist_group("hook")
@pytest.mark.parametrize("tool", TOOLS, ids=TOOL_NAMES)
def test_the_hook_of_init_lints_every_format(natives: tuple[Path, dict[str, str]], tool: tuple[str, ...]) -> None:
    folder, files = natives
    assert files.keys() == {reader.name for reader in load().readers}
    done = run(*tool, "run", "--all-files", cwd=folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert {name for name, file in files.items() if f"--> {file}:" not in done.stdout} == set()
    passed = run(*tool, "run", "--files", "notes.txt", cwd=folder)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "no files to check" in passed.stdout


@pytest.mark.slow
@pytest.mark.xdist_group("hook")
@pytest.mark.parametrize("tool", TOOLS, ids=TOOL_NAMES)
def test_a_commit_is_stopped_by_what_is_staged_only(tmp_path: Path, tool: tuple[str, ...]) -> None:
    run("git", "init", "--quiet", cwd=tmp_path)
    assert run(sys.executable, "-m", "vmlint", "init", "--hook", cwd=tmp_path).returncode == 0
    (tmp_path / "hmi.yaml").write_text(HEALTHY, "utf-8")
    run("git", "add", "--all", cwd=tmp_path)
    (tmp_path / "hmi.yaml").write_text(FAULTY, "utf-8")
    done = run(*tool, "run", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    run("git", "add", "--all", cwd=tmp_path)
    done = run(*tool, "run", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "hmi.yaml:5:15" in done.stdout


@pytest.mark.slow
@pytest.mark.xdist_group("hook")
@pytest.mark.parametrize("tool", TOOLS, ids=TOOL_NAMES)
def test_the_hook_for_changes_reports_what_a_commit_brings(tmp_path: Path, tool: tuple[str, ...]) -> None:
    _, described = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    used = {"repo": "local", "hooks": [described | {"language": "system"}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [used]}), "utf-8")
    (tmp_path / "old.yaml").write_text(FAULTY, "utf-8")
    run("git", "init", "--quiet", cwd=tmp_path)
    run("git", "add", "--all", cwd=tmp_path)
    first = run(*tool, "run", cwd=tmp_path)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "old.yaml:5:15" in first.stdout
    whose = ("-c", "user.name=tests", "-c", "user.email=tests@example.org", "-c", "commit.gpgsign=false")
    assert run("git", *whose, "commit", "--quiet", "--message=old", cwd=tmp_path).returncode == 0
    (tmp_path / "old.yaml").write_text("# moved\n" + FAULTY, "utf-8")
    run("git", "add", "--all", cwd=tmp_path)
    done = run(*tool, "run", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "new.yaml").write_text(FAULTY.replace("legacy-hmi", "other"), "utf-8")
    run("git", "add", "--all", cwd=tmp_path)
    done = run(*tool, "run", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "new.yaml:5:15" in done.stdout
    assert "old.yaml" not in done.stdout


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.xdist_group("hook")
def test_hook(hook: Path) -> None:
    flagged = try_hook(hook, faulty__yaml=FAULTY, healthy__yaml=HEALTHY, notes__yaml="services: {web: {image: x}}\n")
    assert flagged.returncode == 1, flagged.stdout + flagged.stderr
    assert "faulty.yaml:5:15" in flagged.stdout
    assert "VM301" in flagged.stdout
    assert "healthy" not in flagged.stdout
    assert "notes" not in flagged.stdout
    none = try_hook(hook, compose__yaml="services: {web: {image: nginx}}\n", notes__txt="no manifest\n")
    assert none.returncode == 0, none.stdout + none.stderr
    assert "Passed" in none.stdout
