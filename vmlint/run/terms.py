"""What the waivers of a run mean: each rule that one names, and whether it may be accepted by this waiver at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES, can_be_accepted, may_be_of_a_plugin
from vmlint.findings.diagnostic import Diagnostic, own
from vmlint.findings.severity import Severity
from vmlint.findings.waiver import WaiverPolicy
from vmlint.reading.waiver_forms import day, split
from vmlint.record import NamedTuple
from vmlint.words import did_you_mean, listed, nearest

if TYPE_CHECKING:
    from vmlint.findings.place import Place
    from vmlint.findings.waiver import Waiver
    from vmlint.lint.rule import Coded
    from vmlint.run.settings import Settings

BAD = "VM923"
USUAL_DAYS = 90
"""Days from today to the last day that is proposed where the settings name no limit."""


class Term(NamedTuple):
    """One rule of a waiver that may be accepted by it."""

    waiver: Waiver
    number: int
    """Which of the waiver's rules."""
    code: str
    entry: str
    """The entry of a list that it is limited to; empty for any."""

    def covers(self, found: Diagnostic) -> bool:
        """Whether it covers a finding, where the waiver counts for the finding's workload."""
        waiver, place = self.waiver, found.place
        if found.code != self.code or self.entry not in ("", found.entry):
            return False
        if waiver.lines and place.file != waiver.place.file:
            return False
        if waiver.lines and not any(place.line <= line <= last_line(place) for line in waiver.lines):
            return False
        if waiver.workload and waiver.workload != found.workload:
            return False
        return not waiver.field or f"{found.path}.".startswith(f"{waiver.field}.")


class Meaning(NamedTuple):
    """What a waiver means."""

    terms: tuple[Term, ...]
    """What it accepts, without what it may not accept."""
    until: date | None
    """Its last day; ``None`` where it has none."""
    faults: tuple[Diagnostic, ...]
    """What is wrong with it (VM923)."""


def last_line(place: Place) -> int:
    """Return the last line of which a place holds anything."""
    return place.end_line - 1 if place.end_column == 1 and place.end_line > place.line else place.end_line


