"""The form of a hint, ``path=value``; and what to write instead of a malformed one."""

from __future__ import annotations

from vmlint import limits
from vmlint.model.paths import check_text, fields
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.words import nearest

EXAMPLE = "environment=production"
SHOWN = 60
NOT_CONTINUED = frozenset({"kind", "labels", "name"})
"""Fields whose names are too common in other files to count as a hint in the line below ``vmlint:``."""

_PATH = r"[A-Za-z][\w.\-/]*"
_HINT = lazy_pattern(rf"(?P<path>{_PATH})[ \t]*=[ \t]*+(?P<text>.*)")
_ALMOST = lazy_pattern(rf"[-*\"'`{{]*[ \t]*(?P<path>{_PATH})[\"'`]?(?P<sign>[ \t]*[:=]|(?=[ \t]))[ \t]*(?P<text>\S.*)")
_REMARK = lazy_pattern(r"(?<=[ \t])#[ \t]")
"""Where a remark on the hint begins, as comments do in YAML."""


class Stated(NamedTuple):
    """A well-formed hint."""

    path: str
    text: str


class Wrong(NamedTuple):
    """Why a text is not a hint, and what to write instead."""

    message: str
    help: str
    meant: str = ""
    """The hint that it surely means, where only its form is wrong."""


def read(text: str) -> Stated | Wrong | None:
    """Read the text behind ``vmlint:``, without white space around it; ``None`` for nothing."""
    if not text:
        return None
    remark = _REMARK.search(text)
    text = text[: remark.start()].rstrip() if remark else text
    match = _HINT.fullmatch(text)
    if match and match["text"]:
        return Stated(_plain(match["path"]), match["text"])
    path = _plain(match["path"] if match else text)
    if match or path in fields():
        named = path if path in fields() else "path"
        return Wrong(f"the hint {path} has no value", f"write {named}=value, as in {EXAMPLE}")
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    meant = _meant(text[: limits.HINT_CHARACTERS])
    return Wrong(
        f"the hint `{shown}` is not understood: a hint is path=value",
        f"write {meant or f'path=value, as in {EXAMPLE}'}",
        meant if meant.partition("=")[0] in text else "",
    )


def continued(text: str) -> str:
    """Return the hint that the line below a lone ``vmlint:`` was meant to give; empty where it gives none."""
    meant = _meant(text[: limits.HINT_CHARACTERS], guess=False)
    return "" if meant.partition("=")[0] in NOT_CONTINUED else meant


def alike(text: str, other: str) -> bool:
    """Whether two values are the same but for quotes and white space."""
    return _words(text) == _words(other)


def differs(path: str, text: str, first: str, line: int) -> Wrong:
    """Build the fault of a hint that is given twice, with two values."""
    return Wrong(
        f"the hint {path}={text} differs from {path}={first} in line {line}, which counts",
        "keep one of the two",
    )


def _plain(path: str) -> str:
    return path.removeprefix("spec.")


def _words(text: str) -> list[str]:
    return [word.strip().strip("\"'") for word in text.strip("[]").split(",")]


def _meant(text: str, *, guess: bool = True) -> str:
    """Return the hint that was probably meant by another spelling; empty where none is likely.

    With ``guess``, the field may be misspelt.
    """
    match = _ALMOST.fullmatch(text)
    if match is None:
        return ""
    path, value = _plain(match["path"]), match["text"].strip("\"'`} \t")
    if guess and match["sign"] and path not in fields():
        alike = [field for field in fields() if field.count(".") == path.count(".")]
        path = nearest(path, alike) or path
    elif not match["sign"] and len(value.split()) > 1:
        return ""
    try:
        check_text(path, value)
    except (KeyError, ValueError):
        return ""
    return f"{path}={value}"
