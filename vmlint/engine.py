"""Running rules on a workload. Pure: a workload and rules go in, findings come out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from vmlint.model.advice import Undecided
from vmlint.model.derive import possible_architectures
from vmlint.model.values import OciPlatform
from vmlint.model.workload import Workload
from vmlint.rule import Finding, Rule, Severity
from vmlint.unknown import Unknown


class Hit(NamedTuple):
    """A finding together with the rule that made it."""

    rule: Rule
    finding: Finding

    @property
    def severity(self) -> Severity:
        """The finding's own severity, or else its rule's."""
        return self.finding.severity or self.rule.severity


class Crash(NamedTuple):
    """A rule that failed with an internal error."""

    rule: Rule
    error: str


class Outcome(NamedTuple):
    """What the rules said about one workload."""

    hits: tuple[Hit, ...]
    undecided: tuple[Undecided, ...]
    crashes: tuple[Crash, ...]

    @property
    def errors(self) -> tuple[Hit, ...]:
        """The findings that make the deployment impossible or break what it demands."""
        return tuple(hit for hit in self.hits if hit.severity is Severity.ERROR)


def lint(workload: Workload, rules: Iterable[Rule], *arguments: Any) -> Outcome:
    """Ask every rule that applies. ``arguments`` follow the workload where the rules' stage gives them more."""
    hits: list[Hit] = []
    undecided: list[Undecided] = []
    crashes: list[Crash] = []
    deployed = workload.deployed
    possible, unsettled = possible_architectures(workload) if deployed else (frozenset(), "")
    for rule in rules:
        assert rule.check is not None  # noqa: S101 - only vmlint's own structure findings have none
        if rule.architectures:
            if not possible & rule.architectures:
                continue
            if not possible <= rule.architectures:
                undecided.append(_undecided(workload, rule, unsettled))
                continue
        try:
            for found in rule.check(workload, *arguments):
                hits.append(Hit(rule, _checked(found)))  # noqa: PERF401 - what was found before an unknown must stay
        except Unknown as missing:
            undecided.append(_undecided(workload, rule, missing.path))
        except Exception as error:  # noqa: BLE001 - one crashing rule must not silence the others
            crashes.append(Crash(rule, f"{type(error).__name__}: {error}"))
    return Outcome(tuple(hits), tuple(undecided), tuple(crashes))


def _checked(found: Finding) -> Finding:
    if not isinstance(found, Finding):
        raise TypeError(f"yielded {found!r}, which is not a finding made by vmlint.api.finding")
    return found


_FIELD = re.compile(r"\{([a-zA-Z0-9.]+)\}")


def _undecided(workload: Workload, rule: Rule, path: str) -> Undecided:
    return Undecided(rule.code, rule.name, rule.severity, path, _filled(workload, rule.fits_if.get(path, "")))


def _filled(workload: Workload, condition: str) -> str:
    """Replace ``{guest.kernel.requires}`` by its value; a condition whose value is unknown says nothing."""

    def value(match: re.Match[str]) -> str:
        group: Any = workload
        for part in match[1].split("."):
            group = getattr(group, re.sub(r"([A-Z])", lambda upper: f"_{upper[1].lower()}", part))
        several = isinstance(group, (tuple, frozenset)) and not isinstance(group, OciPlatform)
        return ", ".join(sorted(map(str, group))) if several else str(group)

    try:
        return _FIELD.sub(value, condition)
    except Unknown:
        return ""


def by_stage(rules: Sequence[Rule], stage: str) -> tuple[Rule, ...]:
    """Return the rules of one stage."""
    return tuple(rule for rule in rules if rule.stage == stage)