class Dictionary:
    """Knows what waivers may name in a run."""

    def __init__(self, settings: Settings) -> None:
        self._policy = settings.waiver_policy or WaiverPolicy()
        self._today = settings.context.today
        every: tuple[Coded, ...] = (*settings.every, *settings.judges, *settings.rules, *CODES.values())
        self._knows_rules = len(every) > len(CODES)  # a command that asks no rule may not know them
        self._rules: Mapping[str, Coded] = {word: rule for rule in every for word in (rule.code, rule.name)}

    def meaning(self, waiver: Waiver) -> Meaning:
        """Return what a waiver means. One that breaks the policy, or whose date is none, accepts nothing."""
        until, faults = None, [*self._against_policy(waiver)]
        if waiver.until:
            try:
                until = day(waiver.until)
            except ValueError as error:
                faults.append(own(BAD, f"`until`: {error}", waiver.place))
        if until is not None and (fault := self._too_far(waiver, until)):
            faults.append(fault)
        if waiver.field and (problem := _no_field(waiver.field)):
            faults.append(own(BAD, problem, waiver.place))
        is_bad = bool(faults)
        read = [self._term(waiver, number, word) for number, word in enumerate(waiver.rules)]
        terms = tuple(each for each in read if isinstance(each, Term))
        faults += (each for each in read if isinstance(each, Diagnostic))
        return Meaning(() if is_bad else terms, until, tuple(faults))

    def _term(self, waiver: Waiver, number: int, word: str) -> Term | Diagnostic:
        name, entry = split(word)
        place = waiver.words[number] if waiver.words else waiver.place
        rule = self._rules.get(name.upper()) or self._rules.get(name)
        if rule is None:
            silent = not self._knows_rules or may_be_of_a_plugin(name, self._rules)
            return Term(waiver, number, name, entry) if silent else self._unknown(name, place)
        if not can_be_accepted(rule.code):
            own_code = CODES.get(rule.code)
            why = "it is about what is accepted" if own_code else "nothing is left to choose"
            if own_code and own_code.severity is Severity.ERROR:
                why = "it marks what could not be checked"
            return own(BAD, f"{rule.code} ({rule.name}) cannot be waived: {why}", place)
        if forbidding := next((each for each in self._policy.forbidden if matches(rule, each)), None):
            settings = "the settings forbid it" + ("" if forbidding == name else f" ({forbidding})")
            return own(BAD, f"{rule.code} ({rule.name}) cannot be waived: {settings}", place)
        return Term(waiver, number, rule.code, entry)

    def _unknown(self, name: str, place: Place) -> Diagnostic:
        from vmlint.findings.tombstones import TOMBSTONES

        gone = TOMBSTONES.get(name.upper())
        if gone is not None:
            write = f"write {listed(gone.see, 'or')}" if gone.see else ""
            return own(BAD, f"{name.upper()} is no rule: {gone.reason}", place, help=write)
        if name.upper() == "ALL" or any(word.startswith(name.upper()) for word in self._rules):
            return own(BAD, f"`{name}` stands for several rules: a waiver names each", place)
        known = {word.lower(): word for word, rule in self._rules.items() if can_be_accepted(rule.code)}
        near = nearest(name, known)
        help = did_you_mean(known[near] if near else None, "`vmlint rules` lists the rules")
        return own(BAD, f"no rule has the code or name `{name}`", place, help=help)

    def _against_policy(self, waiver: Waiver) -> Iterator[Diagnostic]:
        policy = self._policy
        if policy.reason and not waiver.reason:
            yield own(BAD, "the settings demand a reason of each waiver", waiver.place, help=_form(waiver))
        if policy.until and not waiver.until:
            help = _form(waiver, str(self._after(policy.longest or USUAL_DAYS)))
            yield own(BAD, "the settings demand a last day of each waiver", waiver.place, help=help)

    def _after(self, days: int) -> date:
        return date.fromordinal(min(self._today.toordinal() + days, date.max.toordinal()))

    def _too_far(self, waiver: Waiver, until: date) -> Diagnostic | None:
        longest = self._policy.longest
        if not longest or (until - self._today).days <= longest:
            return None
        latest = f"the last day may be {self._after(longest)} at most"
        return own(BAD, f"{until} is too far away: the settings allow {longest} days", waiver.place, help=latest)


def matches(rule: Coded | Diagnostic, word: str) -> bool:
    """Whether a rule, or that of a finding, is named by its name, its code or a prefix of that."""
    return word == rule.name or rule.code.startswith(word.upper())


def names(terms: Sequence[Term]) -> str:
    """Return the rules of some terms in words, each with its entry."""
    shown = (f"{term.code}:{term.entry}" if term.entry else term.code for term in terms)
    return listed(dict.fromkeys(shown))


def _form(waiver: Waiver, until: str = "") -> str:
    """Return how to complete a waiver."""
    last = f" until {until}" if until else ""
    return f"write it behind the rules: [{', '.join(waiver.rules)}] {waiver.reason or 'why it is accepted'}{last}"


def _no_field(path: str) -> str:
    """Return why a path is no field; empty where it is one, or a block of them."""
    from vmlint.model.paths import field_exists, no_such_field

    if path.partition(".")[0] in ("name", "labels", "metadata") or field_exists(path):
        return ""
    return f"`field`: {no_such_field(path)}"


def sorted_by_width(terms: Iterable[Term]) -> list[Term]:
    """Return terms, the narrowest first: of those that cover a finding, the first is used."""
    return sorted(terms, key=_width)


_SCOPES = ("line", "workload", "file")


def _width(term: Term) -> tuple[int, bool, bool, bool]:
    waiver = term.waiver
    return _SCOPES.index(waiver.scope), not waiver.workload, not waiver.field, not term.entry
