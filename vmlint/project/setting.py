"""What the settings say: single settings with their places, and all that hold for one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Place
    from vmlint.project.origin import Origin

SAID = ("profile", "select", "ignore", "severity", "exclude", "catalog", "host", "context", "fail-on")
"""The keys that a variable of the environment and an option say too."""
LOCAL = "local"
"""In place of a host document: this machine."""
PREFIX = "VMLINT_"
"""How a variable of the environment that says a key begins."""
OF_THE_RUN = frozenset({"VMLINT_CONFIG", "VMLINT_CACHE_DIR", "VMLINT_NO_CACHE", "VMLINT_DEBUG"})
"""Variables of vmlint that say no key."""


class ConfigError(ValueError):
    """A fault of the settings; the message names file and place."""


class Setting(NamedTuple):
    """One thing that one source says."""

    key: str
    """The key, with the names of the tables around it: ``severity.VM407``, ``context.requirements.nested``."""
    value: Any
    origin: Origin
    at: tuple[str | int, ...] = ()
    """The keys under which it stands there."""
    whole: bool = True
    """Whether it stands there with a key of its own, rather than in a list."""

    @property
    def place(self) -> Place:
        """Where it stands. Few settings are ever shown, so it is looked for when it is asked for."""
        return self.origin.place(self.at, whole=self.whole)

    @property
    def top(self) -> str:
        """The key of the settings file under which it stands."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The rest of the key: ``VM407``."""
        return self.key.partition(".")[2]


def where(place: Place) -> str:
    """Return a place for a message: ``vmlint.toml:3:1``, or the name of an option or variable."""
    return f"{place.file}:{place.line}:{place.column}" if place.line else place.file


class Config(NamedTuple):
    """What the settings say for one file."""

    file: str = ""
    """The nearest settings file as its user would write it; empty if there is none."""
    settings: tuple[Setting, ...] = ()

    def one(self, key: str) -> Setting | None:
        """Return the setting of a key that has one value; ``None`` where nothing sets it."""
        return next((each for each in self.settings if each.key == key), None)

    def value(self, key: str, otherwise: Any = None) -> Any:
        """Return the value of a key that has one; ``otherwise`` where nothing sets it."""
        found = self.one(key)
        return otherwise if found is None else found.value

    def values(self, key: str) -> tuple[Any, ...]:
        """Return the values of a list, in the order of the layers."""
        return tuple(each.value for each in self.settings if each.key == key)

    def table(self, key: str) -> Mapping[str, Setting]:
        """Return the entries of a table, by their names in it."""
        return {each.name: each for each in self.settings if each.top == key}
