"""Running rules on a workload. Pure: a workload and rules go in, findings come out."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmlint.findings.finding import Finding, Repair
from vmlint.findings.severity import Confidence, Severity
from vmlint.findings.unknown import Undecided, Unknown
from vmlint.lint.hit import Hit
from vmlint.lint.outcome import NOTHING, Outcome, together
from vmlint.lint.rule import PLACEHOLDER, Rule
from vmlint.lint.rulebook import Rulebook
from vmlint.lint.yielding import reported_elsewhere, settled_elsewhere
from vmlint.model.derive.deployment import possible_architectures
from vmlint.model.derive.needs import needed_layers
from vmlint.model.paths import check_text, field_exists, fields, no_such_field, stated_at, value_at
from vmlint.model.supposing import supposing
from vmlint.words import as_text, error_text

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash
    from vmlint.model.workload import Workload


def lint(workload: Workload, rules: Collection[Rule], *arguments: Any) -> Outcome:
    """Ask every rule that applies. ``arguments`` follow the workload where the rules' stage gives them more.

    Rules in a :class:`~vmlint.lint.rulebook.Rulebook` are asked only what they did not answer before.
    """
    outcome = _outcome(workload, rules, arguments)
    answered = {hit.rule.code for hit in outcome.hits} | {missing.code for missing in outcome.undecided}
    yielding = [rule for rule in rules if rule.yields_to and rule.code in answered] if answered else ()
    if not yielding:
        return outcome
    asked = {rule.code for rule in rules}
    others = [other for rule in yielding for other in rule.others if other.code not in asked]
    every = (*outcome.hits, *_outcome(workload, others, arguments).hits)  # it yields also to one that is not selected
    # One finding of a kind is enough to yield to, and a rule may have thousands.
    hits = {(hit.rule.code, hit.severity, hit.confidence): hit for hit in every}.values()
    settled = settled_elsewhere(yielding, hits)
    return Outcome(
        tuple(hit for hit in outcome.hits if not reported_elsewhere(hit, hits)),
        tuple(missing for missing in outcome.undecided if missing.code not in settled),
        outcome.crashes,
    )


def _outcome(workload: Workload, rules: Iterable[Rule], arguments: tuple[Any, ...]) -> Outcome:
    """Return what each rule finds, whatever the others do."""
    if isinstance(rules, Rulebook) and not arguments:
        return rules.outcome(workload, lambda rule: _answer(workload, rule, (), lambda: _possible(workload)))
    possible = functools.cache(lambda: _possible(workload))
    return together(_answer(workload, rule, arguments, possible) for rule in rules)


def _possible(workload: Workload) -> tuple[frozenset[str], str]:
    return possible_architectures(workload) if workload.deployed else (frozenset(), "")


def _answer(
    workload: Workload, rule: Rule, arguments: tuple[Any, ...], possible: Callable[[], tuple[frozenset[str], str]]
) -> Outcome:
    """Return what one rule finds. ``possible`` gives the architectures, and the field that would settle which."""
    if rule.demands and not _makes_any(workload, rule.demands):
        return NOTHING
    if rule.layers and rule.layers.isdisjoint(needed_layers(workload)):
        return NOTHING
    if rule.architectures:
        architectures, unsettled = possible()
        applies = architectures & rule.architectures
        if not applies or (applies < architectures and _is_silent(workload, rule, arguments, applies)):
            return NOTHING
        if applies < architectures:
            return Outcome((), (_undecided(workload, rule, unsettled),), ())
    hits: list[Hit] = []
    undecided: tuple[Undecided, ...] = ()
    crashes: tuple[Crash, ...] = ()
    try:
        for found in rule.check(workload, *arguments):
            hits.append(_hit(rule, found))  # noqa: PERF401 - what was found before an unknown must stay
    except Unknown as missing:
        undecided = (_undecided(workload, rule, str(missing.path)),)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a rule that crashes, or calls sys.exit, silences no other
        from vmlint.findings.diagnostic import Crash  # imported only where a rule fails

        crashes = (Crash(rule.code, f"rule {rule.code} of {rule.plugin}", error_text(error)),)
    return Outcome(tuple(hits), undecided, crashes) if hits or undecided or crashes else NOTHING


def _is_silent(workload: Workload, rule: Rule, arguments: tuple[Any, ...], architectures: Iterable[str]) -> bool:
    """Whether a rule finds nothing and lacks nothing, whichever of several architectures was chosen."""

    def answer(chosen: Workload) -> Outcome:
        return _answer(chosen, rule, arguments, functools.partial(possible_architectures, chosen))

    for architecture in sorted(architectures):
        if supposing(workload, "deployment.architecture", architecture, answer) is not NOTHING:
            return False
    return True


def _makes_any(workload: Workload, demands: Iterable[str]) -> bool:
    """Whether a workload states one of several demands."""
    for path in demands:  # noqa: SIM110 - any() takes twice as long, for each rule and workload
        if stated_at(workload, path) is not None:
            return True
    return False


def _hit(rule: Rule, found: Finding) -> Hit:
    hit = Hit(rule, checked(found))
    if hit.severity > rule.gravest:
        raise ValueError(f"a finding is {hit.severity}, but the rule promises at most {rule.gravest}; set worst=")
    if hit.confidence > rule.confidence:
        raise ValueError(
            f"a finding has {hit.confidence} confidence, but the rule promises at most {rule.confidence}; "
            "set confidence= of the rule to the highest"
        )
    return hit


def checked(found: Finding) -> Finding:
    """Return a finding that reports and advisor can rely on.

    Raises ``TypeError`` or ``ValueError`` with a sentence for anything else. A rule's author may have made it without
    :func:`vmlint.lint.rule.finding`, so everything is checked.
    """
    if not isinstance(found, Finding):
        raise TypeError(f"yielded {found!r}, which is not a finding made by vmlint.api.finding")
    if not isinstance(found.message, str) or not found.message.strip():
        raise TypeError(f"message {found.message!r} is not a sentence")
    if not isinstance(found.severity, Severity | None):
        raise TypeError(f"severity {found.severity!r} is neither a Severity nor None")
    if not isinstance(found.confidence, Confidence | None):
        raise TypeError(f"confidence {found.confidence!r} is neither a Confidence nor None")
    _check_field(found.path)
    for path in _several(found.because, "because"):
        _check_field(path)
    for line in _several(found.help, "help"):
        if not isinstance(line, str):
            raise TypeError(f"help {line!r} is not a sentence")
    for proposed in _several(found.repairs, "repairs"):
        _check_repair(proposed)
    return found


def _several(parts: Any, name: str) -> tuple[Any, ...]:
    if not isinstance(parts, tuple) or isinstance(parts, Repair):
        raise TypeError(f"{name} is a tuple, not {parts!r}")
    return parts


def _check_field(path: Any) -> None:
    if not isinstance(path, str):
        raise TypeError(f"{path!r} is not the path of a field")
    if not field_exists(path):
        raise ValueError(no_such_field(path))


def _check_repair(proposed: Any) -> None:
    if not isinstance(proposed, Repair):
        raise TypeError(f"repair {proposed!r} was not made by vmlint.api.repair")
    if not isinstance(proposed.why, str) or not isinstance(proposed.changes, Mapping) or not proposed.changes:
        raise TypeError(f"{proposed!r} needs a text that says why, and at least one change")
    for path, text in proposed.changes.items():
        if not isinstance(path, str) or not isinstance(text, str):
            raise TypeError(
                f"repair of {path!r}: {text!r} is not a text; write it as in a manifest: 'true', '4', '8Gi'"
            )
        refusal = _refusal(path, text)
        if refusal:
            raise ValueError(f"repair of {path!r}: {refusal}")


@functools.lru_cache(maxsize=4096)  # the advisor makes the same few repairs for every candidate
def _refusal(path: str, text: str) -> str:
    """Return why a manifest would not accept a value; empty where it does."""
    if not path.startswith("deployment."):
        return "repairs change fields below `deployment`"
    if path in fields() and fields()[path].is_derived:
        return "no manifest states it, it always follows from other fields"
    try:
        check_text(path, text)
    except ValueError as error:
        return f"{text!r}: {error}" if field_exists(path) else str(error)
    return ""


def _undecided(workload: Workload, rule: Rule, path: str) -> Undecided:
    condition = _filled(workload, rule.fits_if.get(path, ""))
    # The gravest case of a milder rule is a separate condition only where the rule names what would settle it.
    severity = rule.gravest if condition else rule.severity
    return Undecided(rule.code, rule.name, severity, path, condition)


def _filled(workload: Workload, condition: str) -> str:
    """Replace ``{guest.kernel.requires}`` by its value; a condition whose value is unknown is left out."""

    def value(match: re.Match[str]) -> str:
        return as_text(value_at(workload, match[1]))

    if "{" not in condition:
        return condition
    try:
        return re.sub(PLACEHOLDER, value, condition)
    except (Unknown, KeyError):  # the second for what is no field of the model: a label, the catalogue
        return ""


def by_stage(rules: Sequence[Rule], stage: str) -> tuple[Rule, ...]:
    """Return the rules of one stage."""
    return tuple(rule for rule in rules if rule.stage == stage)
