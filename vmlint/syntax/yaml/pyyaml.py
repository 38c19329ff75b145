"""Importing PyYAML quickly: the regular expressions of its parser in Python are compiled when they are first used.

vmlint reads YAML through libyaml, so they hardly ever are, and compiling them takes 6 ms of every start.
"""

from __future__ import annotations

import re
from typing import Any


class _Later:
    """A regular expression that is compiled when it is first used."""

    def __init__(self, pattern: Any, flags: Any = 0) -> None:
        self._written = pattern, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._written)
        found = self.__dict__[name] = getattr(compiled, name)
        return found


def import_yaml() -> None:
    """Import PyYAML, unless it is there already."""
    compile_now = re.compile
    re.compile = _Later  # type: ignore[assignment]
    try:
        import yaml  # noqa: F401
    finally:
        re.compile = compile_now
