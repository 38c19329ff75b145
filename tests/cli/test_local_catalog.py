"""A project's own catalogue as commands: adding, changing, citing, and what it cannot silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from vmlint.reading.schemas import schema

if TYPE_CHECKING:
    from tests.conftest import Vmlint

FILE = "ops/catalog/ours.yaml"
CITED = f"(local: {FILE})"
BOX = """\
name: ACME Box
checked: 2026-11-22
placement: bare-metal
architectures: {paravirtualization: pv}
modes: {pv: {}}
host: {os: [own]}
guest: {families: [linux]}
"""
ON_BOX = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: till}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: acme-box}
"""


def document(kind: str, name: str, spec: str) -> str:
    inside = "".join(f"  {line}\n" for line in spec.splitlines())
    return f"apiVersion: vmlint/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{inside}"


def workload(spec: str) -> str:
    return document("Workload", "till", spec)


Write = Callable[..., None]


@pytest.fixture
def write(vmlint: Vmlint) -> Write:
    """Writes a manifest, the documents of the project's catalogue, and the settings that name it."""

    def write(manifest: str, *documents: str) -> None:
        Path("till.vmlint.yaml").write_text(manifest, "utf-8")
        Path("ops/catalog").mkdir(parents=True, exist_ok=True)
        Path(FILE).write_text("---\n".join(documents), "utf-8")
        Path("vmlint.toml").write_text('catalog = ["ops/catalog"]\n', "utf-8")

    return write


def report(vmlint: Vmlint, *options: str) -> Any:
    found = json.loads(vmlint("check", "till.vmlint.yaml", "--format", "json", *options).stdout)
    Draft202012Validator(schema("report")).validate(found)
    return found


def by_code(found: Any) -> dict[str, Any]:
    return {each["code"]: each for each in found["findings"]}


def flat(text: str) -> str:
    return " ".join(text.split())


def test_platform_that_the_project_adds(vmlint: Vmlint, write: Write) -> None:
    write(ON_BOX, document("Platform", "acme-box", BOX))
    found = by_code(report(vmlint))
    assert "VM913" not in found  # it is known
    named = {code: each["local"] for code, each in found.items() if each["local"]}
    assert named
    assert all(entries == [{"entry": "acme-box", "blocks": [], "files": [FILE]}] for entries in named.values())
    assert f"= data: acme-box is described by {CITED}\n" in vmlint("check").stdout
    concise = vmlint("check", "--format", "concise").stdout
    assert CITED in concise
    listed = vmlint("schema", "--platforms").stdout
    assert f"ACME Box {CITED}" in flat(listed)
    Path("vmlint.toml").unlink()
    assert "VM913" in by_code(report(vmlint))
    assert "ACME Box" not in vmlint("schema", "--platforms").stdout


def test_cell_that_the_project_changes(vmlint: Vmlint, write: Write) -> None:
    manifest = workload("guest: {os: win2k22}\ndeployment: {architecture: paravirtualization, platform: xen}")
    write(manifest, document("Platform", "xen", "guest: {foreignNote: Ours.}"))
    found = by_code(report(vmlint))["VM301"]
    assert found["local"] == [{"entry": "xen", "blocks": ["guest"], "files": [FILE]}]
    seen = vmlint("check")
    assert (seen.status, seen.stderr) == (1, "")
    assert f"= data: xen (guest) is described by {CITED}\n" in seen.stdout
    manifest = workload(
        'requirements: {devices: {pci: ["10de:20f1"]}}\ndeployment: {architecture: type1, platform: kvm}'
    )
    write(manifest, document("Platform", "kvm", "passthrough: {pci: false}"))
    (found,) = (each for each in report(vmlint)["findings"] if "requirements.devices.pci" in json.dumps(each))
    assert (found["severity"], found["local"][0]["blocks"]) == ("error", ["passthrough"])
    Path("vmlint.toml").unlink()
    assert "requirements.devices.pci" not in json.dumps(report(vmlint)["findings"])


def test_nothing_changes_without_settings(vmlint: Vmlint, write: Write) -> None:
    manifest = workload("guest: {os: win2k22}\ndeployment: {architecture: paravirtualization, platform: xen}")
    write(manifest, document("Platform", "xen", "guest: {foreignNote: Ours.}"))
    Path("vmlint.toml").unlink()
    seen = vmlint("check")
    assert "(local:" not in seen.stdout
    found = report(vmlint)
    assert all(each["local"] == [] for each in found["findings"])
    candidates = [candidate for each in found["findings"] for candidate in each["suggestions"]]
    assert candidates
    assert all(candidate["risks"] == candidate["local"] == [] for candidate in candidates)


