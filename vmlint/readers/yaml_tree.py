"""YAML as trees whose every node knows its place, read from the event stream.

PyYAML's own composer recurses (its C version dies of a segmentation fault on deep input), forgets duplicate keys, and
follows YAML 1.1, where ``no`` is false. Here nothing recurses, everything is bounded, and values are YAML 1.2's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

import yaml
from yaml import events, tokens

from vmlint.readers.text import BOM, Problem, Unreadable, at, forbidden

if TYPE_CHECKING:
    from collections import abc

MAX_DEPTH = 64
MAX_NODES = 1_000_000
MAX_EXPANDED = 200_000
"""How many nodes the aliases of a file may stand for, all together."""
MAX_TAG_DIRECTIVES = 100
"""libyaml compares each with all before it, so that a file of nothing else would take hours."""
_MAX_NUMBER = 300
"""Digits of the longest number; beyond, Python is slow to convert it and refuses to print it."""

# The bare parser: CSafeLoader would add a resolver and a constructor that nothing here uses.
_LOADER: Any = yaml.cyaml.CParser if yaml.__with_libyaml__ else yaml.SafeLoader  # type: ignore[attr-defined]
_CORE = "tag:yaml.org,2002:"
_SCALAR_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}
_CONTAINER_TAGS = {
    events.MappingStartEvent: (None, "!", _CORE + "map"),
    events.SequenceStartEvent: (None, "!", _CORE + "seq"),
}
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = "+-.0123456789"
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_OLD_WORDS = {
    word: spoken
    for spoken, words in (("true", "yes on y"), ("false", "no off n"))
    for lower in words.split()
    for word in (lower, lower.capitalize(), lower.upper())
}
_TEMPLATE = "this looks like a template: lint what it renders to, or put quotes around the braces"
_REPHRASED = (
    # Part of PyYAML's text (libyaml's wording or its own), what a person is told instead, and the help.
    (
        "mapping values are not allowed",
        "a ': ' cannot stand here",
        "indent this line like its neighbours, or put quotes around a text that contains ': '",
    ),
    (
        "sequence entries are not allowed",
        "a list item cannot start here",
        "write '- ' on a line of its own, below the key",
    ),
    (
        "alphabetic or numeric character",
        "'&' and '*' must be followed by the name of an anchor",
        "put quotes around a text that begins with '&' or '*'",
    ),
    (
        "<document start>",
        "nothing more can stand here: the value of this document has ended",
        "begin another document with a line of '---'",
    ),
    ("invalid Unicode character escape", "this escape stands for no character", ""),
    ("comment or line break", "the text of a block begins on the next line; only a comment can follow here", ""),
    ("chomping or indentation", "the text of a block begins on the next line; only a comment can follow here", ""),
    ("incompatible YAML document", "only YAML 1.1 and 1.2 are read", ""),
    ("undefined tag handle", "no %TAG directive declares the beginning of this tag", ""),
)
_BRACKETS = re.compile(r"[\[\]{}]")
_OPENING = re.compile(r"(?:[&!][^\s\[\]{}]*\s+)*[\[{]")


class Mark(Protocol):
    """A place in the text. All three count characters from zero."""

    line: int
    column: int
    index: int


class Scalar:
    """A single value: its text as YAML unfolds it, and whether it stood there plain or quoted."""

    __slots__ = ("end", "plain", "start", "tag", "text")

    def __init__(self, text: str, plain: bool, tag: str | None, start: Mark, end: Mark) -> None:
        self.text = text
        self.plain = plain
        self.tag = tag
        """``str``, ``int``, ``float``, ``bool`` or ``null`` where one is written (``!!int``)."""
        self.start = start
        self.end = end

    def value(self) -> str | int | float | bool | None:
        """Return the value under YAML 1.2's core schema. Numbers of over 300 characters stay text."""
        tag, text = self.tag, self.text
        if tag is None:
            return _resolve(text) if self.plain else text
        if tag == "str":
            return text
        value = _resolve(text)
        return float(value) if tag == "float" and isinstance(value, int) else value


class Sequence:
    """A list."""

    __slots__ = ("end", "items", "start")

    def __init__(self, start: Mark) -> None:
        self.items: list[Node] = []
        self.start = start
        self.end = start


