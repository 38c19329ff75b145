"""Secrets in the lines that reports show: each character of one becomes ``*``, so that marks below a line stay right.

Files are of many languages, and some are broken, so this looks at names and at what follows them: ``name: value``,
``name=value``, ``<name>value</name>``, a pair such as ``name: X`` and ``value: y``, ``--name value``, addresses with a
password, private keys. A value can go on over many lines. The scan passes once over the text and takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.run.secret_names import is_payload, is_secret
from vmlint.run.secret_shapes import SIGN, is_escaped, shapes
from vmlint.syntax.lines import split_lines

HIDDEN = "*"
LEAST = 4
"""Characters of a secret from which it is also hidden in messages; shorter ones are in too many words."""
MOST = 2_000
"""Secrets of a file that are hidden in messages, which quote no more than a few words of a file."""

SHAPED = 200_000
"""Characters of lines that are searched for shapes of secrets, which takes long; every such line beyond is hidden."""
NAMES = 200_000
"""Names of a file that are looked at, and with that its time; every line after them is hidden."""
_SIGNS = (
    *("pass", "pwd", "secret", "token", "credential", "key", "rootpw", "adminpw", "dockerc", "stringdata", "//"),
    *("auth", "cookie", "jwt", "psk", "_pat", "_pin"),
    *(f"{whose}{sign}data" for whose in ("user", "vendor", "custom") for sign in ("", "-", "_")),
)
"""One of these is in every line with the name of a secret, in lower case."""
_NAME = lazy_pattern(
    r"(?P<pem>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)"
    r"|(?<![\w.-])--(?P<option>[A-Za-z][\w-]*+)[\"']?+(?:\s*+,\s*+|\s++)(?=[^\s=-])"  # --name value
    r"|^\s*+(?:ENV|ARG)\s++(?P<env>\w++)\s++(?!=)"  # an instruction of a Dockerfile
    r"|(?<![\w.-])-*+(?P<name>[A-Za-z_.][\w.-]*+)(?:\\*+[\"'])?+\s*+(?P<sign>=>|:=|[:=](?!//))?+"  # name: value
    r"|<(?:[\w.-]++:)?+(?P<element>[A-Za-z_][\w.-]*+)(?:\s[^<>]*+)?+(?<!/)>"  # <name>value
    r"|//[^\s/:@\"'<>]*+:(?P<address>)(?=[^\s/@\"'<>]++@)"  # scheme://user:password@host
)
_PAIR = lazy_pattern(
    r"(?<![\w.-])(?:name|key|variable)(?:\\*+[\"'])?+\s*+[:=]?\s*+(?:\\*+[\"'])?+(?P<named>[A-Za-z_][\w.-]*+)",
    re.IGNORECASE,
)
"""The first half of a pair; the other is called ``value``, or in HCL ``default``."""
_OTHER_HALF = lazy_pattern(r"(?<![\w.-])(?:value|default)\b", re.IGNORECASE)
_HALVES = frozenset({"value", "Value", "default"})
_PAIR_LINES = 5
_OPEN = lazy_pattern(
    r"(?:true|false|yes|no|on|off|null|none|nil|~|\$(?-i:[A-Z_][A-Z0-9_]*+)|\$\{[^}:]*+\}|\$?\{\{[^}]*+\}\}|\$\((?:\w|\.)++\)"
    r"|(?:var|local|data|module|each|env)\.[\w.\[\]]++|(?:file|filebase64|templatefile)\(.*+)[,;]?",
    re.IGNORECASE,
)
"""Values that are no secrets: switches, and names of where the value comes from."""
_SPACE = lazy_pattern(r"\s*+")
_PROPERTIES = lazy_pattern(r"(?:[&!]\S*+\s++)*+")
"""Anchor and tag of a YAML value."""
_NOTHING = lazy_pattern(r"\s*+(?:#.*+)?$")
_BLOCK = lazy_pattern(r"[|>][-+0-9]{0,2}\s*+(?:#.*+)?$")
_HEREDOC = lazy_pattern(r"\s*+<<[-~]?[\"']?(\w++)[\"']?")
_QUOTE = lazy_pattern(r"\\*+[\"']")
_KEYED = lazy_pattern(r"\s*+(?:-\s++)*+[\"']?[\w.-]++[\"']?\s*+[:=]|\s*+[\[{}\]-]")
_FIRST = lazy_pattern(r"[\s\"'-]*+(?:(?:ENV|ARG|export|set|env)\s++)?+(?:[\w.]++\s*+=\s*+[\"']?)?+", re.IGNORECASE)
"""What can stand before the first name of a line."""
_NEAR = 200
"""Characters before a name that are looked at."""
_WORD_END = lazy_pattern(r"[\s,;&\"'<>)\]}]")
_FLOW_END = lazy_pattern(r"[,}\]]")
_COMMENT = lazy_pattern(r"\s#")
_WHOLE = r"(?m)^[ \t\"{]*+kind\"?[ \t]*+:[ \t]*+\"?Secret\"?[ \t]*+,?[ \t]*+$"


class Masked(NamedTuple):
    """The lines of a text without its secrets."""

    lines: list[str]
    hidden: frozenset[str]
    """What was hidden, as far as a message can hold it."""
    in_addresses: frozenset[str]
    """What of it is the password of an address, which can be part of a fact."""


def masked(text: str) -> Masked:
    """Return the lines of a text, as reports count them, with each character of a secret as ``*``."""
    lines = split_lines(text)
    lowered = text.lower()
    signs = [sign for sign in _SIGNS if sign in lowered]
    if not signs and not SIGN.search(lowered):
        return Masked(lines, frozenset(), frozenset())
    signed = [any(sign in line for sign in signs) for line in split_lines(lowered)]
    shaped = [SIGN.search(line) is not None for line in split_lines(lowered)]
    scan = _Scan(lines, signed, shaped, "Secret" in text and re.search(_WHOLE, text) is not None)
    shown = [scan.line(number) for number in range(len(lines))]
    return Masked(shown, frozenset(scan.hidden), frozenset(scan.in_addresses))


class _Inside(NamedTuple):
    """A secret that goes on in the next line."""

    kind: str
    """What it is in:

    - ``text``: up to what ends it; ``heredoc``: up to a line that is its word
    - ``block``: the lines that are indented deeper than its name; ``payload``: the same, whatever they are
    - ``next``: one of the next lines begins it; ``list``: the items of a list
    """
    end: str = ""
    """What ends a text or a heredoc."""
    column: int = 0
    """The column of its name."""


class _Scan:
    """One pass over the lines of a text."""

    def __init__(self, lines: list[str], signed: list[bool], shaped: list[bool], kubernetes_secrets: bool) -> None:
        self._lines = lines
        self._signed = signed
        self._shaped = shaped
        self._kubernetes_secrets = kubernetes_secrets
        self._left = NAMES
        self._left_shaped = SHAPED
        self._halves = frozenset(self._other_halves())
        self._inside: _Inside | None = None
        self._parts: list[tuple[int, int]] = []
        """The stretches of the present line that are secret."""
        self.hidden: set[str] = set()
        self.in_addresses: set[str] = set()

    def line(self, number: int) -> str:
        """Return the next line without secrets."""
        line = self._lines[number]
        self._parts = []
        if self._left <= 0:
            return HIDDEN * len(line)
        at = self._go_on(line, self._inside) if self._inside else 0
        if at < len(line) and (self._signed[number] or self._kubernetes_secrets or number in self._halves):
            self._search(line, at, len(line), number)
        if self._shaped[number]:
            self._left_shaped -= len(line)
            if self._left_shaped < 0:
                return HIDDEN * len(line)
        for start, end, is_of_address in shapes(line) if self._shaped[number] else ():
            self._parts.append((start, end))
            self._note_address(line[start:end] if is_of_address else "")
        return self._without_parts(line) if self._parts else line

    def _note_address(self, secret: str) -> None:
        if len(secret) >= LEAST and len(self.in_addresses) < MOST:
            self.in_addresses.add(secret)

    def _without_parts(self, line: str) -> str:
        kept: list[str] = []
        at = 0
        for start, end in sorted(self._parts):
            secret = line[start:end].strip()
            if len(secret) >= LEAST and len(self.hidden) < MOST:
                self.hidden.add(secret)
            kept += line[at:start], HIDDEN * (end - max(start, at))
            at = max(end, at)
        return "".join(kept) + line[at:]

    def _go_on(self, line: str, inside: _Inside) -> int:
        """Hide what goes on in a line, and return where it ends."""
        indent = _end(_SPACE, line)
        if inside.kind == "text":
            end = _closing(line, 0, inside.end)
            self._parts.append((indent, max(end, indent) if end >= 0 else len(line)))
            self._inside = inside if end < 0 else None
            return len(line) if end < 0 else end + len(inside.end)
        if inside.kind == "heredoc":
            self._inside = inside if line.strip() != inside.end else None
            self._parts += [(indent, len(line))] if self._inside else []
            return len(line)
        if indent == len(line):
            return indent
        item = line[indent] == "-" and indent >= inside.column and inside.kind in ("next", "list", "payload")
        if indent <= inside.column and not item:
            self._inside = None
            return 0
        if inside.kind in ("next", "list"):
            return self._begin(line, indent, inside, item=item)
        self._parts.append((indent, len(line)))
        return len(line)

    def _begin(self, line: str, indent: int, inside: _Inside, *, item: bool) -> int:
        """Hide a value that begins in a line below its name, or an item of a list."""
        if _KEYED.match(line, indent + item):  # a table: its names are looked at one by one
            self._inside = None
            return 0
        if item:
            self._inside = inside._replace(kind="list")
            self._parts.append((min(indent + 2, len(line)), len(line)))
            return len(line)
        if line[indent] in "\"'":
            self._inside = None
            return self._value(line, indent, ":", inside.column, first=False)
        self._inside = inside._replace(kind="block")
        self._parts.append((indent, len(line)))
        return len(line)

    def _other_halves(self) -> Iterator[int]:
        """Yield the lines whose ``value`` belongs to the name of a secret in the same line or beside it."""
        for number, line in enumerate(self._lines):
            if self._signed[number] and any(is_secret(match["named"]) for match in _PAIR.finditer(line)):
                self._left -= 1 + _PAIR_LINES
                if self._left <= 0:
                    return
                yield from self._other_half(number)

    def _other_half(self, number: int) -> Iterator[int]:
        line = self._lines[number]
        if _OTHER_HALF.search(line):
            yield number
            return
        begins = line.lstrip().startswith(("-", "{"))
        if not begins and number and _OTHER_HALF.search(self._lines[number - 1]):
            yield number - 1
        for after in range(number + 1, min(number + 1 + _PAIR_LINES, len(self._lines))):
            following = self._lines[after].lstrip()
            if following.startswith(("- ", "}", "{")) or _PAIR.match(following):
                return
            if _OTHER_HALF.search(following):
                yield after
                return

    def _search(self, line: str, at: int, end: int, number: int) -> None:
        """Hide the secrets of a part of a line."""
        while at < end and (match := _NAME.search(line, at, end)):
            self._inside = None
            self._left -= 1
            if self._left <= 0:
                self._parts.append((at, len(line)))
                return
            at = self._found(line, match, number)

    def _found(self, line: str, match: re.Match[str], number: int) -> int:
        """Hide what a match names if it is a secret, and return where to go on."""
        at = match.end()
        if match["pem"]:
            return self._text(line, at, "-----END")
        if match["address"] is not None:
            end = line.index("@", at)
            if not _OPEN.fullmatch(line, at, end):
                self._parts.append((at, end))
                self._note_address(line[at:end])
            return end
        if match["element"]:
            self._search(line, match.end("element"), at - 1, number)  # its attributes
            is_text = is_secret(match["element"]) or (number in self._halves and match["element"] in _HALVES)
            return self._element(line, at) if is_text and self._inside is None else at
        name = match["name"] or match["option"] or match["env"]
        if match["name"] and not match["sign"]:
            return at
        if not self._counts(name, line, number, match.start()):
            return at
        sign = match["sign"] or " "
        column = match.start("name") if match["name"] else match.start()
        if self._opens(line, at, name, sign, column):
            return len(line)
        first = match.start() < _NEAR and _FIRST.fullmatch(line, 0, match.start()) is not None
        quote = line[match.start() - 1 : match.start()] if sign == "=" else ""
        if quote and quote in "\"'":
            return self._text(line, at, quote)
        return self._value(line, at, sign, column, first=first)

    def _counts(self, name: str, line: str, number: int, at: int) -> bool:
        if is_secret(name) or (number in self._halves and name.rpartition(":")[2] in _HALVES):
            return True
        return name == "data" and (self._kubernetes_secrets or "secret," in line[max(at - _NEAR, 0) : at])

    def _opens(self, line: str, at: int, name: str, sign: str, column: int) -> bool:
        """Note that the value begins in the next line, and return whether it does."""
        heredoc = _HEREDOC.match(line, at)
        if heredoc:
            self._inside = _Inside("heredoc", heredoc[1])
        elif sign != ":":
            return False
        elif _NOTHING.match(line, at):
            self._inside = _Inside("payload" if is_payload(name) or name == "data" else "next", column=column)
        elif _BLOCK.match(line, _after_properties(line, at)):
            self._inside = _Inside("block", column=column)
        return self._inside is not None

    def _element(self, line: str, at: int) -> int:
        """Hide the text of an XML element."""
        start = "<![CDATA["
        return self._text(line, at + len(start), "]]>") if line.startswith(start, at) else self._text(line, at, "<")

    def _text(self, line: str, at: int, end: str) -> int:
        """Hide a text up to what ends it, which may stand in a later line."""
        close = _closing(line, at, end)
        if close < 0:
            self._inside = _Inside("text", end)
            close = len(line)
        if not _OPEN.fullmatch(line, at, close) and not line[at:close].isspace():
            self._parts.append((at, close))
        return close if end == "<" else min(close + len(end), len(line))

    def _value(self, line: str, at: int, sign: str, column: int, *, first: bool) -> int:
        """Hide a value that begins in a line, and return where it ends."""
        at = _after_properties(line, at) if sign == ":" else _end(_SPACE, line, at)
        if quote := _QUOTE.match(line, at):
            return self._text(line, quote.end(), quote[0])
        if line.startswith("{", at):
            return at  # a table: its names are looked at one by one
        end = _end_of_word(line, at, sign, first=first)
        value = line[at:end].rstrip().rstrip(",")
        if value and not _OPEN.fullmatch(value):
            self._parts.append((at, at + len(value)))
            if sign == ":" and first and end == len(line):
                self._inside = _Inside("block", column=column)  # a plain scalar of YAML can go on, indented deeper
        return max(end, at + 1)


def _after_properties(line: str, at: int) -> int:
    return _end(_PROPERTIES, line, _end(_SPACE, line, at))


def _end(pattern: re.Pattern[str], line: str, at: int = 0) -> int:
    """Return where a pattern that matches everywhere ends."""
    match = pattern.match(line, at)
    return match.end() if match else at


def _end_of_word(line: str, at: int, sign: str, *, first: bool) -> int:
    """Return where a value without quotes ends."""
    if line.startswith("[", at):
        return line.find("]", at) + 1 or len(line)
    if sign == ":" and first:
        stop = _COMMENT.search(line, at)
    elif sign == ":":
        stop = _FLOW_END.search(line, at)
    else:
        stop = None if first and sign != " " else _WORD_END.search(line, at)
    return stop.start() if stop else len(line)


def _closing(line: str, at: int, quote: str) -> int:
    """Return where a quote closes that was open at a place of a line; -1 where it does not."""
    while (end := line.find(quote, at)) >= 0:
        if quote == '"' and is_escaped(line, at, end):
            at = end + 1
        elif quote == "'" and line.startswith("''", end):
            at = end + 2
        else:
            return end
    return -1
