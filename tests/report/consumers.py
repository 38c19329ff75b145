"""What the consumers of each format make of a report: the texts of its findings, read by their own parsers or rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import jsonschema
from junitparser import JUnitXml
from markdown_it import MarkdownIt

SARIF = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
REPORT = json.loads((Path(__file__).parents[2] / "schemas" / "report.json").read_text("utf-8"))


@cache
def _validator(name: str) -> Any:
    schemas: dict[str, tuple[Any, Any]] = {
        "sarif": (jsonschema.Draft7Validator, SARIF),
        "json": (jsonschema.Draft202012Validator, REPORT),
        "finding": (jsonschema.Draft202012Validator, {"$ref": "#/$defs/Finding", "$defs": REPORT["$defs"]}),
        "summary": (jsonschema.Draft202012Validator, REPORT["properties"]["summary"] | {"$defs": REPORT["$defs"]}),
        "statistics": (jsonschema.Draft202012Validator, REPORT | {"$ref": "#/$defs/Statistics"} | _OPEN),
        "gitlab": (jsonschema.Draft202012Validator, GITLAB),
    }
    kind, schema = schemas[name]
    return kind(schema)


_OPEN = {"required": [], "additionalProperties": True}

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"minimum": 1}}},
                },
            },
        },
    },
}
"""The fields that GitLab's documentation of Code Quality demands of each entry."""


def check(name: str, value: Any) -> Any:
    """Return a value that follows a schema."""
    _validator(name).validate(value)
    return value


def strict_json(text: str) -> Any:
    """Read JSON as strict parsers do: UTF-8, no lone surrogates, no raw control characters."""
    text.encode("utf-8")
    read = json.loads(text)
    json.dumps(read, ensure_ascii=False).encode("utf-8")
    return read


class Command(NamedTuple):
    """A command that the runner of GitHub Actions found in a line of the log."""

    name: str
    properties: Mapping[str, str]
    data: str


_REGISTERED = frozenset(
    [
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    ]
)


def commands(log: str) -> Iterator[Command]:
    """Yield the commands in a log by the rules of the runner: ``::name key=value::data``, or the older ``##[name]``."""
    for line in re.split(r"\r\n|\n|\r", log):
        new = re.match(r"\s*::(.*?)::(.*)", line, re.DOTALL)
        old = re.search(r"##\[(.*?)\](.*)", line, re.DOTALL)
        for found, between, escapes in ((new, ",", (":%3A", ",%2C")), (old, ";", (";%3B", "]%5D"))):
            if not found:
                continue
            name, _, rest = found[1].partition(" ")
            if name.lower() in _REGISTERED:
                pairs = (pair.partition("=") for pair in rest.split(between) if pair)
                properties = {key: _unescaped(value, *escapes) for key, _, value in pairs}
                yield Command(name.lower(), properties, _unescaped(found[2]))
                break


def _unescaped(text: str, *more: str) -> str:
    for escape in ("\r%0D", "\n%0A", *more, "%%25"):
        text = text.replace(escape[1:], escape[0])
    return text


class Shown(HTMLParser):
    """What a browser shows of rendered Markdown: the cells of its tables, its elements, its text outside of code."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self._inside: list[str] = []
        self.feed(MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"]).render(markdown))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self._inside.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "td" in self._inside:
            self.cells[-1] += data
        if "code" not in self._inside:
            self.text += data


def _json(text: str) -> list[str]:
    return [found["message"] for found in check("json", strict_json(text))["findings"]]


def _jsonl(text: str) -> list[str]:
    head, *findings, summary = map(strict_json, text.removesuffix("\n").split("\n"))
    assert (head.pop("type"), summary.pop("type")) == ("head", "summary")
    check("summary", summary)
    assert all(found.pop("type") == "finding" for found in findings)
    return [check("finding", found)["message"] for found in findings]


def _sarif(text: str) -> list[str]:
    (run,) = check("sarif", strict_json(text))["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return [result["message"]["text"].split("\nhelp: ")[0] for result in run["results"]]


def _github(text: str) -> list[str]:
    found = [*commands(text)]
    assert {each.name for each in found} <= {"error", "warning", "notice"}
    assert all({"file", "line", "endLine", "title"} <= each.properties.keys() for each in found)
    assert len(found) == len(text.splitlines())
    return [each.data.split("\n")[0] for each in found]


def _gitlab(text: str) -> list[str]:
    entries = check("gitlab", strict_json(text))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    return [entry["description"].partition(": ")[2] for entry in entries]


def _junit(text: str) -> list[str]:
    suites = JUnitXml.fromstring(text.encode())
    for suite in suites:
        kinds = [result.__class__.__name__ for case in suite for result in case.result]
        assert suite.tests == len([*suite])
        counts = (suite.failures, suite.errors, suite.skipped)
        assert counts == tuple(map(kinds.count, ("Failure", "Error", "Skipped")))
    return [result.message for suite in suites for case in suite for result in case.result]


def _checkstyle(text: str) -> list[str]:
    root = ElementTree.fromstring(text)
    assert root.tag == "checkstyle"
    assert {each.tag for each in root} <= {"file"}
    errors = [error.attrib for file in root for error in file]
    assert all(error.keys() == {"line", "column", "severity", "message", "source"} for error in errors)
    assert {error["severity"] for error in errors} <= {"error", "warning", "info"}
    return [error["message"].partition(": ")[2] for error in errors]


TAGS = {"h3", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "p", "details", "summary"}


def _markdown(text: str) -> list[str]:
    assert len(text) <= 65_536
    shown = Shown(text)
    assert shown.tags <= TAGS
    assert not re.search(r"@\w|www\.|://|#\d|!\d", shown.text)
    return shown.cells[3::4]


READERS: dict[str, Callable[[str], list[str]]] = {
    "json": _json,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "code-scanning": _sarif,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "checkstyle": _checkstyle,
    "markdown": _markdown,
}
"""Each returns the messages of a report, and fails where its consumer would refuse the report or obey it."""
