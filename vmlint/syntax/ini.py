"""Settings, one on each line: ``key = value``, ``key: value``, ``KEY="value"``. Nothing is evaluated.

Lines end at line feeds, as for the tools that read such files, and white space is that of ASCII.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.findings.place import Span
from vmlint.record import NamedTuple
from vmlint.syntax.lines import BLANKS, Rows


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


def settings(
    text: str, separator: str = "=", comments: str = "#", *, returns: bool = False, trailing: bool = True
) -> Iterator[Setting]:
    """Yield every setting of a text. Lines without the separator, and comments, are skipped.

    A comment begins at the start of a line, or where ``trailing`` ones are known, after an unquoted value and white
    space. For some tools, lines end at carriage ``returns`` as well.
    """
    section = ""
    rows = Rows(text, returns=returns)
    for row, line in enumerate(rows.texts, 1):
        bare = line.strip(BLANKS)
        if not bare or bare[0] in comments:
            continue
        if bare[0] == "[" and bare.endswith("]"):
            section = bare[1:-1].strip(BLANKS)
            continue
        key, found, rest = line.partition(separator)
        if not found:
            continue
        value = rest.strip(BLANKS)
        column = len(line) - len((rest if value else line).lstrip(BLANKS)) + 1
        quote = value[:1] if value[:1] in ("'", '"') else ""
        if quote:
            end = value.find(quote, 1)
            value = value[1:end] if end > 0 else value[1:]
            column += 1
        elif trailing:
            value = _without_comment(value, comments)
        key = key.strip(BLANKS)
        number, column = rows.place(row, column)
        at = Span(number, column, number, column + max(len(value or key), 1))
        yield Setting(key, value, at, bool(quote), section)


def _without_comment(value: str, marks: str) -> str:
    """Return a value without the comment after it."""
    for index, char in enumerate(value):
        if char in marks and index and value[index - 1] in " \t":
            return value[:index].rstrip(BLANKS)
    return value
