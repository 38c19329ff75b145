"""``vmlint baseline`` and what ``vmlint check`` makes of a baseline."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests.conftest import Vmlint

FILE = Path("vmlint-baseline.json")
WEB = "services:\n  web:\n    image: nginx:1.27\n    privileged: true\n"
DB = "  db:\n    image: redis:7\n    privileged: true\n"
NEW = "  new:\n    image: redis:7\n    privileged: true\n"
WHY = "privileged mode gives the container's root the rights of the host's, past the isolation that a co..."


@pytest.fixture(autouse=True)
def project(tmp_path: Path, vmlint: Vmlint) -> Path:
    """A project whose two services have a finding each."""
    (tmp_path / ".git").mkdir()
    put("shop/compose.yaml", WEB + DB)
    return tmp_path


def put(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")


def concise(vmlint: Vmlint, *arguments: str) -> list[str]:
    """Return place and code of each finding that is reported."""
    screen = vmlint("check", "--format", "concise", *arguments)
    return [" ".join(line.split(" ")[:3:2]) for line in screen.stdout.splitlines()]


def test_a_repository_is_adopted(vmlint: Vmlint) -> None:
    assert vmlint("check", ".").status == 1
    assert vmlint("baseline", "write") == (0, "", "vmlint: wrote 2 findings to vmlint-baseline.json\n")
    assert FILE.read_text("utf-8") == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"file": "shop/compose.yaml", "rule": "VM407", "workload": "db", "field": "deployment.privileged", '
        f'"value": "true", "note": "{WHY}"}},\n'
        '    {"file": "shop/compose.yaml", "rule": "VM407", "workload": "web", "field": "deployment.privileged", '
        f'"value": "true", "note": "{WHY}"}}\n'
        "  ]\n}\n"
    )
    status, stdout, stderr = vmlint("check", ".")
    assert (status, stderr) == (0, "")
    assert stdout.splitlines()[0] == "nothing new: 2 workloads in 1 file (2 in the baseline)"
    put("shop/compose.yaml", "# moved\n\n" + WEB + NEW + DB)
    assert concise(vmlint) == ["shop/compose.yaml:9:17: VM407"]
    assert len(concise(vmlint, "--no-baseline")) == 3


def test_from_a_folder_inside_the_project(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    vmlint("baseline", "write")
    monkeypatch.chdir(project / "shop")
    assert concise(vmlint) == []
    assert concise(vmlint, str(project / "shop" / "compose.yaml")) == []


def test_from_outside_the_project(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """Each file has the baseline of its own project, and its fingerprint, whichever folder is the current one."""

    def fingerprints(*paths: str) -> list[str]:
        every = json.loads(vmlint("check", *paths, "--no-baseline", "--format", "json").stdout)["findings"]
        return [each["fingerprint"] for each in every]

    inside = fingerprints("shop")
    put("a/.git/HEAD", "")
    put("a/compose.yaml", WEB)
    monkeypatch.chdir(project.parent)
    assert vmlint("baseline", "write", f"{project.name}/shop").stderr.endswith(f"to {project.name}/{FILE}\n")
    assert concise(vmlint, project.name) == [f"{project.name}/a/compose.yaml:4:17: VM407"]
    assert fingerprints(f"{project.name}/shop") == inside
    assert vmlint("baseline", "write", f"{project.name}/shop", f"{project.name}/a") == (
        2,
        "",
        f"vmlint baseline: error: these files have two baselines, {project.name}/{FILE} and {project.name}/a/{FILE}; "
        "name the files of one project\n",
    )


def test_a_rule_that_does_not_exist(vmlint: Vmlint) -> None:
    vmlint("baseline", "write")
    FILE.write_text(FILE.read_text("utf-8").replace('"VM407"', '"VM4007"', 1), "utf-8")
    status, stdout, stderr = vmlint("check")
    assert (status, stdout) == (2, "")
    assert stderr.startswith(f"vmlint check: error: {FILE}:4:35: no rule has the code 'VM4007'; ")


def test_a_file_that_is_gone_becomes_one_new_file(vmlint: Vmlint) -> None:
    vmlint("baseline", "write")
    Path("shop/compose.yaml").unlink()
    for name, text in (("one", WEB), ("two", "services:\n" + DB)):
        put(f"{name}/compose.yaml", text)
    assert len(concise(vmlint)) == 2, "neither has both of its findings"
    put("two/compose.yaml", WEB + DB)
    assert concise(vmlint) == ["one/compose.yaml:4:17: VM407"]
    FILE.write_text(FILE.read_text("utf-8").replace("shop/compose.yaml", "../shop/compose.yaml"), "utf-8")
    assert len(concise(vmlint)) == 3, "what is not in the project was never renamed"


def test_files_that_are_renamed_keep_their_entries(vmlint: Vmlint) -> None:
    vmlint("baseline", "write")
    put("moved/compose.yaml", Path("shop/compose.yaml").read_text("utf-8"))
    assert len(concise(vmlint)) == 2, "a copy is new"
    Path("shop/compose.yaml").unlink()
    assert vmlint("check").status == 0
    renamed = "vmlint: moved/compose.yaml counts as shop/compose.yaml, renamed: what was accepted there is accepted\n"
    assert vmlint("check").stderr == renamed
    assert vmlint("baseline", "update").stderr == f"{renamed}vmlint: vmlint-baseline.json: kept 2 findings, removed 0\n"
    assert {each["file"] for each in json.loads(FILE.read_text("utf-8"))["findings"]} == {"moved/compose.yaml"}


def test_the_other_entries_of_a_list_make_no_difference(vmlint: Vmlint) -> None:
    service = "services:\n  web:\n    image: nginx:1.27\n    volumes: [{}]\n"
    put("shop/compose.yaml", service.format('"/etc:/etc"'))
    vmlint("baseline", "write")
    put("shop/compose.yaml", service.format('"/root:/root", "/etc:/etc"'))
    assert concise(vmlint) == ["shop/compose.yaml:4:15: VM408"]


def test_what_was_mended_is_told_and_removed(vmlint: Vmlint) -> None:
    put("other/compose.yaml", WEB)
    vmlint("baseline", "write")
    put("shop/compose.yaml", WEB)
    told = "vmlint: 1 finding of the baseline is mended; `vmlint baseline update` removes it\n"
    assert vmlint("check").stderr == told
    assert vmlint("check", "shop").stderr == told
    assert vmlint("check", "other").stderr == ""
    assert vmlint("check", "--no-baseline").stderr == ""
    assert vmlint("check", "--select", "VM1").stderr == "", "who asks for less learns nothing of the rest"
    assert vmlint("baseline", "update", "other").stderr == "vmlint: vmlint-baseline.json: kept 3 findings, removed 0\n"
    assert vmlint("baseline", "update").stderr == "vmlint: vmlint-baseline.json: kept 2 findings, removed 1\n"
    assert vmlint("check").stderr == ""


def test_an_update_adds_nothing_unless_asked(vmlint: Vmlint) -> None:
    vmlint("baseline", "write")
    put("shop/compose.yaml", WEB + DB + NEW)
    before = FILE.read_bytes()
    assert vmlint("baseline", "update").stderr == (
        "vmlint: vmlint-baseline.json: kept 2 findings, removed 0, 1 is not in it (--add adds what is new)\n"
    )
    assert FILE.read_bytes() == before
    assert vmlint("baseline", "update", "--add").stderr == (
        "vmlint: vmlint-baseline.json: kept 2 findings, removed 0, added 1\n"
    )
    assert vmlint("check").status == 0


def test_a_broken_file_keeps_its_entries(vmlint: Vmlint) -> None:
    put("other/compose.yaml", WEB)
    vmlint("baseline", "write")
    put("shop/compose.yaml", "services: [\n")
    assert concise(vmlint) == ["shop/compose.yaml:1:11: VM903"]
    assert vmlint("baseline", "update").stderr == "vmlint: vmlint-baseline.json: kept 3 findings, removed 0\n"
    assert vmlint("baseline", "update", "--add").stderr.endswith("kept 3 findings, removed 0, added 0\n")


def test_a_file_that_is_gone_keeps_its_entries_until_everything_was_linted(vmlint: Vmlint) -> None:
    put("other/compose.yaml", WEB)
    vmlint("baseline", "write")
    Path("shop/compose.yaml").unlink()
    assert vmlint("check", "other").stderr == ""
    assert vmlint("check").stderr.startswith("vmlint: 2 findings of the baseline are mended")
    assert vmlint("baseline", "update").stderr == "vmlint: vmlint-baseline.json: kept 1 finding, removed 2\n"


def test_nothing_is_overwritten_unasked(vmlint: Vmlint) -> None:
    put(str(FILE), "mine")
    assert vmlint("baseline", "write") == (
        2,
        "",
        "vmlint baseline: error: vmlint-baseline.json is there already; `vmlint baseline update` removes what was "
        "mended, --force writes it anew\n",
    )
    assert FILE.read_text("utf-8") == "mine"
    assert vmlint("baseline", "write", "--force", "shop").status == 0
    assert vmlint("check").status == 0


def test_nothing_is_written_where_nothing_was_linted(vmlint: Vmlint) -> None:
    put("empty/x.txt", "")
    assert vmlint("baseline", "write", "empty") == (
        3,
        "",
        "vmlint: nothing was linted; the baseline was not written\n",
    )
    assert not FILE.exists()


def test_to_standard_output(vmlint: Vmlint) -> None:
    status, stdout, stderr = vmlint("baseline", "write", "--baseline", "-")
    assert (status, stderr, FILE.exists()) == (0, "", False)
    vmlint("baseline", "write")
    assert stdout == FILE.read_text("utf-8")


def test_show(vmlint: Vmlint) -> None:
    put("other/compose.yaml", WEB)
    vmlint("baseline", "write")
    assert vmlint("baseline", "show") == (
        0,
        "VM407 privileged-container: 3\n"
        "  other/compose.yaml\n"
        "    web: deployment.privileged = true\n"
        "  shop/compose.yaml\n"
        "    db: deployment.privileged = true\n"
        "    web: deployment.privileged = true\n"
        "\n"
        "3 findings accepted by vmlint-baseline.json\n",
        "",
    )
    assert vmlint("baseline", "show", "other/compose.yaml").stdout.endswith(
        "\n1 finding accepted by vmlint-baseline.json\n"
    )
    shown = json.loads(vmlint("baseline", "show", "--format", "json", "shop").stdout)
    assert (shown["version"], shown["accepted"]) == (1, 2)
    assert {each["baseline"] for each in shown["findings"]} == {"vmlint-baseline.json"}
    assert [each["workload"] for each in shown["findings"]] == ["db", "web"]


def test_there_is_none(vmlint: Vmlint) -> None:
    for action in ("show", "update"):
        assert vmlint("baseline", action) == (
            2,
            "",
            "vmlint baseline: error: vmlint-baseline.json: there is no such file; `vmlint baseline write` writes a "
            "baseline\n",
        )
    assert vmlint("check", "--baseline", "none.json").stderr == (
        "vmlint check: error: none.json: there is no such file; `vmlint baseline write` writes a baseline\n"
    )


MONOREPO = {
    "vmlint.toml": "",
    "compose.yaml": WEB,
    "shop/vmlint.toml": 'extends = ["../vmlint.toml"]\nbaseline = "accepted.json"\n',
    "team/vmlint.toml": 'baseline = "old/findings.json"\n',
    "team/old/x.txt": "",
    "team/app/compose.yaml": WEB,
}


def test_each_file_has_the_baseline_that_the_settings_nearest_to_it_name(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    for name, text in MONOREPO.items():
        put(name, text)
    assert vmlint("check") == (
        2,
        "",
        "vmlint check: error: shop/vmlint.toml:2:1: baseline: shop/accepted.json: there is no such file; "
        "`vmlint baseline write` writes a baseline\n",
    )
    assert vmlint("baseline", "write").stderr == (
        "vmlint: wrote 1 finding to vmlint-baseline.json\n"
        "vmlint: wrote 2 findings to shop/accepted.json\n"
        "vmlint: wrote 1 finding to team/old/findings.json\n"
    )
    assert vmlint("check").stdout.startswith("nothing new: 4 workloads in 3 files (4 in the baseline; 2 other files)")
    assert '"file": "team/app/compose.yaml"' in Path("team/old/findings.json").read_text("utf-8"), "from the root"
    for folder in ("shop", "team/app"):
        assert vmlint("check", folder).status == 0
        monkeypatch.chdir(project / folder)
        assert (concise(vmlint), concise(vmlint, str(project / "compose.yaml"))) == ([], [])
        monkeypatch.chdir(project)
    shown = vmlint("baseline", "show", "shop", "team").stdout
    assert [line for line in shown.splitlines() if "accepted by" in line] == [
        "2 findings accepted by shop/accepted.json",
        "1 finding accepted by team/old/findings.json",
    ]
    put("team/app/compose.yaml", WEB + NEW)
    put("shop/compose.yaml", WEB)
    assert (
        vmlint("check").stderr == "vmlint: 1 finding of the baseline is mended; `vmlint baseline update` removes it\n"
    )
    assert vmlint("baseline", "update").stderr == (
        "vmlint: vmlint-baseline.json: kept 1 finding, removed 0\n"
        "vmlint: shop/accepted.json: kept 1 finding, removed 1\n"
        "vmlint: team/old/findings.json: kept 1 finding, removed 0, 1 is not in it (--add adds what is new)\n"
    )
    assert concise(vmlint) == ["team/app/compose.yaml:7:17: VM407"]
    assert concise(vmlint, "--baseline", "shop/accepted.json", "shop", "team") == [
        "team/app/compose.yaml:4:17: VM407",
        "team/app/compose.yaml:7:17: VM407",
    ], "an option is about all files"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--baseline", "x", "--no-baseline"), "--baseline names what --no-baseline leaves out; leave one of them out"),  # noqa: E501
        (("baseline", "update", "--select", "VM4"), "update judges by the rules of the settings; leave --select and --ignore out"),  # noqa: E501
        (("baseline", "write", "-"), "a baseline is about files; standard input is none"),
        (("baseline",), "the following arguments are required: write|update|show"),
        (("baseline", "write", "--forse"), "there is no option '--forse'; did you mean `--force`?"),
    ],
    ids=str,
)  # fmt: skip
def test_misuse(arguments: tuple[str, ...], message: str, vmlint: Vmlint) -> None:
    assert vmlint(*arguments) == (2, "", f"vmlint {arguments[0]}: error: {message}\n")


def test_a_broken_baseline_stops_the_run(vmlint: Vmlint) -> None:
    put(str(FILE), '{\n  "version": 7,\n  "findings": []\n}\n')
    for arguments in (("check",), ("baseline", "show"), ("baseline", "update")):
        assert vmlint(*arguments) == (
            2,
            "",
            f"vmlint {arguments[0]}: error: vmlint-baseline.json:2:3: its version is 7; this vmlint reads version 1\n",
        )
    assert vmlint("check", "--no-baseline").status == 1


def test_no_link_leads_out_of_the_project(vmlint: Vmlint, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "kept"
    outside.write_text("kept", "utf-8")
    FILE.symlink_to(outside)
    for arguments in (("check",), ("baseline", "write", "--force"), ("baseline", "update"), ("baseline", "show")):
        status, _, stderr = vmlint(*arguments)
        assert (status, "vmlint-baseline.json: it is a link that leads out of the project" in stderr) == (2, True)
    assert outside.read_text("utf-8") == "kept"


def test_a_link_inside_the_project_stays_one(vmlint: Vmlint) -> None:
    put("ops/accepted.json", "")
    FILE.symlink_to("ops/accepted.json")
    assert vmlint("baseline", "write", "--force").status == 0
    assert FILE.is_symlink()
    assert vmlint("check").status == 0


def test_permissions_stay_and_no_other_file_is_left(vmlint: Vmlint) -> None:
    vmlint("baseline", "write")
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o666 & ~os.umask(os.umask(0o022))
    FILE.chmod(0o640)
    assert vmlint("baseline", "write", "--force").status == 0
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o640
    assert sorted(os.listdir()) == [".git", "shop", "vmlint-baseline.json"]


def test_what_cannot_be_written(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    assert vmlint("baseline", "write").stderr == (
        f"vmlint baseline: error: {FILE} cannot be written: No space left on device\n"
    )
    assert sorted(os.listdir()) == [".git", "shop"]


def test_accepted_findings_stay_in_json(vmlint: Vmlint) -> None:
    vmlint("baseline", "write")
    report = json.loads(vmlint("check", "--format", "json").stdout)
    assert report["summary"]["warnings"] == 0
    assert report["summary"]["accepted"] == {"waiver": 0, "baseline": 2, "before": 0, "hint": 0}
    assert [each["accepted"]["by"] for each in report["findings"]] == ["baseline", "baseline"]


def test_the_same_with_several_processes_and_from_the_cache(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    vmlint("baseline", "write")
    monkeypatch.delenv("VMLINT_NO_CACHE")
    monkeypatch.setenv("VMLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    expected = vmlint("check", "--no-cache")
    assert vmlint("check") == vmlint("check") == expected
    vmlint("baseline", "write", "--force")
    assert vmlint("check") == expected
    assert len(concise(vmlint, "--no-baseline")) == 2
