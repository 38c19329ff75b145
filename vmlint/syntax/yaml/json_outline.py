"""What can be seen of JSON that is no YAML to libyaml: enough to tell which format it is meant to be.

Tools that read JSON take longer keys, halves of surrogate pairs, and several values one behind another; kubectl is one
of them. Nothing here has its own place: whoever reads the file says why it cannot be read.
"""

from __future__ import annotations

import json

import yaml

from vmlint import limits
from vmlint.syntax.text import BOM
from vmlint.syntax.yaml.nodes import Document, ListNode, MapNode, Node, Scalar

_START = yaml.Mark("", 0, 0, 0, None, 0)
_OTHER = ""
"""What stands for numbers and constants."""


def json_outline(text: str) -> list[Document]:
    """Return the values of a text of JSON, as far as they go. Never raises."""
    text = text.removeprefix(BOM).lstrip()
    if not text.startswith(("{", "[")) or len(text) > limits.JSON_OUTLINE:
        return []
    constant = lambda _: _OTHER  # noqa: E731  # one for three parameters
    decoder = json.JSONDecoder(parse_int=constant, parse_float=constant, parse_constant=constant, strict=False)
    documents: list[Document] = []
    try:
        while text and len(documents) < limits.YAML_DOCUMENTS:
            value, end = decoder.raw_decode(text)
            documents.append(Document(_node(value, 0), _START))
            text = text[end:].lstrip()
    except (ValueError, RecursionError):
        pass
    return documents


def _node(value: object, depth: int) -> Node:
    if isinstance(value, dict) and depth < limits.YAML_DEPTH:
        block = MapNode(_START)
        block.end = _START
        block.entries = {_text(key): (_scalar(key), _node(each, depth + 1)) for key, each in value.items()}
        return block
    if isinstance(value, list) and depth < limits.YAML_DEPTH:
        items = ListNode(_START)
        items.end = _START
        items.items = [_node(each, depth + 1) for each in value]
        return items
    return _scalar(value if isinstance(value, str) else _OTHER)


def _scalar(text: str) -> Scalar:
    return Scalar(_text(text), False, None, _START, _START)


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
