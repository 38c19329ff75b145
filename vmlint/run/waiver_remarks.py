"""What is to be said of a waiver once its file was checked: it is unused, it has run out, or it will soon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.diagnostic import Diagnostic, own
from vmlint.findings.fix import Edit, Fix
from vmlint.findings.place import Place
from vmlint.findings.waiver import WaiverPolicy
from vmlint.model.features import FEATURE_ID
from vmlint.run.terms import Term, names
from vmlint.words import did_you_mean, listed

if TYPE_CHECKING:
    from datetime import date

    from vmlint.findings.waiver import Waiver
    from vmlint.run.settings import Settings


def remarks_on(
    waiver: Waiver,
    states: Mapping[Term, str],
    until: date | None,
    settings: Settings,
    beaten: Mapping[Term, Term],
    where: str = "",
) -> Iterator[Diagnostic]:
    """Yield what is to be said of a waiver (VM922, VM924, VM925).

    ``states`` are those of :class:`~vmlint.findings.waiver.Use`; ``beaten`` tells which other one accepts the same;
    ``where`` says where it counts, in words, if that is not where it stands.
    """
    used, missed, unused = (
        [term for term, state in states.items() if state == wanted] for wanted in ("used", "missed", "unused")
    )
    if missed:
        yield _expired(waiver, missed)
    if used and until is not None:
        left = (until - settings.context.today).days
        if left <= (settings.waiver_policy or WaiverPolicy()).soon:
            yield _soon(waiver, used, left)
    if unused:
        yield _unused(waiver, unused, beaten, where or _where(waiver), settings)


def new_waiver(term: Term, until: str, settings: Settings) -> Diagnostic:
    """Say that a waiver is not in the revision whose waivers count, or counts there ``until`` an earlier day."""
    waiver, revision = term.waiver, settings.grants.revision if settings.grants else ""
    place = waiver.words[term.number] if waiver.words else waiver.place
    if until:
        here = f"until {waiver.until}" if waiver.until else "without a last day"
        message = f"this waiver of {names([term])} counts {here}, and in {revision} until {until}"
        return own("VM926", message, place, help="whoever reviews the change decides whether it may count longer")
    message = f"this waiver of {names([term])} is not in {revision}, and accepts nothing before it is"
    return own("VM926", message, place, help="whoever reviews the change decides whether it may be accepted")


def _expired(waiver: Waiver, terms: Sequence[Term]) -> Diagnostic:
    message = f"the waiver of {names(terms)} ran out on {waiver.until}, and what it accepted is still found"
    return own("VM924", message, waiver.place, help="mend it, or decide anew how long it is accepted")


def _soon(waiver: Waiver, terms: Sequence[Term], left: int) -> Diagnostic:
    days = "today" if not left else f"in {left} day{'' if left == 1 else 's'}, on {waiver.until}"
    return own("VM925", f"the waiver of {names(terms)} runs out {days}", waiver.place)


def _unused(
    waiver: Waiver, terms: Sequence[Term], beaten: Mapping[Term, Term], where: str, settings: Settings
) -> Diagnostic:
    reasons = [*_reasons(waiver, terms, beaten, where), *_no_features(terms, settings)]
    place, fix = waiver.place, _removal(waiver, terms)
    if len(terms) == len(waiver.rules):
        what, help = "this waiver", "remove it"
    else:
        what, help = "part of this waiver", f"remove {names(terms)} from it"
        if waiver.words:
            place = waiver.words[terms[0].number]
    found = own("VM922", f"{what} accepts nothing: {'; '.join(reasons)}", place, help=help)
    return found._replace(fixes=(fix,) if fix else ())


def _reasons(waiver: Waiver, terms: Sequence[Term], beaten: Mapping[Term, Term], where: str) -> Iterator[str]:
    idle = [term for term in terms if term not in beaten]
    if idle:
        yield f"{names(idle)} {'finds' if _one(idle) else 'find'} nothing {where}"
    others: dict[Place, list[Term]] = {}
    for term in terms:
        if term in beaten:
            others.setdefault(beaten[term].waiver.place, []).append(term)
    for place, same in others.items():
        where = f"line {place.line}" if place.file == waiver.place.file else f"{place.file}:{place.line}"
        yield f"what {names(same)} {'finds' if _one(same) else 'find'} is accepted by the waiver in {where}"


def _no_features(terms: Sequence[Term], settings: Settings) -> Iterator[str]:
    """Yield which entries are meant as features that there are not, each with the one that was probably meant."""
    of_features = {rule.code for rule in settings.every if rule.layers}
    features = settings.context.catalog.features
    for entry in dict.fromkeys(term.entry for term in terms if term.entry and term.code in of_features):
        if re.fullmatch(FEATURE_ID, entry) and not features.is_known(entry):
            yield f"there is no feature {entry}" + (
                f"; {did_you_mean(near)}" if (near := features.nearest(entry)) else ""
            )


def _one(terms: Sequence[Term]) -> bool:
    return len({(term.code, term.entry) for term in terms}) == 1


def _where(waiver: Waiver) -> str:
    """Return where a waiver counts, in words."""
    if waiver.lines:
        return f"in line {waiver.lines[-1]}"
    inside = [f"workload {waiver.workload}"] if waiver.workload else []
    inside += [waiver.field] if waiver.field else []
    whole = {"workload": "this workload", "file": "this file"}
    return f"in {listed(inside)}" if inside else f"in {whole.get(waiver.scope, 'it')}"


def _removal(waiver: Waiver, terms: Sequence[Term]) -> Fix | None:
    """Return the edit that removes a waiver, or some of its rules; ``None`` where it cannot be made safely."""
    gone = {term.number for term in terms}
    if len(gone) == len(waiver.rules):
        return Fix("remove the waiver", (Edit(waiver.whole, ""),), safe=True) if waiver.whole else None
    if not waiver.words:
        return None
    first, last = waiver.words[0], waiver.words[-1]
    within = Place(first.file, first.line, first.column, last.line, last.end_column)
    kept = ", ".join(rule for number, rule in enumerate(waiver.rules) if number not in gone)
    return Fix(f"remove {names(terms)} from the waiver", (Edit(within, kept),), safe=True)
