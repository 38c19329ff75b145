"""Waivers in ``vmlint check``: what becomes of those in the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vmlint.findings.waiver import Use
    from vmlint.run.result import Result, Run
    from vmlint.run.settings import SettingsOf


def with_waivers_judged(run: Run, settings: SettingsOf) -> Run:
    """Return a run that ends with what is to be said of the waivers in the project's settings files."""
    return run.through(partial(_with_remarks, settings=settings))


def _with_remarks(results: Iterable[Result], settings: SettingsOf) -> Iterator[Result]:
    uses: dict[str, tuple[Use, ...]] = {}
    for result in results:
        if result.uses:
            uses[result.file] = result.uses
        yield result
    if uses:
        from vmlint.run.unneeded import remarks

        yield from remarks(uses, settings, _text_of)


def _text_of(file: str) -> str:
    from vmlint.door import read_bytes
    from vmlint.findings.problem import Unreadable
    from vmlint.reading.file import File

    try:
        return File(file, read_bytes(file)).text
    except (OSError, Unreadable):  # without its lines, the place is shown all the same
        return ""
