"""A file that is named alone gets the verdict of the whole project: the manifests that refer to it are linted too."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Screen, Vmlint

COMPOSE = """\
services:
  web: {image: "nginx:1.29", privileged: true}
  job: {image: "alpine:3.22"}
"""
HOST = (
    "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a}\nspec: {platform: linux/amd64, kernel: {version: '4.18'}}\n"
)


def overlay(service: str, more: str = "") -> str:
    """A manifest that annotates a service: only it states that the tenants are untrusted."""
    return (
        f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: {service}}}\nspec:\n"
        f"  requirements: {{isolation: {{tenancy: untrusted-multi}}}}\n{more}"
        f"  deployment: {{source: {{file: ../compose.yaml, name: {service}}}}}\n"
    )


GUEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: api}
spec:
  guest: {kernel: {requires: ">=5.10"}}
  hostRef: ../hosts/a.yaml
  deployment: {platform: docker}
"""


@pytest.fixture(params=["git", "settings"])
def project(request: pytest.FixtureRequest, vmlint: Vmlint, tmp_path: Path) -> Vmlint:
    """A project that git or vmlint's own settings mark, with manifests for a Compose file and a host."""
    if request.param == "git":
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    else:
        Path("vmlint.toml").touch()
    for name, text in {
        "compose.yaml": COMPOSE,
        "hosts/a.yaml": HOST,
        "vmlint/web.vmlint.yaml": overlay("web", "  hostRef: ../hosts/a.yaml\n"),
        "vmlint/api.vmlint.yaml": GUEST,
        "vmlint/other.vmlint.yaml": GUEST.replace("  hostRef: ../hosts/a.yaml\n", ""),
    }.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, "utf-8")
    return vmlint


def found(screen: Screen) -> list[tuple[str, str, str]]:
    """The (file, workload, code) of each finding."""
    return [(each["place"]["file"], each["workload"], each["code"]) for each in document(screen)["findings"]]


def document(screen: Screen) -> Any:
    return json.loads(screen.stdout)


def check(vmlint: Vmlint, *arguments: str, stdin: str = "") -> Screen:
    return vmlint("check", "--format", "json", *arguments, stdin=stdin)


WEB, API, OTHER = "vmlint/web.vmlint.yaml", "vmlint/api.vmlint.yaml", "vmlint/other.vmlint.yaml"
OF_WEB = [("compose.yaml", "web", "VM401"), ("compose.yaml", "web", "VM407")]
OF_API = [("hosts/a.yaml", "api", "VM403")]


@pytest.mark.parametrize(
    ("named", "added", "findings"),
    [
        (["compose.yaml"], {WEB: "compose.yaml"}, OF_WEB),
        (["hosts/a.yaml"], {API: "hosts/a.yaml", WEB: "hosts/a.yaml"}, [*OF_API, *OF_WEB]),
        (["compose.yaml", "hosts/a.yaml"], {API: "hosts/a.yaml", WEB: "compose.yaml"}, [*OF_API, *OF_WEB]),
        ([WEB], {}, OF_WEB),
        ([OTHER], {}, []),
        (["compose.yaml", WEB], {}, OF_WEB),
        (["vmlint"], {}, [*OF_API, *OF_WEB]),
        (["."], {}, [*OF_API, *OF_WEB]),
    ],
    ids=repr,
)
def test_named_alone(
    project: Vmlint, named: list[str], added: dict[str, str], findings: list[tuple[str, str, str]]
) -> None:
    seen = check(project, *named)
    assert sorted(found(seen)) == sorted(findings)
    assert {each["file"]: each["because"] for each in document(seen)["files"] if each["because"]} == added
    assert sorted(seen.stderr.splitlines()) == sorted(
        f"vmlint: also linted {manifest}, which refers to {because}" for manifest, because in added.items()
    )


def test_unsaved_text_is_linted_as_its_file(project: Vmlint) -> None:
    buffer = COMPOSE.replace(", privileged: true", "")
    seen = check(project, "-", "--stdin-filename", "compose.yaml", stdin=buffer)
    assert found(seen) == OF_WEB[:1]
    assert seen.stderr == f"vmlint: also linted {WEB}, which refers to compose.yaml\n"
    assert found(check(project, "-", stdin=COMPOSE))[0][:2] == ("<stdin>", "web")


def test_two_manifests_that_annotate_one_file(project: Vmlint) -> None:
    Path("vmlint/job.vmlint.yaml").write_text(overlay("job"), "utf-8")
    seen = check(project, "compose.yaml")
    assert sorted(found(seen)) == sorted([*OF_WEB, ("compose.yaml", "job", "VM401")])
    assert len(seen.stderr.splitlines()) == 2


def test_many_are_counted(project: Vmlint) -> None:
    for number in range(7):
        Path(f"vmlint/{number}.vmlint.yaml").write_text(GUEST, "utf-8")
    seen = project("check", "hosts/a.yaml", "--format", "concise")
    assert len(seen.stdout.splitlines()) == 10
    assert seen.stderr.splitlines()[4:] == [
        "vmlint: also linted vmlint/4.vmlint.yaml, which refers to hosts/a.yaml",
        "vmlint: also linted 4 more manifests that refer to named files",
    ]


