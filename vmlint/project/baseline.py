"""The baseline of a project: the old findings that it accepts, as a file that people read and merge.

An entry says what a finding is about, never where it stands or in which words it was reported. So it survives moved
lines and changed messages.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vmlint import limits
from vmlint.findings.codes import may_be_of_a_plugin
from vmlint.findings.fingerprint import Identity
from vmlint.findings.tombstones import TOMBSTONES
from vmlint.project.setting import ConfigError
from vmlint.record import NamedTuple
from vmlint.words import did_you_mean, listed, nearest

if TYPE_CHECKING:
    from vmlint.syntax.yaml.nodes import Node

VERSION = 1
NOTE_CHARACTERS = 100
"""Of a message that is kept for readers."""
_PARTS = {
    "rule": "code",
    "workload": "workload",
    "document": "document",
    "field": "path",
    "entry": "entry",
    "value": "value",
}
"""Key of an entry -> the part of the identity that it gives; the least that two findings can differ in comes last."""
_KEYS = ("file", *_PARTS, "count", "note")


_MARKS = (b"<<<<<<<", b"=======", b">>>>>>>")
_BASE = b"|||||||"
"""How git marks what could not be merged, and what both sides began with."""


class Entry(NamedTuple):
    """An entry of a baseline."""

    file: str
    """Relative to the root of the project, with forward slashes."""
    found: Identity
    times: int = 1
    """How many findings with this identity the file had."""
    note: str = ""
    """What was reported then; nothing depends on it."""


class BaselineError(ConfigError):
    """A baseline that cannot be used; the message says where and why."""


def both_sides(data: bytes) -> bytes | None:
    """Return a baseline with the entries of both sides of an unfinished merge; ``None`` where there is none.

    Each entry stands in a line of its own, as :func:`document` writes it. What both began with (``|||||||``) is left.
    """
    lines = data.splitlines()
    if not any(line.startswith(_MARKS[0]) for line in lines):
        return None
    kept: list[bytes] = []
    is_base = False
    for line in lines:
        is_base = line.startswith(_BASE) or (is_base and not line.startswith(_MARKS))
        bare = line.strip().rstrip(b",")
        if not is_base and bare.startswith(b'{"'):
            kept.append(bare)
    return b'{"version": %d, "findings": [\n%s\n]}' % (VERSION, b",\n".join(kept))


def parse(data: bytes, shown: str, rules: Mapping[str, str] = MappingProxyType({})) -> tuple[Entry, ...]:
    """Return the entries of a baseline, in its order. ``shown`` is its name for messages.

    With ``rules``, the names of all rules by their codes, an entry of any other is a fault, unless a plugin that is not
    installed here may have it. Raises :class:`BaselineError` with line and column.
    """
    if len(data) > limits.BASELINE_BYTES:
        raise BaselineError(f"{shown}: it is larger than {limits.BASELINE_BYTES // 2**20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BaselineError(f"{shown}: it is not UTF-8") from None
    try:
        value = json.loads(text, object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        message = f"it is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}{_conflict(text, error.lineno)}"
        raise BaselineError(f"{shown}:{error.lineno}:{error.colno}: {message}") from None
    except _Twice as twice:
        raise BaselineError(f"{shown}:{_place_of_double(text, twice)}: {twice}") from None
    except (ValueError, RecursionError):  # a number of very many digits; lists within lists
        raise BaselineError(f"{shown}: it is no baseline; `vmlint baseline write` writes one") from None
    for path, message in itertools.chain(_faults(value), _unknown_rules(value, rules)):
        raise BaselineError(f"{shown}:{_place(text, path)}: {message}")
    return tuple(_entry(each) for each in value["findings"])


def document(entries: Iterable[Entry]) -> str:
    """Return a baseline: one line for each entry, sorted, so that changes of it can be read and merged."""
    lines = ",\n".join(f"    {_line(each)}" for each in summed(entries))
    findings = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def summed(entries: Iterable[Entry]) -> list[Entry]:
    """Return the same entries sorted, those of one identity in one file as one."""
    found: dict[tuple[str, Identity], Entry] = {}
    for each in entries:
        before = found.get((each.file, each.found))
        found[each.file, each.found] = before._replace(times=before.times + each.times) if before else each
    return [found[key] for key in sorted(found)]


def note_of(message: str) -> str:
    """Return a message as an entry notes it."""
    return message if len(message) <= NOTE_CHARACTERS else message[: NOTE_CHARACTERS - 3].rstrip() + "..."


def as_keys(each: Entry) -> dict[str, Any]:
    """Return an entry as it is written: what is empty, and a count of one, are left out."""
    parts = {key: getattr(each.found, part) for key, part in _PARTS.items()}
    written = {"file": each.file, **parts, "count": each.times if each.times > 1 else "", "note": each.note}
    return {key: value for key, value in written.items() if value}


def _line(each: Entry) -> str:
    parts = (f"{json.dumps(key)}: {_written(value)}" for key, value in as_keys(each).items())
    return f"{{{', '.join(parts)}}}"


def _written(value: Any) -> str:
    """Return a value as JSON, in which characters that a reader would not see are escaped."""
    return json.dumps(value, ensure_ascii=not (isinstance(value, str) and value.isprintable()))


def _entry(value: Any) -> Entry:
    found = Identity(*(value.get(key, "") for key in _PARTS))
    return Entry(value["file"], found, value.get("count", 1), value.get("note", ""))


class _Twice(Exception):  # noqa: N818 - it says what was found
    def __init__(self, key: str) -> None:
        super().__init__(f"key {key!r} is set twice in one block")
        self.key = key


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return made


_Path = Sequence[str | int]


def _faults(value: Any) -> Iterator[tuple[_Path, str]]:
    """Yield what is wrong with the shape of a baseline, each with its path in the document."""
    if not isinstance(value, dict):
        yield (), "expected a block with `version` and `findings`; `vmlint baseline write` writes one"
        return
    version = value.get("version")
    if version != VERSION or isinstance(version, bool):
        stated = f"its version is {_shown(version)}" if "version" in value else "`version` is missing"
        yield ("version",), f"{stated}; this vmlint reads version {VERSION}"
    yield from _unknown((), value, ("version", "findings", "$schema"))
    findings = value.get("findings")
    if not isinstance(findings, list):
        stated = f", not {_shown(findings)}" if "findings" in value else "; it is missing"
        yield ("findings",), f"`findings` has to be a list of entries{stated}"
        return
    for number, each in enumerate(findings):
        yield from _faults_of_entry(("findings", number), each)


def _faults_of_entry(path: _Path, each: Any) -> Iterator[tuple[_Path, str]]:
    if not isinstance(each, dict):
        yield path, f"an entry has to be a block with `file` and `rule`, not {_shown(each)}"
        return
    yield from _unknown(path, each, _KEYS)
    for key in ("file", "rule"):
        if not each.get(key):
            yield (*path, key) if key in each else path, f"an entry needs its `{key}`"
    for key, value in each.items():
        if key == "count":
            if type(value) is not int or not 0 < value <= limits.BASELINE_COUNT:
                yield (*path, key), f"`count` has to be a number from 1 to {limits.BASELINE_COUNT}, not {_shown(value)}"
        elif not isinstance(value, str):
            yield (*path, key), f"`{key}` has to be text, not {_shown(value)}"


def _unknown_rules(value: dict[str, Any], rules: Mapping[str, str]) -> Iterator[tuple[_Path, str]]:
    for number, each in enumerate(value["findings"] if rules else ()):
        code = each["rule"]
        if code not in rules and code not in TOMBSTONES and not may_be_of_a_plugin(code, rules):
            words = {**dict(zip(rules.values(), rules, strict=True)), **{each: each for each in rules}}
            near = nearest(code, words)
            hint = did_you_mean(words[near] if near else None, "`vmlint rules` lists the rules")
            yield ("findings", number, "rule"), f"no rule has the code {code!r}; {hint}"


def _unknown(path: _Path, block: dict[str, Any], known: Sequence[str]) -> Iterator[tuple[_Path, str]]:
    for key in block:
        if key not in known:
            hint = did_you_mean(nearest(key, known), f"the keys are {listed(known)}")
            yield (*path, key), f"unknown key {key!r}; {hint}"


def _shown(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a block"
    text = json.dumps(value)
    return text if len(text) <= NOTE_CHARACTERS else f"{text[:NOTE_CHARACTERS]}..."


def _conflict(text: str, line: int) -> str:
    wrong = text.splitlines()[line - 1 : line]
    marked = wrong and wrong[0].startswith(("<<<<<<<", "=======", ">>>>>>>"))
    return "; a merge was not finished; `vmlint baseline update` keeps the entries of both sides" if marked else ""


def _place(text: str, path: _Path) -> str:
    """Return line and column of what a path leads to; an unknown key stands where it is written."""
    from vmlint.syntax.yaml.nodes import find

    root = _tree(text)
    if root is None:
        return "1:1"
    node, key, _ = find(root, path)
    start = (key or node).start
    return f"{start.line + 1}:{start.column + 1}"


def _place_of_double(text: str, twice: _Twice) -> str:
    from vmlint.reading.manifest import walk
    from vmlint.syntax.yaml.nodes import MapNode

    root = _tree(text)
    blocks = [node for node in walk(root) if isinstance(node, MapNode)] if root is not None else []
    doubles = (again.start for block in blocks for _, again, _ in block.duplicates if again.text == twice.key)
    start = next(doubles, None)
    return f"{start.line + 1}:{start.column + 1}" if start else "1:1"


def _tree(text: str) -> Node | None:
    """Return JSON as a tree whose nodes know their places; ``None`` beyond what a tree may hold."""
    from vmlint.findings.problem import Unreadable
    from vmlint.syntax.yaml.tree import load

    try:
        return load(text)[0].root
    except (Unreadable, LookupError):
        return None
