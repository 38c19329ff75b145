"""Scan the text of HCL2: white space, comments, quoted texts, brackets."""

from __future__ import annotations

import bisect
import functools

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.syntax.lines import split_lines

_BLANK = lazy_pattern(r"[ \t\r]*")
_GAP = lazy_pattern(r"[ \t\r\n]*")
_TRIMMED = lazy_pattern(r"[ \t\r\v\f\x85\xa0]*")
"""What Go's ``TrimSpace`` takes away around the word that ends a here-document, as far as one line has it."""
_HEREDOC = lazy_pattern(r"<<(-?)([^\W\d][\w-]*)[ \t\r]*\n")
_TEXT = lazy_pattern(r'[^"\\$%\n{}/#<]+')
_PLAIN = lazy_pattern(r'[^"\[\](){},\n#/<]+')
"""Text without any mark that matters while an expression is skipped."""


def comments(text: str) -> list[tuple[int, int]]:
    """Return where each comment of a text begins, and the index behind it; of a broken text, those before the break."""
    scanner = Scanner(Lines(text))
    try:
        while scanner.sign():
            scanner.index += 1
    except Unreadable:
        pass
    return scanner.comments


class Lines:
    """The text of a file, and the starts of its lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    @functools.cached_property
    def starts(self) -> list[int]:
        """Index of the beginning of each line."""
        starts, index = [0], 0
        for line in split_lines(self.text, keepends=True):
            index += len(line)
            starts.append(index)
        return starts

    def span(self, start: int, end: int) -> Span:
        """Return the span of a part of the text; for several lines, the span is in the first."""
        line = max(bisect.bisect_right(self.starts, start) - 1, 0)
        last = max(bisect.bisect_right(self.starts, max(end - 1, start)) - 1, line)
        if last > line:
            end = min(end, self.starts[line] + len(self.text[self.starts[line] : self.starts[line + 1]].rstrip()))
        return Span(line + 1, start - self.starts[line] + 1, line + 1, max(end, start + 1) - self.starts[line] + 1)


class Scanner:
    """Scans a text once, from beginning to end."""

    def __init__(self, source: Lines) -> None:
        self.source = source
        self.text = source.text
        self.index = 0
        self.left = limits.HCL_TERMS
        self.comments: list[tuple[int, int]] = []
        """Where each comment that was skipped begins, and the index behind it."""

    def fail(self, code: str, message: str, index: int, length: int = 1) -> Unreadable:
        """Build the error for the text at an index."""
        return Unreadable(Problem(code, message, self.source.span(index, index + length)))

    def count(self, index: int) -> None:
        """Count one more value."""
        self.left -= 1
        if self.left < 0:
            raise self.fail("VM904", f"the file holds more than {limits.HCL_TERMS} values", index)

    def blank(self, *, newlines: bool) -> None:
        """Skip white space and comments; the line break after a one-line comment stays."""
        gap = _GAP if newlines else _BLANK
        text = self.text
        while True:
            self.index = gap.match(text, self.index).end()  # type: ignore[union-attr]
            if text.startswith(("#", "//"), self.index):
                self.line()
            elif text.startswith("/*", self.index):
                self.comment()
            else:
                return

    def line(self) -> None:
        """Skip the rest of a line."""
        start, end = self.index, self.text.find("\n", self.index)
        self.index = len(self.text) if end < 0 else end
        self.comments.append((start, self.index))

    def comment(self) -> None:
        """Skip a comment between its two marks."""
        end = self.text.find("*/", self.index + 2)
        if end < 0:
            raise self.fail("VM903", "this comment is never closed", self.index, 2)
        self.comments.append((self.index, end + 2))
        self.index = end + 2

    def quoted(self) -> bool:
        """Skip a quoted text with its templates, and the texts inside them. Return whether there are templates."""
        text, opened = self.text, self.index
        stack = ['"']  # a quote for a text, a brace for a template or a bracket inside one
        self.index += 1
        computed = False
        while stack:
            plain = _TEXT.match(text, self.index)
            if plain:
                self.index = plain.end()
            here = text[self.index : self.index + 1]
            if not here:
                raise self.fail("VM903", "the text that begins here is never closed", opened)
            in_text = stack[-1] == '"'
            if here == "\\" and in_text:
                self.index += 2
            elif here == '"':
                stack.pop() if in_text else stack.append('"')
                self.index += 1
            elif here in "$%" and in_text:
                doubled = text[self.index + 1 : self.index + 2] == here and text[self.index + 2 : self.index + 3] == "{"
                if doubled:
                    self.index += 3
                elif text[self.index + 1 : self.index + 2] == "{":
                    computed = True
                    stack.append("{")
                    self.index += 2
                else:
                    self.index += 1
            elif here == "\n" and in_text:
                raise self.fail("VM903", "the text that begins here is not closed on its line", opened)
            elif in_text:
                self.index += 1
            elif here == "{":
                stack.append("{")
                self.index += 1
            elif here == "}":
                stack.pop()
                self.index += 1
            elif text.startswith("/*", self.index):
                self.comment()
            elif here == "#" or text.startswith("//", self.index):
                end = text.find("\n", self.index)
                self.comments.append((self.index, len(text) if end < 0 else end))
                self.index = len(text) if end < 0 else end
            elif here == "<" and self.at_heredoc():
                self.heredoc()
            else:
                self.index += 1
        return computed

    def at_heredoc(self) -> bool:
        """Whether a here-document begins here."""
        return _HEREDOC.match(self.text, self.index) is not None

    def heredoc(self) -> tuple[int, int]:
        """Skip a here-document; return its start and end."""
        start = self.index
        head = _HEREDOC.match(self.text, start)
        assert head is not None  # noqa: S101 - the caller looked
        position, word = head.end(), head[2]
        while position < len(self.text):
            end = self.text.find("\n", position)
            end = len(self.text) if end < 0 else end
            begins = self._behind_blanks(position, end)
            ends = begins + len(word)
            if self.text.startswith(word, begins) and ends <= end == self._behind_blanks(ends, end):
                self.index = end  # the word is alone on its line
                return head.end(), position
            position = end + 1
        raise self.fail("VM903", f"the text that begins here is never closed: no line {word} follows", start, 2)

    def _behind_blanks(self, start: int, end: int) -> int:
        found = _TRIMMED.match(self.text, start, end)
        return found.end() if found else start

    def skip(self, *, newlines_end: bool, commas_end: bool = True) -> None:
        """Skip the rest of an expression, up to the end of its line, a comma, or the bracket that closes around it."""
        opened: list[tuple[str, int]] = []
        while here := self.sign():
            if here in "[({":
                opened.append((here, self.index))
            elif opened:
                if here in "])}":
                    opened.pop()
            elif here == "}" or (newlines_end and here == "\n") or (commas_end and here in ",])"):
                return
            self.index += 1
        if opened:
            raise self.fail("VM903", f"the '{opened[0][0]}' here is never closed", opened[0][1])

    def balanced(self, within: int | None = None) -> None:
        """Skip a pair of brackets with its content; or the rest of the content, inside an open one."""
        opened, start = (0, self.index) if within is None else (1, within)
        while here := self.sign():
            opened += {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}.get(here, 0)
            self.index += 1
            if not opened:
                return
        raise self.fail("VM903", f"the '{self.text[start]}' here is never closed", start)

    def sign(self) -> str:
        """Go on to the next character that may be a sign of the language, and return it; empty at the end.

        Strings, comments and here-documents are skipped.
        """
        text = self.text
        while True:
            plain = _PLAIN.match(text, self.index)
            if plain:
                self.index = plain.end()
            here = text[self.index : self.index + 1]
            if here == '"':
                self.quoted()
            elif here == "#" or text.startswith("//", self.index):
                self.line()
            elif text.startswith("/*", self.index):
                self.comment()
            elif here == "<" and self.at_heredoc():
                self.heredoc()
            else:
                return here
