"""``vmlint plugins``, with plugins installed for real: a distribution's metadata and a module on the path."""

from __future__ import annotations

import json
import re
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


def test_only_vmlints_own_plugins(vmlint: Vmlint) -> None:
    seen = vmlint("plugins")
    assert (seen.status, seen.stderr) == (0, "")
    assert seen.stdout.startswith("builtin (vmlint ")
    assert re.fullmatch(r"builtin \(vmlint \S+\): \d+ rules\nformats \(vmlint \S+\): \d+ formats\n", seen.stdout)


def test_good_plugin(vmlint: Vmlint, install: Install) -> None:
    install("acme", rules())
    assert "acme (vmlint-acme 1.5): 1 rule\n" in vmlint("plugins").stdout
    assert "\nPlugin vmlint-acme 1.5\n  ACME001  warning  acme-wrong" in vmlint("rules").stdout
    assert "Plugin: vmlint-acme 1.5." in " ".join(vmlint("explain", "acme001").stdout.split())
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
checked: 2026-11-22
placement: bare-metal
architectures: {type1: hw-assisted}
modes: {hw-assisted: {}}
host: {os: [own], source: [judgement]}
source: [judgement]
"""


def test_plugin_that_brings_a_platform(vmlint: Vmlint, install: Install) -> None:
    install("boxes", CATALOGUE, **{"data__platforms__acme-box_yaml": PLATFORM})
    assert "boxes (vmlint-boxes 1.5): 1 catalogue folder\n" in vmlint("plugins").stdout
    assert "acme-box " in vmlint("schema", "--platforms").stdout


GUESTS = """\
family: linux
checked: "2026-11-22"
stems: {acmeos: ACME OS}
guests:
  acmeos1: {name: ACME OS 1, aliases: [acme-os-1], source: [judgement]}
"""
BOX, OS = "data__platforms__acme-box_yaml", "data__guests__acme_yaml"


def test_plugin_that_brings_guests(vmlint: Vmlint, install: Install) -> None:
    install("guests", CATALOGUE, **{OS: GUESTS})
    assert vmlint("plugins").status == 0
    assert "acmeos1 " in vmlint("schema", "--guests").stdout


PROGRAMS = """\
checked: "2026-11-22"
software:
  acme-capture:
    name: ACME Capture
    images: [registry.acme.example/capture]
    needs: [{feature: cpu.acme, tags: "^(3|4)", source: ACME-7}]
"""
FEATURES = """\
checked: "2026-11-22"
features:
  cpu.acme: {title: the ACME instructions, about: Of its own processors., source: ACME-7}
"""
OFFERED = """\
checked: "2026-11-22"
offers:
  docker:
    - {feature: cpu.acme, is: hides, source: ACME-7}
"""
SOFTWARE, FEATURE, OFFERS = "data__software__acme_yaml", "data__features__cpu_yaml", "data__offers__acme_yaml"


def test_plugin_that_brings_needs(vmlint: Vmlint, install: Install) -> None:
    install("needs", CATALOGUE, **{SOFTWARE: PROGRAMS, FEATURE: FEATURES, OFFERS: OFFERED})
    assert "needs (vmlint-needs 1.5): 1 catalogue folder\n" in vmlint("plugins").stdout
    Path("compose.yaml").write_text("services: {web: {image: 'registry.acme.example/capture:4.1'}}\n", "utf-8")
    Path("rack.yaml").write_text(RACK, "utf-8")
    seen = vmlint("check", "compose.yaml", "--host", "rack.yaml", "--format", "concise", "--select", "VM001")
    assert seen.stdout.startswith(
        "compose.yaml:1:25: error VM001 cpu-feature-missing: ACME Capture 4.1 needs the ACME instructions, and "
    )


RACK = """\
apiVersion: vmlint/v1
kind: Host
metadata: {name: rack}
spec: {os: debian12, platform: linux/amd64, cpu: {features: [avx], complete: true}}
"""
CHANGE = """\
apiVersion: vmlint/v1
kind: Platform
metadata: {name: docker}
spec: {architectures: {container: kata}, modes: {kata: {}}}
"""
DOCUMENT = "data__docker_yaml"
IN_DOCKER = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: plugins}
spec:
  requirements: {isolation: {tenancy: untrusted-multi}}
  deployment: {architecture: container, platform: docker}
"""


