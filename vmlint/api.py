"""The public API: all that a rule, a reader or a plugin needs. vmlint's own rules and formats import nothing else.

What a plugin does not need to say what it brings is imported when it is first asked for: most runs read files of few
formats and ask few rules, or none where all results are kept.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vmlint import limits
from vmlint.extend.hooks import hookimpl
from vmlint.extend.rule_files import keep_index, rules_in
from vmlint.findings.severity import Confidence, Severity
from vmlint.lint.rule import Rule, rule
from vmlint.reading.reader import Reader, Skipped, Written
from vmlint.words import as_text
from vmlint.words import certain as certain_word
from vmlint.words import nearest as nearest_word

if TYPE_CHECKING:
    from vmlint.catalog import Catalog, GuestOS, Mode, Platform
    from vmlint.catalog.arm_cores import arm_version, core_names, joined_models
    from vmlint.catalog.cpus import CpuModel, cpu_flags
    from vmlint.catalog.features import Feature
    from vmlint.catalog.images import is_distribution
    from vmlint.catalog.kernel_names import kernel_modules, kernel_options, kernel_parameters
    from vmlint.catalog.lifecycle import Cycle
    from vmlint.catalog.offers import Offer
    from vmlint.catalog.os_release import release_id, release_named
    from vmlint.catalog.setting_words import setting_words
    from vmlint.findings.advice import Advice
    from vmlint.findings.finding import Finding, Repair, finding, repair
    from vmlint.findings.place import Span
    from vmlint.findings.problem import Problem, Unreadable
    from vmlint.findings.unknown import Undecided, Unknown, both, either
    from vmlint.findings.verdict import Candidate
    from vmlint.model.derive.need import Need
    from vmlint.model.derive.needs import engine_version, needs_by_tag, needs_of
    from vmlint.model.features import FeatureNeed, named_values
    from vmlint.model.paths import value_at
    from vmlint.model.pci import pci_address
    from vmlint.model.supposing import supposing
    from vmlint.model.values import (
        Duration,
        OciPlatform,
        Size,
        Version,
        VersionRange,
        cpu_architecture,
        foreign,
        format_size,
        perhaps_native,
    )
    from vmlint.model.workload import Workload
    from vmlint.reading.file import File
    from vmlint.reading.hints import hints
    from vmlint.reading.placement import NodeChoice, Requirement, Taint, Toleration
    from vmlint.reading.spec import Spec
    from vmlint.syntax import ruby
    from vmlint.syntax.comments import bare
    from vmlint.syntax.cpuinfo import read_cpuinfo
    from vmlint.syntax.hcl.tree import Block, Body, Term
    from vmlint.syntax.ini import Setting, settings
    from vmlint.syntax.kernel_config import read_kernel_config, unpacked
    from vmlint.syntax.lines import split_lines
    from vmlint.syntax.literals import Assignment, Assignments, Literal, assignments
    from vmlint.syntax.xml.tree import Element
    from vmlint.syntax.yaml.cursor import Cursor
    from vmlint.syntax.yaml.tree import apart

_LATER = {
    "catalog": (
        "Catalog",
        "GuestOS",
        "Mode",
        "Platform",
    ),
    "catalog.arm_cores": ("arm_version", "core_names", "joined_models"),
    "catalog.cpus": ("CpuModel", "cpu_flags"),
    "catalog.features": ("Feature",),
    "catalog.images": ("is_distribution",),
    "catalog.offers": ("Offer",),
    "catalog.setting_words": ("setting_words",),
    "model.derive.need": ("Need",),
    "model.derive.needs": ("engine_version", "needs_by_tag", "needs_of"),
    "model.features": ("FeatureNeed", "named_values"),
    "catalog.kernel_names": (
        "kernel_modules",
        "kernel_options",
        "kernel_parameters",
    ),
    "catalog.lifecycle": ("Cycle",),
    "catalog.os_release": (
        "release_id",
        "release_named",
    ),
    "findings.advice": ("Advice",),
    "findings.finding": (
        "Finding",
        "Repair",
        "finding",
        "repair",
    ),
    "findings.place": ("Span",),
    "findings.problem": (
        "Problem",
        "Unreadable",
    ),
    "findings.unknown": (
        "Undecided",
        "Unknown",
        "both",
        "either",
    ),
    "findings.verdict": ("Candidate",),
    "model.paths": ("value_at",),
    "model.pci": ("pci_address",),
    "model.supposing": ("supposing",),
    "model.values": (
        "Duration",
        "OciPlatform",
        "Size",
        "Version",
        "VersionRange",
        "cpu_architecture",
        "foreign",
        "format_size",
        "perhaps_native",
    ),
    "model.workload": ("Workload",),
    "reading.file": ("File",),
    "reading.hints": ("hints",),
    "reading.placement": (
        "NodeChoice",
        "Requirement",
        "Taint",
        "Toleration",
    ),
    "reading.spec": ("Spec",),
    "syntax.comments": ("bare",),
    "syntax.cpuinfo": ("read_cpuinfo",),
    "syntax.yaml.tree": ("apart",),
    "syntax.hcl.tree": (
        "Block",
        "Body",
        "Term",
    ),
    "syntax.ini": (
        "Setting",
        "settings",
    ),
    "syntax.kernel_config": (
        "read_kernel_config",
        "unpacked",
    ),
    "syntax.lines": ("split_lines",),
    "syntax.literals": (
        "Assignment",
        "Assignments",
        "Literal",
        "assignments",
    ),
    "syntax.xml.tree": ("Element",),
    "syntax.yaml.cursor": ("Cursor",),
}
_HOMES = {name: f"vmlint.{module}" for module, names in _LATER.items() for name in names}

__all__ = [
    "Advice",
    "Assignment",
    "Assignments",
    "Block",
    "Body",
    "Candidate",
    "Catalog",
    "Confidence",
    "CpuModel",
    "Cursor",
    "Cycle",
    "Duration",
    "Element",
    "Feature",
    "FeatureNeed",
    "File",
    "Finding",
    "GuestOS",
    "Literal",
    "Mode",
    "Need",
    "NodeChoice",
    "OciPlatform",
    "Offer",
    "Platform",
    "Problem",
    "Reader",
    "Repair",
    "Requirement",
    "Rule",
    "Setting",
    "Severity",
    "Size",
    "Skipped",
    "Span",
    "Spec",
    "Taint",
    "Term",
    "Toleration",
    "Undecided",
    "Unknown",
    "Unreadable",
    "Version",
    "VersionRange",
    "Workload",
    "Written",
    "apart",
    "arm_version",
    "as_text",
    "assignments",
    "bare",
    "both",
    "certain_word",
    "core_names",
    "cpu_architecture",
    "cpu_flags",
    "either",
    "engine_version",
    "finding",
    "foreign",
    "format_size",
    "hints",
    "hookimpl",
    "is_distribution",
    "joined_models",
    "keep_index",
    "kernel_modules",
    "kernel_options",
    "kernel_parameters",
    "limits",
    "named_values",
    "nearest_word",
    "needs_by_tag",
    "needs_of",
    "pci_address",
    "perhaps_native",
    "read_cpuinfo",
    "read_kernel_config",
    "release_id",
    "release_named",
    "repair",
    "ruby",
    "rule",
    "rules_in",
    "setting_words",
    "settings",
    "split_lines",
    "supposing",
    "unpacked",
    "value_at",
]


def __getattr__(name: str) -> Any:
    if name == "ruby":
        return import_module("vmlint.syntax.ruby")
    if name in _HOMES:
        found = globals()[name] = getattr(import_module(_HOMES[name]), name)  # found there from now on
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
