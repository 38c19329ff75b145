"""Regular expressions that are compiled when they are first used.

Python compiles one in 50 to 1,000 microseconds, and of those that a run imports, it uses every second one.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr


class Lazy:
    """A regular expression that is not compiled yet. It has all that ``re.Pattern`` has."""

    def __init__(self, written: Any, flags: Any = 0) -> None:
        self._written = written, flags

    def compiled(self) -> re.Pattern[Any]:
        """Compile it."""
        found: re.Pattern[Any] = re.compile(*self._written)
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # it is being copied
            raise AttributeError(name)
        found = self.__dict__[name] = getattr(self.compiled(), name)
        return found


def lazy_pattern(written: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what ``re.compile`` returns, and compile it when it is first used."""
    return Lazy(written, flags)  # type: ignore[return-value] # it stands in for one
