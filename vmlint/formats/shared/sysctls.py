"""Kernel parameters that a command sets on the host: the helper before a program that needs them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

_PARAMETER = re.compile(r"[a-z]+(?:[./][A-Za-z0-9_-]+)+=[0-9]+")
_ENDS = re.compile(r"[;&|()\n]+")
_BEFORE = frozenset(
    {"sudo", "exec", "command", "nsenter", "busybox", "-c", "-lc", "-ec", "-exc", "then", "do", "&&", "if"}
)
"""Words behind which a command stands, beside the first one."""
CHARACTERS = 4096
"""How much of a command is looked at."""


def set_by(words: Iterable[str | None]) -> Iterator[str]:
    """Yield the parameters, as ``name=value``, that the words of a command set by ``sysctl -w NAME=VALUE``.

    What is only printed, or is the argument of another program, sets nothing.
    """
    for command in _ENDS.split(" ".join(word or "" for word in words)[:CHARACTERS]):
        parts = re.sub(r"[\"']", "", command).split()
        at = next((place for place, part in enumerate(parts) if part.rpartition("/")[2] == "sysctl"), None)
        if at is None or (at and not _BEFORE & set(parts[:at])) or "echo" in parts[:at]:
            continue
        for part in itertools.takewhile(lambda each: each.startswith("-") or "=" in each, parts[at + 1 :]):
            if _PARAMETER.fullmatch(part):
                yield part.replace("/", ".")
