"""What the author of a rule sees: these tests run on a copy of rules/ in which something was changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

ROOT = Path(__file__).parents[2]
STEM = "containers/vm403_container_kernel_version"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return copytree(ROOT / "rules", tmp_path / "vmlint_rules", ignore=ignore_patterns("__pycache__"))


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def run(rules: Path, *command: str) -> tuple[int, str]:
    """Run a module of Python with a copy of the rules, and return its exit status and what it wrote."""
    environment = os.environ | {"PYTHONPATH": str(rules.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def run_tests(rules: Path, *options: str) -> tuple[int, str]:
    """Run the tests of VM403's cases, references and docstring."""
    files = ("test_cases.py", "test_references.py", "test_docstrings.py")
    paths = [f"tests/rules/{file}" for file in files]
    return run(rules, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *paths, "-k", "VM403", *options)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('architectures=("container",)', 'architectures=("contained",)', "ValueError: VM403: architecture 'contained'"),
        ("    if ", "    if if ", "SyntaxError: invalid syntax (vm403_container_kernel_version.py, line "),
        ("def container_kernel_version", "def other", "has no attribute 'container_kernel_version'"),
    ],
)
def test_a_rule_that_does_not_load_is_named_with_the_reason(rules: Path, old: str, new: str, reason: str) -> None:
    changed(rules / f"{STEM}.py", old, new)
    for status, text in (run_tests(rules), run(rules, "vmlint", "check", "--select", "VM403", "examples")):
        assert status == 4
        assert f"did not load: ImportError: rules/{STEM}.py: " in text
        assert reason in text
