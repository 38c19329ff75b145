"""HCL2, the language of Terraform and Packer: its blocks and literal values, each with its place. Nothing is evaluated.

What is written out is read: texts, numbers and the sums of them, flags, lists, objects, heredocs, and locals of the
same file that are written out. Everything else (variables, functions, conditions, loops) is computed, and so unknown.

Why not python-hcl2, which gives places too: with its release 8.1 a file of 2.4 MB took 71 seconds and 1.1 GiB, one
line that it does not know loses the whole file, and it pickles its grammar into the folder where it is installed. This
reader takes a third of a millisecond for an ordinary file and under three seconds for the worst that it accepts, in one
pass without going back, and brings no dependency. It is no judge of syntax: `terraform validate` and `packer validate`
are, and a line that it does not know is passed over.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator

from vmlint.readers.spec import Span
from vmlint.readers.text import Problem, Unreadable

MAX_LENGTH = 4 * 2**20
"""Characters of a file that is read. A real one has a thousandth of that."""
MAX_DEPTH = 64
"""Blocks, lists and objects within one another that are read."""
MAX_TERMS = 500_000
"""Values and blocks of one file that are read."""
MAX_NUMBER = 10**30
LOCALS_DEEP = 8
"""Locals that name one another in a row."""

_BLANK = re.compile(r"[ \t\r]*")
_GAP = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[^\W\d][\w-]*")
_NUMBER = re.compile(r"[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?(?![\w.])")
_STEP = re.compile(r"\.(?:[^\W\d][\w-]*|[0-9]+|\*)")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t\r]*\n")
_TEXT = re.compile(r'[^"\\$%\n{}/#<]+')
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_PLAIN = re.compile(r'[^"\[\](){},\n#/<]+')
"""What holds no mark that matters while an expression is passed over."""
_WORDS = {"true": ("flag", True), "false": ("flag", False), "null": ("null", None)}

Value = str | int | float | bool | list["Term"] | None


class _Text:
    """The text of a file, its lines, and the locals in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.locals: dict[str, Term] = {}

    @functools.cached_property
    def starts(self) -> list[int]:
        starts, index = [0], 0
        for line in self.text.splitlines(keepends=True):
            index += len(line)
            starts.append(index)
        return starts

    def span(self, start: int, end: int) -> Span:
        line = max(bisect.bisect_right(self.starts, start) - 1, 0)
        last = max(bisect.bisect_right(self.starts, max(end - 1, start)) - 1, line)
        if last > line:  # a block or a heredoc is shown by its beginning
            end = min(end, self.starts[line] + len(self.text[self.starts[line] : self.starts[line + 1]].rstrip()))
        return Span(line + 1, start - self.starts[line] + 1, line + 1, max(end, start + 1) - self.starts[line] + 1)


class Term:
    """A value: a text, a number, a flag, a list, an object, or one that is computed."""

    __slots__ = ("_end", "_start", "_text", "body", "kind", "reference", "value")

    def __init__(self, kind: str, value: Value, at: Span | tuple[_Text, int, int], body: Body | None = None) -> None:
        self.kind = kind
        """text, number, flag, null, list, object or computed."""
        self.value = value
        self.body = body
        """What an object holds."""
        self.reference = ""
        """What a computed value names, where it is nothing but a name: ``var.memory``."""
        self._text: Span | _Text
        if isinstance(at, Span):
            self._text, self._start, self._end = at, 0, 0
        else:
            self._text, self._start, self._end = at

    @property
    def at(self) -> Span:
        """Where it stands: a text without its quotes, a list or an object by its beginning."""
        return self._text if isinstance(self._text, Span) else self._text.span(self._start, self._end)

    @property
    def settled(self) -> Term:
        """The value that a local stands for where it is written out in the file; else this one."""
        term = self
        for _ in range(LOCALS_DEEP):
            name = term.reference.removeprefix("local.")
            if name == term.reference or isinstance(term._text, Span) or name not in term._text.locals:
                break
            term = term._text.locals[name]
        return term if term.kind != "computed" else self

    @property
    def computed(self) -> bool:
        """Whether it is none of the others."""
        return self.kind == "computed"

    @property
    def text(self) -> str | None:
        """A text, or a number as it would be written."""
        if self.kind == "text" and isinstance(self.value, str):
            return self.value
        return str(self.number) if self.kind == "number" else None

    @property
    def number(self) -> int | float | None:
        """A number, be it in quotes: both tools convert."""
        if self.kind == "number" and isinstance(self.value, (int, float)):
            return self.value
        if self.kind == "text" and isinstance(self.value, str) and re.fullmatch(r"[0-9]{1,20}", self.value):
            return int(self.value)
        return None

    @property
    def flag(self) -> bool | None:
        """A flag, be it in quotes."""
        if self.kind == "flag":
            return bool(self.value)
        return {"true": True, "false": False}.get(self.value) if isinstance(self.value, str) else None

    @property
    def items(self) -> list[Term]:
        """The items of a list; none of anything else."""
        return [each.settled for each in self.value] if isinstance(self.value, list) else []


