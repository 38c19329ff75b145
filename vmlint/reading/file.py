"""A file that may be a specification: its bytes, its text, and its trees, each parsed when it is first asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vmlint import limits
from vmlint.findings.problem import Unreadable

if TYPE_CHECKING:
    from vmlint.findings.place import Span
    from vmlint.syntax.hcl.tree import Body
    from vmlint.syntax.lines import Rows
    from vmlint.syntax.ruby.script import Script
    from vmlint.syntax.toml import Toml
    from vmlint.syntax.xml.tree import Element
    from vmlint.syntax.yaml.cursor import Cursor


_Made = TypeVar("_Made")


class _Once(Generic[_Made]):
    """A property that is made once for a file, also where the file has several names."""

    def __init__(self, make: Callable[[File], _Made]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _: type, name: str) -> None:
        self.name = name

    def __get__(self, file: File, _: object = None) -> _Made:
        memo = file.memo
        if self.make not in memo:
            try:
                memo[self.make] = self.make(file)
            except Unreadable as refusal:
                memo[self.make] = refusal
        made: _Made | Unreadable = memo[self.make]
        if isinstance(made, Unreadable):
            raise made.with_traceback(None)
        file.__dict__[self.name] = made  # found there from now on, without asking here
        return made


class File:
    """A file that may be a specification. It is parsed once for all readers."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.base = os.path.basename(name)  # noqa: PTH119 - once for every file of a run
        self.memo: dict[Hashable, Any] = {}
        """What was made of it, each once."""
        self.alone = False
        """Of a file about a host: whether it was named itself, and not with the rest of its folder."""

    @property
    def shown(self) -> File:
        """The file that lines and columns refer to: itself, or a file inside it, as in an archive."""
        inside: File = self.memo.get("shown", self)
        return inside

    @shown.setter
    def shown(self, inside: File) -> None:
        self.memo["shown"] = inside

    @property
    def language(self) -> str:
        """The language whose comments it has, as the reader that reads it says; empty where none says so."""
        said: str = self.memo.get("language", "")
        return said

    @language.setter
    def language(self, said: str) -> None:
        self.memo["language"] = said

    @_Once
    def text(self) -> str:
        """The text. Raises :class:`~vmlint.syntax.text.Unreadable`.

        It is UTF-8, or as a byte order mark says; XML that is neither may declare another encoding.
        """
        from vmlint.syntax.text import decode

        try:
            return decode(self.data)
        except Unreadable:
            from vmlint.syntax.xml.head import declared_encoding

            encoding = declared_encoding(self.data)
            if encoding is None:
                raise
            return decode(self.data, encoding)

    @_Once
    def searchable(self) -> bytes:
        """Its bytes, in which a mark that is not found does not stand, however the format lets it be written."""
        from vmlint.syntax.text import searchable

        if self.data[:200].lstrip().startswith((b"<?xml", b"\x4c\x6f\xa7\x94")):
            from vmlint.syntax.xml.head import hidden

            text = hidden(self.data)
            if text is not None:
                return searchable(self.data) + b"\n" + text.encode("utf-8", "replace")
        return searchable(self.data)

    @_Once
    def readable(self) -> File:
        """The file with a text in any case, for formats of settings: itself, unless its bytes are no UTF-8.

        Otherwise they are read in the encoding that the file declares, and bytes that are no text in it are replaced
        by a mark. Raises ``Unreadable`` where hardly any are, and where the file is too large.
        """
        try:
            _ = self.text
        except Unreadable as refusal:
            from vmlint.syntax.encodings import readable

            text = readable(self.data) if refusal.problem.code == "VM902" else None
            if text is None:
                raise
            return File(self.name, text.encode())
        return self

    @_Once
    def lines(self) -> list[str]:
        """The text's lines, without their ends, as reports count them."""
        from vmlint.syntax.lines import split_lines

        return split_lines(self.text)

    @_Once
    def rows(self) -> Rows:
        """The text's lines as tools see them that know line feeds alone."""
        from vmlint.syntax.lines import Rows

        return Rows(self.text)

    @_Once
    def yaml(self) -> list[Cursor]:
        """The roots of the YAML or JSON documents that hold anything. Raises ``Unreadable``."""
        from vmlint.syntax.yaml.cursor import Cursor
        from vmlint.syntax.yaml.tree import load

        return [Cursor(document.root) for document in load(self.text) if document.root is not None]

    def yaml_with(self, tags: Mapping[str, bool]) -> list[Cursor]:
        """The same of a tool that has tags of its own, each with whether the value behind it counts.

        Raises ``Unreadable``.
        """
        from vmlint.syntax.yaml.cursor import Cursor
        from vmlint.syntax.yaml.tree import load

        return [Cursor(document.root) for document in load(self.text, tags) if document.root is not None]

    @_Once
    def documents(self) -> list[Cursor]:
        """The same; none where the text is no YAML, such as a template."""
        try:
            return self.yaml
        except Unreadable:
            return []

    @_Once
    def outline(self) -> list[Cursor]:
        """The same; of a text that is no YAML, as far as it is: enough to recognise what it was meant to be.

        Raises ``Unreadable`` where there is no text.
        """
        if self.documents:
            return self.documents
        from vmlint.syntax.yaml.cursor import Cursor
        from vmlint.syntax.yaml.outline import outline

        documents = outline(self.text)
        if self.text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
            from vmlint.syntax.yaml.json_outline import json_outline

            documents += json_outline(self.text)
        return [Cursor(document.root) for document in documents if document.root is not None]

    @_Once
    def commented_json(self) -> list[Cursor]:
        """The roots of JSON with comments. Raises ``Unreadable`` where it is not that, and not YAML."""
        from vmlint.syntax.json_comments import without_comments
        from vmlint.syntax.yaml.cursor import Cursor
        from vmlint.syntax.yaml.tree import load

        return [Cursor(each.root) for each in load(without_comments(self.text)) if each.root is not None]

    @_Once
    def xml(self) -> list[Element]:
        """The root elements of the XML text, of which there may be several. Raises ``Unreadable``."""
        from vmlint.syntax.xml.head import refuse_unlike_ascii
        from vmlint.syntax.xml.tree import parse

        refuse_unlike_ascii(self.data, self.text)
        return parse(self.text)

    @_Once
    def toml(self) -> Toml:
        """What the text holds as TOML, with the places of it. Raises ``Unreadable``."""
        from vmlint.syntax.toml import parse

        return parse(self.text)

    @_Once
    def hcl(self) -> Body:
        """What the text holds as HCL2, the language of Terraform and Packer, also in JSON. Raises ``Unreadable``."""
        if self.base.lower().endswith(".json"):
            from vmlint.syntax.hcl.json import body_of

            return body_of(self.yaml)
        from vmlint.syntax.hcl.parse import parse

        return parse(self.text)

    @_Once
    def ruby(self) -> Script:
        """What the text holds as Ruby, which is never run. Raises ``Unreadable``."""
        from vmlint.syntax.ruby.parse import parse

        return parse(self.text)

    @_Once
    def first_tag(self) -> tuple[str, str]:
        """Name and attributes of the first element of XML, as they are written, even where the file is broken."""
        from vmlint.syntax.xml.head import first_tag

        return first_tag(self.data)

    def span(self, line: int, column: int = 1, length: int | None = None) -> Span:
        """Return a stretch of one line, both counted from one; the rest of the line where no length is given."""
        from vmlint.findings.place import Span

        if length is None:
            shown = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
            length = max(len(shown.rstrip()) - column + 1, 1)
        return Span(line, column, line, column + length)

    def row_span(self, row: int, column: int = 1, length: int | None = None) -> Span:
        """Return a stretch of one of the :attr:`rows`, both counted from one; the rest of it without a length."""
        if length is None:
            shown = self.rows.texts[row - 1] if 0 < row <= len(self.rows.texts) else ""
            length = max(len(shown.rstrip()) - column + 1, 1)
        return self.span(*self.rows.place(row, column), length)

    def named(self, name: str) -> File:
        """Return the same file under another name, since a path may be written in several ways."""
        other = File(name, self.data)
        other.memo = self.memo
        return self if name == self.name else other


def read_stdin() -> bytes:
    """Read standard input, one byte over the limit at most. Raises ``OSError``."""
    if sys.stdin is None:
        raise OSError(0, "standard input is closed")
    return sys.stdin.buffer.read(limits.FILE_BYTES + 1)
