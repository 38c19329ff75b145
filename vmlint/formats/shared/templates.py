"""Templates: files that another tool fills in first, and which are skipped until then."""

from __future__ import annotations

from vmlint.api import Skipped

MARKS = r"\{\{|\{%|<%"
"""Pattern of the marks of Jinja, Go's templates, Liquid and ERB."""
NAMES = r"@[A-Z][A-Z0-9_]*@"
"""Pattern of names that Autoconf, CMake and Meson replace."""
VARIABLES = r"\$\{"
"""Pattern of variables, in formats without variables."""


def template(which: str) -> Skipped:
    """Build the reason why a template is skipped."""
    return Skipped(f"a template {which}: lint what it renders to")
