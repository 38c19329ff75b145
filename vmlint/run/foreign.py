"""The rules of other people's plugins: what each may take for one file, and how much it may find there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from vmlint import limits
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.extend.bounds import BoundedCheck
    from vmlint.findings.diagnostic import Crash, Diagnostic
    from vmlint.lint.rule import Rule


class Foreign(NamedTuple):
    """The rules of plugins, by their codes, and what bounds each."""

    rules: dict[str, Rule]
    checks: tuple[BoundedCheck, ...]

    def begin(self) -> Most:
        """Begin with a file."""
        for check in self.checks:
            check.begin()
        return Most(self.rules)


class Most:
    """How much each rule found in one file."""

    def __init__(self, rules: dict[str, Rule]) -> None:
        self._rules = rules
        self._counted = 0
        self._found: Counter[str] = Counter()
        self._told: set[str] = set()

    def leave_out(self, diagnostics: list[Diagnostic]) -> Iterator[Crash]:
        """Take from the end of a list what is more than a rule may find in a file. Yield once what does so."""
        kept: list[Diagnostic] = []
        for each in diagnostics[self._counted :]:
            self._found[each.code] += each.code in self._rules
            if self._found[each.code] <= limits.PLUGIN_FILE_FINDINGS:
                kept.append(each)
            elif each.code not in self._told:
                from vmlint.findings.diagnostic import Crash  # imported only where a rule fails

                self._told.add(each.code)
                error = f"it found more than {limits.PLUGIN_FILE_FINDINGS} things in a file; the rest is left out"
                yield Crash(each.code, f"rule {each.code} of {self._rules[each.code].plugin}", error)
        diagnostics[self._counted :] = kept
        self._counted = len(diagnostics)


def foreign(rules: Iterable[Rule]) -> Foreign | None:
    """Return the rules of other people's plugins; ``None`` where there are none."""
    bounded: dict[str, Rule] = {}
    checks: dict[int, BoundedCheck] = {}
    for rule in rules:
        check: Any = rule.check.func if isinstance(rule.check, partial) else rule.check
        if hasattr(check, "begin"):  # asked so, it need not be imported where there is no plugin
            bounded[rule.code] = rule
            checks[id(check)] = check
    return Foreign(bounded, tuple(checks.values())) if bounded else None