class Body:
    """What stands between braces, or in a whole file: values by name, and blocks."""

    def __init__(self) -> None:
        self.terms: dict[str, Term] = {}
        self.blocks: list[Block] = []

    def get(self, *names: str) -> Term | None:
        """Return a value, some objects down; nothing where it is absent or ``null``, which is the same."""
        body: Body | None = self
        term = None
        for name in names:
            if body is None or name not in body.terms:
                return None
            term = body.terms[name].settled
            body = term.body
        return None if term is None or term.kind == "null" else term

    def parts(self, kind: str) -> list[Body]:
        """Return the blocks of a kind, or the objects that an attribute of that name holds: both spell the same."""
        found: list[Body] = [block for block in self.blocks if block.kind == kind]
        term = self.get(kind)
        if term:
            found += [each.body for each in (term, *term.items) if each.body is not None]
        return found

    def part(self, kind: str) -> Body | None:
        """Return the first of them."""
        return next(iter(self.parts(kind)), None)

    def open_ended(self, kind: str) -> bool:
        """Tell whether there may be more of a kind: a ``dynamic`` block, a computed list."""
        term = self.get(kind)
        computed = term is not None and (term.computed or any(each.computed for each in term.items))
        return computed or any(each.kind == "dynamic" and each.labels[:1] == [kind] for each in self.blocks)


class Block(Body):
    """``kind "label" "label" { ... }``."""

    def __init__(self, kind: str, labels: list[str], text: _Text, start: int, end: int) -> None:
        super().__init__()
        self.kind = kind
        self.labels = labels
        self._place = (text, start, end)

    @property
    def at(self) -> Span:
        """Where it begins: its kind and its labels."""
        return self._place[0].span(self._place[1], self._place[2])


def parse(text: str) -> Body:
    """Return what a file holds. Raises ``Unreadable``: VM903 for what is never closed, VM904 beyond a limit."""
    if len(text) > MAX_LENGTH:
        message = f"the file has more than {MAX_LENGTH // 2**20} million characters, and no honest one has"
        raise Unreadable(Problem("VM904", message, 1, 1, 1, 2))
    return _Parser(_Text(text)).file()


