"""``vmlint suggest`` for folders and several files, and its Markdown for a decision record."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.json").read_text("utf-8"))
ADVICE = {"$ref": "#/$defs/Advice", "$defs": SCHEMA["$defs"]}
HEAD = "apiVersion: vmlint/v1\nkind: Workload\n"
LEDGER = HEAD + "metadata: {name: ledger}\nspec:\n  environment: production\n  guest: {os: win2k22}\n"
TILL = HEAD + (
    "metadata: {name: till}\nspec:\n  environment: production\n  guest: {platform: linux/amd64}\n"
    "  deployment: {image: {ref: 'registry.example/till:4'}}\n"
)
MAINFRAME = HEAD + "metadata: {name: books}\nspec:\n  environment: production\n  guest: {os: zos}\n"


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    for name, text in {"ledger": LEDGER, "till": TILL, "books": MAINFRAME}.items():
        (tmp_path / "estate" / name).mkdir(parents=True)
        (tmp_path / "estate" / name / "w.vmlint.yaml").write_text(text)
    return tmp_path / "estate"


def advice(vmlint: Vmlint, *arguments: str, status: int = 0) -> Any:
    ran = vmlint("suggest", *arguments, "--format", "json")
    assert ran.status == status, ran.stderr
    found = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(ADVICE).validate(found)
    return found


@pytest.mark.usefixtures("estate")
def test_a_folder_gets_one_answer_for_the_whole_of_it(vmlint: Vmlint) -> None:
    ran = vmlint("suggest", "estate")
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout.startswith("3 workloads in 3 files\n\n2 platforms serve 2 of 3: ")
    assert "what nothing serves\n  books\n        x VM635 " in ran.stdout
    found = advice(vmlint, "estate")
    assert found["workloads"] == []
    whole = found["whole"]
    served = {each["workload"]: chosen["platform"] for chosen in whole["platforms"] for each in chosen["serves"]}
    assert served.keys() == {"ledger", "till"}
    assert [each["workload"] for each in whole["unserved"]] == ["books"]
    (forced,) = whole["forced"]
    assert served[forced["workload"]] != whole["platforms"][0]["platform"]


@pytest.mark.usefixtures("estate")
def test_several_files_are_as_good_as_their_folder(vmlint: Vmlint) -> None:
    files = [f"estate/{name}/w.vmlint.yaml" for name in ("books", "ledger", "till")]
    assert vmlint("suggest", *files).stdout == vmlint("suggest", "estate").stdout


def test_a_broken_file_does_not_lose_the_others(vmlint: Vmlint, estate: Path) -> None:
    (estate / "broken.vmlint.yaml").write_text("apiVersion: vmlint/v1\nkind: [Workload\n")
    (estate / "wrong.vmlint.yaml").write_text(LEDGER.replace("guest", "gest"))
    for arguments in (("estate",), ("estate", "absent.vmlint.yaml")):
        ran = vmlint("suggest", *arguments)
        assert ran.status == 1
        assert "error[VM903] invalid-syntax" in ran.stdout
        assert "error[VM907] unknown-key" in ran.stdout
        assert "3 workloads in 3 files\n" in ran.stdout
    assert "absent.vmlint.yaml" in ran.stdout
    found = advice(vmlint, "estate", status=1)
    assert {each["code"] for each in found["findings"]} == {"VM903", "VM907"}
    assert found["whole"]["workloads"] == 3


def test_equal_workloads_are_judged_once(vmlint: Vmlint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vmlint.cli import advising

    asked: list[str] = []
    real = advising._judged

    def counted(memory: Any, workload: Any) -> Any:
        asked.append(workload.name)
        return real(memory, workload)

    monkeypatch.setattr(advising, "_judged", counted)
    for number in range(40):
        (tmp_path / f"{number}.vmlint.yaml").write_text(LEDGER.replace("ledger", f"ledger-{number}"))
    whole = advice(vmlint, ".")["whole"]
    assert (whole["workloads"], whole["different"], len(asked)) == (40, 1, 1)


@pytest.mark.usefixtures("estate")
def test_one_of_many_is_shown_in_full(vmlint: Vmlint) -> None:
    one = vmlint("suggest", "estate", "--workload", "till")
    assert one.stdout == vmlint("suggest", "estate/till/w.vmlint.yaml").stdout
    wrong = vmlint("suggest", "estate", "--workload", "tilt")
    assert (wrong.status, "did you mean `till`?" in wrong.stderr) == (2, True)


def test_an_empty_folder_holds_nothing(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = vmlint("suggest", "empty")
    assert (ran.status, ran.stdout) == (3, "")
    assert "nothing to advise on: empty holds no workload" in ran.stderr


@pytest.mark.usefixtures("estate")
def test_the_same_input_gives_the_same_bytes(vmlint: Vmlint) -> None:
    for form in ("text", "json", "markdown"):
        runs = {vmlint("suggest", "estate", "--format", form).stdout for _ in range(2)}
        assert len(runs) == 1


@pytest.mark.usefixtures("estate")
def test_a_decision_record_says_what_json_says(vmlint: Vmlint) -> None:
    file = "estate/till/w.vmlint.yaml"
    (found,) = advice(vmlint, file)["workloads"]
    text = vmlint("suggest", file, "--format", "markdown", "--all").stdout
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Where to run till",
        "## What is stated",
        "## What is chosen today",
        "## Decision",
        "### Why",
        "### What would change it",
        "## Architectures against demands",
        "## Answers in order",
        "## Ruled out",
    ]
    plain = text.replace("\\", "").replace("`", "")
    why = found["why"]
    assert f"**{why['first']['platform']} ({why['first']['architecture']}, {why['first']['mode']})**" in plain
    assert f"before {why['before']['platform']}" in plain
    for hinge in why["hangsOn"]:
        assert hinge["path"].removeprefix("requirements.").removesuffix(".id") in plain
        assert hinge["first"] is None or hinge["first"]["platform"] in plain
    answers = [line.split(" | ")[:3] for line in plain.splitlines() if line.startswith(("| 0.", "| 1."))]
    expected = [
        [f"| {each['score']:.2f}", each["platform"], f"{each['architecture']} {each['mode']}"]
        for each in found["fitting"]
    ]
    assert answers == expected
    for row in found["picture"]["rows"]:
        assert f"| {row['architecture']} {row['mode']} | {row['verdict']} |" in plain
    assert {each["errors"][0]["code"] for each in found["eliminated"]} <= {
        line.split()[1] for line in plain.splitlines() if line.startswith("- VM")
    }


@pytest.mark.usefixtures("estate")
def test_the_record_of_many_says_what_json_says(vmlint: Vmlint) -> None:
    whole = advice(vmlint, "estate")["whole"]
    text = vmlint("suggest", "estate", "--format", "markdown").stdout.replace("\\", "").replace("`", "")
    for chosen in whole["platforms"]:
        for each in chosen["serves"]:
            row = (
                f"| {each['platform']} | {each['architecture']} {each['mode']} | {each['workload']} | {each['file']} |"
            )
            assert row in text
    assert "## What nothing serves" in text
    assert f"## What {whole['platforms'][0]['platform']} does not serve" in text


def test_markdown_of_a_hostile_file_makes_no_mark(vmlint: Vmlint, tmp_path: Path) -> None:
    name = "a|b <img src=x> @someone [l](http:e.example).vmlint.yaml"
    hostile = LEDGER.replace("  environment", "  requirements: {devices: {pci: ['|<u>', '@someone']}}\n  environment")
    try:
        (tmp_path / name).write_text(hostile)
    except OSError:
        pytest.skip("the file system has no such names")
    ran = vmlint("suggest", name, "--format", "markdown")
    assert ran.status == 0
    spans = re.sub(r"\\.", "", ran.stdout).split("`")[::2]  # what is neither escaped nor code
    assert not any(mark in text for text in spans for mark in ("<u", "<img", "[l]", "@someone"))
    (row,) = [line for line in ran.stdout.splitlines() if "devices.pci" in line and line.startswith("| devices")]
    assert row.replace("\\|", "").count("|") == 4
