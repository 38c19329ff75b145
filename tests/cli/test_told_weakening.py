"""What weakens a gate is told in every run: hints that hide findings, settings that limit them, ignored files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Vmlint
from tests.repository import Repository

FINE = "services: {a: {image: 'nginx:1.29'}}\n"
EVIL = 'services:\n  web:\n    image: "nginx:1.29"\n    privileged: true\n'
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, annotations: {vmlint/role: node-agent}}\nspec:\n"
    "  containers: [{name: web, image: 'nginx:1.29', securityContext: {privileged: true}}]\n"
)
OVER = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\n"
    "spec: {environment: dev, deployment: {source: compose.yaml}}\n"
)
ALONE = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web, labels: {vmlint/role: node-agent}}\n"
    "spec: {deployment: {platform: docker, privileged: true}}\n"
)
NODE_AGENT = "labels.vmlint/role=node-agent"


def hidden(vmlint: Vmlint, *arguments: str) -> list[tuple[str, str, int, str]]:
    """Return what hints hide: code, file and line of the hint, what it says."""
    report = json.loads(vmlint("check", "--format", "json", *arguments).stdout)
    found: list[dict[str, Any]] = [each for each in report["findings"] if each["accepted"]]
    assert report["summary"]["accepted"]["hint"] == len(found)
    return [
        (each["code"], each["accepted"]["place"]["file"], each["accepted"]["place"]["line"], each["accepted"]["reason"])
        for each in found
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"compose.yaml": f"# vmlint: {NODE_AGENT}\n{EVIL}"}, ("VM407", "compose.yaml", 1, NODE_AGENT)),
        ({"compose.yaml": f"# vmlint: environment=dev\n{EVIL}"}, ("VM407", "compose.yaml", 1, "environment=dev")),
        (
            {"compose.yaml": f"{EVIL}    labels: {{vmlint/role: node-agent}}\n"},
            ("VM407", "compose.yaml", 5, NODE_AGENT),
        ),
        ({"pod.yaml": POD}, ("VM407", "pod.yaml", 3, NODE_AGENT)),
        ({"compose.yaml": EVIL, "over.yaml": OVER}, ("VM407", "over.yaml", 4, "environment=dev")),
        ({"web.vmlint.yaml": ALONE}, ("VM407", "web.vmlint.yaml", 3, NODE_AGENT)),
    ],
    ids=["a label in a comment", "a hint", "a label of Compose", "an annotation", "a manifest over a file", "a label"],
)
def test_what_hints_hide(
    vmlint: Vmlint, tmp_path: Path, files: dict[str, str], expected: tuple[str, str, int, str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert hidden(vmlint) == [expected]
    assert hidden(vmlint) == [expected]  # as the cache keeps it
    screen = vmlint("check")
    assert screen.status == 0
    assert screen.stdout.splitlines()[:2] == [
        f"nothing found: 1 workload in {len(files)} file{'s' * (len(files) > 1)} (1 hidden by hints)",
        "hints hide VM407 (privileged-container); JSON lists the findings and the hints",
    ]


@pytest.mark.parametrize(
    "text",
    [
        EVIL,
        f"# vmlint: environment=production\n{EVIL}",  # it is found all the same
        "# vmlint: environment=dev\n" + EVIL.replace("    privileged: true\n", ""),  # there is nothing to hide
        f"# vmlint: environment=dev\n# vmlint: ignore[VM407] it is a test bed\n{EVIL}",
    ],
)
def test_what_hides_nothing_is_not_told(vmlint: Vmlint, tmp_path: Path, text: str) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    report = json.loads(vmlint("check", "--format", "json").stdout)
    assert report["summary"]["accepted"]["hint"] == ("dev" in text and "ignore" in text)


def test_the_environment_of_a_manifest_is_what_it_says_of_itself(vmlint: Vmlint, tmp_path: Path) -> None:
    spec = "spec: {environment: dev, deployment: {platform: docker, privileged: true}}\n"
    (tmp_path / "web.vmlint.yaml").write_text(f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: web}}\n{spec}")
    assert hidden(vmlint) == []


def test_a_finding_that_a_hint_lowers_is_told_as_it_would_be(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "100.conf").write_text(
        "# vmlint: deployment.network.exposure=none\nostype: win8\nmemory: 4096\nscsihw: virtio-scsi-pci\n"
    )
    report = json.loads(vmlint("check", "--format", "json", "--select", "VM704").stdout)
    found = [(each["severity"], each["accepted"] and each["accepted"]["by"]) for each in report["findings"]]
    assert sorted(found, key=str) == [("note", None), ("warning", "hint")]


def test_sarif_says_who_hides_it(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(f"# vmlint: environment=dev\n{EVIL}")
    (result,) = json.loads(vmlint("check", "--format", "sarif").stdout)["runs"][0]["results"]
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["justification"]) == ("inSource", "hint: environment=dev")
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 1


def test_json_says_which_settings_held(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(EVIL)
    assert json.loads(vmlint("check", "--format", "json").stdout)["settings"] == {
        "profile": "default",
        "from": [],
        "limits": [],
    }
    (tmp_path / "vmlint.toml").write_text('profile = "minimal"\nignore = ["VM407"]\n')
    assert json.loads(vmlint("check", "--format", "json", "--fail-on", "error").stdout)["settings"] == {
        "profile": "minimal",
        "from": ["vmlint.toml", "--fail-on"],
        "limits": ["VM407 ignored", "profile minimal"],
    }
    head = json.loads(vmlint("check", "--format", "jsonl").stdout.splitlines()[0])
    assert head["settings"]["profile"] == "minimal"


def reported(vmlint: Vmlint, *paths: str) -> list[str]:
    """Return the files with a finding, in the order in which they are linted."""
    lines = vmlint("check", "--format", "concise", *paths).stdout.splitlines()
    return [line.partition(":")[0] for line in lines if " VM407 " in line]


def test_tracked_files_are_linted_even_where_git_ignores_their_names(vmlint: Vmlint, repository: Repository) -> None:
    repository.put(".gitignore", "build/\nsecret-compose.yaml\nout\n")
    forced = ["build/a/compose.yaml", "secret-compose.yaml", "sub/out/compose.yaml"]
    for name in (*forced, "build/other/compose.yaml", "sub/compose.yaml"):
        repository.put(name, EVIL)
    repository.git("add", ".gitignore", "sub/compose.yaml")
    assert reported(vmlint) == ["sub/compose.yaml"]
    repository.git("add", "--force", *forced)
    assert reported(vmlint) == ["sub/compose.yaml", *forced]
    assert reported(vmlint, "build", "sub") == ["sub/compose.yaml", "build/a/compose.yaml", "sub/out/compose.yaml"]
    repository.git("update-index", "--index-version", "4")  # names are not written out in it
    assert reported(vmlint) == ["sub/compose.yaml", *forced]
    repository.put("vmlint.toml", 'exclude = ["sub/**"]\n')
    assert reported(vmlint) == forced[:2]
    (repository.root / "secret-compose.yaml").unlink()
    (repository.root / "secret-compose.yaml").symlink_to("build/a/compose.yaml")
    assert reported(vmlint) == forced[:1]


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_tracked_files_are_known_without_git(
    vmlint: Vmlint, repository: Repository, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """A container may have no git, and git refuses the folder of another user."""
    repository.put(".gitignore", "build/\ncompose.yaml\n")
    forced = ["build/compose.yaml", "compose.yaml"]
    for name in forced:
        repository.put(name, EVIL)
    repository.git("add", "--force", *forced)
    repository.git("update-index", "--index-version", version)
    monkeypatch.setenv("PATH", "")
    assert reported(vmlint) == forced


@pytest.mark.parametrize("spoiled", ["none", "cut", "split", "version"])
def test_what_git_tracks_is_told_where_nothing_says_it(
    vmlint: Vmlint, repository: Repository, monkeypatch: pytest.MonkeyPatch, spoiled: str
) -> None:
    repository.put(".gitignore", "build/\n")
    repository.put("build/compose.yaml", EVIL)
    repository.put("compose.yaml", "services: {a: {image: 'nginx:1.29'}}\n")
    repository.git("add", "--force", "build/compose.yaml")
    index = repository.root / ".git/index"
    if spoiled == "split":
        repository.git("update-index", "--split-index")
        assert reported(vmlint) == ["build/compose.yaml"]  # git can be asked
    else:
        data = index.read_bytes()
        index.write_bytes({"none": b"", "cut": data[:-30], "version": data[:7] + b"\x09" + data[8:]}[spoiled])
    monkeypatch.setenv("PATH", "")
    seen = vmlint("check")
    assert "skipped .gitignore: which of the files that it names git tracks cannot be told: the index" in seen.stderr
    assert "git cannot be asked: git is not installed" in seen.stderr
    assert vmlint("check", "--fail-on-skipped").status == 1
    index.unlink()
    assert vmlint("check").stderr == ""  # nothing was ever added


def left_out(vmlint: Vmlint, *arguments: str) -> dict[str, str]:
    """Return what is left out by its name, each with the reason."""
    report = json.loads(vmlint("check", "--allow-empty", "--format", "json", *arguments).stdout)
    assert report["summary"]["leftOut"] == len(report["leftOut"])
    assert not [each for each in report["files"] if each["file"] in {each["path"] for each in report["leftOut"]}]
    return {each["path"]: each["reason"] for each in report["leftOut"]}


def test_what_is_left_out_by_its_name_is_counted(vmlint: Vmlint, repository: Repository) -> None:
    repository.put("compose.yaml", EVIL)
    for folder in (
        ".deploy",
        ".svn",
        "a/vendor",
        "a/node_modules/b",
        ".venv/lib",
        "vendor.d",
        ".devcontainer",
        "third_party",
    ):
        repository.put(f"{folder}/compose.yaml", EVIL)
    repository.put(".compose.yaml", EVIL)
    repository.put(".notes", "")
    assert left_out(vmlint, ".") == {
        ".compose.yaml": "a hidden file",
        ".deploy": "a hidden folder",
        ".svn": "a hidden folder",
        ".venv": "a hidden folder",
        "a/node_modules": "a folder of other people's code, by its name",
        "a/vendor": "a folder of other people's code, by its name",
        "third_party": "a folder of other people's code, by its name",
    }
    assert left_out(vmlint, "a") == {
        "a/node_modules": "a folder of other people's code, by its name",
        "a/vendor": "a folder of other people's code, by its name",
    }
    assert left_out(vmlint, "compose.yaml") == {}
    assert "7 left out as hidden or vendored" in vmlint("check", ".").stdout


def test_what_git_ignores_or_settings_exclude_is_not_among_them(vmlint: Vmlint, repository: Repository) -> None:
    repository.put("compose.yaml", "services: {web: {image: a}}\n")
    repository.put("node_modules/compose.yaml", EVIL)
    repository.put("vendor/compose.yaml", EVIL)
    repository.put(".cache/compose.yaml", EVIL)
    repository.put(".gitignore", "node_modules/\n.cache\n")
    repository.put("vmlint.toml", 'exclude = ["vendor"]\n')
    assert left_out(vmlint, ".") == {}
    assert "left out" not in vmlint("check", ".").stdout


def test_what_is_left_out_changes_no_status(vmlint: Vmlint, repository: Repository) -> None:
    repository.put("vendor/compose.yaml", EVIL)
    assert vmlint("check", ".").status == 3
    repository.put("compose.yaml", "services: {web: {image: a}}\n")
    assert vmlint("check", "--fail-on-skipped", ".").status == 0


def test_what_git_tracks_and_no_search_looks_at_is_counted_though_git_ignores_it(
    vmlint: Vmlint, repository: Repository
) -> None:
    files = dict.fromkeys(("vendor/compose.yaml", "a/.deploy/compose.yaml", "a/.deploy/x.txt"), EVIL)
    repository.commit(**files, **{"compose.yaml": FINE})
    repository.commit(**{".gitignore": "vendor/\n.deploy/\n"})
    assert left_out(vmlint, ".") == {
        "a/.deploy": "a hidden folder",
        "vendor": "a folder of other people's code, by its name",
    }


def test_a_link_that_git_tracks_though_it_ignores_it_is_told(vmlint: Vmlint, repository: Repository) -> None:
    (repository.root / "compose.yaml").symlink_to(".x/compose.yaml")
    repository.commit(**{".x/compose.yaml": EVIL, "ok/compose.yaml": FINE})
    repository.commit(**{".gitignore": "/compose.yaml\n"})
    screen = vmlint("check", "--fail-on-skipped")
    assert (screen.status, "skipped compose.yaml: it is a link" in screen.stderr) == (1, True)


def test_a_repository_within_that_git_tracks_though_it_ignores_it_is_told(
    vmlint: Vmlint, repository: Repository
) -> None:
    repository.commit(**{"compose.yaml": FINE})
    repository.git("clone", "--quiet", ".", "sub")
    repository.put("sub/compose.yaml", EVIL)
    repository.git("add", "sub")
    assert vmlint("check").status == 1
    repository.put(".gitignore", "sub/\n")
    screen = vmlint("check")
    assert (screen.status, "skipped sub: git ignores its name, but tracks it" in screen.stderr) == (0, True)


def test_without_a_repository_nothing_tells_what_is_tracked(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(EVIL)
    (tmp_path / "ok.yaml").write_text(FINE)
    (tmp_path / ".gitignore").write_text("/compose.yaml\n")
    assert "skipped .gitignore: which of the files that it names git tracks" in vmlint("check", ".").stderr
    (tmp_path / ".gitignore").write_text("/.hidden\n")
    assert "gitignore" not in vmlint("check", ".").stderr


def test_a_file_with_the_name_of_a_baseline_is_linted(vmlint: Vmlint, repository: Repository) -> None:
    pod = '{"apiVersion": "v1", "kind": "Pod", "spec": {"hostPID": true, "containers": [{"name": "a", "image": "b"}]}}'
    repository.commit(**{"k/vmlint-baseline.json": pod, "compose.yaml": FINE})
    assert "VM408" in vmlint("check").stdout
    repository.put("k/vmlint-baseline.json", "{}")
    assert "other file" not in vmlint("check").stdout


def test_reasons_for_skipping_show_no_password(vmlint: Vmlint, repository: Repository) -> None:
    repository.put("compose.yaml", "include: ['https://user:hunter2@example.com/x.txt']\n" + FINE)
    repository.put("a.kube", "[Kube]\nYaml=https://user:hunter2@example.com/x.yaml\n")
    for form in ("text", "json", "html"):
        screen = vmlint("check", "--format", form)
        assert "example.com/x" in screen.stdout + screen.stderr
        assert "hunter2" not in screen.stdout + screen.stderr