def test_plugin_that_changes_a_platform(vmlint: Vmlint, install: Install) -> None:
    """What an installed plugin changes is local data as well: it is cited, and suppresses no finding silently."""
    Path("till.vmlint.yaml").write_text(IN_DOCKER, "utf-8")
    assert "VM401" in codes(vmlint("check", "--format", "json").stdout)
    install("kata", CATALOGUE, **{DOCUMENT: CHANGE})
    assert "kata (vmlint-kata 1.5): " in vmlint("plugins").stdout
    found = {each["code"]: each for each in json.loads(vmlint("check", "--format", "json").stdout)["findings"]}
    assert "VM401" not in found
    assert found["VM629"]["message"].endswith("lifted by (local: plugin kata: data/docker.yaml); accepted risk")
    Path("own").mkdir()
    Path("own/docker.yaml").write_text(CHANGE.replace("{architectures", "{summary: Ours., architectures"), "utf-8")
    seen = vmlint("check", "--format", "concise", "--catalog", "own")
    assert "lifted by (local: own/docker.yaml); accepted risk" in seen.stdout


def test_plugins_do_not_change_what_others_changed(vmlint: Vmlint, install: Install) -> None:
    install("first", CATALOGUE, **{DOCUMENT: CHANGE})
    install("second", CATALOGUE, **{DOCUMENT: CHANGE})
    seen = vmlint("plugins")
    assert seen.status == 4
    assert "first (vmlint-first 1.5): did not load" not in seen.stdout
    taken = "Platform docker is changed already (local: plugin first: data/docker.yaml)"
    assert f"second (vmlint-second 1.5): did not load: ValueError: plugin second: data/docker.yaml:3:18: {taken}" in (
        seen.stdout
    )


