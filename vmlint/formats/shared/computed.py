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


_BY_DEFAULT = re.compile(r"(?<!\$)\$\{[A-Za-z_][A-Za-z0-9_]*:?(?:-([^${}]*)|\+[^${}]*)\}")
_NESTED = 5
"""Defaults within each other."""


def by_default(text: str) -> str:
    """Return a text with the defaults that stand in it in place of its variables: ``7`` for ``${TAG:-7}``.

    What stands only for a variable that is set (``${TAG:+-7}``) is nothing by default.
    """
    for _ in range(_NESTED if "${" in text else 0):
        text = _BY_DEFAULT.sub(r"\1", text)
    return text


def state_image(spec: Spec, cursor: Cursor) -> None:
    """State the reference of an image. Of one with a variable, its defaults count, and the name without the tag."""
    text = cursor.text or ""
    if not is_computed(text):
        state(spec, "deployment.image.ref", cursor)
        return
    likely = by_default(text)
    if is_computed(likely):
        spec.unknown("deployment.image.ref", filled_in(text))
    else:
        spec.fact("deployment.image.ref", likely, cursor.span)
    path, slash, name = likely.partition("@")[0].rpartition("/")
    repository = f"{path}{slash}{_tag_removed(name)}"
    if repository and not is_computed(repository):
        spec.fact("deployment.image.repository", repository, cursor.span)


def _tag_removed(name: str) -> str:
    return name.partition(":")[0]
