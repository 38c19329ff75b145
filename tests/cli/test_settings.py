"""Settings as a project has them: of the nearest file, by path, extended, excluded, from the environment."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

COMPOSE = """\
services:
  {name}:
    image: docker.io/library/nginx:1.27
    privileged: true
"""
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: till}
spec:
  guest: {os: debian12}
  deployment: {platform: kvm}
"""


def put(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture(autouse=True)
def repository(vmlint: Vmlint) -> None:
    """A repository with a privileged container of each of two teams."""
    Path(".git").mkdir()
    put("a/compose.yaml", COMPOSE.format(name="web"))
    put("b/prod/compose.yaml", COMPOSE.format(name="api"))


def report(vmlint: Vmlint, *arguments: str, stdin: str = "") -> Any:
    seen = vmlint("check", "--format", "json", *arguments, stdin=stdin)
    assert seen.stderr == ""
    return json.loads(seen.stdout)


def found(vmlint: Vmlint, *arguments: str, stdin: str = "") -> dict[str, list[tuple[str, str]]]:
    """The code and severity of each finding, by file, but for notes on other things."""
    listed: dict[str, list[tuple[str, str]]] = {}
    for each in report(vmlint, *arguments, stdin=stdin)["findings"]:
        if each["code"] in ("VM401", "VM407", "VM705"):
            listed.setdefault(each["place"]["file"], []).append((each["code"], each["severity"]))
    return listed


def test_the_nearest_file_of_each_linted_file_counts(vmlint: Vmlint) -> None:
    put("vmlint.toml", '[severity]\nVM407 = "note"\n')
    put("b/vmlint.toml", '[severity]\nprivileged-container = "error"\n')
    expected = {"a/compose.yaml": [("VM407", "note")], "b/prod/compose.yaml": [("VM407", "error")]}
    assert found(vmlint) == expected
    assert found(vmlint, "a/compose.yaml", "b/prod/compose.yaml") == expected
    text = Path("a/compose.yaml").read_text("utf-8")
    assert found(vmlint, "-", "--stdin-filename", "b/prod/new.yaml", stdin=text) == {
        "b/prod/new.yaml": [("VM407", "error")]
    }


def test_the_current_folder_makes_no_difference(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a/vmlint.toml", 'ignore = ["VM407"]\n')
    assert found(vmlint) == {"b/prod/compose.yaml": [("VM407", "warning")]}
    monkeypatch.chdir("b")
    assert found(vmlint, "../a", ".") == {"b/prod/compose.yaml": [("VM407", "warning")]}


def test_a_link_has_the_settings_of_its_file(vmlint: Vmlint) -> None:
    put("b/vmlint.toml", 'ignore = ["VM407"]\n')
    Path("a/linked.yaml").symlink_to("../b/prod/compose.yaml")
    assert found(vmlint, "a/linked.yaml") == {}


@pytest.mark.parametrize(
    ("fail_on", "arguments", "status"),
    [("error", (), 0), ("warning", (), 1), ("error", ("--fail-on", "warning"), 1), ("note", ("--fail-on", "error"), 0)],
)
def test_what_fails_a_run_is_settled_by_file(
    vmlint: Vmlint, fail_on: str, arguments: tuple[str, ...], status: int
) -> None:
    put("vmlint.toml", 'fail-on = "error"\n')
    put("b/vmlint.toml", f'fail-on = "{fail_on}"\n')
    assert vmlint("check", *arguments).status == status


def test_overrides_by_path_lie_over_the_file_in_their_order(vmlint: Vmlint) -> None:
    put(
        "vmlint.toml",
        """
        [severity]
        VM407 = "error"

        [[overrides]]
        paths = ["prod/**", "a/"]
        severity = { VM407 = "note" }

        [[overrides]]
        paths = ["b/**", "!b/prod/**"]
        ignore = ["VM407"]
        """,
    )
    put("b/test/compose.yaml", COMPOSE.format(name="probe"))
    # prod/** is relative to the file: b/prod is no folder of that name beside it.
    assert found(vmlint) == {"a/compose.yaml": [("VM407", "note")], "b/prod/compose.yaml": [("VM407", "error")]}


def test_context_is_shown_where_a_finding_rests_on_it(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    put(
        "vmlint.toml",
        """\
[[overrides]]
paths = ["b/prod/**"]

[overrides.context]
environment = "production"
labels.owner = "shop"
requirements.isolation.tenancy = "untrusted-multi"
""",
    )
    seen = vmlint("check", "--select", "VM401,VM407")
    assert seen.status == 1
    golden("settings/context.txt", seen.stdout)
    golden("settings/context_facts.txt", vmlint("facts", "b/prod/compose.yaml").stdout)
    covered = {each["file"]: each["coverage"][0].get("settings") for each in report(vmlint)["files"]}
    assert covered["a/compose.yaml"] is None
    assert covered["b/prod/compose.yaml"] == {
        "environment": "vmlint.toml:5:1",
        "requirements.isolation.tenancy": "vmlint.toml:7:1",
    }


def facts(vmlint: Vmlint, file: str, *arguments: str) -> str:
    seen = vmlint("facts", file, *arguments)
    assert (seen.status, seen.stderr) == (0, "")
    return seen.stdout


def test_a_files_own_word_wins_and_a_default_of_its_format_does_not(vmlint: Vmlint) -> None:
    context = '[context]\nenvironment = "production"\nlabels = { owner = "ops", tier = "1" }\n'
    put("vmlint.toml", context)
    put("a/compose.yaml", "# vmlint: environment=staging\n# vmlint: labels.owner=web\n" + COMPOSE.format(name="web"))
    said = facts(vmlint, "a/compose.yaml")
    assert "environment: staging" in said
    assert "owner: web" in said
    assert "tier: '1'" in said
    assert "From the settings, since the file does not state them:\n#   labels.tier: vmlint.toml:3:27\n" in said
    put("a/till.vmlint.yaml", MANIFEST.replace("spec:", "spec:\n  environment: test"))
    assert "environment: test" in facts(vmlint, "a/till.vmlint.yaml")
    put(".devcontainer/devcontainer.json", '{"image": "docker.io/library/debian:12"}')
    said = facts(vmlint, ".devcontainer/devcontainer.json")  # by default of its format, it is for development
    assert "environment: production" in said
    assert "#   environment: vmlint.toml:2:1\n" in said


def test_a_manifest_that_names_its_host_is_told_nothing_of_another(vmlint: Vmlint) -> None:
    put("vmlint.toml", "[context.host]\nvirtualized = true\nmemory = '64Gi'\n")
    put("host.yaml", "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: n}\nspec: {memory: 8Gi}\n")
    put("till.vmlint.yaml", MANIFEST)
    assert "memory: 64Gi" in facts(vmlint, "till.vmlint.yaml")
    put("till.vmlint.yaml", MANIFEST.replace("spec:", "spec:\n  hostRef: host.yaml"))
    said = facts(vmlint, "till.vmlint.yaml")
    assert "memory: 8Gi" in said
    assert "virtualized" not in said


def test_a_host_document_takes_the_place_of_earlier_facts_about_the_host(vmlint: Vmlint) -> None:
    put("nodes.yaml", "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: n}\nspec: {memory: 8Gi}\n")
    put("till.vmlint.yaml", MANIFEST)
    put("vmlint.toml", 'host = "nodes.yaml"\n[context]\nhost.memory = "64Gi"\n')
    assert "memory: 64Gi" in facts(vmlint, "till.vmlint.yaml")
    put(
        "vmlint.toml",
        '[context]\nhost = { memory = "64Gi", virtualized = true }\n'
        '[[overrides]]\npaths = ["*.vmlint.yaml"]\nhost = "nodes.yaml"\n',
    )
    said = facts(vmlint, "till.vmlint.yaml")
    assert "memory: 8Gi" in said
    assert "virtualized" not in said


def test_context_fills_a_manifest_over_a_native_file(vmlint: Vmlint) -> None:
    put("vmlint.toml", '[context]\nenvironment = "production"\nhost.platform = "linux/arm64"\n')
    put(
        "a/over.vmlint.yaml",
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: till}\nspec:\n"
        "  deployment: {source: compose.yaml}\n  kind: service\n",
    )
    seen = report(vmlint, "a")
    (over,) = (each for each in seen["files"] if each["file"] == "a/over.vmlint.yaml")
    assert [each["code"] for each in seen["findings"] if each["code"] == "VM917"] == []
    assert over["coverage"][0]["settings"] == {
        "environment": "vmlint.toml:2:1",
        "host.platform": "vmlint.toml:3:1",
    }


def test_what_if_and_suggest_take_the_context(vmlint: Vmlint) -> None:
    put("till.vmlint.yaml", MANIFEST)
    commands = (("suggest", "till.vmlint.yaml"), ("check", "--on", "virtualbox", "till.vmlint.yaml"))
    before = [vmlint(*command).stdout for command in commands]
    put("vmlint.toml", '[context]\nrequirements.devices.gpu.mode = "passthrough"\n')
    after = [vmlint(*command).stdout for command in commands]
    put("till.vmlint.yaml", MANIFEST.replace("spec:", "spec:\n  requirements: {devices: {gpu: {mode: passthrough}}}"))
    Path("vmlint.toml").unlink()
    stated = [vmlint(*command).stdout for command in commands]
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert [text.replace(":3", "") for text in after] == [text.replace(":3", "") for text in stated]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[context]\nenviroment = "production"',
            "2:1: context.enviroment: there is no field 'enviroment'; did you mean",
        ),
        ('[context]\nenvironment = "live"', "2:1: context.environment: "),
        (
            '[context]\ndeployment.platform = "kvm"',
            "2:1: context.deployment.platform: a context states environment, kin",
        ),
        ("[context]\nhost.kernel.version = 5.10", "2:1: context.host.kernel.version: expected a text in quotes"),
        ('[context]\nhost.virtualized = "perhaps"', "2:1: context.host.virtualized: "),
        ("[context]\nlabels.owner = 1", "2:1: context.labels.owner: expected a text in quotes"),
        ('[context]\nrequirements.devices.pci = "x"', "2:1: context.requirements.devices.pci: expected a list"),
        (
            '[[waivers]]\nrules = ["VM407"]\nfield = "deploment.mode"',
            "2:1: waivers: there is no field 'deploment.mode'",
        ),
        ('host = "nodes.yaml"', "1:1: host 'nodes.yaml': cannot be read: No such file or directory"),
        ('host = "a/compose.yaml"', "1:1: host 'a/compose.yaml': expected facts of a host"),
        ('ignore = ["ALL"]', "1:11: the selection leaves no rule; `vmlint rules` lists them all; to leave files out"),
    ],
)
@pytest.mark.parametrize("command", ["check", "facts", "config show", "suggest"])
def test_faults_that_only_the_model_knows(vmlint: Vmlint, text: str, message: str, command: str) -> None:
    put("vmlint.toml", text)
    seen = vmlint(*command.split(), "a/compose.yaml")
    assert (seen.status, seen.stdout) == (2, "")
    assert seen.stderr.startswith(f"vmlint {command.split()[0]}: error: vmlint.toml:{message}")


