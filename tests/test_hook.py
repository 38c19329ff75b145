"""The pre-commit hook, as pre-commit really runs it."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
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
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**environment, "PRE_COMMIT_COLOR": "never", "PRE_COMMIT_HOME": str(cwd / "store")},
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
    (described,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    hooked = re.compile(described["files"])
    patterns = {pattern.lower() for reader in load().readers for pattern in reader.patterns}
    patterns |= {f"*{ending}" for ending in ENDINGS}
    made_up = {pattern.replace("*", "x").replace("[._-]", "-") for pattern in patterns}
    names = made_up | {name.upper() for name in made_up} | {path.name for path in ROOT.rglob("*.*")}
    read = {name for name in names if any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in patterns)}
    assert made_up < read < names
    assert {name for name in names if hooked.search(name)} == read
    assert {name for name in names if hooked.search(f"deep/{name}")} == read


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
