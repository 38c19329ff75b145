"""Environment variables of containers, as Compose files and options of engines write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor, Span

from .computed import is_computed


def variable(text: str, at: Span) -> tuple[str, str | None, Span]:
    """Return an environment variable from ``NAME=value``; of ``NAME`` alone, the value comes from elsewhere."""
    name, found, value = text.partition("=")
    return name, value if found and not is_computed(value) else None, at


def variables(block: Cursor) -> Iterator[tuple[str, str | None, Span]]:
    """Yield environment variables with their places: those of a block, or of a list of ``NAME=value``."""
    for name, value in block.entries.items():
        text = value.text
        yield name, None if is_computed(text) else text, value.span
    for each in block.items:
        if each.text:
            yield variable(each.text, each.span)


_SETTINGS = re.compile(r"/(?:conf|config|etc|cfg)/?$|\.(?:ya?ml|conf|cnf|cfg|ini|json|properties|toml)$")


def holds_settings(path: str | None) -> bool:
    """Whether a path in a container is, by its name, where a program has its settings."""
    return bool(_SETTINGS.search(path or ""))


HOLDS_SETTINGS = "files that are not shown lie over {}, which can set what variables set"
"""Why a container may have other settings than its variables show."""
