"""Read the literal values of HCL2, and skip the others."""

from __future__ import annotations

import re

from vmlint import limits
from vmlint.patterns import lazy_pattern
from vmlint.syntax.hcl.scan import Scanner
from vmlint.syntax.hcl.template import is_template
from vmlint.syntax.hcl.tree import Body, Source, Term

WORD = lazy_pattern(r"[^\W\d][\w-]*")
"""The name of a block, an attribute or a function."""
_NUMBER = lazy_pattern(r"[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?(?![\w.])")
_STEP = lazy_pattern(r"\.(?:[^\W\d][\w-]*|[0-9]+|\*)")
_ESCAPE = lazy_pattern(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_VARIABLE = lazy_pattern(r"\$\{\s*((?:var|local)\.[\w-]+)\s*\}")
_WORDS = {"true": ("flag", True), "false": ("flag", False), "null": ("null", None)}


class Values(Scanner):
    """Reads expressions."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.source: Source = source
        self.depth = 0

    def term(self, *, newlines_end: bool) -> Term:
        """Read a value. A literal with anything after it is computed."""
        self.blank(newlines=not newlines_end)
        start = self.index
        first = self._sum(newlines_end=newlines_end)
        self.blank(newlines=not newlines_end)
        if self._at_end(newlines_end=newlines_end):
            return first
        self.skip(newlines_end=newlines_end)
        return self._unknown(start)

    def _unknown(self, start: int, reference: str = "") -> Term:
        term = Term("computed", None, (self.source, start, max(self.index, start + 1)))
        term.reference = reference
        return term

    def _at_end(self, *, newlines_end: bool) -> bool:
        here = self.text[self.index : self.index + 1]
        return not here or here in "],})" or (newlines_end and here == "\n")

    def _sum(self, *, newlines_end: bool) -> Term:
        """Read a sum or product of numbers, from left to right; or any single value."""
        start = self.index
        total: int | float | None = None
        product = self._primary(newlines_end=newlines_end)
        sign = 1
        while True:
            self.blank(newlines=not newlines_end)
            operator = self.text[self.index : self.index + 1]
            comparison = self.text[self.index + 1 : self.index + 2] == "="
            if not operator or operator not in "+-*/%" or comparison or product.kind != "number":
                break
            self.index += 1
            self.blank(newlines=not newlines_end)
            operand = self._primary(newlines_end=newlines_end)
            if operand.kind != "number":
                return self._unknown(start)
            left, right = product.value, operand.value
            assert isinstance(left, (int, float))  # noqa: S101 - by its kind
            assert isinstance(right, (int, float))  # noqa: S101 - by its kind
            if operator in "+-":
                total = (total or 0) + sign * left
                sign = 1 if operator == "+" else -1
                product = operand
            else:
                product = self._numeral(_times(left, operator, right), start)
        if total is None or product.kind != "number":
            return product
        assert isinstance(product.value, (int, float))  # noqa: S101 - by its kind
        return self._numeral(total + sign * product.value, start)

    def _numeral(self, value: int | float | None, start: int) -> Term:
        if value is None or not -limits.HCL_NUMBER < value < limits.HCL_NUMBER:
            return self._unknown(start)
        whole = int(value) if value == int(value) else value
        return Term("number", whole, (self.source, start, self.index))

    def _primary(self, *, newlines_end: bool) -> Term:
        start, text = self.index, self.text
        here = text[start : start + 1]
        self.count(start)
        if here == '"':
            return self.string()
        if number := _NUMBER.match(text, start):
            self.index = number.end()
            digits = number[0]
            return self._numeral(int(digits) if digits.isdigit() else float(digits), start)
        if here == "-" and (number := _NUMBER.match(text, start + 1)):
            self.index = number.end()
            return self._numeral(-float(number[0]), start)
        if here in "[{" and here:
            if self.depth >= limits.HCL_DEPTH:
                raise self.fail("VM904", f"the file nests deeper than {limits.HCL_DEPTH} levels", start)
            self.depth += 1
            found = self._listed() if here == "[" else self._mapped()
            self.depth -= 1
            return self._traversed(start, found)
        if here == "(" and self.depth < limits.HCL_DEPTH:
            return self._bracketed()
        if here == "<" and self.at_heredoc():
            return self.lines()
        if word := WORD.match(text, start):
            self.index = word.end()
            if word[0] in _WORDS and text[self.index : self.index + 1] not in (".", "(", "["):
                kind, value = _WORDS[word[0]]
                return Term(kind, value, (self.source, start, self.index))
            return self._name(start)
        self.skip(newlines_end=newlines_end)
        return self._unknown(start)

    def _bracketed(self) -> Term:
        start = self.index
        self.index += 1
        self.depth += 1
        inner = self.term(newlines_end=False)
        self.depth -= 1
        self.blank(newlines=True)
        if self.text[self.index : self.index + 1] == ")":
            self.index += 1
            return inner
        self.balanced(start)
        return self._unknown(start)

    def _name(self, start: int) -> Term:
        """Read a name with its steps, or a function call."""
        while step := _STEP.match(self.text, self.index):
            self.index = step.end()
        found = self._unknown(start, self.text[start : self.index])
        return self._traversed(start, found)

    def _traversed(self, start: int, found: Term) -> Term:
        """Skip indexes, arguments and attributes after a value. With them it is computed."""
        passed = False
        while True:
            here = self.text[self.index : self.index + 1]
            if here in ("[", "("):
                self.balanced()
            elif step := _STEP.match(self.text, self.index):
                self.index = step.end()
            elif self.text.startswith("::", self.index):
                self.index += 2
                word = WORD.match(self.text, self.index)
                self.index = word.end() if word else self.index
            else:
                return self._unknown(start) if passed else found
            passed = True

    def _listed(self) -> Term:
        start = self.index
        if self._skips_loop():
            return self._unknown(start)
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

    def _skips_loop(self) -> bool:
        """Go past an opening bracket; or past the whole, where it holds a ``for`` expression."""
        start = self.index
        self.index += 1
        self.blank(newlines=True)
        word = WORD.match(self.text, self.index)
        if word is None or word[0] != "for" or self.text[word.end() : word.end() + 1] not in (" ", "\t", "\n"):
            return False
        self.index = start
        self.balanced()
        return True

    def _mapped(self) -> Term:
        start = self.index
        if self._skips_loop():
            return self._unknown(start)
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
            key = self._key()
            self.blank(newlines=False)
            if self.text[self.index : self.index + 1] in ("=", ":"):
                self.index += 1
                value = self.term(newlines_end=True)
                if key is None or key.computed:
                    self.source.computed_keys.append((body, key or self._unknown(start), value))
                elif key.written is not None:
                    body.terms[key.written] = value
            else:
                before = self.index
                self.skip(newlines_end=True)
                if self.index == before and self.text[before : before + 1] == ")":
                    self.index += 1

    def _key(self) -> Term | None:
        if self.text[self.index] == '"':
            return self.string()
        start = self.index
        if word := WORD.match(self.text, start) or _NUMBER.match(self.text, start):
            self.index = word.end()
            return Term("text", word[0], (self.source, start, self.index))
        if self.text[start] == "(":
            return self._bracketed()
        return None

    def string(self) -> Term:
        """Read a quoted text. With a template inside it is computed."""
        opened = self.index
        inner = opened + 1
        computed = self.quoted()
        end = self.index - 1
        if computed:
            term = self._unknown(opened)
            only = _VARIABLE.fullmatch(self.text[inner : min(end, inner + 200)])
            term.reference = only[1] if only else ""
            if only is None and is_template(raw := self.text[inner:end]):
                term.template = raw
            return term
        raw = self.text[inner:end]
        if "\\" in raw:
            raw = _ESCAPE.sub(_unescaped, raw)
        if "$${" in raw or "%%{" in raw:
            raw = raw.replace("$${", "${").replace("%%{", "%{")
        return Term("text", raw, (self.source, inner, max(end, inner + 1)))

    def lines(self) -> Term:
        """Read a here-document."""
        start = self.index
        begin, end = self.heredoc()
        body = self.text[begin:end]
        if "${" in body.replace("$${", "") or "%{" in body.replace("%%{", ""):
            return self._unknown(start)
        return Term("text", body, (self.source, start, begin - 1))


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
