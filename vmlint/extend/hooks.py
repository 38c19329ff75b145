"""The hooks through which rules and catalogue data come in (pluggy project ``vmlint``).

A plugin is any importable module or package named in the entry-point group ``vmlint``, as vmlint's own rules are.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pluggy

from vmlint.lint.rule import Rule
from vmlint.reading.reader import Reader

hookspec = pluggy.HookspecMarker("vmlint")
hookimpl = pluggy.HookimplMarker("vmlint")


@hookspec
def vmlint_rules() -> Iterable[Rule]:  # type: ignore[empty-body]
    """Return the plugin's rules, as :func:`vmlint.api.rule` makes them."""


@hookspec
def vmlint_catalog() -> Iterable[Path]:  # type: ignore[empty-body]
    """Return folders with ``platforms/<id>.yaml`` and ``guests/<family>.yaml`` that add to the catalogue.

    Documents of kind Platform and Guest beside them (``*.yaml``) may change entries of the catalogue.
    """


@hookspec
def vmlint_readers() -> Iterable[Reader]:  # type: ignore[empty-body]
    """Return the plugin's readers of other tools' files, as :class:`vmlint.api.Reader` describes them."""
