"""Where in a manifest a cursor stands: in whole manifests what the parser says, in broken ones what a person sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmlint.lsp.cursor import document_at, locate
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar
from vmlint.syntax.yaml.tree import load

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
MANIFESTS = sorted(file for file in EXAMPLES.rglob("*.yaml") if "vmlint/v1" in file.read_text())


def words(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[int, tuple[str, ...], str, bool]]:
    """Yield (index in the text, keys around it, the word, whether it is a key) of a tree."""
    if isinstance(node, Scalar):
        if node.end.index > node.start.index and node.start.line == node.end.line:
            yield node.start.index, path, node.text, False
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from words(item, path)
    elif isinstance(node, MapNode):
        for key, value in node.entries.values():
            yield key.start.index, path, key.text, True
            yield from words(value, (*path, key.text))


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: str(file.relative_to(EXAMPLES)))
def test_every_word_of_a_whole_manifest(file: Path) -> None:
    text = file.read_text()
    found = 0
    for document in load(text):
        assert document.root is not None
        for index, path, word, is_key in words(document.root):
            here = locate(text, index + 1)
            assert here is not None, word
            assert (here.word.path, here.word.text, here.word.is_key) == (path, word, is_key)
            assert here.word.start == index
            found += 1
    assert found > 10


def test_documents_of_a_file() -> None:
    text = "a: 1\n---\nb: 2\n...\n---\nc: 3\n"
    shown = [text[slice(*document_at(text, text.index(word)))] for word in "abc"]
    assert shown == ["a: 1\n", "b: 2\n", "c: 3\n"]


@given(st.text(alphabet="ab:- \n{}[],#\"'|>\r\u2028é", max_size=60), st.integers(0, 60))
def test_any_text(text: str, index: int) -> None:
    """It never fails, and what it finds is there."""
    index = min(index, len(text))
    here = locate(text, index)
    if here is not None:
        assert here.word.start <= index <= here.word.end
        assert here.word.text in text[here.word.start : here.word.end] or not here.word.text
