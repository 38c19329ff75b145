"""The answer of ``vmlint suggest`` for many workloads: few platforms that serve all, and what forces another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint.advice.whole import MARGIN
from vmlint.inert import visible
from vmlint.record import NamedTuple
from vmlint.report.layout import grid, hanging, legend
from vmlint.report.screen import Line, file_name, wrap
from vmlint.report.why import pairs
from vmlint.report.wording import count, some
from vmlint.words import listed

if TYPE_CHECKING:
    from vmlint.advice.whole import Chosen, Obstacle, Whole

NAMED = 8
"""Workloads of one kind that are named on a screen."""
INDENT = 8


class Together(NamedTuple):
    """Many workloads and the answer for them."""

    names: Sequence[tuple[str, str]]
    """The file and the name of each workload, by its number."""
    different: int
    """How many of them differ."""
    found: Whole


def whole(answer: Together, columns: int, *, everything: bool = False) -> Iterator[Line]:
    """Yield the answer for a screen ``columns`` wide."""
    shown = len(answer.names) if everything else NAMED
    yield [(heading(answer), "bold")]
    yield []
    if answer.found.chosen:
        yield from ([(line, "")] for line in wrap(summary(answer), columns))
        yield []
        yield from _platforms(answer, columns, shown)
        yield from _forced(answer, columns, shown)
    yield from _unserved(answer, columns, shown)
    yield from legend(f"A platform serves a workload where {SERVES}.", columns)
    if not everything and any(len(names) > shown for names in _lists(answer)):
        yield from legend("--all names every workload; --format json and markdown do, too", columns)
    yield []


SERVES = (
    "it fits, perhaps under conditions, neither takes a risk nor emulates without need nor needs another operating"
    f" system on the host, and scores less than {MARGIN:.2f} below the best one"
)


def heading(answer: Together) -> str:
    """Return how many workloads there are: ``12 workloads in 9 files (10 different ones)``."""
    files = len({file for file, _ in answer.names})
    number = len(answer.names)
    alike = "all alike" if answer.different == 1 else f"{answer.different} different ones"
    differ = f" ({alike})" if answer.different < number else ""
    return f"{count(number, 'workload')} in {count(files, 'file')}{differ}"


def summary(answer: Together) -> str:
    """Return which platforms serve all, and how many the best of them would serve alone."""
    found = answer.found
    served = len(answer.names) - len(found.unserved)
    names = [visible(each.platform) for each in found.chosen]
    which = "all" if served == len(answer.names) else f"{served} of {len(answer.names)}"
    if len(names) == 1:
        return f"One platform serves {which}: {names[0]}."
    few = "No fewer" if found.smallest else "Perhaps fewer"
    return f"{len(names)} platforms serve {which}: {listed(names)}. {few} do. {names[0]} alone serves {found.alone}."


def ways(chosen: Chosen) -> str:
    """Return how the workloads of a platform run there, the most frequent way first."""
    number: dict[str, int] = {}
    for each in chosen.serving:
        way = f"{each.candidate.architecture} {each.candidate.mode}"
        number[way] = number.get(way, 0) + 1
    return ", ".join(sorted(number, key=lambda way: (-number[way], way)))


def obstacle(each: Obstacle) -> str:
    """Return why a platform does not serve a workload, with the rule and the demands."""
    asked = pairs(each.demands)
    return visible(" ".join(filter(None, (each.code, each.message))) + (f" ({asked})" if asked else ""))


def called(name: tuple[str, str]) -> str:
    """Return a workload by its name, or by its file."""
    file, workload = name
    return visible(workload) if workload else f"a workload of {file_name(file)}"


def homes(answer: Together) -> dict[int, str]:
    """Return the platform of each workload that is served."""
    return {each.number: chosen.platform for chosen in answer.found.chosen for each in chosen.serving}


def alike(obstacles: Sequence[Obstacle], answer: Together) -> dict[tuple[str, str], list[int]]:
    """Return the workloads by what keeps them away and by where they go instead, the most frequent first."""
    where = homes(answer)
    groups: dict[tuple[str, str], list[int]] = {}
    for each in obstacles:
        groups.setdefault((where.get(each.number, ""), obstacle(each)), []).append(each.number)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _platforms(answer: Together, columns: int, shown: int) -> Iterator[Line]:
    rows: list[Line] = [
        [(visible(each.platform), "bold"), (count(len(each.serving), "workload"), ""), (ways(each), "")]
        for each in answer.found.chosen
    ]
    for each, row in zip(answer.found.chosen, grid(rows, indent=2), strict=True):
        yield row
        certain = [one.number for one in each.serving if not one.candidate.needs]
        maybe = [one.number for one in each.serving if one.candidate.needs]
        yield from _named(answer, certain, columns, shown)
        yield from _named(answer, maybe, columns, shown, "if", "cyan")
    yield []


def _named(
    answer: Together, numbers: Sequence[int], columns: int, shown: int, sign: str = "", style: str = ""
) -> Iterator[Line]:
    if numbers:
        names = some([called(answer.names[number]) for number in numbers], shown)
        yield from hanging(names, columns, INDENT, sign, style)


def _forced(answer: Together, columns: int, shown: int) -> Iterator[Line]:
    found = answer.found
    if not found.forced:
        return
    yield [(f"what {visible(found.chosen[0].platform)} does not serve", "bold")]
    for (home, why), numbers in alike(found.forced, answer).items():
        names = some([called(answer.names[number]) for number in numbers], shown)
        yield from hanging(f"{names}: on {visible(home)}", columns, 2, hang=2)
        yield from hanging(why, columns, INDENT, "x", "red")
    yield []


def _unserved(answer: Together, columns: int, shown: int) -> Iterator[Line]:
    found = answer.found
    if not found.unserved:
        return
    yield [("what nothing serves", "bold red")]
    for (_, why), numbers in alike(found.unserved, answer).items():
        yield from hanging(some([called(answer.names[number]) for number in numbers], shown), columns, 2, hang=2)
        yield from hanging(why, columns, INDENT, "x", "red")
    yield []


def _lists(answer: Together) -> Iterator[Sequence[object]]:
    yield from (chosen.serving for chosen in answer.found.chosen)
    yield from alike((*answer.found.forced, *answer.found.unserved), answer).values()
