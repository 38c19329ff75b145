"""vmlint's own rules, as a plugin: a folder a section of the article, a file a rule, its cases beside it."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Rule, hookimpl, rules_in


@hookimpl
def vmlint_rules() -> Iterator[Rule]:
    """Return the rule of every file."""
    return rules_in(__name__, "rules")