class Mapping:
    """Keys and values by the text of the key. Of a key that is written twice the first is kept."""

    __slots__ = ("duplicates", "end", "entries", "start")

    def __init__(self, start: Mark) -> None:
        self.entries: dict[str, tuple[Scalar, Node]] = {}
        self.duplicates: list[tuple[Scalar, Scalar]] = []
        """(first, again)"""
        self.start = start
        self.end = start


Node = Scalar | Sequence | Mapping


class Document:
    """One document of a stream. ``root`` is ``None`` where nothing is written in it."""

    __slots__ = ("root", "start")

    def __init__(self, root: Node | None, start: Mark) -> None:
        self.root = root
        self.start = start


def load(text: str) -> list[Document]:
    """Return every document of a stream.

    Raises :class:`~vmlint.readers.text.Unreadable`: VM902 for characters that YAML forbids, VM903 for text that is not
    YAML, VM904 beyond one of the limits above, VM905 for what YAML allows and vmlint does not read: keys that are no
    scalars, aliases that stand inside their own anchor, tags beyond the core ones.
    """
    text = text.removeprefix(BOM)
    _limit_directives(text)
    around: list[Sequence | Mapping] = []
    try:
        return _build(_events(text), around)
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_explain(text, error, around)) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise Unreadable(_not_text(text, around[-1].start.index if around else 0)) from None


def _limit_directives(text: str) -> None:
    if text.count("%TAG") > MAX_TAG_DIRECTIVES:
        lines = re.findall(r"(?:^|[\n\r\x85\u2028\u2029])%TAG", text)
        if len(lines) > MAX_TAG_DIRECTIVES:
            message = f"more than {MAX_TAG_DIRECTIVES} %TAG directives"
            raise Unreadable(at("VM904", message, text, text.index("%TAG"), length=4))


def _events(text: str) -> abc.Callable[[], Any]:
    loader = _LOADER(text)
    if _LOADER is not yaml.SafeLoader:
        return loader.get_event  # type: ignore[no-any-return]

    def get_event() -> Any:
        try:
            event = loader.get_event()
            if type(event) is events.ScalarEvent:
                event.value.encode()
        except (ValueError, OverflowError):  # an escape for a lone surrogate, or beyond Unicode: libyaml refuses both
            problem = "found invalid Unicode character escape code"
            raise yaml.scanner.ScannerError(None, None, problem, loader.get_mark()) from None
        return event

    return get_event


def _not_text(text: str, near: int) -> Problem:
    position = forbidden(text)
    if position is not None:
        return at("VM902", f"the character U+{ord(text[position]):04X} is not allowed in YAML", text, position)
    return at("VM903", "an escape or a tag in here stands for no character", text, near)


