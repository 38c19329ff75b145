"""Kernel parameters that a command sets on the host: the helper before a program that needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PARAMETER = re.compile(r"\b[a-z]+(?:\.[A-Za-z0-9_]+)+=[0-9]+")


def set_by(words: str) -> Iterator[str]:
    """Yield the parameters that the words of a command set by ``sysctl``, each as ``name=value``."""
    if "sysctl" in words:
        for match in _PARAMETER.finditer(words):
            yield match[0]
