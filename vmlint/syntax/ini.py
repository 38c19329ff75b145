"""Settings, one on each line: ``key = value``, ``key: value``, ``KEY="value"``. Nothing is evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.findings.place import Span
from vmlint.record import NamedTuple


class Setting(NamedTuple):
    """The key and the value of one line."""

    key: str
    value: str
    """Without its quotes."""
    at: Span
    """The place of the value, or of the key if there is no value."""
    quoted: bool
    section: str
    """The last ``[section]`` above it; empty before the first."""


def settings(text: str, separator: str = "=", comments: str = "#") -> Iterator[Setting]:
    """Yield every setting of a text. Lines without the separator, and comments, are skipped.

    A comment begins at the start of a line, or after an unquoted value and white space.
    """
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare[0] in comments:
            continue
        if bare[0] == "[" and bare.rstrip().endswith("]"):
            section = bare[1:-1].strip()
            continue
        key, found, rest = line.partition(separator)
        if not found:
            continue
        value = rest.strip()
        column = len(line) - len(rest.lstrip()) + 1 if value else len(line) - len(line.lstrip()) + 1
        quote = value[:1] if value[:1] in ("'", '"') else ""
        if quote:
            end = value.find(quote, 1)
            value = value[1:end] if end > 0 else value[1:]
            column += 1
        else:
            value = _without_comment(value, comments)
        at = Span(number, column, number, column + max(len(value or key.strip()), 1))
        yield Setting(key.strip(), value, at, bool(quote), section)


def _without_comment(value: str, marks: str) -> str:
    """Return a value without the comment after it."""
    for index, char in enumerate(value):
        if char in marks and index and value[index - 1] in " \t":
            return value[:index].rstrip()
    return value
