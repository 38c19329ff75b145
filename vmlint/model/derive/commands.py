"""Which programs the command of a container starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


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
        "npx",
        "bunx",
    }
)
"""Programs that start the one that is named behind them."""
WORDS, CHARACTERS = 256, 4096
"""How much of a command is looked at."""
