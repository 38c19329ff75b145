"""What is to be said of the waivers in the project's settings: known only when all files have passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from vmlint.run.result import Result

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.place import Place
    from vmlint.findings.waiver import Waiver
    from vmlint.run.settings import Settings

_WEIGHTS = ("unused", "unknown", "missed", "used")
"""What counts where files differ: a waiver that one of them needs is needed."""

UNDER_ITS_PATHS = "under its paths that no other waiver accepts"


def with_remarks(
    results: Iterable[Result], waivers: Iterable[Waiver], settings: Settings, text_of: Callable[[str], str]
) -> Iterator[Result]:
    """Yield the results, and after them one for each file of settings of whose waivers there is something to say.

    A waiver that covers none of the files is left alone. ``text_of`` returns the text of a file of settings, for code
    frames; empty where there is none to show.
    """
    states: dict[tuple[Place, int], str] = {}
    for result in results:
        for use in result.uses:
            key = use.place, use.number
            states[key] = max(use.state, states.get(key, use.state), key=_WEIGHTS.index)
        yield result
    if not states:
        return
    covering = [waiver for waiver in waivers if (waiver.place, 0) in states]
    for file, found in _by_file(_remarks(covering, states, settings)).items():
        lines = {file: dict(enumerate(text_of(file).splitlines(), 1))}
        yield Result(file, recognised=True, diagnostics=tuple(found), lines=_shown(lines, found), beside=True)


def _remarks(
    waivers: Iterable[Waiver], states: Mapping[tuple[Place, int], str], settings: Settings
) -> Iterator[Diagnostic]:
    from vmlint.run.terms import Dictionary
    from vmlint.run.waiver_remarks import remarks_on

    dictionary = Dictionary(settings)
    for waiver in waivers:
        meaning = dictionary.meaning(waiver)
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
