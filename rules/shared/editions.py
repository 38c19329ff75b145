"""Editions of a guest system, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable


def edition(written: str, known: Iterable[str]) -> str:
    """Return the known edition that is written: `Enterprise LTSC 2021` is ltsc-2021, `Windows 11 Pro` is none."""
    words = [word for word in re.findall(r"[a-z]+|[0-9]{4}", written.lower()) if word not in NO_EDITION]
    plain = [word for word in words if word != "enterprise"]
    tries = (words, plain, [word for word in words if not word.isdigit()], [word for word in plain if word.isalpha()])
    return next((name for name in map("-".join, tries) if name in set(known)), "")


NO_EDITION = frozenset({"windows", "edition", "n", "the"})