DATA_FAULTS = {
    "document": (
        {DOCUMENT: CHANGE.replace("kata: {}", "kato: {}")},
        "ValueError: plugin document: data/docker.yaml:4:50: unknown key `kato`; did you mean `kata`?",
    ),
    "empty": ({BOX: ""}, "ValueError: platforms/acme-box.yaml: it is empty"),
    "two": (
        {BOX: f"{PLATFORM}---\n{PLATFORM}"},
        "platforms/acme-box.yaml:10:1: the file holds a second document; write a file for each",
    ),
    "yaml": ({BOX: "id: [x"}, "platforms/acme-box.yaml:1:5: the [ opened on line 1, column 5 is never closed"),
    "key": ({BOX: PLATFORM + "colour: red\n"}, "platforms/acme-box.yaml:9:1: unknown key `colour`; did you mean"),
    "day": (
        {BOX: PLATFORM.replace("11-22", "11-42")},
        "yaml:3:10: `checked`: '2026-11-42' is not well-formed",
    ),
    "architecture": (
        {BOX: PLATFORM.replace("type1", "type9")},
        "platforms/acme-box.yaml:5:17: unknown key `type9`; did you mean `type2`?",
    ),
    "mode": (
        {BOX: PLATFORM.replace("modes: {hw-assisted", "modes: {emulation")},
        "acme-box.yaml:5:24: architectures.type1: 'hw-assisted' is not one of the platform's modes",
    ),
    "id": (
        {BOX: PLATFORM.replace("acme-box", "acme-bax")},
        "acme-box.yaml:1:5: its id is 'acme-bax'; name the file acme-bax.yaml",
    ),
    "successor": (
        {BOX: PLATFORM + "successor: [nowhere]\n"},
        "acme-box.yaml:9:13: successor: there is no platform 'nowhere'",
    ),
    "taken": (
        {"data__platforms__xen_yaml": PLATFORM.replace("acme-box", "xen")},
        "platforms/xen.yaml:1:5: 'xen' is taken by a platform already\n",
    ),
    "alias": ({BOX: PLATFORM + "aliases: [docker]\n"}, "acme-box.yaml:9:11: 'docker' is taken by a platform already\n"),
    "other_alias": (
        {BOX: PLATFORM + "aliases: [vbox]\n"},
        "acme-box.yaml:9:11: 'vbox' is taken by a platform already: it means virtualbox",
    ),
    "upper": (
        {BOX: PLATFORM + "aliases: [Box]\n"},
        "acme-box.yaml:9:11: alias 'Box' is never found; write it in lower case: 'box'",
    ),
    "guest": (
        {OS: GUESTS.replace("acmeos1:", "win2k22:")},
        "guests/acme.yaml:5:3: 'win2k22' is taken by a guest already\n",
    ),
    "guest_alias": (
        {OS: GUESTS.replace("acme-os-1", "windows-server-2022")},
        "guests/acme.yaml:5:40: 'windows-server-2022' is taken by a guest already: it means win2k22",
    ),
    "stem": (
        {OS: GUESTS.replace("acmeos: ", "win: ")},
        "guests/acme.yaml:3:14: stem 'win' means the family windows already",
    ),
    "yml": (
        {"data__platforms__acme-box.yml": PLATFORM, OS: GUESTS},
        "platforms/acme-box.yml: rename it to acme-box.yaml",
    ),
    "bare": ({"data__readme.txt": ""}, "has neither documents (*.yaml) nor files in platforms/, guests/, software/"),
    "program": ({SOFTWARE: PROGRAMS.replace("acme-capture", "mongodb")}, "'mongodb' is taken by a program already\n"),
    "need": ({SOFTWARE: PROGRAMS}, "there is no feature 'cpu.acme'"),
    "layer": ({"data__features__acme_yaml": FEATURES}, "cpu.acme is found in cpu.yaml only; this file is acme.yaml"),
    "feature": (
        {FEATURE: FEATURES.replace("cpu.acme", "cpu.avx")},
        "features/cpu.yaml:3:3: 'cpu.avx' is taken by a feature already\n",
    ),
    "offer": ({OFFERS: OFFERED}, "offers/acme.yaml:4:17: there is no feature 'cpu.acme'"),
    "no_folder": ({}, "does not exist; is it in the package's data?"),
}


@pytest.mark.parametrize("name", DATA_FAULTS)
def test_catalogue_that_does_not_load(vmlint: Vmlint, install: Install, name: str) -> None:
    files, error = DATA_FAULTS[name]
    install(name, CATALOGUE + RULES.format(code="ACME001", name="acme-wrong", body=FINDS), **files)
    seen = vmlint("plugins")
    assert seen.status == 4
    assert f"{name} (vmlint-{name} 1.5): did not load: " in seen.stdout
    assert error in seen.stdout
    seen = vmlint("check", "--format", "json")
    assert (seen.status, codes(seen.stdout) & {"ACME001", "VM301"}) == (4, {"VM301"})
    listed = vmlint("schema", "--platforms").stdout
    assert "acme" not in listed
    assert "vbox" in next(line for line in listed.splitlines() if line.startswith("virtualbox "))


def hook(body: str, name: str = "vmlint_rules", mark: str = "@hookimpl") -> str:
    return f"from vmlint.api import hookimpl\n{mark}\ndef {name}():\n    {body}\n"


