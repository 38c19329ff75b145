"""Reading ``--format`` and ``--output``: the forms of the report, and where each goes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.inert import visible
from vmlint.project.root import BASELINE
from vmlint.report.formats import FORMATS
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.run.settings import SettingsOf

STDOUT = "-"
SETTINGS = ".toml"
OWN_FILES = (BASELINE, ".gitignore", "CODEOWNERS")
"""Other files of a project that vmlint reads."""
Asked = tuple[str, str]
"""A form of the report and a file, which is empty for standard output."""


def read(form: str | None, words: Iterable[str], linted: Iterable[str]) -> list[Asked]:
    """Return the reports that ``--format`` and each ``--output`` ask for, the one to standard output first.

    Raises :class:`~vmlint.cli.UsageError`, also for a report that would replace one of the ``linted`` files.
    """
    asked = [(_known(form, "--format"), "")] if form is not None else []
    asked += map(_output, words)
    sources = {_place(name) for name in linted if os.path.isfile(name)}  # noqa: PTH113 - as below
    places: dict[object, str] = {}
    for each, file in asked:
        place = _place(file)
        if place in places:
            raise UsageError(f"{places[place]} and {each} both go to {shown(file)}; name a file for each")
        if place in sources:
            raise UsageError(f"--output {each}:{shown(file)} would replace a file that is linted; name another one")
        places[place] = each
    return sorted(asked, key=lambda each: bool(each[1]))


def refuse_replacing(files: Iterable[str], settings: SettingsOf) -> None:
    """Raise :class:`~vmlint.cli.UsageError` for a report to a file that vmlint reads: a specification, settings."""
    for file in files:
        if os.path.isfile(file) and (what := _read_as(file, settings)):  # noqa: PTH113 - as below
            raise UsageError(f"--output {shown(file)} would replace {what}; name another file")


def _read_as(file: str, settings: SettingsOf) -> str:
    if file.lower().endswith(SETTINGS) or os.path.basename(file) in OWN_FILES:  # noqa: PTH119 - as below
        return "a file of settings"
    from vmlint.run.runner import read

    return "a file that is linted" if read([file], settings, search=False).files[0].recognised else ""


def shown(file: str) -> str:
    """Return where a report goes, for a message."""
    return visible(file) if file else "standard output"


def _output(word: str) -> Asked:
    form, colon, file = word.partition(":")
    ending = word.rpartition(".")[2].lower()
    if form not in FORMATS and ending != word.lower():
        meant = ending if ending in FORMATS else "text"
        raise UsageError(f"--output {visible(word)} names no format; did you mean `{meant}:{visible(file or word)}`?")
    _known(form, "--output")
    if colon and not file:
        raise UsageError(f"--output {word} names no file; write {form}:FILE, or {form} alone for standard output")
    return form, "" if file == STDOUT else file


def _known(form: str, option: str) -> str:
    if form not in FORMATS:
        hint = did_you_mean(nearest(form, FORMATS), f"the formats are {', '.join(FORMATS)}")
        raise UsageError(f"{option}: there is no format {visible(form)!r}; {hint}")
    return form


def _place(file: str) -> object:
    """Return what is the same for two names of one file."""
    if not file:
        return STDOUT
    try:
        found = os.stat(file)  # noqa: PTH116 - a name of the command line, which may hold anything
    except (OSError, ValueError):
        return os.path.normcase(os.path.realpath(file)) if "\0" not in file else file
    return found.st_dev, found.st_ino
