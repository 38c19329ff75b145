"""What a check depends on beside the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from vmlint.findings.codes import CODES
from vmlint.lint.profiles import EVERYTHING, Profile

if TYPE_CHECKING:
    from vmlint.lint.rule import Rule
    from vmlint.reading.context import Context


class Settings(NamedTuple):
    """What a check depends on beside the file."""

    rules: Sequence[Rule]
    """The rules that report."""
    judges: Sequence[Rule]
    """The rules that judge suggestions: also those that were not selected, but none that was ignored."""
    context: Context
    """The catalogue, the day, and how files are read."""
    codes: frozenset[str] = frozenset(CODES)
    """The codes of vmlint itself that are reported."""
    profile: Profile = EVERYTHING
    """Which findings of the rules are reported."""
    named: frozenset[str] = frozenset()
    """Codes of rules that were asked for by name: all their findings are reported."""
    guards: Sequence[Rule] = ()
    """The security rules: a finding that local catalogue data suppresses is still reported, as an accepted risk."""

    @property
    def reading_only(self) -> Settings:
        """The same without any rule: files are read, and only what is wrong with them is reported."""
        return self._replace(rules=(), judges=(), guards=())