def _build(get_event: abc.Callable[[], Any], around: list[Sequence | Mapping]) -> list[Document]:
    """Turn events into documents; ``around`` holds the containers that are open, for who explains an error."""
    scalar_event, mapping_start = events.ScalarEvent, events.MappingStartEvent
    documents: list[Document] = []
    anchors: dict[str, Node] = {}
    sizes: dict[Node, int] = {}  # of anchored containers: nodes when expanded; below zero while they are open
    merges: dict[Mapping, list[tuple[Scalar, Node]]] = {}
    here: Sequence | Mapping | None = None
    key: Scalar | None = None
    count = borrowed = 0
    node: Node
    while True:
        event = get_event()
        kind = type(event)
        opened: Sequence | Mapping | None = None
        if kind is scalar_event:
            node = Scalar(event.value, not event.style, None, event.start_mark, event.end_mark)
            if event.tag is not None:
                node.tag = _scalar_tag(event, node)
            if event.anchor is not None:
                anchors[event.anchor] = node
        elif kind is mapping_start or kind is events.SequenceStartEvent:
            node = opened = Mapping(event.start_mark) if kind is mapping_start else Sequence(event.start_mark)
            if event.tag not in _CONTAINER_TAGS[kind]:
                raise _unsupported_tag(event)
            if event.anchor is not None:
                anchors[event.anchor] = node
                sizes[node] = -1 - count - borrowed
        elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
            closed = around.pop()
            closed.end = event.end_mark
            if closed in sizes:
                sizes[closed] += 1 + count + borrowed
            if type(closed) is Mapping and closed in merges:
                _merge(closed, merges.pop(closed))
            here = around[-1] if around else None
            continue
        elif kind is events.AliasEvent:
            node, size = _anchored(event, anchors, sizes)
            borrowed += size
            if borrowed > MAX_EXPANDED:
                raise _unreadable("VM904", f"the aliases up to here stand for more than {MAX_EXPANDED} values", event)
        elif kind is events.DocumentStartEvent:
            documents.append(Document(None, event.start_mark))
            anchors, sizes = {}, {}
            continue
        elif kind is events.StreamEndEvent:
            return documents
        else:
            continue

        count += 1
        if count > MAX_NODES:
            raise _unreadable("VM904", f"the file holds more than {MAX_NODES} values", event)
        if type(here) is Mapping:
            if key is None:
                if type(node) is not Scalar:
                    raise _no_scalar_key(event, here)
                key = node
            else:
                if key.text == "<<" and key.plain:
                    merges.setdefault(here, []).append((key, node))
                elif key.text in here.entries:
                    here.duplicates.append((here.entries[key.text][0], key))
                else:
                    here.entries[key.text] = (key, node)
                key = None
        elif type(here) is Sequence:
            here.items.append(node)
        elif type(node) is not Scalar or node.start.index < node.end.index or node.tag:
            documents[-1].root = node
        if opened is not None:
            around.append(opened)
            here = opened
            if len(around) > MAX_DEPTH:
                raise _unreadable("VM904", f"the file nests deeper than {MAX_DEPTH} levels", event)


def _unreadable(code: str, message: str, where: Any, help: str = "") -> Unreadable:  # noqa: A002 - the word users see
    start, end = (where.start, where.end) if isinstance(where, Scalar) else (where.start_mark, where.end_mark)
    return Unreadable(Problem(code, message, start.line + 1, start.column + 1, end.line + 1, end.column + 1, help))


def _no_scalar_key(event: Any, mapping: Mapping) -> Unreadable:
    twice = event.start_mark.index == mapping.start.index + 1  # {{
    message = "a key must be a single value, not a list or a mapping"
    return _unreadable("VM905", message, event, _TEMPLATE if twice else "")


def _unsupported_tag(event: Any) -> Unreadable:
    tag = event.tag.replace(_CORE, "!!", 1)
    shown = tag if len(tag) <= 60 else tag[:59] + "…"
    return _unreadable("VM905", f"tag {shown} is not supported: vmlint never runs what it reads", event)


def _scalar_tag(event: Any, node: Scalar) -> str | None:
    tag = event.tag.removeprefix(_CORE)
    if tag == "!":
        return "str"
    if tag == "merge" and node.text == "<<" and node.plain:  # yq writes it so
        return None
    if tag not in _SCALAR_TYPES or not event.tag.startswith(_CORE):
        raise _unsupported_tag(event)
    node.tag = tag
    if type(node.value()) is not _SCALAR_TYPES[tag]:
        raise _unreadable("VM903", f"the tag !!{tag} does not fit this value", event)
    return str(tag)


def _anchored(event: Any, anchors: dict[str, Node], sizes: dict[Node, int]) -> tuple[Node, int]:
    name = event.anchor[:40]
    node = anchors.get(event.anchor)
    if node is None:
        advice = f"write &{name} before the value that it stands for, or put quotes around a text that begins with '*'"
        raise _unreadable("VM903", f"the alias *{name} stands for nothing: no anchor has this name", event, advice)
    if type(node) is Scalar:  # a copy that stands where the alias does; a container is shared, since it may be large
        return Scalar(node.text, node.plain, node.tag, event.start_mark, event.end_mark), 1
    if sizes[node] < 0:
        raise _unreadable("VM905", f"the alias *{name} stands inside the value that it stands for", event)
    return node, sizes[node]


def _merge(mapping: Mapping, sources: list[tuple[Scalar, Node]]) -> None:
    for key, source in sources:
        if key is not sources[0][0]:
            mapping.duplicates.append((sources[0][0], key))
        for part in source.items if type(source) is Sequence else (source,):
            if type(part) is not Mapping:
                raise _unreadable("VM905", "'<<' takes a mapping or a list of mappings", key)
            for name, entry in part.entries.items():
                mapping.entries.setdefault(name, entry)


