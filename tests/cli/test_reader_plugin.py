"""A reader of a third party's format, installed for real: a distribution's metadata and a module on the path."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

READER = (Path(__file__).parents[2] / "examples/plugin/acme_vmlint_reader.py").read_text("utf-8")
INVENTORY = """\
# rack 7
# vmlint: environment=production
machine: till-7
  hypervisor = kvm
  memory = 4096
  guest = Windows Server 2022
  cpus = ${CPUS}
machine: till-8
  hypervisor = xen
  guest = Debian 12
"""
OLD = INVENTORY.replace("Windows Server 2022", "Debian 12").replace("hypervisor = xen", "hypervisor = hyperv-server")
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: till}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: xen}
"""
Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs the plugin with another source."""

    def install(source: str) -> None:
        site = tmp_path_factory.mktemp("site")
        module = f"{site.name.replace('-', '_')}_racks"
        (site / f"{module}.py").write_text(source, "utf-8")
        about = site / "acme_racks-2.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-racks\nVersion: 2.0\n", "utf-8")
        (about / "entry_points.txt").write_text(f"[vmlint]\nacme = {module}\n", "utf-8")
        monkeypatch.syspath_prepend(site)

    return install


def report(vmlint: Vmlint, *arguments: str) -> Any:
    return json.loads(vmlint("check", "--format", "json", *arguments).stdout)


def test_the_example_is_as_short_as_documented() -> None:
    body = re.sub(r'^""".*?^"""\n', "", READER, flags=re.S | re.M)
    assert len([line for line in body.splitlines() if line.strip()]) <= 60


def test_its_facts(vmlint: Vmlint, install: Install) -> None:
    install(READER)
    Path("hall.racks").write_text(INVENTORY, "utf-8")
    assert "acme (acme-racks 2.0): 1 format\n" in vmlint("plugins").stdout
    assert "acme-racks    ACME Racks inventory (*.racks)\n" in vmlint("facts", "--formats").stdout
    (file,) = report(vmlint)["files"]  # a folder is searched for the names that the plugin message
    assert (file["formats"], file["workloads"]) == (["acme-racks"], 2)
    assert file["coverage"][0] == {
        "workload": "till-7",
        "read": ["environment", "guest.os.id", "resources.memory", "deployment.platform.id"],
        "defaults": {"deployment.firmware.type": "ACME Racks starts every machine with UEFI"},
        "open": {"resources.cpu": "${CPUS} is set when the machine is started"},
    }
    assert "    memory: 4096Mi\n" in vmlint("facts", "hall.racks").stdout


def test_findings_have_places_in_the_file(vmlint: Vmlint, install: Install) -> None:
    install(READER)
    Path("hall.racks").write_text(OLD, "utf-8")
    found = [each for each in report(vmlint, "hall.racks")["findings"] if each["workload"] == "till-8"]
    assert [(each["code"], each["place"]["line"], each["place"]["column"]) for each in found] == [("VM703", 9, 16)]


def test_a_manifest_can_annotate_it(vmlint: Vmlint, install: Install) -> None:
    install(READER)
    Path("hall.racks").write_text(INVENTORY, "utf-8")
    over = "  deployment: {source: {file: hall.racks, name: till-7}, platform: hyperv}\n"
    Path("till.vmlint.yaml").write_text(MANIFEST[: MANIFEST.index("  guest")] + over, "utf-8")
    found = report(vmlint, "till.vmlint.yaml")["findings"]
    assert [(each["code"], each["because"][0]["place"]["line"]) for each in found if each["code"] == "VM917"] == [
        ("VM917", 4)
    ]


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        (
            INVENTORY + "rubbish\n",
            1,
            "hall.racks:11:1: error VM903 invalid-syntax: neither a machine nor a setting of one",
        ),
        (INVENTORY + "  memory = {{ memory }}\n", 3, "skipped hall.racks: a template: lint what it renders to"),
        ("machines:\n", 3, "skipped hall.racks: neither a manifest nor a known format"),
    ],
)
def test_what_it_does_not_read(vmlint: Vmlint, install: Install, text: str, status: int, message: str) -> None:
    install(READER)
    Path("hall.racks").write_text(text, "utf-8")
    seen = vmlint("check", "--format", "concise", "hall.racks")
    assert seen.status == status
    assert message in seen.stdout + seen.stderr


CRASHES = {
    "crash": (
        ("    spec: Spec | None = None\n", "    spec: Spec | None = None\n    1 / 0\n"),
        "the reader of ACME Racks inventory failed: ZeroDivisionError: division by zero",
    ),
    "exit": (
        ("    spec: Spec | None = None\n", "    raise SystemExit(0)\n"),
        "the reader of ACME Racks inventory failed: SystemExit: 0",
    ),
    "recognises": (
        ("    return file.base", "    return file.basis"),
        "the reader of ACME Racks inventory failed: AttributeError: 'File' object has no attribute 'basis'",
    ),
    "field": (
        ('"memory": "resources.memory"', '"memory": "resources.memmory"'),
        "the reader of ACME Racks inventory failed: ValueError: the reader acme-racks states 'resources.memmory': "
        "there is no field 'resources.memmory'; did you mean `resources.memory`?",
    ),
}


@pytest.mark.parametrize("name", CRASHES)
def test_a_failing_reader_does_not_affect_others(vmlint: Vmlint, install: Install, name: str) -> None:
    (good, bad), message = CRASHES[name]
    assert good in READER
    install(READER.replace(good, bad))
    Path("hall.racks").write_text(INVENTORY, "utf-8")
    Path("till.vmlint.yaml").write_text(MANIFEST, "utf-8")
    seen = vmlint("check", "--format", "json")
    findings = json.loads(seen.stdout)["findings"]
    assert seen.status == 4
    assert [(each["message"], each["place"]["file"]) for each in findings if each["code"] == "VM921"] == [
        (message, "hall.racks")
    ]
    assert "VM301" in {each["code"] for each in findings if each["place"]["file"] == "till.vmlint.yaml"}


@pytest.mark.parametrize("name", CRASHES)
@pytest.mark.parametrize("command", ["check", "suggest"])
def test_a_reader_that_fails_under_a_manifest(vmlint: Vmlint, install: Install, name: str, command: str) -> None:
    change, message = CRASHES[name]
    install(READER.replace(*change))
    Path("hall.racks").write_text(INVENTORY, "utf-8")
    over = "  deployment: {source: {file: hall.racks, name: till-7}}\n"
    Path("over.vmlint.yaml").write_text(MANIFEST[: MANIFEST.index("  guest")] + over, "utf-8")
    seen = vmlint(command, "over.vmlint.yaml")
    assert seen.status == 4
    assert message in " ".join(seen.stdout.split())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (('"acme-racks",', '"compose",'), "ValueError: reader compose is taken; choose another name"),
        (('(b"machine:",)', "()"), "TypeError: reader acme-racks: markers is a list of byte strings, not ()"),
        (("return [Reader(", "return [str("), "is not a vmlint.api.Reader"),
    ],
)
def test_a_reader_that_does_not_load(vmlint: Vmlint, install: Install, change: tuple[str, str], error: str) -> None:
    if change[1] == "return [str(":
        change = (READER[READER.index("return [Reader(") :], "return ['racks']\n")
    assert change[0] in READER
    install(READER.replace(*change))
    seen = vmlint("plugins")
    assert seen.status == 4
    assert error in seen.stdout


HOSTS = """
from vmlint.api import Reader, Spec, hookimpl

def read(file):
    for number, line in enumerate(file.lines, 1):
        name, _, platform = line.partition(" ")
        spec = Spec(name, file.span(number))
        spec.fact("host.platform", platform, file.span(number, len(name) + 2))
        yield spec

@hookimpl
def vmlint_readers():
    known = lambda file: file.text.startswith("rack-")
    return [Reader("acme-hosts", "ACME's hosts", (), known, (b"rack-",), read, of_hosts=True)]
"""


def test_a_reader_of_hosts(vmlint: Vmlint, install: Install) -> None:
    install(HOSTS)
    Path("racks").write_text("rack-1 linux/amd64\nrack-2 linux/arm64\n")
    Path("compose.yaml").write_text("services:\n  web: {image: 'registry.example/web:1', platform: linux/amd64}\n")
    assert "platform: linux/arm64  # racks:2\n" in vmlint("host", "--from", "racks").stdout
    (found,) = report(vmlint, "--select", "VM405", "--host", "racks", "compose.yaml")["findings"]
    assert found["message"].startswith("on 1 of 2 hosts, rack-2: ")
    assert "racks" in {each["place"]["file"] for each in found["because"]}
    assert "racks" not in vmlint("facts", "--formats").stdout  # it describes no workloads
