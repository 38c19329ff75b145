"""List the rules, grouped as the article's sections are.

With --select and --profile the list shows what `vmlint check` would run with the same options. Rules marked (strict)
run in that profile only, or where they are selected by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.cli import INTERNAL, OK, UsageError
from vmlint.cli.say import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.catalog import Catalog
    from vmlint.lint.rule import Coded
    from vmlint.report.screen import Line


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    from vmlint.cli.options import add_profile, add_select

    add_select(parser)
    add_profile(parser)
    parser.add_argument(
        "--article", metavar="STATEMENT", help="only rules that rest on a statement (CT-C1) or a section (CT)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def run(options: Namespace) -> int:
    """Print the list; exit status 4 where a plugin did not load and its rules are missing."""
    from vmlint.cli.resolve import installed
    from vmlint.findings.codes import CODES
    from vmlint.report.json import dumped
    from vmlint.report.page import is_foreign

    plugins = installed()
    every: tuple[Coded, ...] = (*plugins.rules, *CODES.values())
    known = sorted(every, key=lambda rule: (is_foreign(rule), rule.code))  # vmlint's own first
    rules = _chosen(known, options, incomplete=bool(plugins.failures))
    if options.article:
        rules = _resting_on(rules, options.article, plugins.catalog, incomplete=bool(plugins.failures))
    if options.format == "json":
        show(dumped({"version": 1, "rules": [described(rule, plugins.catalog) for rule in rules]}))
    else:
        show(_listing(rules, plugins.catalog))
    return INTERNAL if plugins.failures else OK


def _chosen(rules: Sequence[Coded], options: Namespace, *, incomplete: bool) -> Sequence[Coded]:
    from vmlint.extend.plugins import select
    from vmlint.lint.profiles import DEFAULT, PROFILES

    words = tuple(word.strip() for option in options.select for word in option.split(",") if word.strip())
    if not words and not options.profile:
        return rules
    kept, _, unknown = select(rules, words, (), PROFILES[options.profile] if options.profile else DEFAULT)
    if unknown:
        from vmlint.project.rule_words import RuleWords

        asked = RuleWords(rules)
        raise UsageError("; ".join(map(asked.unmatched, unknown)), incomplete=incomplete)
    if not kept:
        hint = "one that the profile leaves out needs its whole code or name"
        raise UsageError(f"the selection leaves no rule; {hint}", incomplete=incomplete)
    return kept


def _resting_on(rules: Iterable[Coded], word: str, catalog: Catalog, *, incomplete: bool) -> Sequence[Coded]:
    from vmlint.words import did_you_mean, nearest

    word = word.upper()
    statements = [name for name in catalog.article["statements"] if word in (name, name.partition("-")[0])]
    if not statements:
        sections = [section["id"] for section in catalog.article["sections"]]
        near = nearest(word, [name.lower() for name in catalog.article["statements"]])
        hint = did_you_mean(near and near.upper(), f"its sections are {', '.join(sections)}")
        raise UsageError(f"the article has no statement {word!r}; {hint}")
    kept = [rule for rule in rules if set(rule.article) & set(statements)]
    if not kept:
        raise UsageError(f"no rule rests on {word}", incomplete=incomplete)
    return kept


def described(rule: Coded, catalog: Catalog) -> dict[str, Any]:
    """Return everything that is said about a rule, for JSON."""
    from vmlint.report.page import section

    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "confidence": str(rule.confidence),
        "summary": rule.summary,
        "documentation": rule.doc,
        "section": section(rule, catalog),
        "architectures": sorted(rule.architectures),
        "stage": rule.stage,
        "optional": rule.optional,
        "article": list(rule.article),
        "sources": list(rule.sources),
        "symptoms": list(rule.symptoms),
        "fitsIf": dict(rule.fits_if),
        "thresholds": {each.name: {"default": each.default, "about": each.about} for each in rule.thresholds},
        "since": rule.since,
        "plugin": rule.plugin,
    }


def _strict(rule: Coded) -> str:
    from vmlint.lint.profiles import DEFAULT

    return "" if DEFAULT.admits(rule) else " (strict)"


def _listing(rules: Sequence[Coded], catalog: Catalog) -> Iterator[Line]:
    from vmlint.report.layout import grid
    from vmlint.report.page import section
    from vmlint.report.wording import count

    groups: dict[str, list[Line]] = {}
    for rule, row in zip(rules, grid([_row(rule) for rule in rules], indent=2), strict=True):
        groups.setdefault(section(rule, catalog), []).append(row)
    for title, rows in groups.items():
        yield [(title, "bold")]
        yield from rows
        yield []
    yield [(f"{count(len(rules), 'rule')}; `vmlint explain CODE` shows a rule's page", "")]


def _row(rule: Coded) -> Line:
    from vmlint.inert import visible
    from vmlint.report.wording import STYLES

    severity = (str(rule.severity), STYLES[rule.severity])
    return [(rule.code, ""), severity, (rule.name, ""), (f"{visible(rule.summary)}{_strict(rule)}", "")]
