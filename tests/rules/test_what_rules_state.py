"""What rules state of themselves, beside their findings: a word that is lost there shows in no case."""

from __future__ import annotations

from vmlint.extend.plugins import load

GUARDS = {
    "VM206", "VM306", "VM401", "VM407", "VM408", "VM409", "VM418", "VM419", "VM427", "VM506", "VM626", "VM805",
}  # fmt: skip
"""Rules of a boundary, which nobody's own data lift without a word."""

ASKED_FOR = {"VM690", "VM799"}
"""Rules that run in the profile strict or by name only."""


def test_rules_that_guard_a_boundary() -> None:
    assert {rule.code for rule in load().rules if rule.security} == GUARDS


def test_rules_that_have_to_be_asked_for() -> None:
    assert {rule.code for rule in load().rules if rule.optional} == ASKED_FOR
