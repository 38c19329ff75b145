"""What is to be said of the waivers in the project's settings: known only when all files have passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from vmlint.run.result import Result
from vmlint.run.secrets import masked

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.place import Place
    from vmlint.findings.waiver import Use, Waiver
    from vmlint.run.settings import Settings, SettingsOf

_WEIGHTS = ("unused", "unknown", "missed", "used")
"""What counts where files differ: a waiver that one of them needs is needed."""

UNDER_ITS_PATHS = "under its paths that no other waiver accepts"


def remarks(uses: Mapping[str, Iterable[Use]], settings: SettingsOf, text_of: Callable[[str], str]) -> Iterator[Result]:
    """Yield a result for each file of settings of whose waivers there is something to say.

    ``uses`` tells of each linted file what became of the waivers that cover it. A waiver that covers none of the files
    is left alone. ``text_of`` returns the text of a file of settings, for code frames; empty where there is none to
    show.
    """
    states: dict[tuple[Place, int], str] = {}
    covering: dict[Place, tuple[Waiver, Settings]] = {}
    for file, every in uses.items():
        for use in every:
            key = use.place, use.number
            states[key] = max(use.state, states.get(key, use.state), key=_WEIGHTS.index)
        held = settings(file)
        covering |= {waiver.place: (waiver, held) for waiver in held.waivers if (waiver.place, 0) in states}
    said = (each for waiver, held in covering.values() for each in _remarks(waiver, states, held))
    for file, found in sorted(_by_file(said).items()):
        lines = {file: dict(enumerate(masked(text_of(file)).lines, 1))}
        yield Result(file, recognised=True, diagnostics=tuple(found), lines=_shown(lines, found), beside=True)


def _remarks(waiver: Waiver, states: Mapping[tuple[Place, int], str], settings: Settings) -> Iterator[Diagnostic]:
    from vmlint.run.terms import Dictionary
    from vmlint.run.waiver_remarks import remarks_on

    meaning = Dictionary(settings).meaning(waiver)
    yield from meaning.faults
    judged = {term: states[waiver.place, term.number] for term in meaning.terms}
    yield from remarks_on(waiver, judged, meaning.until, settings, {}, UNDER_ITS_PATHS)


def _by_file(found: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    files: dict[str, list[Diagnostic]] = {}
    for each in found:
        files.setdefault(each.place.file, []).append(each)
    return files


def _shown(lines: Mapping[str, Mapping[int, str]], found: Iterable[Diagnostic]) -> dict[str, dict[int, str]]:
    """Return the lines that code frames of some findings show."""
    wanted = {number for each in found for number in range(each.place.line, each.place.end_line + 2)}
    kept = {file: {number: text for number, text in of.items() if number in wanted} for file, of in lines.items()}
    return {file: of for file, of in kept.items() if of}
