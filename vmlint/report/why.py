"""Why the first answer of ``vmlint suggest`` is first, and what would put another one there, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vmlint.inert import visible
from vmlint.report.layout import hanging
from vmlint.report.screen import Line

if TYPE_CHECKING:
    from vmlint.advice.hinges import Hinge, Hinges
    from vmlint.advice.lead import Difference, Lead
    from vmlint.findings.verdict import Candidate
    from vmlint.report.advised import Why

DIFFERENCES = 3
"""How many are told on each side; the weightiest come first."""
INDENT = 8
EQUAL = 0.005
"""A margin below this is not seen in two decimals."""


def why(found: Why, columns: int) -> Iterator[Line]:
    """Yield it for a screen ``columns`` wide."""
    yield [("why this order", "bold")]
    yield from hanging(order(found.lead), columns, 2)
    for sign, style, text in differences(found.lead):
        yield from hanging(text, columns, INDENT, sign, style)
    yield from hanging(hangs_on(found.hinges), columns, 2)
    for hinge in found.hinges.found:
        yield from hanging(hinged(hinge), columns, INDENT)
    yield []


def order(lead: Lead) -> str:
    """Return which comes before which, and what decided."""
    first, other = lead.first, lead.other
    if other is None:
        return f"{way(first)} is the only platform that fits."
    what = f"{way(first)} comes before {way(other)}"
    if lead.by == "score":
        return f"{what}: it scores {first.score:.2f}, and that one {other.score:.2f}."
    scores = f"both score {first.score:.2f}" if abs(lead.margin) < EQUAL else f"{first.score:.2f} and {other.score:.2f}"
    return f"{what} ({scores}): {lead.by}."


def differences(lead: Lead) -> Iterator[tuple[str, str, str]]:
    """Yield what speaks for the first and against it, compared with the other: a sign, its style, a sentence."""
    other = visible(lead.other.platform) if lead.other else ""
    for sign, style, found in (("+", "green", lead.better), ("-", "yellow", lead.worse)):
        yield from ((sign, style, compared(each, visible(lead.first.platform), other)) for each in found[:DIFFERENCES])


def compared(each: Difference, first: str, other: str) -> str:
    """Return one difference, with the demands that give it weight: ``backup (environment production): …``."""
    if not each.column:
        return visible(f"{first} {each.first}" if each.first else f"{other} {each.other}")
    asked = pairs(each.demands)
    return visible(f"{each.label}{f' ({asked})' if asked else ''}: {each.first}; {other}: {each.other}")


def hangs_on(hinges: Hinges) -> str:
    """Return what stands above the demands and facts on which the order hangs."""
    if not hinges.found:
        return f"None of {hinges.tried} other demands and facts that were tried puts another one first."
    return "Another one comes first"


def hinged(hinge: Hinge) -> str:
    """Return one change, and what comes first then: ``without startup 1s: kubernetes container runc, 0.90``."""
    then = f"{way(hinge.first)}, {hinge.first.score:.2f}" if hinge.first else "nothing fits"
    return f"{change(hinge)}: {then}"


def change(hinge: Hinge) -> str:
    """Return the change of a demand or a fact: ``with startup 1s``, ``without startup 1s``."""
    name = short(hinge.path)
    if not hinge.instead:
        return visible(f"without {name} {hinge.value}")
    return visible(f"with {name} {hinge.instead}" + (f" in place of {hinge.value}" if hinge.value else ""))


def way(candidate: Candidate) -> str:
    """Return a platform with its architecture and mode."""
    return f"{visible(candidate.platform)} ({candidate.architecture}, {candidate.mode})"


def pairs(stated: Iterable[tuple[str, str]]) -> str:
    """Return fields with their values, as a sentence lists them."""
    return ", ".join(f"{short(path)} {value}" for path, value in stated)


def short(path: str) -> str:
    """Return the path of a field as tables write it."""
    return path.removeprefix("requirements.").removesuffix(".id")