class _Parser:
    def __init__(self, source: _Text) -> None:
        self.source = source
        self.text = source.text
        self.index = 0
        self.depth = 0
        self.left = MAX_TERMS

    def file(self) -> Body:
        body = Body()
        self.body(body, None)
        for block in body.blocks:
            if block.kind == "locals":
                self.source.locals.update(block.terms)
            elif block.kind == "local" and block.labels and "expression" in block.terms:  # Packer's other form
                self.source.locals[block.labels[0]] = block.terms["expression"]
        return body

    def fail(self, code: str, message: str, index: int, length: int = 1) -> Unreadable:
        return Unreadable(Problem(code, message, *self.source.span(index, index + length)))

    def count(self, index: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise self.fail("VM904", f"the file holds more than {MAX_TERMS} values", index)

    # White space and comments

    def blank(self, *, newlines: bool) -> None:
        """Pass over white space and comments; a comment of one line leaves the end of its line."""
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
        end = self.text.find("\n", self.index)
        self.index = len(self.text) if end < 0 else end

    def comment(self) -> None:
        end = self.text.find("*/", self.index + 2)
        if end < 0:
            raise self.fail("VM903", "this comment is never closed", self.index, 2)
        self.index = end + 2

    # Bodies

    def body(self, body: Body, opened: int | None) -> None:
        """Read attributes and blocks up to the closing brace, or the end of the file."""
        while True:
            self.blank(newlines=True)
            here = self.text[self.index : self.index + 1]
            if not here:
                if opened is not None:
                    raise self.fail("VM903", "the block that begins here is never closed", opened)
                return
            if here == "}":
                self.index += 1
                if opened is None:
                    continue
                return
            word = _WORD.match(self.text, self.index)
            if word is None:
                self.skip(newlines_end=True, commas_end=False)
                continue
            self.entry(body, word)

    def entry(self, body: Body, word: re.Match[str]) -> None:
        start, self.index = self.index, word.end()
        labels: list[str] = []
        end = self.index
        while True:
            self.blank(newlines=False)
            here = self.text[self.index : self.index + 1]
            if here == "=" and not labels:
                self.index += 1
                self.count(start)
                body.terms[word[0]] = self.term(newlines_end=True)
                return
            if here == "{":
                self.block(body, Block(word[0], labels, self.source, start, end))
                return
            if here == '"':
                label = self.string()
                labels.append(label.text or "")
                end = self.index
            elif label_word := _WORD.match(self.text, self.index):
                labels.append(label_word[0])
                self.index = end = label_word.end()
            else:
                self.skip(newlines_end=True, commas_end=False)
                return

    def block(self, body: Body, block: Block) -> None:
        opened = self.index
        self.count(opened)
        if self.depth >= MAX_DEPTH:
            raise self.fail("VM904", f"the file nests deeper than {MAX_DEPTH} levels", opened)
        self.index += 1
        self.depth += 1
        self.body(block, opened)
        self.depth -= 1
        body.blocks.append(block)

    # Expressions

    def term(self, *, newlines_end: bool) -> Term:
        """Read a value. What follows one that is written out makes it a computed one."""
        self.blank(newlines=not newlines_end)
        start = self.index
        first = self.sum(newlines_end=newlines_end)
        self.blank(newlines=not newlines_end)
        if self.at_end(newlines_end=newlines_end):
            return first
        self.skip(newlines_end=newlines_end)
        return self.unknown(start)

    def unknown(self, start: int, reference: str = "") -> Term:
        term = Term("computed", None, (self.source, start, max(self.index, start + 1)))
        term.reference = reference
        return term

    def at_end(self, *, newlines_end: bool) -> bool:
        here = self.text[self.index : self.index + 1]
        return not here or here in "],})" or (newlines_end and here == "\n")

    def sum(self, *, newlines_end: bool) -> Term:
        """Read numbers that are added or multiplied, from left to right; or any one value."""
        start = self.index
        total: int | float | None = None
        product = self.primary(newlines_end=newlines_end)
        sign = 1
        while True:
            self.blank(newlines=not newlines_end)
            operator = self.text[self.index : self.index + 1]
            comparison = self.text[self.index + 1 : self.index + 2] == "="
            if not operator or operator not in "+-*/%" or comparison or product.kind != "number":
                break
            self.index += 1
            self.blank(newlines=not newlines_end)
            operand = self.primary(newlines_end=newlines_end)
            if operand.kind != "number":
                return self.unknown(start)
            left, right = product.value, operand.value
            assert isinstance(left, (int, float)) and isinstance(right, (int, float))  # noqa: S101 - by their kind
            if operator in "+-":
                total = (total or 0) + sign * left
                sign = 1 if operator == "+" else -1
                product = operand
            else:
                product = self.numeral(_times(left, operator, right), start)
        if total is None or product.kind != "number":
            return product
        assert isinstance(product.value, (int, float))  # noqa: S101 - by its kind
        return self.numeral(total + sign * product.value, start)

    def numeral(self, value: int | float | None, start: int) -> Term:
        if value is None or not -MAX_NUMBER < value < MAX_NUMBER:
            return self.unknown(start)
        whole = int(value) if value == int(value) else value
        return Term("number", whole, (self.source, start, self.index))

    def primary(self, *, newlines_end: bool) -> Term:
        start, text = self.index, self.text
        here = text[start : start + 1]
        self.count(start)
        if here == '"':
            return self.string()
        if number := _NUMBER.match(text, start):
            self.index = number.end()
            digits = number[0]
            return self.numeral(int(digits) if digits.isdigit() else float(digits), start)
        if here == "-" and (number := _NUMBER.match(text, start + 1)):
            self.index = number.end()
            return self.numeral(-float(number[0]), start)
        if here in "[{" and here:
            if self.depth >= MAX_DEPTH:
                raise self.fail("VM904", f"the file nests deeper than {MAX_DEPTH} levels", start)
            self.depth += 1
            found = self.list() if here == "[" else self.object()
            self.depth -= 1
            return self.traversed(start, found)
        if here == "(" and self.depth < MAX_DEPTH:
            return self.bracketed()
        if here == "<" and _HEREDOC.match(text, start):
            return self.heredoc()
        if word := _WORD.match(text, start):
            self.index = word.end()
            if word[0] in _WORDS and text[self.index : self.index + 1] not in (".", "(", "["):
                kind, value = _WORDS[word[0]]
                return Term(kind, value, (self.source, start, self.index))
            return self.name(start)
        self.skip(newlines_end=newlines_end)
        return self.unknown(start)

    def bracketed(self) -> Term:
        start = self.index
        self.index += 1
        self.depth += 1
        inner = self.term(newlines_end=False)
        self.depth -= 1
        self.blank(newlines=True)
        if self.text[self.index : self.index + 1] == ")":
            self.index += 1
            return inner if inner.kind == "number" else self.unknown(start)
        self.balanced(start)
        return self.unknown(start)

    def name(self, start: int) -> Term:
        """Read a name with its steps, or the call of a function."""
        while step := _STEP.match(self.text, self.index):
            self.index = step.end()
        found = self.unknown(start, self.text[start : self.index])
        return self.traversed(start, found)

    def traversed(self, start: int, found: Term) -> Term:
        """Pass over indexes, arguments and attributes behind a value, which make it a computed one."""
        passed = False
        while True:
            here = self.text[self.index : self.index + 1]
            if here in ("[", "("):
                self.balanced()
            elif step := _STEP.match(self.text, self.index):
                self.index = step.end()
            elif self.text.startswith("::", self.index):
                self.index += 2
                word = _WORD.match(self.text, self.index)
                self.index = word.end() if word else self.index
            else:
                return self.unknown(start) if passed else found
            passed = True

    def list(self) -> Term:
        start = self.index
        self.index += 1
        self.blank(newlines=True)
        if self.is_loop():
            self.index = start
            self.balanced()
            return self.unknown(start)
        items: list[Term] = []
        while True:
            self.blank(newlines=True)
            here = self.text[self.index : self.index + 1]
            if here == "]":
                self.index += 1
                return Term("list", items, (self.source, start, self.index))
            if here == ",":
                self.index += 1
            elif not here or here in "})":
                raise self.fail("VM903", "the list that begins here is never closed", start)
            else:
                items.append(self.term(newlines_end=False))

    def is_loop(self) -> bool:
        word = _WORD.match(self.text, self.index)
        return bool(word) and word[0] == "for" and self.text[word.end() : word.end() + 1] in (" ", "\t", "\n")

    def object(self) -> Term:
        start = self.index
        self.index += 1
        self.blank(newlines=True)
        if self.is_loop():
            self.index = start
            self.balanced()
            return self.unknown(start)
        body = Body()
        while True:
            self.blank(newlines=True)
            here = self.text[self.index : self.index + 1]
            if here == "}":
                self.index += 1
                return Term("object", None, (self.source, start, self.index), body)
            if here == ",":
                self.index += 1
                continue
            if not here or here in "])":
                raise self.fail("VM903", "the object that begins here is never closed", start)
            key = self.key()
            self.blank(newlines=False)
            if self.text[self.index : self.index + 1] in ("=", ":"):
                self.index += 1
                value = self.term(newlines_end=True)
                if key is not None:
                    body.terms[key] = value
            else:
                before = self.index
                self.skip(newlines_end=True)
                if self.index == before and self.text[before : before + 1] == ")":
                    self.index += 1

    def key(self) -> str | None:
        if self.text[self.index] == '"':
            return self.string().text
        if word := _WORD.match(self.text, self.index):
            self.index = word.end()
            return word[0]
        if number := _NUMBER.match(self.text, self.index):
            self.index = number.end()
            return number[0]
        if self.text[self.index] == "(":
            self.balanced()
        return None

    # Texts

    def string(self) -> Term:
        """Read a text in quotes; one with a template in it is computed."""
        opened = self.index
        inner = opened + 1
        computed = self.quoted()
        end = self.index - 1
        if computed:
            term = self.unknown(opened)
            only = re.fullmatch(r"\$\{\s*((?:var|local)\.[\w-]+)\s*\}", self.text[inner : min(end, inner + 200)])
            term.reference = only[1] if only else ""
            return term
        raw = self.text[inner:end]
        if "\\" in raw:
            raw = _ESCAPE.sub(_unescaped, raw)
        if "$${" in raw or "%%{" in raw:
            raw = raw.replace("$${", "${").replace("%%{", "%{")
        return Term("text", raw, (self.source, inner, max(end, inner + 1)))

    def quoted(self) -> bool:
        """Pass over a text in quotes with all templates in it, and texts in those; tell whether there are any."""
        text, opened = self.text, self.index
        stack = ['"']  # a quote for a text, a brace for a template or what is bracketed in one
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
            else:
                self.index += 1
        return computed

    def heredoc(self) -> Term:
        start = self.index
        head = _HEREDOC.match(self.text, start)
        assert head is not None  # noqa: S101 - the caller looked
        begin = position = head.end()
        word = head[2]
        while position < len(self.text):
            end = self.text.find("\n", position)
            end = len(self.text) if end < 0 else end
            # The word stands alone on its line: longer lines need not be copied to know.
            if end - position < len(word) + 200 and self.text[position:end].strip() == word:
                self.index = end
                body = self.text[begin:position]
                if "${" in body.replace("$${", "") or "%{" in body.replace("%%{", ""):
                    return self.unknown(start)
                return Term("text", body, (self.source, start, head.end() - 1))
            position = end + 1
        raise self.fail("VM903", f"the text that begins here is never closed: no line {word} follows", start, 2)

    # Passing over

    def skip(self, *, newlines_end: bool, commas_end: bool = True) -> None:
        """Pass over the rest of an expression: up to the end of its line, a comma, or the closing of what is around."""
        opened: list[tuple[str, int]] = []
        text = self.text
        while True:
            plain = _PLAIN.match(text, self.index)
            if plain:
                self.index = plain.end()
            here = text[self.index : self.index + 1]
            if not here:
                if opened:
                    raise self.fail("VM903", f"the '{opened[0][0]}' here is never closed", opened[0][1])
                return
            if here == '"':
                self.quoted()
            elif here == "#" or text.startswith("//", self.index):
                self.line()
            elif text.startswith("/*", self.index):
                self.comment()
            elif here == "<" and _HEREDOC.match(text, self.index):
                self.heredoc()
            elif here in "[({":
                opened.append((here, self.index))
                self.index += 1
            elif here in "])}":
                if not opened:
                    if here == "}" or commas_end:
                        return
                    self.index += 1  # a stray one between attributes
                    continue
                opened.pop()
                self.index += 1
            elif not opened and ((here == "\n" and newlines_end) or (here == "," and commas_end)):
                return
            else:
                self.index += 1

    def balanced(self, within: int | None = None) -> None:
        """Pass over what stands in brackets, with them; or the rest of it, within one that stands further up."""
        opened, start = (0, self.index) if within is None else (1, within)
        text = self.text
        while True:
            plain = _PLAIN.match(text, self.index)
            if plain:
                self.index = plain.end()
            here = text[self.index : self.index + 1]
            if not here:
                raise self.fail("VM903", f"the '{text[start]}' here is never closed", start)
            if here == '"':
                self.quoted()
            elif here == "#" or text.startswith("//", self.index):
                self.line()
            elif text.startswith("/*", self.index):
                self.comment()
            elif here == "<" and _HEREDOC.match(text, self.index):
                self.heredoc()
            else:
                opened += {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}.get(here, 0)
                self.index += 1
                if not opened:
                    return


def _times(left: int | float, operator: str, right: int | float) -> int | float | None:
    if operator == "*":
        return left * right
    if not right:
        return None
    return left / right if operator == "/" else left % right


def _unescaped(match: re.Match[str]) -> str:
    mark = match[0][1:]
    if mark[0] in "uU" and len(mark) > 1:
        code = int(mark[1:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _ESCAPES.get(mark, mark)


def blocks(body: Body, kind: str, labels: int) -> Iterator[Block]:
    """Yield the blocks of a kind with at least so many labels."""
    return (block for block in body.blocks if block.kind == kind and len(block.labels) >= labels)
