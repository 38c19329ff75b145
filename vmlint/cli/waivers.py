"""Waivers in ``vmlint check``: the option that shows what they accept, and what becomes of those in the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from vmlint.run.result import Run
    from vmlint.run.settings import Settings


def add_waivers(parser: ArgumentParser) -> None:
    """Add the option that shows what is accepted."""
    parser.add_argument(
        "--no-waivers", dest="waive", action="store_false", help="report what waivers accept as well, and count it"
    )


def with_waivers_judged(run: Run, settings: Settings) -> Run:
    """Return a run that ends with what is to be said of the waivers in the project's settings."""
    if not settings.waivers:
        return run
    from vmlint.run.unneeded import with_remarks

    return run.through(partial(with_remarks, waivers=settings.waivers, settings=settings, text_of=_text_of))


def _text_of(file: str) -> str:
    from vmlint.findings.problem import Unreadable
    from vmlint.reading.file import File, read_bytes

    try:
        return File(file, read_bytes(file, pipes=False)).text
    except (OSError, Unreadable):  # without its lines, the place is shown all the same
        return ""
