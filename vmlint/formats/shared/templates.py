"""Templates: files that another tool fills in first, and which are skipped until then."""

from __future__ import annotations

from vmlint.api import Skipped

MARKS = r"\{\{|\{%|<%"
"""Pattern of what Jinja, Go's templates, Liquid and ERB put around what is filled in."""
NAMES = r"@[A-Z][A-Z0-9_]*@"
"""Pattern of names that Autoconf, CMake and Meson replace."""
VARIABLES = r"\$\{"
"""Pattern of variables, in formats that have none of their own."""


def template(which: str) -> Skipped:
    """Build the reason why a template is skipped."""
    return Skipped(f"a template {which}: lint what it renders to")
