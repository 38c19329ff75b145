"""Importing PyYAML quickly: the regular expressions of its parser in Python are compiled when they are first used.

vmlint reads YAML through libyaml, so they hardly ever are, and compiling them takes 6 ms of every start. PyYAML imports
its parser in any case and compiles them while it is imported, so there is no other place to prevent it: while it is
imported, ``re.compile`` is another function. That one looks who calls it. To everybody but PyYAML, such as a thread
that runs meanwhile, it does what it always did.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from vmlint.patterns import Lazy


def import_yaml() -> None:
    """Import PyYAML, unless it is there already."""
    if "yaml" in sys.modules:
        return
    compile_now = re.compile

    def compile_perhaps(pattern: Any, flags: Any = 0) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001 - its official name
        return (Lazy if caller.startswith("yaml.") else compile_now)(pattern, flags)

    re.compile = compile_perhaps
    try:
        import yaml  # noqa: F401
    finally:
        re.compile = compile_now