def twice(second: str) -> str:
    return rules("TWIN001", "twin") + hook(f"return [check, {second}]")


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
    "malformed": (rules("acme"), "ValueError: rule code 'acme': expected capital letters and digits"),
    "leaves": ("raise SystemExit(0)", "SystemExit: 0"),
    "leaves_hook": (hook("raise SystemExit(0)"), "SystemExit: 0"),
    "leaves_later": (hook("yield exit(0)"), "SystemExit: 0"),
    "none": (hook("pass"), "TypeError: vmlint_rules() returned None, not a list of rules"),
    "number": (hook("return 7"), "TypeError: vmlint_rules() returned 7, not a list of rules"),
    "text": (hook("return '/'", "vmlint_catalog"), "TypeError: vmlint_catalog() returned '/', not a list of folders"),
    "relative": (hook("return ['data']", "vmlint_catalog"), "ValueError: catalogue folder 'data' is relative"),
    "nothing": ("", "ValueError: it brings neither rules nor readers nor catalogue data\n"),
    "no_rules": (hook("return []"), "ValueError: it brings neither rules nor readers nor catalogue data\n"),
    "undecorated": (hook("return []", mark=""), "catalogue data; decorate vmlint_rules() with @hookimpl\n"),
    "misspelt": (
        rules() + hook("return []", "vmlint_rulez"),
        "ValueError: there is no hook vmlint_rulez(); did you mean `vmlint_rules`?\n",
    ),
    "code_twice": (
        twice("check._replace(name='other')"),
        "ValueError: rule code TWIN001 is taken by another rule of the same plugin (TWIN001 twin)\n",
    ),
    "name_twice": (
        twice("check._replace(code='ACME002')"),
        "ValueError: rule name twin is taken by another rule of the same plugin (TWIN001 twin)\n",
    ),
    "same_name": (
        rules("ACME009", "pv-unmodifiable-guest"),
        "ValueError: rule name pv-unmodifiable-guest is taken by vmlint ",
    ),
    "yields": (
        twice("check._replace(code='ACME002', name='other', yields_to=('TWIN002',))"),
        "ValueError: ACME002: yields_to names TWIN002, and there is no such rule\n",
    ),
    "hand_made": (
        twice("check._replace(code='ACME002', name='other', check=None)"),
        "TypeError: ACME002: a rule is a generator function, not None\n",
    ),
    "about_a_fact": (
        twice("check._replace(code='ACME002', name='other', demands=('host.memory',))"),
        "ValueError: ACME002: demands holds 'host.memory', which is no demand; absent it is unknown, and leaves a",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_plugin_that_does_not_load(vmlint: Vmlint, install: Install, name: str) -> None:
    source, error = FAULTS[name]
    install(name, source)
    install("acme", rules())
    seen = vmlint("plugins")
    assert seen.status == 4
    (line,) = (line for line in seen.stdout.splitlines(keepends=True) if line.startswith(f"{name} "))
    assert line.startswith(f"{name} (vmlint-{name} 1.5): did not load: ")
    assert error in line
    assert "\x1b" not in seen.stdout
    assert "acme (vmlint-acme 1.5): 1 rule\n" in seen.stdout


def test_even_vmlint_brings_no_rule_with_a_code_of_its_own() -> None:
    from tests.conftest import owner_missing
    from vmlint.extend.plugins import Plugin, _with_rules

    with pytest.raises(ValueError, match="rule code VM918: the codes VM9xx are kept for"):
        _with_rules({}, [owner_missing._replace(code="VM918")], Plugin("builtin", "vmlint", "1"))


@pytest.mark.parametrize("name", ["broken", "clash", "prefix", "leaves", "leaves_hook", "misspelt"])
def test_check_goes_on_and_fails_closed(vmlint: Vmlint, install: Install, name: str) -> None:
    install(name, FAULTS[name][0])
    install("acme", rules())
    seen = vmlint("check", "--format", "json")
    assert seen.status == 4
    assert f"plugin {name} (vmlint-{name} 1.5) did not load: " in seen.stderr
    assert {"ACME001", "VM301"} <= codes(seen.stdout)


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--select", "ACME001"),
        ("check", "--ignore", "acme-wrong"),
        ("check", "--on", "acme-box"),
        ("check", "--catalog", "own"),
        ("suggest", "till.vmlint.yaml", "--select", "ACME001"),
        ("rules", "--select", "ACME001"),
        ("explain", "ACME001"),
        ("schema", "--platforms", "--catalog", "own"),
    ],
    ids=" ".join,
)
def test_asking_for_what_a_failed_plugin_would_bring(
    vmlint: Vmlint, install: Install, command: tuple[str, ...]
) -> None:
    """The failed plugin is reported, not an error in the command line."""
    Path("own").mkdir()
    Path("own/box.yaml").write_text(CHANGE.replace("docker", "acme-box"), "utf-8")
    assert vmlint(*command).status == 2
    install("evil", FAULTS["evil"][0])
    seen = vmlint(*command)
    assert (seen.status, seen.stdout) == (4, "")
    failure, refusal = seen.stderr.splitlines()
    assert failure == "vmlint: plugin evil (vmlint-evil 1.5) did not load: RuntimeError: \\x1b[2Jgone\\n"
    assert refusal.endswith("; a plugin did not load, so what it brings is missing")