def test_documents_are_no_manifests(vmlint: Vmlint, write: Write) -> None:
    write(ON_BOX, document("Platform", "acme-box", BOX))
    assert json.loads(vmlint("check", "--format", "json").stdout)["summary"]["files"] == 1
    seen = vmlint("check", FILE)
    assert seen.status == 3
    assert f"skipped {FILE}: neither a manifest nor a known format" in seen.stderr


def test_options(vmlint: Vmlint, write: Write) -> None:
    write(ON_BOX, document("Platform", "acme-box", BOX))
    Path("vmlint.toml").rename("other.toml")
    assert "VM913" in by_code(report(vmlint))
    assert "VM913" not in by_code(report(vmlint, "--config", "other.toml"))
    assert "VM913" not in by_code(report(vmlint, "--catalog", "ops/catalog"))
    assert "VM913" not in by_code(report(vmlint, "--catalog", "ops/catalog", "--config", "other.toml"))
    Path("more").mkdir()
    Path("more/guest.yaml").write_text(document("Guest", "acmeos", "family: linux"), "utf-8")
    both = ("--guests", "--catalog", "ops/catalog", "--catalog", "more/")
    assert "acmeos (local: more/guest.yaml)" in flat(vmlint("schema", *both).stdout)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--catalog", "ops/catalgo"], "--catalog: there is no folder 'ops/catalgo'; did you mean `ops/catalog`?"),
        (["--catalog", "ops"], "--catalog: the folder 'ops' holds no document (*.yaml)"),
        (["--config", "vmlint.tml"], "vmlint.tml: there is no such file"),
    ],
)
def test_mistaken_options(vmlint: Vmlint, write: Write, options: list[str], message: str) -> None:
    write(ON_BOX, document("Platform", "acme-box", BOX))
    seen = vmlint("check", *options)
    assert (seen.status, seen.stdout) == (2, "")
    assert seen.stderr.endswith(f"vmlint check: error: {message}\n")


@pytest.mark.parametrize("command", [("check",), ("suggest", "till.vmlint.yaml"), ("schema", "--platforms")])
def test_faults_are_reported_with_their_place(vmlint: Vmlint, write: Write, command: tuple[str, ...]) -> None:
    write(ON_BOX, document("Platform", "kvm", 'nestng: {}\nname: "\\e[31m"'))
    seen = vmlint(*command)
    assert (seen.status, seen.stdout) == (2, "")
    assert f"error: {FILE}:5:3: unknown key `nestng`; did you mean `nesting`?\n" in seen.stderr
    Path("vmlint.toml").write_text("catalg = []", "utf-8")
    seen = vmlint(*command)
    assert (seen.status, seen.stdout) == (2, "")
    assert "error: vmlint.toml:1:1: unknown key catalg; did you mean `catalog`?\n" in seen.stderr


def test_profile_of_the_project(vmlint: Vmlint, write: Write) -> None:
    write(workload("guest: {os: win2k22}\ndeployment: {architecture: paravirtualization, platform: xen}"), "")
    Path("vmlint.toml").write_text('profile = "minimal"', "utf-8")
    minimal = {each["severity"] for each in report(vmlint)["findings"]}
    assert minimal == {"error"}
    assert report(vmlint, "--profile", "default") != report(vmlint)
    Path("vmlint.toml").write_text("", "utf-8")
    assert report(vmlint, "--profile", "minimal")["summary"] == report(vmlint, "--profile", "minimal")["summary"]


UNTRUSTED = "requirements: {isolation: {tenancy: untrusted-multi}}\n"
SANDBOX = "requirements: {isolation: {level: sandbox}}\n"
IN_DOCKER = "deployment: {architecture: container, platform: docker}"
CONFIDENTIAL = (
    "requirements: {isolation: {level: confidential}}\ndeployment: {architecture: paravirtualization, platform: xen}"
)
ON_DESKTOP = UNTRUSTED + "deployment: {architecture: type2, platform: virtualbox}"
HIDDEN = "architectures: {paravirtualization: hw-assisted}\nconfidential: {support: true}"
KATA = "architectures: {container: kata}\nmodes: {kata: {}}"
LIFTED = {
    "the usual mode": ("VM401", UNTRUSTED + IN_DOCKER, document("Platform", "docker", KATA)),
    "another boundary": ("VM626", SANDBOX + IN_DOCKER, document("Platform", "docker", KATA)),
    "encrypted memory": ("VM626", CONFIDENTIAL, document("Platform", "xen", HIDDEN)),
    "placement": ("VM206", ON_DESKTOP, document("Platform", "virtualbox", "placement: bare-metal")),
}


