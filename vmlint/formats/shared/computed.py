"""Values of YAML and JSON that a tool fills in before the file is used: these are unknown."""

from __future__ import annotations

import re

from vmlint.api import Cursor, Spec

_COMPUTED = re.compile(r"(?<!\$)(?:\$\$)*\$(?!\$)|\{\{|\{%|<%")


def is_computed(text: str | None) -> bool:
    """Whether a text holds a variable or a template's marks. ``$$`` is only a dollar sign."""
    return text is not None and _COMPUTED.search(text) is not None


def literal(cursor: Cursor) -> str | None:
    """Return the text of a single literal value."""
    text = cursor.text
    return None if not text or is_computed(text) else text


def state(spec: Spec, path: str, cursor: Cursor) -> bool:
    """State a literal value, or that it is computed. Return whether there is one."""
    text = cursor.text
    if not text:
        return False
    if is_computed(text):
        spec.unknown(path, filled_in(text))
    else:
        spec.fact(path, text, cursor.span)
    return True


def filled_in(text: str | None) -> str:
    """Return why a computed value is unknown."""
    return f"{(text or '')[:100]} is filled in elsewhere"
