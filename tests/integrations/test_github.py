"""The action and the workflows of GitHub: what GitHub reads, safe by zizmor's word, and the shell of the steps run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.repository import Repository
from vmlint.cli import ci

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FLAGGED = ROOT / "examples" / "native" / "compose" / "flagged-runner.yaml"


def action() -> Any:
    return yaml.safe_load(ACTION.read_text("utf-8"))


def step(id: str) -> Any:
    return next(each for each in action()["runs"]["steps"] if each.get("id") == id)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)


# What GitHub and others say of the files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("github-actions", [ACTION]),
        ("github-workflows", WORKFLOWS),
        ("dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ],
)
def test_files_are_what_github_reads(kind: str, files: list[Path]) -> None:
    done = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", *files)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    first = tmp_path / ".github" / "workflows" / "vmlint.yml"  # what `vmlint init --ci` writes
    first.parent.mkdir(parents=True)
    first.write_text(ci.step("github", "vmlint==0.1.0").text, "utf-8")
    zizmor = (Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", "--strict-collection")
    for files in (("--persona", "pedantic", ROOT / ".github", ACTION), (first,)):
        done = run(*zizmor, *files)
        assert done.returncode == 0, done.stdout + done.stderr
    unsafe = tmp_path / "action.yml"  # and it looks: an input that reaches the shell is found
    unsafe.write_text(ACTION.read_text("utf-8").replace('"$PYTHON" -I -m venv', "${{ inputs.paths }}"), "utf-8")
    assert "template-injection" in run(*zizmor, unsafe).stdout


def test_inputs_reach_the_shell_through_the_environment_only() -> None:
    for each in action()["runs"]["steps"]:
        assert "${{" not in each.get("run", "")
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", ACTION.read_text("utf-8")))
    assert used == set(action()["inputs"])
    assert all("default" in each and each["description"] for each in action()["inputs"].values())


def test_actions_are_pinned_alike() -> None:
    texts = [file.read_text("utf-8") for file in (ACTION, *WORKFLOWS)] + [ci.step("github", "vmlint").text]
    used = [line for text in texts for line in re.findall(r"uses: (?!\./)(.*)", text)]
    assert len(used) > 10
    assert [line for line in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    assert len({line.split("@")[0] for line in used}) == len(set(used)), "one action, one version"


def test_workflows_hold_no_permission_that_no_job_asks_for() -> None:
    for file in WORKFLOWS:
        workflow = yaml.safe_load(file.read_text("utf-8"))
        assert workflow["permissions"] == {}, file
        for name, job in workflow["jobs"].items():
            assert job["permissions"], f"{file}: {name}"
            assert job["timeout-minutes"], f"{file}: {name}"


def test_every_supported_python_is_tested() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    supported = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', text)
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == supported


# The steps, in the shell in which GitHub runs them


class Runner:
    """What a step finds on a runner, and what it leaves there."""

    def __init__(self, folder: Path) -> None:
        self.work, self.temp = folder / "work", folder / "temp"
        self.output, self.summary = folder / "output", folder / "summary"
        for each in (self.work, self.temp):
            each.mkdir()

    def __call__(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        bash = shutil.which("bash")
        if bash is None:
            pytest.skip("bash is not installed")
        file = self.temp / "step.sh"
        file.write_text(script, "utf-8")
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
        return subprocess.run(
            [bash, "--noprofile", "--norc", "-e", "-o", "pipefail", str(file)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            cwd=self.work,
            env={
                **kept,
                "VMLINT_NO_CACHE": "1",
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(self.output),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "RUNNER_TEMP": str(self.temp),
                **environment,
            },
        )

    def lint(self, base: str = "", **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the step that lints, with inputs of the action and the ``base`` of a pull request."""
        wanted = {name: str(each["default"]) for name, each in action()["inputs"].items()} | inputs
        asked = step("lint")
        environment = {}
        for name, value in asked["env"].items():
            named = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
            environment[name] = wanted[named[1]] if named else sys.executable if name == "PYTHON" else base
        return self(asked["run"], **environment)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.slow
