"""vmlint's own rules, as a plugin: a folder a section of the article, a file a rule, its cases beside it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from vmlint.api import Rule, hookimpl

FOLDER = Path(__file__).parent
FILES = "*/vm[0-9][0-9][0-9]_*.py"
"""A rule's file is named as the rule: ``containers/vm403_container_kernel_version.py``."""


@hookimpl
def vmlint_rules() -> Iterator[Rule]:
    """Yield the rule of every file."""
    for file in sorted(FOLDER.glob(FILES)):
        module = import_module(f"{__name__}.{file.parent.name}.{file.stem}")
        name = file.stem.partition("_")[2]  # as the function is called
        yield getattr(module, name)