def test_a_folder_without_a_project(vmlint: Vmlint) -> None:
    """Outside a project only the folder of a named file is searched, and no reference leads out of that folder."""
    Path("compose.yaml").write_text(COMPOSE, "utf-8")
    Path("web.vmlint.yaml").write_text(overlay("web").replace("../", ""), "utf-8")
    Path("deep").mkdir()
    Path("deep/job.vmlint.yaml").write_text(overlay("job"), "utf-8")
    seen = check(vmlint, "compose.yaml")
    assert found(seen) == OF_WEB
    assert seen.stderr == "vmlint: also linted web.vmlint.yaml, which refers to compose.yaml\n"


def test_another_platform(project: Vmlint) -> None:
    seen = check(project, "--on", "kubernetes", "compose.yaml")
    moved = {each["workload"]: (each["file"], each["verdict"]) for each in document(seen)["whatIf"]["workloads"]}
    assert moved == {"job": ("compose.yaml", "runs"), "web": (WEB, "runs if")}
    assert [each["because"] for each in document(seen)["files"]] == ["", "compose.yaml"]
    assert seen.stderr == f"vmlint: also linted {WEB}, which refers to compose.yaml\n"


def workloads(screen: Screen) -> list[str]:
    return [each["workload"] for each in document(screen)["workloads"]]


def test_suggest_goes_by_the_overlay(project: Vmlint) -> None:
    seen = project("suggest", "--format", "json", "compose.yaml")
    assert workloads(seen) == ["job", "web"]
    assert seen.stderr == f"vmlint: also linted {WEB}, which refers to compose.yaml\n"
    (isolation,) = (
        each for each in document(seen)["workloads"][1]["picture"]["asked"] if each["column"] == "isolation"
    )
    assert isolation["demands"] == [{"path": "requirements.isolation.tenancy", "value": "untrusted-multi"}]
    assert workloads(project("suggest", "--format", "json", "compose.yaml", "--workload", "web")) == ["web"]
    for name in ("./compose.yaml", str(Path("compose.yaml").absolute()), "hosts/../compose.yaml"):
        assert workloads(project("suggest", "--format", "json", name)) == ["job", "web"]
    assert workloads(project("suggest", "--format", "json", WEB)) == ["web"]


NATIVE = Path(__file__).parents[2] / "examples" / "native"


@pytest.mark.parametrize(
    "file",
    [
        "compose/healthy-shop.yaml",
        "kubernetes/healthy.yaml",
        "libvirt/flagged-desktop.xml",
        "vmx/flagged-windows-desktop.vmx",
    ],
)
def test_suggest_takes_what_check_takes(vmlint: Vmlint, file: str) -> None:
    shutil.copyfile(NATIVE / file, Path(file).name)
    checked = document(check(vmlint, Path(file).name))
    seen = vmlint("suggest", "--format", "json", Path(file).name)
    assert workloads(seen) == [each["workload"] for each in checked["files"][0]["coverage"]]
    assert all(each["fitting"] for each in document(seen)["workloads"])
    assert (seen.status, seen.stderr) == (0, "")


def test_a_hint_in_the_file_hides_no_manifest_over_it(project: Vmlint) -> None:
    Path("compose.yaml").write_text(f"# vmlint: environment=production\n{COMPOSE}", "utf-8")
    alone, every = check(project, "compose.yaml"), check(project, "compose.yaml", "vmlint")
    assert {code for _, _, code in found(alone)} >= {"VM401"}
    assert [each for each in found(every) if each[0] == "compose.yaml"] == found(alone)


def test_a_broken_manifest_that_names_the_file_is_reported_with_it(project: Vmlint) -> None:
    Path(WEB).write_text(f"{overlay('web')}  oops: [\n", "utf-8")
    seen = check(project, "compose.yaml")
    assert (seen.status, [each for each in found(seen) if each[2] == "VM903"]) == (1, [(WEB, "", "VM903")])


def test_a_project_within_the_project(project: Vmlint) -> None:
    """Seen from the outer one, whose manifests may refer into the inner one, its files are judged with them."""
    Path("inner").mkdir()
    Path("inner/vmlint.toml").touch()
    Path("inner/compose.yaml").write_text(COMPOSE, "utf-8")
    Path("vmlint/inner.vmlint.yaml").write_text(overlay("web").replace("../compose", "../inner/compose"), "utf-8")
    alone, every = check(project, "inner/compose.yaml"), check(project)
    assert ("inner/compose.yaml", "web", "VM401") in found(alone)
    assert set(found(alone)) <= set(found(every))


def test_a_service_beside_a_manifest_in_one_stream(vmlint: Vmlint) -> None:
    Path("all.yaml").write_text(f"{GUEST.replace('  hostRef: ../hosts/a.yaml' + chr(10), '')}---\n{COMPOSE}", "utf-8")
    assert ("all.yaml", "web", "VM407") in found(check(vmlint, "all.yaml"))


def test_a_fault_of_a_hint_is_reported_once_however_the_file_is_written(project: Vmlint) -> None:
    Path("compose.yaml").write_text(f"# vmlint: colour=red\n{COMPOSE}", "utf-8")
    assert [code for _, _, code in found(check(project, "./compose.yaml", WEB))].count("VM916") == 1


def test_files_that_manifests_refer_to_are_not_parsed_for_each_of_them(
    project: Vmlint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vmlint.syntax.yaml import tree

    parsed: list[str] = []
    load = tree.load

    def counted(text: str) -> Any:
        parsed.append(text)
        return load(text)

    monkeypatch.setattr(tree, "load", counted)
    check(project, ".")
    assert parsed.count(COMPOSE) == 1
    assert parsed.count(HOST) == 2  # once for itself, once for all manifests that refer to it
