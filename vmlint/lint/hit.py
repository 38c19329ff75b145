"""A finding together with the rule that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.finding import Finding
    from vmlint.findings.severity import Confidence, Severity
    from vmlint.lint.rule import Rule


class Hit(NamedTuple):
    """A finding together with the rule that made it."""

    rule: Rule
    finding: Finding

    @property
    def severity(self) -> Severity:
        """The finding's own severity, or else its rule's."""
        return self.finding.severity or self.rule.severity

    @property
    def confidence(self) -> Confidence:
        """How sure the finding is: its own word, or else its rule's."""
        return self.finding.confidence or self.rule.confidence