def test_findings_are_annotations_a_summary_and_sarif(runner: Runner) -> None:
    shutil.copy(FLAGGED, runner.work / "compose.yaml")
    done = runner.lint(sarif="out.sarif", **{"fail-on": "note"})
    assert done.returncode == 1, done.stderr
    assert "--> compose.yaml:" in done.stdout
    assert re.search(r"^::(error|warning) .*file=compose\.yaml,", done.stdout, re.M)
    assert runner.output.read_text("utf-8").split() == ["status=1", "sarif=out.sarif"]
    assert "VM401" in runner.summary.read_text("utf-8")
    written = json.loads((runner.work / "out.sarif").read_text("utf-8"))
    assert (written["version"], len(written["runs"][0]["results"])) == ("2.1.0", 2)
    (runner.work / "vmlint.toml").write_text('[[waivers]]\nrules = ["VM401", "VM408"]\nreason = "a test"\n', "utf-8")
    assert runner.lint(sarif="out.sarif").returncode == 0
    assert json.loads((runner.work / "out.sarif").read_text("utf-8"))["runs"][0]["results"] == [], "no open alert"


@pytest.mark.slow
def test_nothing_found_passes(runner: Runner) -> None:
    shutil.copy(ROOT / "examples" / "native" / "compose" / "healthy-shop.yaml", runner.work / "compose.yaml")
    done = runner.lint(summary="false")
    assert done.returncode == 0, done.stdout + done.stderr
    assert runner.output.read_text("utf-8").split() == ["status=0"]
    assert not runner.summary.exists()


@pytest.mark.slow
def test_the_settings_say_what_fails_where_the_workflow_does_not(runner: Runner) -> None:
    shutil.copy(FLAGGED, runner.work / "compose.yaml")
    assert runner.lint(arguments="--select\nVM999\n").returncode == 2
    assert runner.output.read_text("utf-8").split() == ["status=2"]


@pytest.mark.slow
def test_what_a_workflow_passes_in_is_never_a_command(runner: Runner) -> None:
    folder = runner.work / "a $(touch one) 'b' ; touch two"
    folder.mkdir()
    shutil.copy(FLAGGED, folder / "compose.yaml")
    done = runner.lint(paths=f"{folder.name}\n\n", sarif="$(touch three).sarif", **{"fail-on": "error"})
    assert done.returncode == 1, done.stdout + done.stderr
    assert sorted(path.name for path in runner.work.iterdir()) == ["$(touch three).sarif", folder.name]
    assert runner.lint(paths="--version").returncode == 1  # a path that does not exist, and no option


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vmlint.py", "yaml.py", "json.py", "venv.py"])
def test_no_module_of_the_linted_repository_is_imported(runner: Runner, name: str) -> None:
    (runner.work / name).write_text("open('imported', 'w')\n", "utf-8")
    shutil.copy(FLAGGED, runner.work / "compose.yaml")
    assert runner.lint().returncode == 1
    assert not (runner.work / "imported").exists()


@pytest.mark.slow
def test_a_pull_request_is_judged_by_its_base(runner: Runner) -> None:
    repository = Repository(runner.work)
    base = repository.commit(**{"README.md": ""})
    text = FLAGGED.read_text("utf-8")
    repository.commit(**{"compose.yaml": text, "vmlint.toml": 'ignore = ["VM4"]\n'})
    assert runner.lint().returncode == 0, "a push is judged by what it brings"
    done = runner.lint(base)
    assert (done.returncode, "--> compose.yaml:" in done.stdout) == (1, True), done.stderr
    assert runner.lint(base, **{"policy-from": "none"}).returncode == 0
    assert runner.lint(base, **{"policy-from": "HEAD"}).returncode == 0
    assert runner.lint("0" * 40).returncode == 2, "a base that is not there is no reason to pass"


FAKE = """\
#!/bin/sh
printf '%s|' "$@" >> "$RUNNER_TEMP/said"
if [ "$3" = venv ]; then mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; fi
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the fake is a shell script")
@pytest.mark.parametrize(("version", "installed"), [("", "/the action"), ("1.2.3", "vmlint==1.2.3")])
def test_the_action_installs_itself_or_the_version_that_is_named(runner: Runner, version: str, installed: str) -> None:
    python = runner.temp / "python"
    python.write_text(FAKE, "utf-8")
    python.chmod(0o755)
    done = runner(step("install")["run"], PYTHON=str(python), VERSION=version, GITHUB_ACTION_PATH="/the action")
    assert done.returncode == 0, done.stderr
    said = (runner.temp / "said").read_text("utf-8").split("|")
    assert said[:4] == ["-I", "-m", "venv", str(runner.temp / "vmlint")]
    assert said[4:7] == ["-I", "-m", "pip"]
    assert said[-2:] == [installed, ""]
    assert runner.output.read_text("utf-8") == f"python={runner.temp}/vmlint/bin/python\n"