def _resolve(text: str) -> str | int | float | bool | None:
    """Resolve a plain scalar by the core schema."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS or len(text) > _MAX_NUMBER:
        return text
    if _INT.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text.replace(".", "") if text[-1] in "fFnN" else text)
    return text


def surprise(scalar: Scalar) -> str | None:
    """Return how YAML 1.1 tools read a plain scalar, as a sentence, where YAML 1.2 reads another value."""
    text = scalar.text
    if not scalar.plain or scalar.tag or len(text) > _MAX_NUMBER:
        return None
    if text in _OLD_WORDS:
        return f"{'some ' if len(text) == 1 else ''}YAML 1.1 tools read this as {_OLD_WORDS[text]}"
    if text[:1] not in _NUMBER_STARTS or (text.isdigit() and text[0] != "0"):
        return None
    old = _resolve_old(text)
    if repr(old) == repr(_resolve(text)):  # not by equality: 1 is no 1.0, and nan is nan
        return None
    return f"YAML 1.1 tools read this as {'text' if isinstance(old, str) else f'the number {old}'}"


def _resolve_old(text: str) -> str | int | float:
    node = yaml.ScalarNode("", text)
    tag = yaml.resolver.Resolver().resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    constructor = yaml.constructor.SafeConstructor()
    try:
        if tag == _CORE + "int":
            return constructor.construct_yaml_int(node)
        if tag == _CORE + "float":
            return constructor.construct_yaml_float(node)
    except (ValueError, OverflowError):  # such as 0b_, which only looks like a number
        pass
    return text


def find(node: Node, path: abc.Sequence[str | int]) -> tuple[Node, Scalar | None, int]:
    """Walk down a path as far as it goes.

    Return the last node reached, the key that led to it (``None`` for the root and for list items), and how many steps
    of the path were taken.
    """
    key: Scalar | None = None
    for taken, step in enumerate(path):
        if type(node) is Mapping:
            entry = node.entries.get(str(step))
            if entry is None:
                return node, key, taken
            key, node = entry
        elif type(node) is Sequence:
            digits = str(step)
            if not (digits.isascii() and digits.isdigit() and len(digits) < 9 and int(digits) < len(node.items)):
                return node, key, taken
            key, node = None, node.items[int(digits)]
        else:
            return node, key, taken
    return node, key, len(path)


def comments(text: str) -> list[tuple[int, int, str]]:
    """Return the comments of a text that :func:`load` accepts: line and column from zero, and the text from ``#`` on.

    They are what begins with ``#`` between two tokens, and at the head of a block scalar.
    """
    if "#" not in text:
        return []
    text = text.removeprefix(BOM)
    found: list[tuple[int, int, str]] = []
    line = column = index = depth = 0
    loader = _LOADER(text)
    while (token := loader.get_token()) is not None and depth <= MAX_DEPTH:  # the scanner is slow when very deep
        kind, start, end = type(token), token.start_mark, token.end_mark
        if start.index > index:
            found += _comments_between(text[index : start.index], line, column)
        if kind is tokens.ScalarToken and token.style and token.style in "|>":
            header = text[start.index : end.index].splitlines()[0]
            found += _comments_between(header, start.line, start.column)
        elif kind is tokens.FlowSequenceStartToken or kind is tokens.FlowMappingStartToken:
            depth += 1
        elif kind is tokens.FlowSequenceEndToken or kind is tokens.FlowMappingEndToken:
            depth -= 1
        line, column, index = end.line, end.column, end.index
    return found


def _comments_between(gap: str, line: int, column: int) -> abc.Iterator[tuple[int, int, str]]:
    if "#" in gap:
        for number, content in enumerate(gap.splitlines()):
            hash_sign = content.find("#")
            if hash_sign >= 0:
                yield line + number, hash_sign + (0 if number else column), content[hash_sign:]


def _explain(text: str, error: yaml.MarkedYAMLError, around: list[Sequence | Mapping]) -> Problem:
    """Say for a person what libyaml or PyYAML objects to, and where; ``around`` holds what is open there."""
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index, len(text)) if mark else 0
    opening = min(error.context_mark.index, len(text)) if error.context_mark else index
    line_start = _line_start(text, index)
    indentation = text[line_start : index + 1]
    indentation = indentation[: len(indentation) - len(indentation.lstrip(" \t"))]
    char = text[index : index + 1]

    if "\t" in indentation and "flow" not in context:
        place = line_start + indentation.index("\t")
        return at("VM903", "YAML does not allow tabs for indentation; use spaces", text, place)
    if "quoted" in context and problem.startswith("found unexpected"):
        return _never_closed(text, opening)
    if "expected ',' or" in problem:
        return _unfinished(text, index, opening)
    if "node content" in problem:
        ended = not text[index:].strip() or text.startswith(("---", "..."), index)
        open_flow = [bracket for node in around if (bracket := _bracket(text, node)) is not None]
        if ended and open_flow:
            return _never_closed(text, open_flow[-1])
        return at("VM903", f"a value is missing before '{char}'" if char else "a value is missing here", text, index)
    if "could not find expected ':'" in problem:
        length = len(text[opening:index].splitlines()[0]) if index > opening else 1
        advice = "add the missing ':', or indent the line if it continues the one above"
        return at("VM903", "this is neither 'key: value' nor a list item", text, opening, advice, length)
    if char == "\t":
        return at("VM903", "a tab cannot stand here; use spaces", text, index)
    if "cannot start any token" in problem:
        is_template = char == "%" and text[index - 1 : index] == "{"
        advice = _TEMPLATE if is_template else "put quotes around it"
        return at("VM903", f"a value cannot start with '{char}'", text, index, advice)
    if "unknown escape character" in problem:
        index -= char != "\\"  # the pure-Python scanner stands one further
        message = f"'{text[index : index + 2]}' is no escape in a double-quoted text"
        return at("VM903", message, text, index, "write two backslashes, or use single quotes", 2)
    if "expected key" in problem or "<block end>" in problem or "'-' indicator" in problem:
        return _misplaced(text, index, opening, "mapping" if "mapping" in context else "list")
    for part, message, advice in _REPHRASED:
        if part in problem:
            return at("VM903", message, text, index, advice)
    plain = problem.replace("did not find the", "did not find").replace("did not find expected", "expected")
    return at("VM903", f"{plain} ({context})" if context else plain, text, index)


def _line_start(text: str, index: int) -> int:
    return max(text.rfind(character, 0, index) for character in "\n\r\x85\u2028\u2029") + 1


def _bracket(text: str, node: Sequence | Mapping) -> int | None:
    # An anchor or a tag stands before the bracket; a block collection begins with neither.
    match = _OPENING.match(text, node.start.index)
    return match.end() - 1 if match else None


def _never_closed(text: str, opening: int) -> Problem:
    place = at("VM903", "", text, opening)
    message = f"the {text[opening]} opened on line {place.line}, column {place.column} is never closed"
    closing = {"[": "]", "{": "}"}.get(text[opening], text[opening])
    return place._replace(message=message, help=f"add the closing {closing}")


def _unfinished(text: str, index: int, opening: int) -> Problem:
    """A flow list or mapping lacks its end, or else a comma: the brackets that follow tell which."""
    depth = 0
    for bracket in _BRACKETS.finditer(text, index):
        depth += 1 if bracket[0] in "[{" else -1
        if depth < 0:
            if bracket[0] != ("]" if text[opening] == "[" else "}"):
                break
            place = at("", "", text, opening)
            opened = f"the {text[opening]} opened on line {place.line}, column {place.column}"
            return at("VM903", f"',' or '{bracket[0]}' is expected here, in {opened}", text, index)
    return _never_closed(text, opening)


def _misplaced(text: str, index: int, opening: int, block: str) -> Problem:
    line_start = _line_start(text, index)
    if text[line_start:index].strip():
        advice = "put quotes around the whole value, or begin a new line"
        return at("VM903", "this cannot follow the value before it", text, index, advice)
    if index - line_start != opening - _line_start(text, opening):
        advice = "line it up with the other keys or items of its block"
        return at("VM903", "the indentation of this line fits no line above it", text, index, advice)
    if block == "list":
        message = "a key cannot follow list items of the same indentation"
    else:
        message = "a list item cannot follow keys of the same indentation"
    return at("VM903", message, text, index)
