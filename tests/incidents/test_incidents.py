"""Public incidents, each with the files and the host's facts that its reporters had: vmlint names the cause.

Each file of ``kinds/`` holds the incidents of one kind. An entry has:

- ``title``, and ``source``: the report, as ``owner/repo#number``;
- ``files``: file names with their text, in our own words;
- ``check`` (optional): more words of the command line, such as ``--host node.yaml``;
- ``code`` and ``says``: the rule, and words that the finding's message must hold;
- ``help``: words that stand in a help or a suggestion of that finding;
- ``missed`` instead of these three: why vmlint does not say it; its ``files`` may be left out where nothing of the
  cause can be written in any;
- ``besides`` of one that is missed: the codes that are reported about its files and speak of something else. Another
  one may be the cause: the entry is then caught.

``pytest tests/incidents -s -k score`` prints how many of each kind are caught.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Vmlint

KINDS = Path(__file__).parent / "kinds"


def incidents() -> Iterator[Any]:
    for file in sorted(KINDS.glob("*.yaml")):
        for entry in yaml.safe_load(file.read_text("utf-8")):
            yield pytest.param(entry, id=f"{file.stem}-{entry['source'].partition(';')[0]}")


@pytest.mark.parametrize("entry", list(incidents()))
def test_the_cause_is_named(entry: dict[str, Any], vmlint: Vmlint, tmp_path: Path) -> None:
    found = list(_found(entry, vmlint, tmp_path)) if "files" in entry else []
    if "missed" in entry:
        codes = sorted(each["code"] for each in found)
        assert codes == entry.get("besides", []), f"is it caught now? {_told(found)}"
        return
    texts = [_text(each) for each in found if each["code"] == entry["code"] and entry["says"] in each["message"]]
    assert texts, _told(found)
    assert any(entry["help"] in text for text in texts), "\n".join(texts)


def _found(entry: dict[str, Any], vmlint: Vmlint, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Yield the findings about the files of an incident, and the conditions of a move as if they were findings."""
    for name, text in entry["files"].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    paths = [name for name in entry["files"] if name not in entry.get("check", "").split()]
    screen = vmlint("check", "--format", "json", *entry.get("check", "").split(), *paths)
    assert screen.status in ((0, 1, 3) if "missed" in entry else (0, 1)), screen.stderr  # 3: no workload is read
    report = json.loads(screen.stdout)
    yield from report["findings"]
    for workload in report.get("whatIf", {}).get("workloads", ()):
        yield from ({**each, "message": f"{each['path']} {each['condition']}"} for each in workload["needs"])
        yield from ({**each, "code": each["id"], "message": each["text"]} for each in workload["concerns"])


def _told(found: list[dict[str, Any]]) -> str:
    return "\n".join(f"{each['code']} {each['message']}" for each in found) or "nothing is found"


def _text(finding: dict[str, Any]) -> str:
    return json.dumps(finding, ensure_ascii=False)


def test_every_entry_has_its_parts() -> None:
    for parameter in incidents():
        (entry,) = parameter.values
        missed = "missed" in entry
        wanted = {"title", "source", *(("missed",) if missed else ("files", "code", "says", "help"))}
        assert wanted <= entry.keys() <= wanted | {"check", *(("files", "besides") if missed else ())}, entry["title"]


def test_score(request: pytest.FixtureRequest) -> None:
    """Most are caught; the figures are printed with ``-s``."""
    lines, caught, all_of_them = [], 0, 0
    for file in sorted(KINDS.glob("*.yaml")):
        entries = yaml.safe_load(file.read_text("utf-8"))
        told = sum("missed" not in entry for entry in entries)
        caught, all_of_them = caught + told, all_of_them + len(entries)
        lines.append(f"{told:3} of {len(entries):3}  {file.stem}")
    if request.config.getoption("capture") == "no":
        sys.stdout.write("\n".join(["", *lines, f"{caught:3} of {all_of_them:3}  incidents are caught", ""]))
    assert caught * 10 >= all_of_them * 6
