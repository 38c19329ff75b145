"""Profiles: how thorough a run is, from a quiet first run on an existing repository to an auditor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.severity import Confidence, Severity
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.lint.rule import Coded


class Profile(NamedTuple):
    """What a run reports."""

    name: str
    about: str
    """One clause for the help."""
    severity: Severity
    """The least severity that is reported."""
    confidence: Confidence
    """The least confidence that is reported."""
    optional: bool
    """Whether optional rules run without being selected by name."""

    def admits(self, rule: Coded, severity: Severity | None = None) -> bool:
        """Whether any finding of a rule could be reported, which a project may have given another severity."""
        return self.shows(severity or rule.gravest, rule.confidence) and (self.optional or not rule.optional)

    def shows(self, severity: Severity, confidence: Confidence) -> bool:
        """Whether a finding is reported."""
        return severity >= self.severity and confidence >= self.confidence


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("minimal", "errors that leave no doubt", Severity.ERROR, Confidence.HIGH, optional=False),
        Profile("default", "what a committer should see", Severity.NOTE, Confidence.MEDIUM, optional=False),
        Profile("strict", "hints for an auditor as well", Severity.NOTE, Confidence.LOW, optional=True),
    )
}
"""The profiles, the quietest first."""

DEFAULT = PROFILES["default"]
EVERYTHING = PROFILES["strict"]
