"""Show a rule's page: why it exists, what it flags and passes, the error texts that lead to it, its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.cli import OK, UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from vmlint.extend.plugins import Installed
    from vmlint.lint.rule import Coded


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("rules", nargs="+", metavar="RULE", help="code or name of a rule: VM403, invalid-syntax")


def run(options: Namespace) -> int:
    """Print the pages."""
    from vmlint.cli.resolve import installed
    from vmlint.cli.say import show
    from vmlint.report.page import on_screen, page
    from vmlint.report.screen import columns

    plugins = installed()
    rules = {rule.code: rule for rule in (find(word, plugins) for word in options.rules)}
    show(on_screen("\n\n".join(page(rule, plugins.catalog) for rule in rules.values()), columns()))
    return OK


def find(word: str, plugins: Installed) -> Coded:
    """Return the rule of a code or name. Raises :class:`~vmlint.cli.UsageError` with the nearest."""
    from vmlint.findings.codes import CODES
    from vmlint.findings.tombstones import TOMBSTONES
    from vmlint.words import did_you_mean, nearest

    rules: tuple[Coded, ...] = (*plugins.rules, *CODES.values())
    words = {spelt.lower(): rule for rule in rules for spelt in (rule.code, rule.name)}
    if word.upper() in TOMBSTONES:
        gone = TOMBSTONES[word.upper()]
        raise UsageError(f"{word.upper()} ({gone.name}) is no rule: {gone.reason}")
    if word.lower() not in words:
        near = nearest(word, words)
        hint = did_you_mean(near and f"{words[near].code} {words[near].name}", "`vmlint rules` lists them all")
        raise UsageError(f"there is no rule {word!r}; {hint}", incomplete=bool(plugins.failures))
    return words[word.lower()]
