"""``vmlint plugins``, with plugins installed for real: a distribution's metadata and a module on the path."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Install = Callable[..., None]

RULES = '''
from vmlint.api import Severity, finding, hookimpl, rule

@rule({code!r}, {name!r}, Severity.WARNING, sources=("ACME-HB",))
def check(workload):
    """Every workload of ours is wrong."""
    {body}

@hookimpl
def vmlint_rules():
    return [check]
'''
FINDS = 'yield finding("name", f"{workload.name} is wrong")'
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: till}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: xen}
"""


def rules(code: str = "ACME001", name: str = "acme-wrong", body: str = FINDS) -> str:
    return RULES.format(code=code, name=name, body=body)


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a plugin: its name, and the source of its module."""

    def install(name: str, source: str, **files: str) -> None:
        site = tmp_path_factory.mktemp("site")
        module = f"{site.name.replace('-', '_')}_{name}"
        (site / f"{module}.py").write_text(source, "utf-8")
        for path, text in files.items():
            file = site / path.replace("__", "/").replace("_yaml", ".yaml")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        about = site / f"vmlint_{name}-1.5.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: vmlint-{name}\nVersion: 1.5\n", "utf-8")
        (about / "entry_points.txt").write_text(f"[vmlint]\n{name} = {module}\n", "utf-8")
        monkeypatch.syspath_prepend(site)

    return install


@pytest.fixture(autouse=True)
def _manifest(vmlint: Vmlint) -> None:
    Path("till.vmlint.yaml").write_text(MANIFEST, "utf-8")


def codes(output: str) -> set[str]:
    return {found["code"] for found in json.loads(output)["findings"]}


def test_none_but_its_own(vmlint: Vmlint) -> None:
    seen = vmlint("plugins")
    assert (seen.status, seen.stderr) == (0, "")
    assert seen.stdout.startswith("builtin (vmlint ")
    assert seen.stdout.endswith(" rules\n")


def test_good_plugin(vmlint: Vmlint, install: Install) -> None:
    install("acme", rules())
    assert "acme (vmlint-acme 1.5): 1 rule\n" in vmlint("plugins").stdout
    assert "\nPlugin vmlint-acme 1.5\n  ACME001  warning acme-wrong" in vmlint("rules").stdout
    assert "Plugin: vmlint-acme 1.5" in vmlint("explain", "acme001").stdout
    seen = vmlint("check", "--format", "json")
    assert seen.status == 1
    assert {"ACME001", "VM301"} <= codes(seen.stdout)


CATALOGUE = """
from pathlib import Path
from vmlint.api import hookimpl

@hookimpl
def vmlint_catalog():
    return [Path(__file__).parent / "data"]
"""
PLATFORM = """\
id: acme-box
name: ACME Box
checked: "2026-11-22"
placement: bare-metal
architectures: {type1: hw-assisted}
modes: {hw-assisted: {}}
host: {os: [own], source: [judgement]}
source: [judgement]
"""


def test_plugin_that_brings_a_platform(vmlint: Vmlint, install: Install) -> None:
    install("boxes", CATALOGUE, data__platforms__acme_box_yaml="")
    assert "boxes (vmlint-boxes 1.5): 0 rules and 1 catalogue folder\n" in vmlint("plugins").stdout


def test_platform_of_a_plugin_is_listed(vmlint: Vmlint, install: Install) -> None:
    install("boxes", CATALOGUE, **{"data__platforms__acme-box_yaml": PLATFORM})
    assert "acme-box " in vmlint("schema", "--platforms").stdout


FAULTS = {
    "broken": ("import nothing_of_that_name", "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
    "clash": (rules("VM301"), "ValueError: rule code VM301 is taken by vmlint "),
    "prefix": (rules("VM123"), "ValueError: rule code VM123: codes that begin with VM are vmlint's own"),
    "structure": (rules("VM903"), "ValueError: rule code VM903 is taken by vmlint"),
    "no_rule": (
        "from vmlint.api import hookimpl\n@hookimpl\ndef vmlint_rules():\n    return ['ACME001']\n",
        "TypeError: vmlint_rules() yielded 'ACME001', which is not a rule",
    ),
    "evil": ("raise RuntimeError('\\x1b[2Jgone\\n')", "RuntimeError: \\x1b[2Jgone\\n"),
    "malformed": (rules("acme"), "ValueError: rule code 'acme': expected letters and digits"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_plugin_that_does_not_load(vmlint: Vmlint, install: Install, name: str) -> None:
    source, error = FAULTS[name]
    install(name, source)
    install("acme", rules())
    seen = vmlint("plugins")
    assert seen.status == 4
    assert f"{name} (vmlint-{name} 1.5): did not load: {error}" in seen.stdout
    assert "\x1b" not in seen.stdout
    assert "acme (vmlint-acme 1.5): 1 rule\n" in seen.stdout


@pytest.mark.parametrize("name", ["broken", "clash", "prefix"])
def test_check_goes_on_and_fails_closed(vmlint: Vmlint, install: Install, name: str) -> None:
    install(name, FAULTS[name][0])
    install("acme", rules())
    seen = vmlint("check", "--format", "json")
    assert seen.status == 4
    assert f"plugin {name} (vmlint-{name} 1.5) did not load: " in seen.stderr
    assert {"ACME001", "VM301"} <= codes(seen.stdout)


@pytest.mark.parametrize("command", [("rules",), ("schema", "--platforms"), ("schema", "--guests")])
def test_lists_that_may_be_incomplete_say_so(vmlint: Vmlint, install: Install, command: tuple[str, ...]) -> None:
    install("evil", FAULTS["evil"][0])
    seen = vmlint(*command)
    assert seen.status == 4
    assert seen.stdout
    assert "plugin evil (vmlint-evil 1.5) did not load: RuntimeError" in seen.stderr
    assert "\x1b" not in seen.stderr


def test_two_plugins_with_the_same_code(vmlint: Vmlint, install: Install) -> None:
    install("first", rules())
    install("second", rules(name="other-name"))
    seen = vmlint("plugins")
    assert (
        "second (vmlint-second 1.5): did not load: ValueError: rule code ACME001 is taken by vmlint-first"
        in seen.stdout
    )
    assert "first (vmlint-first 1.5): 1 rule\n" in seen.stdout


def test_rule_that_crashes(vmlint: Vmlint, install: Install) -> None:
    install("crashing", rules(body="yield 1 / 0"))
    seen = vmlint("check", "--format", "json")
    assert seen.status == 4
    assert {"VM920", "VM301"} <= codes(seen.stdout)
    message = next(found["message"] for found in json.loads(seen.stdout)["findings"] if found["code"] == "VM920")
    assert message == "rule ACME001 of vmlint-crashing 1.5 failed: ZeroDivisionError: division by zero"


def test_rule_that_yields_something_else(vmlint: Vmlint, install: Install) -> None:
    install("sloppy", rules(body="yield 'wrong'"))
    seen = vmlint("check", "--format", "json")
    assert seen.status == 4
    assert {"VM920", "VM301"} <= codes(seen.stdout)


def test_json(vmlint: Vmlint, install: Install) -> None:
    install("broken", FAULTS["broken"][0])
    install("acme", rules())
    seen = vmlint("plugins", "--format", "json")
    found = {entry["name"]: entry for entry in json.loads(seen.stdout)["plugins"]}
    assert seen.status == 4
    assert list(found) == ["builtin", "acme", "broken"]
    assert (found["acme"]["loaded"], found["acme"]["rules"], found["acme"]["error"]) == (True, 1, "")
    assert found["broken"]["loaded"] is False
    assert "nothing_of_that_name" in found["broken"]["error"]
