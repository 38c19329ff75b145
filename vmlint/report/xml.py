"""XML elements with attributes and text, for reports that are written while files are linted."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from vmlint.inert import visible

LONGEST = 2_000
"""Characters of one text."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def start(tag: str, attributes: Mapping[str, object], *, empty: bool = False) -> str:
    """Return the start of an element, or an empty element. Attributes are untrusted."""
    said = "".join(f' {name}="{text(value)}"' for name, value in attributes.items())
    return f"<{tag}{said}{'/' if empty else ''}>"


def text(value: object) -> str:
    """Return untrusted text for an element or an attribute: on one line, without characters that XML forbids."""
    return escape(_allowed(visible(str(value), LONGEST)))


def _allowed(shown: str) -> str:
    """Replace the two characters that are visible to Python and forbidden in XML."""
    return shown.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
