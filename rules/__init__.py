"""vmlint's own rules, as a plugin: a folder a section of the article, a file a rule, its cases beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib import import_module

from vmlint.api import Rule, hookimpl

_FILE = re.compile(r"vm[0-9]{3}_(?P<function>[a-z0-9_]+)\.py")
"""A rule's file is named as the rule: ``containers/vm403_container_kernel_version.py``."""


@hookimpl
def vmlint_rules() -> Iterator[Rule]:
    """Yield the rule of every file."""
    for section in sorted(entry.name for entry in os.scandir(__path__[0]) if entry.is_dir()):
        for name in sorted(os.listdir(os.path.join(__path__[0], section))):  # noqa: PTH118 - at every start
            if file := _FILE.fullmatch(name):
                try:
                    module = import_module(f"{__name__}.{section}.{name.removesuffix('.py')}")
                    yield getattr(module, file["function"])
                except Exception as error:
                    raise ImportError(f"rules/{section}/{name}: {type(error).__name__}: {error}") from error
