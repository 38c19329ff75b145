"""The public API: all that a rule or a plugin needs. vmlint's own rules import nothing else."""

from vmlint.catalog import Catalog, Cycle, GuestOS, Mode, Platform
from vmlint.catalog import nearest as nearest_word
from vmlint.hookspecs import hookimpl
from vmlint.model.advice import Advice, Candidate, Undecided
from vmlint.model.derive import foreign
from vmlint.model.values import Duration, OciPlatform, Size, Version, VersionRange, format_size
from vmlint.model.workload import Workload
from vmlint.rule import Confidence, Finding, Repair, Rule, Severity, finding, repair, rule
from vmlint.unknown import Unknown, both, either

__all__ = [
    "Advice",
    "Candidate",
    "Catalog",
    "Confidence",

    "Cycle",
    "Duration",
    "Finding",
    "GuestOS",
    "Mode",
    "OciPlatform",
    "Platform",
    "Repair",
    "Rule",
    "Severity",
    "Size",
    "Undecided",
    "Unknown",
    "Version",
    "VersionRange",
    "Workload",
    "both",
    "either",
    "finding",
    "foreign",
    "format_size",
    "hookimpl",
    "nearest_word",
    "repair",
    "rule",
]
