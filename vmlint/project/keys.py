"""The keys of a settings file: the one table from which they are read, explained, and described to editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmlint.findings.severity import Severity
from vmlint.lint.profiles import PROFILES
from vmlint.record import NamedTuple

WORD, TEXT, ADDRESS, FLAG, NUMBER, DATE, FILE = "word", "text", "address", "flag", "number", "date", "file"
HOSTS = "hosts"
TEXTS, RULES, PATTERNS, FOLDERS = "texts", "rules", "patterns", "folders"
SEVERITIES, THRESHOLDS, FACTS = "severities", "thresholds", "facts"
TABLE, TABLES = "table", "tables"
"""Shapes of values. A *table* has keys of its own; *tables* are a list of such."""
REPLACES, ADDS, MERGES = "replaces", "adds", "merges"
"""Ways of a key to lie over the same key of earlier layers: in its place, after it, or entry by entry."""


class Key(NamedTuple):
    """A key of a settings file, or of a table in it."""

    name: str
    shape: str
    about: str
    """One sentence, or a few."""
    example: Any
    words: tuple[str, ...] = ()
    """For a word: those that it may be."""
    keys: tuple[Key, ...] = ()
    """For a table: its own."""
    needed: bool = False
    """Whether it must be there."""
    by_path: bool = False
    """Whether an override may set it for some files only."""
    way: str = REPLACES
    """How it lies over earlier layers."""


SEVERITY_WORDS = tuple(str(severity) for severity in sorted(Severity))

_PATHS = Key(
    "paths",
    PATTERNS,
    "The files that it is about: patterns as in .gitignore, relative to this file.",
    ["prod/**"],
    needed=True,
)
_BY_PATH = (
    Key(
        "profile",
        WORD,
        "How thorough a run is. "
        + "; ".join(f"{profile.name}: {profile.about}" for profile in PROFILES.values())
        + ".",
        "default",
        tuple(PROFILES),
        by_path=True,
    ),
    Key(
        "select",
        RULES,
        "Only these rules: codes, prefixes of codes, or names. It takes the place of an earlier selection.",
        ["VM4", "cpu-level-too-low"],
        by_path=True,
    ),
    Key(
        "ignore",
        RULES,
        "All rules but these: codes, prefixes of codes, or names. What could not be checked cannot be ignored.",
        ["VM704"],
        by_path=True,
        way=ADDS,
    ),
    Key(
        "severity",
        SEVERITIES,
        "The severity of a rule's findings, by code or name. Suggestions are judged by the rule's own.",
        {"VM407": "note"},
        SEVERITY_WORDS,
        by_path=True,
        way=MERGES,
    ),
    Key(
        "thresholds",
        THRESHOLDS,
        "The numbers by which a rule judges, by code or name of the rule. `vmlint explain` shows those of a rule.",
        {"VM205": {"small-scale": 10}},
        by_path=True,
        way=MERGES,
    ),
    Key(
        "host",
        HOSTS,
        "What describes the hosts of workloads that name none: a file or a folder relative to this file, `local` for "
        "this machine, or a list of these.",
        "hosts/kvm-node.yaml",
        by_path=True,
    ),
    Key(
        "context",
        FACTS,
        "Facts about workloads whose files do not state them: environment, kind, labels, requirements and host.",
        {"environment": "production"},
        by_path=True,
        way=MERGES,
    ),
)
_POLICY = (
    Key("reason", FLAG, "Whether every waiver must have a reason.", True),
    Key("until", FLAG, "Whether every waiver must have a last day.", True),
    Key("longest-days", NUMBER, "Days from today within which the last day of a waiver must lie; 0 for any.", 180),
    Key("warn-days", NUMBER, "Days before its last day from which on a waiver is reported.", 14),
    Key("forbid", RULES, "Rules that cannot be waived: codes, prefixes of codes, or names.", ["VM401"]),
)
_WAIVER = (
    Key("rules", RULES, "The rules whose findings it accepts: codes or names.", ["VM407"], needed=True),
    _PATHS._replace(needed=False, about=f"{_PATHS.about} Without it, all files.", example=["legacy/**"]),
    Key("workload", TEXT, "Only findings about this workload.", "web"),
    Key("field", TEXT, "Only findings about this field, or one below it.", "deployment.platform"),
    Key("reason", TEXT, "Why they are accepted.", "the vendor supports nothing else"),
    Key("until", DATE, "The last day on which it counts.", "2027-03-01"),
)

KEYS = (
    Key(
        "extends",
        TEXTS,
        "Settings files that this one lies over: relative to this file, or `package:NAME/FILE` in an installed "
        "package.",
        ["../vmlint.toml", "package:acme_policy/strict.toml"],
        way=ADDS,
    ),
    *_BY_PATH,
    Key(
        "exclude",
        PATTERNS,
        "Files and folders that are not linted, even where they are named: patterns as in .gitignore.",
        ["legacy/", "*.generated.yaml"],
        way=ADDS,
    ),
    Key(
        "catalog",
        FOLDERS,
        "Folders with documents of kind Platform, Guest, Software and Feature, which add to the catalogue or change "
        "it. Relative to this file, and inside the project.",
        ["ops/catalog"],
        way=ADDS,
    ),
    Key("fail-on", WORD, "The least severity that makes the exit status 1.", "warning", SEVERITY_WORDS[::-1]),
    Key(
        "fail-on-skipped",
        FLAG,
        "Whether the exit status is 1 also where a file of a known format, such as a template, was skipped, and "
        "nothing excludes it.",
        True,
    ),
    Key("baseline", FILE, "The file of accepted old findings, which `vmlint baseline` writes.", "vmlint-baseline.json"),
    Key(
        "docs-url",
        ADDRESS,
        "The address of a rule's page in reports; {code} stands for the rule's code.",
        "https://docs.example.org/vmlint/{code}",
    ),
    Key("waiver-policy", TABLE, "What the project demands of its waivers.", {"reason": True}, keys=_POLICY, way=MERGES),
    Key(
        "waivers",
        TABLES,
        "Findings that are accepted, for files in which no comment can say so.",
        [
            {
                "rules": ["VM407"],
                "paths": ["legacy/**"],
                "reason": "goes away with the old cluster",
                "until": "2027-03-01",
            }
        ],
        keys=_WAIVER,
        way=ADDS,
    ),
    Key(
        "overrides",
        TABLES,
        "Settings for some files only, by their paths. Later ones win.",
        [{"paths": ["prod/**"], "context": {"environment": "production"}}],
        keys=(_PATHS, *_BY_PATH),
    ),
)
"""All keys of a settings file, in the order of the documentation."""


def by_name(keys: tuple[Key, ...]) -> Mapping[str, Key]:
    """Return keys by their names."""
    return {key.name: key for key in keys}
