"""The forms in which ``vmlint check`` reports: one row for each, one module for each.

A form for machines is a module with ``report(run, about) -> Iterator[str]``; the files of its run are called by their
paths from the root of the project. One that cannot hold everything also has ``left_out(tally) -> str``, a remark on
what is missing. The two forms for people, ``text`` and ``concise``, yield lines for a screen.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vmlint.record import NamedTuple


class Format(NamedTuple):
    """A form of the report."""

    about: str
    """What it is for, in a few words."""
    streams: bool = True
    """Whether it is written while files are linted. Others wait for the end, and hold a bounded part of the run."""
    people: bool = False
    """Whether it is lines for a screen."""
    as_named: bool = False
    """Whether files are called as their user named them, as on a screen, and not by their paths from the root."""
    limited: bool = False
    """Whether its consumer takes no more than so much, so that something may be left out."""


FORMATS = {
    "text": Format("for people: each finding with its lines, and a summary", people=True),
    "concise": Format("one line for each finding, for editors", people=True),
    "json": Format("one document with everything, for programs", streams=False),
    "jsonl": Format("one JSON object a line: a head, each finding, a summary"),
    "sarif": Format("SARIF 2.1.0, for code scanning", streams=False, limited=True),
    "code-scanning": Format(
        "SARIF for GitHub, which ignores suppressions: without what is accepted", streams=False, limited=True
    ),
    "github": Format("annotations of GitHub Actions", limited=True),
    "gitlab": Format("GitLab Code Quality"),
    "junit": Format("JUnit XML, a suite for each file"),
    "checkstyle": Format("Checkstyle XML"),
    "html": Format("one page for a browser, with search and filters", streams=False, as_named=True),
    "markdown": Format("a comment on a pull request", streams=False, limited=True),
}
"""By name. See :func:`module` for where each is written."""


def module(form: str) -> Any:
    """Return the module of a form: ``vmlint.report.<name>``."""
    return import_module(f"vmlint.report.{form.replace('-', '_')}")