def test_excluded_files_are_skipped_with_a_word(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    put("vmlint.toml", 'exclude = ["b/prod/", "*.bak.yaml", "!keep.bak.yaml"]\n')
    put("a/old.bak.yaml", COMPOSE.format(name="old"))
    put("a/keep.bak.yaml", COMPOSE.format(name="keep"))
    assert [*found(vmlint)] == ["a/compose.yaml", "a/keep.bak.yaml"]
    seen = vmlint("check", "a/compose.yaml", "a/old.bak.yaml", "b/prod/compose.yaml", "b", "--format", "concise")
    assert seen.status == 1
    golden("settings/excluded.txt", seen.stdout + seen.stderr)
    seen = vmlint("check", "b/prod/compose.yaml")
    assert (seen.status, seen.stdout) == (3, "")
    assert vmlint("check", "b/prod/compose.yaml", "--allow-empty") == (0, "", "")
    seen = vmlint("check", "-", "--stdin-filename", "b/prod/new.yaml", stdin=COMPOSE.format(name="new"))
    assert "skipped b/prod/new.yaml: it is excluded by vmlint.toml:1:12" in seen.stderr


def test_an_excluded_folder_is_skipped_with_a_word(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    put("vmlint.toml", 'exclude = ["b"]\n')
    monkeypatch.chdir("b/prod")
    for named in (".", "..", "compose.yaml", "./compose.yaml", "../prod/"):
        seen = vmlint("check", named)
        assert seen.status == 3
        assert f"skipped {named}: it is excluded by ../../vmlint.toml:1:12\n" in seen.stderr
    Path(".git").mkdir()  # what is a repository of its own has settings of its own
    assert vmlint("check", ".").status == 1


def test_an_excluded_manifest_says_nothing_of_other_files(vmlint: Vmlint) -> None:
    put(
        "old/over.vmlint.yaml",
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\nspec:\n"
        "  deployment: {source: ../a/compose.yaml}\n  kind: service\n",
    )
    assert "also linted old/over.vmlint.yaml" in vmlint("check", "a/compose.yaml").stderr
    put("vmlint.toml", 'exclude = ["old"]\n')
    assert vmlint("check", "a/compose.yaml").stderr == ""


def test_exclude_as_an_option(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [*found(vmlint, "--exclude", "prod/,*.bak")] == ["a/compose.yaml"]
    monkeypatch.chdir("b")
    assert vmlint("check", "--exclude", "/prod", ".").status == 3


def test_layers(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Built in < extends < file < overrides < environment < options."""

    def severity(*arguments: str) -> str:
        ((_, found_severity),) = found(vmlint, "a", *arguments)["a/compose.yaml"]
        return found_severity

    assert severity() == "warning"
    put("base.toml", '[severity]\nVM407 = "error"\n')
    put("vmlint.toml", 'extends = ["base.toml"]\n')
    assert severity() == "error"
    put("vmlint.toml", 'extends = ["base.toml"]\n[severity]\nVM407 = "note"\n')
    assert severity() == "note"
    override = '[[overrides]]\npaths = ["a/**"]\nseverity = { VM407 = "error" }\n'
    put("vmlint.toml", Path("vmlint.toml").read_text("utf-8") + override)
    assert severity() == "error"
    monkeypatch.setenv("VMLINT_SEVERITY", "VM407=note, VM401 = warning")
    assert severity() == "note"
    assert severity("--severity", "privileged-container=warning") == "warning"
    monkeypatch.delenv("VMLINT_SEVERITY")
    assert severity("--isolated") == "warning"
    assert severity("--config", "base.toml") == "error"
    monkeypatch.setenv("VMLINT_CONFIG", "base.toml")
    put("vmlint.toml", "")
    assert severity() == "error"
    assert severity("--isolated") == "warning"
    seen = vmlint("check", "--isolated", "--config", "base.toml")
    assert (seen.status, "--isolated reads no settings file" in seen.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("VMLINT_PROFLE", "strict", "VMLINT_PROFLE: there is no such variable; did you mean `VMLINT_PROFILE`?"),
        ("VMLINT_PROFILE", "strikt", "VMLINT_PROFILE: expected one of minimal, default, strict, not 'strikt'; did you"),
        ("VMLINT_SELECT", "VM4O7", "VMLINT_SELECT: no rule matches 'VM4O7'"),
        ("VMLINT_IGNORE", "VM903", "VMLINT_IGNORE: VM903 (invalid-syntax) cannot be ignored"),
        ("VMLINT_SEVERITY", "VM407=info", "VMLINT_SEVERITY VM407: expected one of note, warning, error, not 'info'"),
        ("VMLINT_SEVERITY", "VM903=note", "VMLINT_SEVERITY: VM903 (invalid-syntax) is always an error"),
        ("VMLINT_FAIL_ON", "never", "VMLINT_FAIL_ON: expected one of error, warning, note, not 'never'"),
        ("VMLINT_HOST", "gone.yaml", "VMLINT_HOST gone.yaml: cannot be read"),
        ("VMLINT_CATALOG", "gone", "VMLINT_CATALOG: there is no folder 'gone'"),
        ("VMLINT_CONFIG", "gone.toml", "gone.toml: there is no such file"),
        ("VMLINT_EXCLUDE", "a,,b", "VMLINT_EXCLUDE: the list has an empty entry"),
    ],
)
def test_faults_of_the_environment(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    seen = vmlint("check")
    assert (seen.status, seen.stdout) == (2, "")
    assert f"error: {message}" in seen.stderr


def test_somebody_elses_variable_is_no_fault(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMLINT_IMAGE_TAG", "1")
    assert vmlint("check", "a").status == 1


EMPTY_OPTIONS = [
    "--policy-from",
    "--since",
    "--config",
    "--baseline",
    "--on",
    "--format",
    "--output",
    "--select",
    "--ignore",
    "--profile",
    "--severity",
    "--exclude",
    "--catalog",
    "--host",
    "--today",
    "--fail-on",
    "--stdin-filename",
    "--files-from",
    "--jobs",
]
EMPTY_VARIABLES = [
    "PROFILE",
    "SELECT",
    "IGNORE",
    "SEVERITY",
    "EXCLUDE",
    "CATALOG",
    "HOST",
    "FAIL_ON",
    "CONFIG",
    "CACHE_DIR",
]


def test_what_is_given_without_a_value_is_not_taken_for_not_given(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for option in EMPTY_OPTIONS:
        for words in ([f"{option}="], [option, ""]):
            assert vmlint("check", *words, "a").status == 2, words
    said = vmlint("check", "--policy-from", "", "a").stderr
    assert said == "vmlint check: error: --policy-from is empty; give it a value, or leave it out\n"
    for name in EMPTY_VARIABLES:
        monkeypatch.setenv(f"VMLINT_{name}", "")
        message = f"vmlint check: error: VMLINT_{name} is empty; give it a value, or unset it\n"
        assert (screen := vmlint("check", "a")).status == 2
        assert screen.stderr == message
        monkeypatch.delenv(f"VMLINT_{name}")


def test_settings_that_are_about_no_file(vmlint: Vmlint) -> None:
    put(
        "vmlint.toml",
        '[[waivers]]\nrules = ["VM407"]\npaths = ["none/"]\n[[overrides]]\npaths = ["c/**"]\nignore = ["VM401"]\n',
    )
    idle = "vmlint: vmlint.toml:2:1: no linted file is under the paths of this waiver\n"
    assert idle in vmlint("check").stderr
    assert "vmlint.toml:6:11: no linted file is under the paths of these settings\n" in vmlint("check").stderr
    assert vmlint("check", "a").stderr == ""
    put("vmlint.toml", "[[waivers]]\nrules = []\n")
    assert "vmlint.toml:2:9: waivers.rules: expected a list of one rule or more" in vmlint("check").stderr
    put("vmlint.toml", "select = []\n")
    assert "vmlint.toml:1:10: select: expected a list of one rule or more" in vmlint("check").stderr


def test_select_takes_the_place_and_ignore_adds(vmlint: Vmlint) -> None:
    put("vmlint.toml", 'select = ["VM407"]\nignore = ["VM401"]\n')
    assert found(vmlint, "a", "--select", "VM4", "--ignore", "VM410") == {"a/compose.yaml": [("VM407", "warning")]}
    assert found(vmlint, "a", "--select", "VM705") == {}
    seen = vmlint("check", "a", "--select", "VM705", "--ignore", "VM410")
    assert "(only VM705 checked; VM401, VM410 ignored)" in seen.stdout


def test_thresholds(vmlint: Vmlint) -> None:
    put(
        "fleet.vmlint.yaml",
        MANIFEST.replace("platform: kvm", "platform: virtualbox").replace("spec:", "spec:\n  instances: 7"),
    )
    assert "small scale: up to 5" in vmlint("check", "fleet.vmlint.yaml", "--select", "VM205").stdout
    put("vmlint.toml", "[thresholds.type2-beyond-small-scale]\nsmall-scale = 6\n")
    assert "small scale: up to 6" in vmlint("check", "fleet.vmlint.yaml", "--select", "VM205").stdout
    put("vmlint.toml", '[[overrides]]\npaths = ["fleet*"]\nthresholds = { VM205 = { small-scale = 7 } }\n')
    assert "all clear" in vmlint("check", "fleet.vmlint.yaml", "--select", "VM205").stdout


def test_a_raised_severity_is_reported_by_a_quiet_profile_too(vmlint: Vmlint) -> None:
    put("vmlint.toml", 'profile = "minimal"\n')
    assert found(vmlint, "a") == {}
    put("vmlint.toml", 'profile = "minimal"\n[severity]\nVM407 = "error"\n')
    assert found(vmlint, "a") == {"a/compose.yaml": [("VM407", "error")]}
    put("vmlint.toml", '[severity]\nVM407 = "error"\n[[overrides]]\npaths = ["a"]\nseverity.VM407 = "note"\n')
    assert found(vmlint, "a", "--profile", "minimal") == {}


def test_config_show(vmlint: Vmlint, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        "policy/base.toml",
        'profile = "strict"\nignore = ["VM704"]\n[waiver-policy]\nreason = true\nforbid = ["VM401"]\n',
    )
    put(
        "vmlint.toml",
        """\
extends = ["policy/base.toml"]
exclude = ["old/"]
docs-url = "https://docs.example.org/{code}"
baseline = "vmlint-baseline.json"

[thresholds.VM205]
small-scale = 10

[[overrides]]
paths = ["b/prod/**"]
ignore = ["VM410"]
[overrides.context]
environment = "production"
requirements.isolation.compliance = ["pci-dss"]

[[waivers]]
rules = ["privileged-container"]
paths = ["b/**"]
reason = "goes away with the old cluster"
until = 2027-03-01
""",
    )
    monkeypatch.setenv("VMLINT_FAIL_ON", "error")
    seen = vmlint("config", "show", "b/prod/compose.yaml", "--severity", "VM407=note")
    assert (seen.status, seen.stderr) == (0, "")
    golden("settings/config_show.txt", seen.stdout)
    golden("settings/config_show.json", vmlint("config", "show", "b/prod/compose.yaml", "--format", "json").stdout)
    golden("settings/config_show_folder.txt", vmlint("config", "show", "a").stdout)
    Path("old").mkdir()
    assert "it is excluded by vmlint.toml:2:12, and not linted" in vmlint("config", "show", "old").stdout
    seen = vmlint("config", "show", "gone.yaml")
    assert (seen.status, "gone.yaml: there is no such file" in seen.stderr) == (2, True)


def test_settings_that_are_nowhere(vmlint: Vmlint) -> None:
    assert vmlint("config", "show", "a/compose.yaml").stdout == (
        "a/compose.yaml: no settings file\n  profile  default  built in\n  fail-on  warning  built in\n"
    )


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with settings, which must not be imported, on the path of modules."""
    site = tmp_path / "site-packages"
    folder = site / "acme_policy"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(str(site))
    return folder


def test_a_pack_in_an_installed_package(vmlint: Vmlint, pack: Path) -> None:
    (pack / "strict.toml").write_text('extends = ["base.toml"]\n[severity]\nVM407 = "error"\n')
    (pack / "base.toml").write_text('ignore = ["VM410"]\n[[overrides]]\npaths = ["/b/**"]\nignore = ["VM407"]\n')
    put("vmlint.toml", 'extends = ["package:acme_policy/strict.toml"]\n')
    assert found(vmlint, "a", "b") == {"a/compose.yaml": [("VM407", "error")]}
    assert "acme_policy" not in sys.modules
    shown = vmlint("config", "show", "a/compose.yaml").stdout
    assert "package:acme_policy/strict.toml:3:1" in shown
    assert "package:acme_policy/base.toml:1:11" in shown


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("package:acme_policy", "'package:acme_policy' is not written as package:NAME/FILE"),
        ("package:acme.policy/x.toml", "'package:acme.policy/x.toml' is not written as package:NAME/FILE"),
        ("package:acme_policy/../x.toml", "'package:acme_policy/../x.toml' is not written as package:NAME/FILE"),
        ("package:no_such_pack/x.toml", "no package 'no_such_pack' is installed beside vmlint"),
        ("package:own_pack/x.toml", "no package 'own_pack' is installed beside vmlint"),
        ("package:acme_policy/strikt.toml", "there is no file 'package:acme_policy/strikt.toml'; did you mean"),
        ("gone.toml", "there is no file 'gone.toml'"),
        ("../outside.toml", "'../outside.toml' leads out of the project ("),
        ("/etc/passwd", "'/etc/passwd' is neither written relative to this file nor package:NAME/FILE"),
        ("pyproject.toml", "'pyproject.toml' has no [tool.vmlint]"),
    ],
)
def test_what_cannot_be_extended(
    vmlint: Vmlint, pack: Path, monkeypatch: pytest.MonkeyPatch, word: str, message: str
) -> None:
    (pack / "strict.toml").write_text("")
    put("own_pack/x.toml", "")  # in the current folder, which is anybody's
    put("own_pack/__init__.py", "")
    put("pyproject.toml", "")
    monkeypatch.setattr(sys, "path", ["", str(Path.cwd()), *sys.path])
    put("vmlint.toml", f'extends = ["{word}"]\n')
    seen = vmlint("check")
    assert (seen.status, seen.stdout) == (2, "")
    assert f"error: vmlint.toml:1:12: extends: {message}" in seen.stderr


def test_extending_in_a_circle_or_for_ever(vmlint: Vmlint) -> None:
    put("vmlint.toml", 'extends = ["x/b.toml"]\n')
    put("x/b.toml", 'extends = ["../vmlint.toml"]\n')
    assert "x/b.toml:1:12: extends leads in a circle: vmlint.toml to x/b.toml to vmlint.toml" in vmlint("check").stderr
    for number in range(10):
        put(f"{number}.toml", f'extends = ["{number + 1}.toml"]\n')
    put("vmlint.toml", 'extends = ["0.toml"]\n')
    assert "7.toml:1:12: more than 8 files extend each other in a row" in vmlint("check").stderr
    for number in range(8):
        put(f"{number}.toml", f"extends = {[f'{number + 1}.toml'] * 4}\n")
    put("7.toml", "")
    assert "it extends more than 64 files" in vmlint("check").stderr


def test_a_file_extends_the_one_of_the_whole_repository(vmlint: Vmlint) -> None:
    put("vmlint.toml", 'ignore = ["VM410"]\n[[overrides]]\npaths = ["b/prod/**"]\nseverity = { VM407 = "error" }\n')
    put("b/vmlint.toml", 'profile = "strict"\n')
    assert found(vmlint, "b") == {"b/prod/compose.yaml": [("VM407", "warning")]}
    put("b/vmlint.toml", 'extends = ["../vmlint.toml"]\nprofile = "strict"\n')
    assert found(vmlint, "b") == {"b/prod/compose.yaml": [("VM407", "error")]}  # its paths mean what they meant there
    Path(".git").rmdir()  # as in an unpacked release
    assert found(vmlint, "b") == {"b/prod/compose.yaml": [("VM407", "error")]}


def test_single_facts_from_options_and_the_environment(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They lie over the settings, in the order of the page, and a finding names where they come from."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: 'nginx:1.27', privileged: true}}\n")
    (tmp_path / "vmlint.toml").write_text('[context]\nenvironment = "dev"\nkind = "batch"\n')
    monkeypatch.setenv("VMLINT_CONTEXT", "environment=test,requirements.portability=linux/amd64,linux/arm64,labels.a=b")
    options = ("--context", "requirements.isolation.tenancy=untrusted-multi", "--context", "labels.a = c,d=e")
    shown = vmlint("config", "show", "compose.yaml", *options).stdout
    assert [line.split() for line in shown.splitlines() if "context." in line] == [
        ["context.environment", "test", "VMLINT_CONTEXT"],
        ["context.kind", "batch", "vmlint.toml:3:1"],
        ["context.labels.a", "c,d=e", "--context"],
        ["context.requirements.isolation.tenancy", "untrusted-multi", "--context"],
        ["context.requirements.portability", "linux/amd64,linux/arm64", "VMLINT_CONTEXT"],
    ]
    said = vmlint("check", "compose.yaml", "--select", "VM401", *options)
    assert said.status == 1
    assert "because of requirements.isolation.tenancy: untrusted-multi, stated by --context" in said.stdout
    found = json.loads(vmlint("check", "--select", "VM401", "--format", "json", *options).stdout)["findings"][0]
    origins = {(Path(each["place"]["file"]).name, (each["derived"] or {}).get("why")) for each in found["because"]}
    assert ("compose.yaml", "stated by --context") in origins, "its place is in the file"
    facts = vmlint("facts", "compose.yaml", *options).stdout
    assert re.search(r"portability:\n +- linux/amd64\n +- linux/arm64\n", facts)
    assert "#   requirements.portability: VMLINT_CONTEXT\n" in facts


def test_this_machine_in_the_settings(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: 'nginx:1.27', privileged: true}}\n")
    (tmp_path / "vmlint.toml").write_text('host = "local"\n')
    shown = vmlint("check", "--coverage", "compose.yaml").stdout
    (tmp_path / "vmlint.toml").unlink()
    assert shown == vmlint("check", "--coverage", "compose.yaml", "--host", "local").stdout
    assert shown != vmlint("check", "--coverage", "compose.yaml").stdout
