"""Parse the text of HCL2 to a tree."""

from __future__ import annotations

import re

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.syntax.hcl.tree import Block, Body, Source
from vmlint.syntax.hcl.values import WORD, Values


def parse(text: str) -> Body:
    """Return the content of a file. Raises ``Unreadable``: VM903 for what is never closed, VM904 beyond a limit."""
    if len(text) > limits.HCL_CHARACTERS:
        message = f"the file has more than {limits.HCL_CHARACTERS // 2**20} million characters, and no honest one has"
        raise Unreadable(Problem("VM904", message, Span(1, 1, 1, 2)))
    return Parser(Source(text)).file()


class Parser(Values):
    """Reads blocks and values, and skips everything else."""

    def file(self) -> Body:
        """Read the whole file."""
        body = Body()
        self.body(body, None)
        for block in body.blocks:
            if block.kind == "locals":
                self.source.locals.update(block.terms)
            elif block.kind == "local" and block.labels and "expression" in block.terms:  # Packer's alternative form
                self.source.locals[block.labels[0]] = block.terms["expression"]
        self.source.settle_keys()
        return body

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
            word = WORD.match(self.text, self.index)
            if word is None:
                self.skip(newlines_end=True, commas_end=False)
                continue
            self._entry(body, word)

    def _entry(self, body: Body, word: re.Match[str]) -> None:
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
                self._block(body, Block(word[0], labels, self.source, start, end))
                return
            if here == '"':
                label = self.string()
                labels.append(label.text or "")
                end = self.index
            elif label_word := WORD.match(self.text, self.index):
                labels.append(label_word[0])
                self.index = end = label_word.end()
            else:
                self.skip(newlines_end=True, commas_end=False)
                return

    def _block(self, body: Body, block: Block) -> None:
        opened = self.index
        self.count(opened)
        if self.depth >= limits.HCL_DEPTH:
            raise self.fail("VM904", f"the file nests deeper than {limits.HCL_DEPTH} levels", opened)
        self.index += 1
        self.depth += 1
        self.body(block, opened)
        self.depth -= 1
        body.blocks.append(block)
