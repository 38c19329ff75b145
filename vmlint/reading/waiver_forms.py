"""The form of a waiver, ``ignore[VM407] reason until 2027-03-01``; and what to write instead of a malformed one."""

from __future__ import annotations

import re
from datetime import date

from vmlint import limits
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.words import listed, nearest

SCOPES = {"ignore": "line", "ignore-workload": "workload", "ignore-file": "file"}
"""First word of a waiver -> what it covers."""
EXAMPLE = "ignore[VM407] why it is accepted until 2027-03-01"

_VERBS = r"accept|allow|disable|enable|exempt|ignore|no-?lint|no-?qa|off|skip|suppress|waive"
_SUPPRESSES = lazy_pattern(rf"(?:{_VERBS})(?:s|d|ed)?(?![\w.])", re.IGNORECASE)
_BRACKET = lazy_pattern(r"(?P<word>[A-Za-z][\w-]{0,40})[ \t]*\[")
_FORM = lazy_pattern(r"(?P<word>[A-Za-z][\w-]*)[ \t]*\[")
_NAME = lazy_pattern(r"[ \t]*(?P<name>(?P<rule>[A-Za-z][\w-]*)(?::(?:\"[^\"]*\"|'[^']*'|[^\s,\]\"'][^\s,\]]*))?)[ \t]*")
_CODE = lazy_pattern(r"\b[A-Za-z]{2,8}[0-9]{3,4}\b")
_UNTIL = lazy_pattern(r"(?<![\w-])until(?![\w-])[ \t]*+[:=]?[ \t]*+(?P<day>[^\s,;)]*)", re.IGNORECASE)
_OTHER = lazy_pattern(
    r"(?<![\w-])(?:(?:expir(?:es|y|ation)|valid[- ]until)(?![\w-])[^0-9]{0,6}[0-9]"
    r"|(?:by|ends|no later than|not after|through|thru|till?|up to)[ \t]*+[:=]?[ \t]*+"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-]))",
    re.IGNORECASE,
)
"""A last day behind other words than `until`."""
_DAY = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ANY_DAY = lazy_pattern(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,4}[./][0-9]{1,2}[./][0-9]{1,4}")
_OF_THE_FILE = lazy_pattern(r"[a-z]+[-_ ]?file", re.IGNORECASE)
_AROUND = " \t:;,-\u2013\u2014"
SHOWN = 60


class Word(NamedTuple):
    """A rule as a waiver names it, and where that begins in its text."""

    text: str
    start: int


class Form(NamedTuple):
    """A well-formed waiver."""

    scope: str
    words: tuple[Word, ...]
    reason: str
    until: str
    """The last day, as ``2027-03-01``; empty where there is none."""


class Wrong(NamedTuple):
    """Why a text is not a waiver, and what to write instead."""

    message: str
    help: str
    start: int = 0
    """Where the fault begins in the text."""
    length: int = 0
    """Its length; 0 for the whole text."""


def is_meant(text: str) -> bool:
    """Whether the text behind ``vmlint:`` is meant to accept a finding, in whatever words."""
    return bool(_SUPPRESSES.match(text)) or has_brackets(text)


def has_brackets(text: str) -> bool:
    """Whether a text looks like ``ignore[VM407]``, whatever its word."""
    match = _BRACKET.match(text)
    if match is None:
        return False
    inside = text[match.end() : match.end() + limits.HINT_CHARACTERS].partition("]")[0]
    return nearest(match["word"].lower(), SCOPES) is not None or _CODE.search(inside) is not None


