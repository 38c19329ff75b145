"""What the author of a rule sees: these tests run on a copy of rules/ in which something was changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from vmlint.testing import marks

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
    """Run the tests of VM403's cases and sources."""
    files = ("test_cases.py", "test_sources.py")
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


@pytest.mark.slow
def test_wrong_sources_and_missing_cases_are_named(rules: Path) -> None:
    rule, cases = rules / f"{STEM}.py", rules / f"{STEM}.yaml"
    changed(rule, 'sources=("', 'sources=("S-44x", "judgement", "')
    changed(rule, 'article=("', 'article=("CT-C11", "')
    documents = cases.read_text("utf-8").split("\n---\n")
    cases.write_text("\n---\n".join(each for each in documents if "undecided-" not in each), "utf-8")
    status, text = run_tests(rules)
    assert status == 1
    assert "VM403: sources has 'S-44x'; did you mean 'S-44'? docs/sources.md lists them all" in text
    assert "sources has 'judgement'; docs/sources.md lists them all" in text
    assert "article has 'CT-C11'; did you mean 'CT-C1'? docs/article.md lists them all" in text
    assert f"{cases} has no document of the name undecided-…; write one" in text


@pytest.mark.slow
def test_comments_are_written_and_named(rules: Path) -> None:
    cases = rules / f"{STEM}.yaml"
    before = cases.read_text("utf-8")
    cases.write_text(marks.without(before), "utf-8")
    status, text = run_tests(rules, "--update-cases")
    assert status == 0
    assert text.count("wrote the comments of ") == before.count("name: flagged-") + before.count("name: undecided-")
    found, expected = marks.read(cases.read_text("utf-8")), marks.read(before)
    assert [mark.text for mark in found] == [mark.text for mark in expected]


@pytest.mark.slow
def test_comments_do_not_mend_a_case_that_contradicts_its_name(rules: Path) -> None:
    cases = rules / f"{STEM}.yaml"
    changed(cases, "name: passing-", "name: flagged-")
    before = cases.read_text("utf-8")
    status, text = run_tests(rules, "--update-cases")
    assert (status, "VM403 should find something" in text) == (1, True)
    assert cases.read_text("utf-8") == before
