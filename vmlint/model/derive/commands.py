"""Which programs the command of a container starts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from vmlint.patterns import lazy_pattern


def started(words: Sequence[str]) -> Iterator[str]:
    """Yield the names of the programs that a command starts: the first, and what a shell or a wrapper starts."""
    pending = [word for text in words[:WORDS] for word in re.findall(r"[^\s;&|()]+|[;&|]+", text[:CHARACTERS])]
    first, shell = True, False
    for word in pending:
        if re.fullmatch(r"[;&|]+", word):
            first = True
            continue
        if not first:
            first = shell and word in ("-c", "-lc", "-ec", "-exc")  # what a shell is told to run comes next
            continue
        name = word.rpartition("/")[2]
        if name.startswith("-") or "=" in name or name.isdigit():
            continue  # an option of a wrapper, or a variable before the program
        shell = name in _SHELLS
        first = name in _WRAPPERS
        if not first and not shell:
            yield name


def starts(names: Collection[str], words: Sequence[str]) -> Literal["yes", "no", "open"]:
    """Return whether the words of a command start one of several programs.

    No words, and options alone, leave the image's own program. ``open``: a script, or a program that may start any.
    """
    if not words or words[0].startswith(("-", ";")):  # a semicolon ends the words of a pod's first container
        return "yes"
    found = frozenset(started(words))
    if found & frozenset(names):
        return "yes"
    return "open" if not found or any(_MAY_START.search(name) for name in found) else "no"


_MAY_START = lazy_pattern(
    r"\.(?:sh|bash|py|pl)$|(?:^|[-_.])(?:entrypoint|start|run|init|launch|bootstrap|main)(?:[-_.]|$)"
    r"|^(?:su|runuser|chroot|setpriv|supervisord|s6-.*|python[0-9.]*)$|[$%{]|^[.]$"
)
"""Names of scripts, and of programs that start others: what they start does not show."""

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "busybox"})
_WRAPPERS = frozenset(
    {
        "env",
        "exec",
        "tini",
        "dumb-init",
        "sudo",
        "gosu",
        "su-exec",
        "nice",
        "ionice",
        "nohup",
        "timeout",
        "time",
        "setsid",
        "catatonit",
        "npx",
        "bunx",
    }
)
"""Programs that start the one that is named behind them."""
WORDS, CHARACTERS = 256, 4096
"""How much of a command is looked at."""
