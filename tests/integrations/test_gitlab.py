"""The CI/CD component of GitLab: what GitLab reads, and its script run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from tests.repository import HERMETIC, Repository

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "templates" / "vmlint.yml"
FLAGGED = ROOT / "examples" / "native" / "compose" / "flagged-runner.yaml"


def job(**inputs: str) -> tuple[str, Any]:
    """Return the component as GitLab expands it, as text and as data."""
    head, text = COMPONENT.read_text("utf-8").split("\n---\n")
    declared = yaml.safe_load(head)["spec"]["inputs"]
    wanted = {name: each["default"] for name, each in declared.items()} | inputs
    used = set(re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", text))
    assert used == set(declared)
    text = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: json.dumps(wanted[match[1]]), text)
    return text, yaml.safe_load(text)["vmlint"]


@pytest.mark.slow
def test_it_is_what_gitlab_reads(tmp_path: Path) -> None:
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(job()[0], "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def script(
    tmp_path: Path, ci: Mapping[str, str] = MappingProxyType({}), /, **inputs: str
) -> subprocess.CompletedProcess[str]:
    """Run the last lines of the script in a shell, after those that install vmlint. ``ci`` are GitLab's variables."""
    _, described = job(**inputs)
    assert described["script"][0] == "python -I -m venv /tmp/vmlint"
    lines = [
        line.replace("/tmp/vmlint/bin/vmlint", f"{sys.executable} -I -m vmlint") for line in described["script"][2:]
    ]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
        env={**kept, **described["variables"], "VMLINT_NO_CACHE": "1", **HERMETIC, **ci},
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sh") is None, reason="sh is not installed")
def test_a_branch_is_judged_by_the_one_that_it_is_merged_into(tmp_path: Path) -> None:
    origin, work = Repository(tmp_path / "origin"), tmp_path / "work"
    origin.commit(**{"README.md": ""})
    origin.git("clone", "-q", str(origin.root), str(work))
    clone = Repository(work)
    clone.git("checkout", "-q", "-b", "topic")
    clone.commit(**{"compose.yaml": FLAGGED.read_text("utf-8"), "vmlint.toml": 'ignore = ["VM4"]\n'})
    branch = {"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_REF_NAME": "topic"}
    request = {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    cases: tuple[tuple[dict[str, str], dict[str, str], int], ...] = (
        (branch, {}, 1),
        ({**branch, **request}, {}, 1),
        ({**branch, **request, "CI_COMMIT_REF_NAME": "main"}, {}, 1),  # the branch of a fork may have any name
        ({**branch, "CI_COMMIT_REF_NAME": "main"}, {}, 0),
        (branch, {"policy-from": "none"}, 0),
        (branch, {"policy-from": "HEAD"}, 0),
        ({**branch, "CI_DEFAULT_BRANCH": "gone"}, {}, 128),
    )
    for ci, inputs, status in cases:
        done = script(work, ci, **inputs)
        assert done.returncode == status, (ci, done.stdout, done.stderr)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sh") is None, reason="sh is not installed")
def test_findings_fail_the_job_and_are_a_code_quality_report(tmp_path: Path) -> None:
    shutil.copy(FLAGGED, tmp_path / "compose.yaml")
    done = script(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "--> compose.yaml:" in done.stdout
    _, described = job()
    report = json.loads((tmp_path / described["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert {"description", "check_name", "fingerprint", "severity", "location"} <= report[0].keys()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sh") is None, reason="sh is not installed")
def test_inputs_are_never_commands(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    shutil.copy(FLAGGED, tmp_path / "one" / "compose.yaml")
    done = script(tmp_path, paths="one $(touch two) ;touch *", **{"fail-on": "note"})
    assert done.returncode == 1, done.stdout + done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "vmlint-code-quality.json"]