@pytest.mark.parametrize("name", LIFTED)
def test_objection_that_local_data_lifts(vmlint: Vmlint, write: Write, name: str) -> None:
    code, spec, changed = LIFTED[name]
    write(workload(spec), changed)
    for options in ((), ("--profile", "minimal"), ("--profile", "strict"), ("--select", "VM301")):
        found = by_code(report(vmlint, *options))
        assert code not in found
        risk = found["VM629"]
        assert risk["severity"] == "note"
        assert risk["message"].startswith(f"{code} would object (")
        assert risk["message"].endswith(f"): lifted by {CITED}; accepted risk")
        assert risk["local"][0]["files"] == [FILE]
    assert vmlint("check", "--select", "VM301").status == 0
    assert vmlint("check", "--select", "VM301", "--fail-on", "note").status == 1
    assert vmlint("check", "--format", "concise", "--select", "VM301").stdout.count(CITED) == 1
    Path("vmlint.toml").unlink()
    found = by_code(report(vmlint))
    assert code in found
    assert "VM629" not in found


def test_accepted_risk_cannot_be_ignored(vmlint: Vmlint, write: Write) -> None:
    write(workload(UNTRUSTED + IN_DOCKER), document("Platform", "docker", KATA))
    for word in ("VM629", "accepted-risk"):
        seen = vmlint("check", "--ignore", word)
        assert seen.status == 2
        assert "VM629 (accepted-risk) cannot be ignored: local data suppresses no finding silently" in flat(seen.stderr)
    assert "VM629" in by_code(report(vmlint, "--ignore", "VM62"))
    assert "VM629" not in by_code(report(vmlint, "--ignore", "VM401"))  # then VM401 does not run for it
    assert "Local catalogue data suppresses a security finding" in flat(vmlint("explain", "VM629").stdout)


def test_manifest_counts_for_itself(vmlint: Vmlint, write: Write) -> None:
    """What a manifest states is not catalogue data, and only a finding that would be reported is suppressed."""
    stated = UNTRUSTED + "deployment: {architecture: container, platform: docker, mode: kata}"
    write(workload(stated), document("Platform", "docker", "summary: Ours."))
    found = by_code(report(vmlint))
    assert "VM401" not in found
    assert "VM629" not in found


def test_suggestions_that_accept_a_risk(vmlint: Vmlint, write: Write) -> None:
    spec = SANDBOX + "guest: {os: debian12}\nhost: {platform: linux/amd64}\n"
    write(workload(spec + IN_DOCKER), document("Platform", "docker", "modes: {runc: {note: Ours.}}"))
    changed = document("Platform", "podman", KATA + "\nsuggestAs: [container]")
    Path("ops/catalog/podman.yaml").write_text(changed, "utf-8")
    seen = flat(vmlint("suggest", "till.vmlint.yaml", "--all").stdout)
    assert "= podman is described by (local: ops/catalog/podman.yaml)" in seen
    assert f"= docker is described by {CITED}" in seen
    found = json.loads(vmlint("suggest", "till.vmlint.yaml", "--format", "json").stdout)
    Draft202012Validator({"$ref": "#/$defs/Advice", "$defs": schema("report")["$defs"]}).validate(found)
    (advised,) = found["workloads"]
    local = {candidate["platform"]: candidate["local"] for candidate in advised["fitting"]}
    assert local["podman"] == ["ops/catalog/podman.yaml"]
    assert local["kata"] == []


def test_risk_ranks_behind(vmlint: Vmlint, write: Write) -> None:
    spec = UNTRUSTED + "guest: {os: debian12}\nhost: {platform: linux/amd64}\n"
    changed = document("Platform", "virtualbox", "placement: bare-metal")
    write(workload(spec + "deployment: {architecture: type1, platform: kvm}"), changed)
    (advised,) = json.loads(vmlint("suggest", "till.vmlint.yaml", "--format", "json").stdout)["workloads"]
    risky = [candidate for candidate in advised["fitting"] if candidate["risks"]]
    assert {candidate["platform"] for candidate in risky} == {"virtualbox"}
    assert advised["fitting"][-len(risky) :] == risky
    assert advised["fitting"] != risky
    (risk,) = risky[0]["risks"]
    assert (risk["code"], risk["files"]) == ("VM206", [FILE])
    message = f"! accepts a risk: VM206 {risk['message']} {CITED}"
    assert message in flat(vmlint("suggest", "till.vmlint.yaml", "--all").stdout)
    write(workload(spec + "deployment: {architecture: type2, platform: virtualbox}"), changed)
    now = flat(vmlint("suggest", "till.vmlint.yaml").stdout).partition(" now ")[2].partition(" fits ")[0]
    assert message in now
    assert "no rule objects" not in now
