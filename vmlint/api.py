"""The public API: all that a rule, a reader or a plugin needs. vmlint's own rules and formats import nothing else."""

from vmlint.catalog import Catalog, CpuModel, Cycle, GuestOS, Mode, Platform
from vmlint.catalog import nearest as nearest_word
from vmlint.hookspecs import hookimpl
from vmlint.model.advice import Advice, Candidate, Undecided
from vmlint.model.derive import foreign
from vmlint.model.pci import pci_address
from vmlint.model.values import Duration, OciPlatform, Size, Version, VersionRange, format_size
from vmlint.model.workload import Workload
from vmlint.readers.hcl_tree import Block, Body, Term
from vmlint.readers.literals import Assignment, Assignments, Literal, assignments
from vmlint.readers.settings_lines import Setting, settings
from vmlint.readers.spec import File, PassedOver, Reader, Span, Spec
from vmlint.readers.text import Problem, Unreadable
from vmlint.readers.xml_tree import Element
from vmlint.readers.yaml_cursor import Cursor
from vmlint.rule import Confidence, Finding, Repair, Rule, Severity, finding, repair, rule
from vmlint.unknown import Unknown, both, either

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
    "File",
    "Finding",
    "GuestOS",
    "Literal",
    "Mode",
    "OciPlatform",
    "PassedOver",
    "Platform",
    "Problem",
    "Reader",
    "Repair",
    "Rule",
    "Setting",
    "Severity",
    "Size",
    "Span",
    "Spec",
    "Term",
    "Undecided",
    "Unknown",
    "Unreadable",
    "Version",
    "VersionRange",
    "Workload",
    "assignments",
    "both",
    "either",
    "finding",
    "foreign",
    "format_size",
    "hookimpl",
    "nearest_word",
    "pci_address",
    "repair",
    "rule",
    "settings",
]
