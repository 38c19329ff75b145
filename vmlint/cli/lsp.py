"""Speak the Language Server Protocol with an editor, on standard input and output.

It needs the extra `lsp`: pip install "vmlint[lsp]". docs/language-server.md says how to start it in an editor.
"""

from __future__ import annotations

import os
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.options import add_today

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from vmlint.extend.plugins import Installed
    from vmlint.run.settings import Settings


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_today(parser)
    parser.add_argument("--stdio", action="store_true", help="accepted for editors that add it: there is no other way")


def run(options: Namespace) -> int:
    """Serve until the editor leaves."""
    if find_spec("pygls") is None:
        raise UsageError('the language server needs the extra `lsp`: pip install "vmlint[lsp]"')
    from vmlint.cli.resolve import installed
    from vmlint.lsp.features import register
    from vmlint.lsp.server import Server, serve

    plugins = installed()
    day: date | None = options.today
    server = Server(partial(_settings, plugins), lambda: day or date.today())
    register(server)
    return serve(server)


def _settings(plugins: Installed, file: Path, today: date, known: dict[str, Settings]) -> Settings:
    """Return what holds for a file: one object for all files of a project, so that what was found is remembered.

    Raises ``ValueError`` with a sentence.
    """
    from argparse import Namespace

    from vmlint.cli.resolve import settings_for
    from vmlint.project.config import read

    folder = file.parent if file.is_absolute() else Path.cwd()
    config = read(folder)
    named = os.path.normpath(folder / config.file) if config.file else None
    key = named or ""
    if key not in known:
        options = Namespace(select=[], ignore=[], profile=None, config=named, catalog=[], host=None, today=today)
        try:
            known[key] = settings_for(options, plugins)
        except UsageError as error:
            raise ValueError(str(error)) from None
    return known[key]