def test_an_interrupt_is_not_a_plugin_failure(vmlint: Vmlint, install: Install) -> None:
    install("slow", "import os, signal\nos.kill(os.getpid(), signal.SIGINT)")
    with pytest.raises(KeyboardInterrupt):
        vmlint("plugins")


@pytest.mark.parametrize("command", [("rules",), ("schema", "--platforms"), ("schema", "--guests")])
def test_incomplete_lists_are_marked(vmlint: Vmlint, install: Install, command: tuple[str, ...]) -> None:
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


CRASHES = {
    "something else": ("yield 'wrong'", "TypeError: yielded 'wrong', which is not a finding"),
    "exit": ("yield exit(0)", "SystemExit: 0"),
    "no message": ("yield finding('name', '')", "TypeError: message '' is not a sentence"),
    "message": ("yield finding('name', 7)", "TypeError: message 7 is not a sentence"),
    "path": (
        "yield finding('host.kernal.version', 'x')",
        "ValueError: there is no field 'host.kernal.version'; did you mean `host.kernel.version`?",
    ),
    "path in a group": (
        "yield finding('deployment.devices.network', 'x')",
        "ValueError: there is no field 'deployment.devices.network'; deployment.devices has disk, nic, video",
    ),
    "attribute": (
        "yield workload.requirements.performance.clas",
        "AttributeError: Performance has no field 'clas'; did you mean `class_`?",
    ),
    "spec": (
        "yield finding('spec.deployment.mode', 'x')",
        "ValueError: there is no field 'spec.deployment.mode'; write it without `spec.`: 'deployment.mode'",
    ),
    "because": (
        "yield finding('name', 'x', because=('host.memmory',))",
        "ValueError: there is no field 'host.memmory'; did you mean `host.memory`?",
    ),
    "one because": (
        "yield finding('name', 'x', because=('environment'))",
        "TypeError: because is a list of fields, not the text 'environment'; write because=('environment',)",
    ),
    "severity": ("yield finding('name', 'x', severity='error')", "TypeError: severity 'error' is neither"),
    "one repair": (
        "yield finding('name', 'x', repairs=repair('y', mode='pvh'))",
        "TypeError: repairs is a list of repairs, not a single one",
    ),
    "repair path": (
        "yield finding('name', 'x', repairs=[repair('y', moda='pvh')])",
        "ValueError: repair of 'deployment.moda': there is no field 'deployment.moda'; did you mean `deployment.mode`?",
    ),
    "repair word": (
        "yield finding('name', 'x', repairs=[repair('y', mode='warp')])",
        "ValueError: repair of 'deployment.mode': 'warp': expected one of hw-assisted, pv,",
    ),
    "repair flag": (
        "yield finding('name', 'x', repairs=[repair('y', privileged=False)])",
        "TypeError: repair of 'deployment.privileged': False is not a text; write it as in a manifest",
    ),
    "repair block": (
        "yield finding('name', 'x', repairs=[repair('y', devices='sata')])",
        "deployment.devices is a block of fields; name one of them: deployment.devices.disk, ",
    ),
    "repair derived": (
        "yield finding('name', 'x', repairs=[repair('y', kernelFamily='linux')])",
        "ValueError: repair of 'deployment.kernelFamily': no manifest states it",
    ),
    "repair host": (
        "yield finding('name', 'x', repairs=[Repair({'host.memory': '8Gi'}, 'y')])",
        "ValueError: repair of 'host.memory': repairs change fields below `deployment`",
    ),
}


