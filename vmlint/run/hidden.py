"""What new words to vmlint hide: findings about a workload that it had by the words of another revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vmlint.findings.diagnostic import Accepted, own
from vmlint.run.terms import matches
from vmlint.words import listed

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.reading.subject import Subject, Then
    from vmlint.run.settings import Settings

CODE = "VM927"
SHOWN = 3
"""Words that are listed; an overlay may say very much."""
LONGEST = 80
"""Characters of one of them that are shown."""


def hidden(
    now: Iterable[Diagnostic], before: Iterable[Diagnostic], then: Then, settings: Settings
) -> Iterator[Diagnostic]:
    """Yield the findings of a workload by the words of another revision that are milder now, or are no more.

    Where these words are none, it is those that the settings allow nobody to accept.
    """
    found = {_same(each): each.severity for each in sorted(now, key=lambda each: each.severity)}
    forbidden = settings.waiver_policy.forbidden if settings.waiver_policy else ()
    for each in before:
        known = found.get(_same(each))
        is_hidden = known is None or known < each.severity
        if is_hidden and (then.revision or any(matches(each, word) for word in forbidden)):
            yield each


def without_milder(now: Iterable[Diagnostic], graver: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return findings without those of which a graver form is known."""
    known = set(map(_same, graver))
    return [each for each in now if _same(each) not in known]


def told(found: Iterable[Diagnostic], then: Then, subject: Subject) -> Iterator[Diagnostic]:
    """Yield VM927 for what is hidden and nobody accepts, at the first of the words that may hide it."""
    names = dict.fromkeys(f"{each.code} ({each.name})" for each in found if each.accepted is None)
    if not names:
        return
    what, one = listed(names), len(names) == 1
    shown = [text if len(text) <= LONGEST else f"{text[:LONGEST]}..." for text, _ in then.new[:SHOWN]]
    if len(then.new) > SHOWN:
        shown.append(f"{len(then.new) - SHOWN} more")
    said = listed(shown) if shown else "what is said to vmlint"
    place = then.new[0][1] if then.new else subject.place("name")
    if not then.revision:
        message = f"{said} would hide {what}, which the settings forbid to waive"
        help = "remove what hides it, or let the settings allow a waiver"
    elif not then.new:
        message = f"{then.revision} says more to vmlint about this workload; without it, {what} would be hidden"
        help = "whoever reviews the change decides whether it may go"
    else:
        message = f"{said} {'is' if len(then.new) == 1 else 'are'} not said in {then.revision}, and would hide {what}"
        help = f"whoever reviews the change decides whether {'it' if one else 'they'} may be hidden"
    yield own(CODE, message, place, workload=subject.workload.name, help=help)


def by_hints(
    before: Iterable[Diagnostic], now: Iterable[Diagnostic], then: Then, subject: Subject
) -> Iterator[Diagnostic]:
    """Yield the findings that are milder now, or are no more, because of what is said to vmlint: it accepts them."""
    found = {_same(each): each.severity for each in sorted(now, key=lambda each: each.severity)}
    said = listed([text for text, _ in then.new[:SHOWN]]) + (" and more" if len(then.new) > SHOWN else "")
    place = then.new[0][1] if then.new else subject.place("name")
    for each in before:
        known = found.get(_same(each))
        if known is None or known < each.severity:
            yield each._replace(accepted=Accepted("hint", said, place=place), fixes=())


def _same(found: Diagnostic) -> tuple[str, str, str]:
    return found.code, found.path, found.entry
