"""``vmlint check --policy-from``: a change is judged by what another revision settles and accepts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

from tests.conftest import Vmlint
from tests.repository import Repository

WEB = "services:\n  web:\n    image: nginx:1.27\n    privileged: true{}\n"
DB = "  db:\n    image: redis:7\n    privileged: true{}\n"
LINE = " # vmlint: ignore[VM407] it loads a driver"
HOST = (
    "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a}\nspec: {platform: linux/amd64, kernel: {version: '%s'}}\n"
)
GUEST = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: api}\nspec:\n"
    '  guest: {kernel: {requires: ">=5.10"}}\n  deployment: {platform: docker}\n'
)
VOLUME = '    volumes: ["/etc:/etc"]\n'
NEW = "this waiver of VM407 is not in HEAD, and accepts nothing before it is"


def judged(vmlint: Vmlint, *arguments: str, revision: str = "HEAD", remarks: str = "") -> list[tuple[str, int, str]]:
    """Return file, line and code of what is reported, after a look at what is left behind."""
    here = Path.cwd()
    screen = vmlint("check", "--policy-from", revision, "--format", "json", *arguments)
    assert (screen.stderr, os.listdir(gettempdir()), Path.cwd()) == (remarks, [], here)
    every: list[dict[str, Any]] = json.loads(screen.stdout)["findings"]
    return [(each["place"]["file"], each["place"]["line"], each["code"]) for each in every if not each["accepted"]]


def test_the_screen_of_a_new_waiver(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"compose.yaml": WEB.format("")})
    repository.put("compose.yaml", WEB.format(LINE))
    assert vmlint("check").status == 0
    screen = vmlint("check", "--policy-from", "HEAD", "--ignore", "VM407")
    assert (screen.status, screen.stderr) == (0, ""), "who runs the gate may still ask for less"
    screen = vmlint("check", "--policy-from", "HEAD", "--format", "concise")
    assert screen.status == 1
    assert [line.split(" [")[0] for line in screen.stdout.splitlines()] == [
        "compose.yaml:4:17: warning VM407 privileged-container: privileged mode gives the container's root the rights "
        "of the host's, past the isolation that a container has",
        f"compose.yaml:4:39: warning VM926 new-waiver: {NEW}",
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(WEB.format(LINE), "# moved\n" + WEB.format(LINE + ", again"), [], id="the same line, moved"),
        pytest.param(WEB.format(LINE) + DB.format(""), WEB.format(LINE) + DB.format(LINE),
                     [(7, "VM407"), (7, "VM926")], id="another workload"),
        pytest.param("# vmlint: ignore-file[VM407] old\n" + WEB.format(""),
                     "# vmlint: ignore-file[VM407] old\n" + WEB.format("") + DB.format(""), [], id="a whole file"),
        pytest.param("# vmlint: ignore-file[VM408] old\n" + WEB.format("").replace("privileged: true", VOLUME.strip()),
                     "# vmlint: ignore-file[VM407, VM408] old\n" + WEB.format("") + VOLUME,
                     [(1, "VM926"), (5, "VM407")], id="one rule more"),
        pytest.param(WEB.format(LINE), "# vmlint: ignore-file[VM407] wider\n" + WEB.format(""),
                     [(1, "VM926"), (5, "VM407")], id="wider than before"),
        pytest.param("services:\n  # vmlint: ignore-workload[VM407] old\n" + WEB.format("").partition("\n")[2],
                     "services:\n\n  # vmlint: ignore-workload[VM407] old\n" + WEB.format("").partition("\n")[2]
                     + "  # vmlint: ignore-workload[VM407] new\n" + DB.format(""),
                     [(7, "VM926"), (10, "VM407")], id="a workload"),
        pytest.param(WEB.format(LINE + " until 2027-01-31"), WEB.format(LINE + " until 2027-01-01"), [], id="shorter"),
        pytest.param(WEB.format(LINE + " until 2027-01-31"), WEB.format(LINE + " until 2027-02-01"),
                     [(4, "VM926")], id="longer"),
        pytest.param(WEB.format(LINE + " until 2027-01-31"), WEB.format(LINE), [(4, "VM926")], id="without an end"),
        pytest.param(WEB.format(LINE + " until 2026-11-01"), WEB.format(LINE + " until 2027-01-01"),
                     [(4, "VM407"), (4, "VM926")], id="it had run out"),
        pytest.param(WEB.format(LINE), WEB.format(""), [(4, "VM407")], id="removed"),
    ],
)  # fmt: skip
def test_a_waiver_counts_where_it_was(
    before: str, after: str, expected: list[tuple[int, str]], vmlint: Vmlint, repository: Repository
) -> None:
    repository.commit(**{"compose.yaml": before})
    repository.put("compose.yaml", after)
    assert [each[1:] for each in judged(vmlint)] == expected


def test_each_entry_of_a_list_is_one_finding(vmlint: Vmlint, repository: Repository) -> None:
    service = "services:\n  web:\n    image: nginx:1.27\n    volumes:\n      - /etc:/etc # vmlint: ignore[VM408] old\n"
    repository.commit(**{"compose.yaml": service})
    repository.put("compose.yaml", service + "      - /root:/root # vmlint: ignore[VM408] new\n")
    assert [each[1:] for each in judged(vmlint)] == [(6, "VM408"), (6, "VM926")]


def test_a_renamed_file_keeps_its_waivers_and_a_copy_has_none(vmlint: Vmlint, repository: Repository) -> None:
    text = "# vmlint: ignore-file[VM408] old\n" + WEB.format(LINE) + VOLUME
    repository.commit(**{"a/compose.yaml": text})
    repository.put("b/compose.yaml", text)
    assert {each[0] for each in judged(vmlint)} == {"b/compose.yaml"}
    (repository.root / "a/compose.yaml").unlink()
    said = "vmlint: b/compose.yaml counts as a/compose.yaml, renamed: what was accepted there is accepted\n"
    assert judged(vmlint, remarks=said) == judged(vmlint, "b", remarks=said) == []
    repository.put("b/compose.yaml", text + DB.format("") + VOLUME)
    assert [each[1:] for each in judged(vmlint, remarks=said)] == [(9, "VM407")], "as if it had been added where it was"


LOOSER = {
    "ignore": 'ignore = ["VM407"]',
    "select": 'select = ["VM1"]',
    "profile": 'profile = "minimal"',
    "exclude": 'exclude = ["shop/"]',
    "severity": '[severity]\nVM407 = "note"',
    "fail-on": 'fail-on = "error"',
    "a waiver": '[[waivers]]\nrules = ["VM407"]\nreason = "new"',
    "an override": '[[overrides]]\npaths = ["shop/**"]\nignore = ["VM407"]',
    "a baseline": 'baseline = "mine.json"',
    "a baseline of a folder": 'baseline = "mine.json" # shop',
}


@pytest.mark.parametrize("settings", LOOSER.values(), ids=LOOSER)
def test_the_settings_are_those_of_the_revision(settings: str, vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"vmlint.toml": ""})
    repository.put("shop/compose.yaml", WEB.format(""))
    folder = "shop/" if "profile" in settings or "shop" in settings.partition("#")[2] else ""
    repository.put(f"{folder}vmlint.toml", settings)
    if "baseline" in settings:
        vmlint("baseline", "write", "--baseline", f"{folder}mine.json")
    assert judged(vmlint, "shop") == [("shop/compose.yaml", 4, "VM407")]
    assert vmlint("check", "--policy-from", "HEAD").status == 1
    repository.commit()
    assert vmlint("check", "--policy-from", "HEAD", "shop").stdout == vmlint("check", "shop").stdout


def test_neither_an_ignored_folder_nor_a_new_baseline_hides_anything(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"README.md": ""})
    repository.put("shop/compose.yaml", WEB.format(""))
    vmlint("baseline", "write")
    repository.put(".gitignore", "shop/\n")
    assert judged(vmlint) == [("shop/compose.yaml", 4, "VM407")]
    repository.git("add", "-A", "--force")
    repository.git("commit", "-q", "-m", "all of it")
    assert judged(vmlint, "shop/compose.yaml") == []


def test_what_the_settings_extend_and_name(
    vmlint: Vmlint, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(
        **{
            "vmlint.toml": 'extends = ["ops/base.toml"]\n',
            "ops/base.toml": 'host = "node.host"\n',
            "ops/node.host": HOST % "4.18",
            "apps/api.vmlint.yaml": GUEST,
        }
    )
    repository.put("ops/node.host", HOST % "6.1")
    assert vmlint("check").status == 0
    screen = vmlint("check", "--policy-from", "HEAD")
    assert (screen.status, "ops/node.host:4" in screen.stdout, gettempdir() in screen.stdout) == (1, True, False)
    monkeypatch.chdir(repository.root / "apps")
    assert judged(vmlint) == [("ops/node.host", 4, "VM403")]
    (repository.root / "ops" / "base.toml").unlink()
    (repository.root / "vmlint.toml").unlink()
    assert judged(vmlint) == [("ops/node.host", 4, "VM403")]


@pytest.mark.parametrize("options", [(), ("--host", "ops/hosts")])
def test_a_folder_of_hosts(vmlint: Vmlint, repository: Repository, options: tuple[str, ...]) -> None:
    named = {name: HOST.replace("name: a", f"name: {name}") for name in ("a", "b")}
    files = {f"ops/hosts/{name}/host": named[name] % version for name, version in (("a", "4.18"), ("b", "6.1"))}
    repository.commit(**files, **{"vmlint.toml": 'host = "ops/hosts"\n', "api.vmlint.yaml": GUEST})
    repository.put("ops/hosts/a/host", HOST % "6.1")
    assert vmlint("check", *options).status == 0
    assert judged(vmlint, *options) == [("ops/hosts/a/host", 4, "VM403")]


def test_files_that_options_name(
    vmlint: Vmlint, repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.commit(**{"ci/strict.toml": "", "compose.yaml": WEB.format("")})
    loose = repository.put("ci/strict.toml", 'ignore = ["VM407"]\n')
    repository.put("ci/new.toml", "")
    for name in ("ci/strict.toml", str(loose)):
        assert judged(vmlint, "--config", name) == [("compose.yaml", 4, "VM407")]
    assert vmlint("check", "--policy-from", "HEAD", "--config", "ci/new.toml") == (
        2,
        "",
        "vmlint check: error: --policy-from HEAD: ci/new.toml: there is no such file\n",
    )
    outside = tmp_path_factory.mktemp("outside") / "vmlint.toml"
    outside.write_text('ignore = ["VM407"]\n', "utf-8")
    assert judged(vmlint, "--config", str(outside)) == [], "it is no part of the repository"


def test_a_link_leads_to_no_other_settings(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"ci/strict.toml": "", "ci/loose.toml": 'ignore = ["VM407"]\n', "compose.yaml": WEB.format("")})
    (repository.root / "ci/strict.toml").unlink()
    (repository.root / "ci/strict.toml").symlink_to("loose.toml")
    assert judged(vmlint, "--config", "ci/strict.toml") == [("compose.yaml", 4, "VM407")]


def test_with_since_and_several_processes(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"compose.yaml": WEB.format("")})
    repository.put("compose.yaml", WEB.format("") + DB.format(LINE))
    assert judged(vmlint, "--since", "HEAD") == [("compose.yaml", 7, "VM407"), ("compose.yaml", 7, "VM926")]
    for number in range(300):
        repository.put(f"many/{number:03}.compose.yaml", WEB.format(LINE))
    assert judged(vmlint, "many", "--jobs", "2") == judged(vmlint, "many", "--jobs", "1")
    assert len(judged(vmlint, "many", "--jobs", "2")) == 600


def test_settings_that_are_broken_there(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"vmlint.toml": "profile = 7\n", "compose.yaml": WEB.format("")})
    repository.put("vmlint.toml", "")
    status, stdout, stderr = vmlint("check", "--policy-from", "HEAD")
    assert (status, stdout) == (2, "")
    assert stderr.startswith("vmlint check: error: --policy-from HEAD: vmlint.toml:1:11: ")
    assert os.listdir(gettempdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-x",), "--policy-from -x: '-x' is not a revision; write a branch, a tag, a commit, or `REV...`"),
        (("mian",), "--policy-from mian: there is no revision 'mian' here; did you mean `main`?"),
        (("HEAD", "/"), "--policy-from HEAD: / is not in the repository around the current folder"),
        (
            ("HEAD", "--on", "kvm"),
            "--on reports on another platform, --policy-from on a change; leave one of them out",
        ),
    ],
    ids=str,
)
def test_misuse(arguments: tuple[str, ...], message: str, vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"README.md": ""})
    revision, *others = arguments
    assert vmlint("check", f"--policy-from={revision}", *others) == (2, "", f"vmlint check: error: {message}\n")
