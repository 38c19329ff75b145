"""Rules that yield to others: one fault is reported once, by the rule that helps more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from vmlint.lint.profiles import PROFILES

if TYPE_CHECKING:
    from vmlint.lint.hit import Hit
    from vmlint.lint.rule import Rule


def reported_elsewhere(hit: Hit, hits: Iterable[Hit]) -> bool:
    """Whether a rule that a finding's rule yields to found something that is shown wherever this finding would be.

    So a finding that a profile hides never hides another one.
    """
    return any(other.rule.code in hit.rule.yields_to and _is_shown_wherever(hit, other) for other in hits)


def _is_shown_wherever(hit: Hit, other: Hit) -> bool:
    return other.severity >= hit.severity and all(
        profile.shows(other.severity, other.confidence)
        for profile in PROFILES.values()
        if profile.shows(hit.severity, hit.confidence)
    )


def settled_elsewhere(yielding: Iterable[Rule], hits: Iterable[Hit]) -> frozenset[str]:
    """Return the codes of the rules that need no decision: one that they yield to found something."""
    found = {hit.rule.code for hit in hits}
    return frozenset(rule.code for rule in yielding if not found.isdisjoint(rule.yields_to))


def with_others(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return rules by code, each with the rules that it yields to.

    Raises ``ValueError`` with a sentence for a rule that yields to one that does not exist, to one of another stage, or
    in a circle.
    """
    for rule in rules.values():
        for code in rule.yields_to:
            other = rules.get(code)
            if other is None:
                raise ValueError(f"{rule.code}: yields_to names {code}, and there is no such rule")
            if other.stage != rule.stage:
                raise ValueError(
                    f"{rule.code}: yields_to names {code}, which is of the stage {other.stage} and not {rule.stage}"
                )
        circle = _circle(rule.code, rules)
        if circle:
            raise ValueError(f"{rule.code}: yields_to leads in a circle: {' to '.join(circle)}")
    return {
        code: rule._replace(others=tuple(rules[other] for other in rule.yields_to)) if rule.yields_to else rule
        for code, rule in rules.items()
    }


def _circle(code: str, rules: Mapping[str, Rule], way: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the codes that lead from a rule back to itself; empty where none do."""
    if code in way:
        return (*way, code) if code == way[0] else ()
    following = rules[code].yields_to if code in rules else ()
    return next(filter(None, (_circle(other, rules, (*way, code)) for other in following)), ())
