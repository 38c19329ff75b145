"""The settings of a .vmx file by their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vmlint.api import Setting

from ..shared.computed import is_computed


class Settings:
    """The settings of a machine, by keys in lower case, as all products but ESXi take them."""

    def __init__(self, found: Mapping[str, Setting]) -> None:
        self.found = found

    def literal(self, key: str) -> Setting | None:
        """Return a setting whose value is written out; `|22` and the like are single characters."""
        setting = self.found.get(key)
        if setting is None or not setting.value or is_computed(setting.value):
            return None
        return setting._replace(value=re.sub(r"\|([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), setting.value))

    def word(self, key: str) -> str:
        """Return a value in lower case; empty where there is none."""
        setting = self.literal(key)
        return setting.value.strip().lower() if setting else ""

    def on(self, key: str) -> bool:
        """Whether something is switched on."""
        return self.word(key) in ("true", "1", "yes", "on")

    def stated(self, key: str) -> bool:
        """Whether the file has a setting, even one whose value is filled in elsewhere."""
        return key in self.found
