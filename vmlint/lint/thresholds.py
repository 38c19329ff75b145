"""Thresholds that a project sets: which values fit, and rules with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from vmlint import limits

if TYPE_CHECKING:
    from vmlint.lint.rule import Rule, Threshold

Thresholds = Mapping[str, Mapping[str, float]]
"""Code of a rule -> name of a threshold -> its value."""


def with_thresholds(rules: Iterable[Rule], thresholds: Thresholds) -> tuple[Rule, ...]:
    """Return the same rules, with other values for some of their thresholds."""
    return tuple(_with(rule, thresholds) for rule in rules)


def _with(rule: Rule, thresholds: Thresholds) -> Rule:
    if rule.others:
        rule = rule._replace(others=with_thresholds(rule.others, thresholds))
    values = thresholds.get(rule.code)
    if not values:
        return rule
    set_here = {each.parameter: values[each.name] for each in rule.thresholds if each.name in values}
    return rule._replace(check=partial(rule.check, **set_here))


def unfit(threshold: Threshold, value: object) -> str:
    """Return what was expected of a threshold; empty where the value is that."""
    kind = threshold.kind
    if kind is bool:
        return "" if isinstance(value, bool) else "true or false"
    if kind is int:
        fits = type(value) is int and 0 <= value <= limits.THRESHOLD
        return "" if fits else f"a whole number up to {limits.THRESHOLD}"
    fits = type(value) in (int, float) and 0 <= value <= limits.THRESHOLD  # type: ignore[operator]
    return "" if fits else f"a number up to {limits.THRESHOLD}"