@pytest.mark.parametrize("name", CRASHES)
def test_rule_that_yields_what_cannot_be(vmlint: Vmlint, install: Install, name: str) -> None:
    body, error = CRASHES[name]
    before = "yield finding('deployment.platform', 'found before')\n    "
    install("sloppy", "from vmlint.api import Repair, repair\n" + rules(body=before + body))
    seen = vmlint("check", "--format", "json")
    assert seen.status == 4
    assert {"VM920", "VM301", "ACME001"} <= codes(seen.stdout)
    (message,) = (found["message"] for found in json.loads(seen.stdout)["findings"] if found["code"] == "VM920")
    assert message.startswith("rule ACME001 of vmlint-sloppy 1.5 failed: ")
    assert error in message
    assert "internal error" not in seen.stderr


@pytest.mark.parametrize(
    "word", ["platform='no-such-thing'", "platform='vbox'", "platform__version='8.0'", "mode='kata'"]
)
def test_repairs_that_lead_nowhere_are_only_not_offered(vmlint: Vmlint, install: Install, word: str) -> None:
    body = f"yield finding('deployment.mode', 'x', repairs=[repair('y', {word})])"
    install("acme", "from vmlint.api import repair\n" + rules(body=body))
    seen = vmlint("check", "--format", "json")
    assert seen.status == 1
    assert {"VM301", "ACME001"} <= codes(seen.stdout)


def test_json(vmlint: Vmlint, install: Install) -> None:
    install("broken", FAULTS["broken"][0])
    install("acme", rules())
    seen = vmlint("plugins", "--format", "json")
    found = {entry["name"]: entry for entry in json.loads(seen.stdout)["plugins"]}
    assert seen.status == 4
    assert list(found) == ["builtin", "formats", "acme", "broken"]
    assert (found["acme"]["loaded"], found["acme"]["rules"], found["acme"]["error"]) == (True, 1, "")
    assert found["broken"]["loaded"] is False
    assert "nothing_of_that_name" in found["broken"]["error"]


def brings(vmlint: Vmlint, install: Install, body: str) -> str:
    install("odd", rules().partition("@hookimpl")[0] + body)
    return vmlint("plugins").stdout


@pytest.mark.parametrize(
    "body",
    [
        "@hookimpl\ndef vmlint_rules():\n    yield check",
        "@hookimpl(tryfirst=True)\ndef vmlint_rules():\n    return [check]",
        "@hookimpl()\ndef vmlint_rules():\n    return [check]",
        "@hookimpl(specname='vmlint_rules')\ndef our_rules():\n    return [check]",
        "import pluggy\n@pluggy.HookimplMarker('vmlint')\ndef vmlint_rules():\n    return [check]",
        "class A:\n    @hookimpl\n    def b(self):\n        return [check]\nvmlint_rules = A().b",
    ],
    ids=["generator", "option", "called", "other-name", "of-pluggy", "bound"],
)
def test_every_way_to_write_a_hook(vmlint: Vmlint, install: Install, body: str) -> None:
    assert "odd (vmlint-odd 1.5): 1 rule\n" in brings(vmlint, install, body)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("@hookimpl\ndef vmlint_rules(config):\n    return [check]", "PluginValidationError"),
        ("@hookimpl(sooner=True)\ndef vmlint_rules():\n    return [check]", "TypeError"),
        ("@hookimpl\ndef vmlint_rule():\n    return [check]", "there is no hook vmlint_rule(); did you mean"),
        ("@hookimpl\ndef vmlint_rules():\n    pass", "vmlint_rules() returned None, not a list of rules"),
        ("def vmlint_rules():\n    return [check]", "decorate vmlint_rules() with @hookimpl"),
    ],
    ids=["parameter", "unknown-option", "unknown-hook", "returns-none", "bare"],
)
def test_what_is_no_hook(vmlint: Vmlint, install: Install, body: str, error: str) -> None:
    assert error in brings(vmlint, install, body)
