"""The hooks through which rules and catalogue data come in (pluggy project ``vmlint``).

A plugin is any importable module or package named in the entry-point group ``vmlint``, as vmlint's own rules are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vmlint.lint.rule import Rule
    from vmlint.reading.reader import Reader

PROJECT = "vmlint"
HOOKS = ("vmlint_rules", "vmlint_catalog", "vmlint_readers")


def hookimpl(function: Any = None, **options: Any) -> Any:
    """Mark a function as one of a plugin's hooks, as ``pluggy.HookimplMarker("vmlint")`` does; it takes its options.

    Without options, pluggy is not imported, which takes 7 ms of every start.
    """
    if function is None or options:
        from pluggy import HookimplMarker

        return HookimplMarker(PROJECT)(function, **options)
    function.vmlint_impl = {}  # pluggy fills in what each option is by default
    return function


def vmlint_rules() -> Iterable[Rule]:  # type: ignore[empty-body]
    """Return the plugin's rules, as :func:`vmlint.api.rule` makes them."""


def vmlint_catalog() -> Iterable[Path]:  # type: ignore[empty-body]
    """Return folders that add to the catalogue by the files in their folders, which are named as vmlint's own.

    These are ``platforms/<id>.yaml``, ``guests/<family>.yaml``, ``software/<topic>.yaml``, ``features/<layer>.yaml``
    and ``offers/<who>.yaml``. Documents of kind Platform, Guest, Software and Feature beside the folders (``*.yaml``)
    may change entries of the catalogue.
    """


def vmlint_readers() -> Iterable[Reader]:  # type: ignore[empty-body]
    """Return the plugin's readers of other tools' files, as :class:`vmlint.api.Reader` describes them."""