def read(text: str) -> Form | Wrong:
    """Read the text behind ``vmlint:`` of what is meant as a waiver."""
    if len(text) > limits.WAIVER_CHARACTERS:
        return Wrong(f"a waiver has at most {limits.WAIVER_CHARACTERS} characters", "give the reason in fewer words")
    match = _FORM.match(text)
    if match is None:
        return Wrong(f"`{_short(text)}` accepts nothing: a waiver names its rules in brackets", _meant(text))
    if match["word"] not in SCOPES:
        meant = nearest(match["word"].lower().replace("_", "-"), SCOPES) or "ignore"
        message = f"`{match['word']}[…]` is no waiver: write {listed([f'{word}[…]' for word in SCOPES], 'or')}"
        return Wrong(message, f"write {meant}{text[match.end('word') :][: limits.HINT_CHARACTERS]}")
    words, end = _words(text, match.end())
    if isinstance(words, Wrong):
        return words
    return _with_reason(SCOPES[match["word"]], words, text, end)


def day(text: str) -> date:
    """Return the day that ``2027-03-01`` means. Raises ``ValueError`` with a sentence."""
    if not _DAY.fullmatch(text):
        shown = f"{_short(text)!r} is not a date" if text else "no date follows"
        raise ValueError(f"{shown}: write the year, the month and the day, as in 2027-03-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no day of the calendar") from None


def split(word: str) -> tuple[str, str]:
    """Return the rule that a word names and the entry of a list that it is limited to; empty for any."""
    rule, _, entry = word.partition(":")
    if len(entry) > 1 and entry[0] == entry[-1] and entry[0] in "\"'":
        entry = entry[1:-1]
    return rule, entry


def _words(text: str, start: int) -> tuple[tuple[Word, ...] | Wrong, int]:
    """Return the rules within brackets, and where those end."""
    words: list[Word] = []
    at = start
    while match := _NAME.match(text, at):
        words.append(Word(match["name"], match.start("name")))
        at = match.end()
        if not text.startswith(",", at):
            break
        at += 1
    if text.startswith("]", at) and words and text[at - 1] != ",":
        return tuple(words), at + 1
    inside, closing, _ = text[start:].partition("]")
    if not inside.strip(", \t"):
        return Wrong("a waiver names the rules that it accepts", f"write {EXAMPLE}"), at
    if not closing:
        return Wrong("the bracket [ is never closed", f"write {EXAMPLE}"), at
    message = f"`{_short(inside.strip())}` is no list of rules: write their codes or names, with commas between them"
    help = 'an entry with spaces, commas or brackets is quoted, as in ignore[VM408:"a b"]'
    return Wrong(message, help, start, len(inside)), at


def _with_reason(scope: str, words: tuple[Word, ...], text: str, start: int) -> Form | Wrong:
    """Read what follows the brackets: the reason, and the last day."""
    rest = text[start:]
    dates = list(_UNTIL.finditer(rest))
    if not dates:
        other = _OTHER.search(rest)
        if other is not None:
            message = "the last day of a waiver is written behind the word `until`"
            return Wrong(message, f"write {EXAMPLE}", start + other.start(), len(other[0]))
        return Form(scope, words, rest.strip(_AROUND), "")
    for number, found in enumerate(dates):
        given = found["day"].rstrip(".")
        try:
            day(given)
        except ValueError as error:
            near = _ANY_DAY.search(rest, found.end("day") - len(given))
            shown = found["day"] or (near[0] if near else "")
            help = f"write {EXAMPLE}" if shown else "write the date behind it, or another word, such as `as long as`"
            return Wrong(f"`until`: {error}", help, start + found.start(), len(found[0].rstrip()))
        if number:
            return Wrong("a waiver has one last day", "keep one of them", start + found.start(), len(found[0]))
    first = dates[0]
    given = first["day"].rstrip(".")
    around = rest[: first.start()].strip(_AROUND + "("), rest[first.end() :].strip(_AROUND + ".)")
    reason = " ".join(filter(None, around))
    return Form(scope, words, reason, given)


def _meant(text: str) -> str:
    """Return the right form of what another linter would understand."""
    codes = dict.fromkeys(code.upper() for code in _CODE.findall(text[: limits.HINT_CHARACTERS]))
    word = "ignore-file" if _OF_THE_FILE.match(text) else "ignore"
    return f"write {word}[{', '.join(codes) or 'RULE'}] with the reason behind it"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
