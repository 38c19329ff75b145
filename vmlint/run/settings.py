"""What a check depends on beside the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from vmlint.findings.codes import CODES
from vmlint.findings.waiver import WaiverPolicy
from vmlint.lint.profiles import EVERYTHING, Profile

if TYPE_CHECKING:
    from vmlint.findings.severity import Severity
    from vmlint.findings.waiver import Waiver
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
    severities: Mapping[str, Severity] = {}
    """Code of a rule -> the severity that the project gives its findings. Advice is judged by the rule's own."""
    waivers: tuple[Waiver, ...] = ()
    """The waivers of the project's settings that cover the file."""
    waiver_policy: WaiverPolicy = WaiverPolicy()
    waive: bool = True
    """Whether waivers count; where not, everything is reported."""
    pictures: bool = False
    """Whether each workload with findings is compared with every other way of running it, which few reports show."""

    @property
    def reading_only(self) -> Settings:
        """The same without any rule: files are read, and only what is wrong with them is reported."""
        return self._replace(rules=(), judges=(), guards=())
