"""Speak the Language Server Protocol with an editor, on standard input and output.

It needs the extra `lsp`: pip install "vmlint[lsp]". docs/editors.md says how to start it in an editor.
"""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.cli.options import add_settings

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from vmlint.run.by_file import ByFile


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_settings(parser)
    parser.add_argument("--stdio", action="store_true", help="accepted for editors that add it: there is no other way")


def run(options: Namespace) -> int:
    """Serve until the editor leaves."""
    if find_spec("pygls") is None:
        raise UsageError('the language server needs the extra `lsp`: pip install "vmlint[lsp]"')
    from vmlint.cli.resolve import by_file, installed, usage
    from vmlint.lsp.features import register
    from vmlint.lsp.server import Server, serve
    from vmlint.lsp.settings import ProjectSettings

    plugins = installed()
    day: date | None = options.today
    with usage(plugins):
        by_file(options, plugins)  # what is wrong with the options; a fault of the project's files shows in the editor

    def settings(today: date) -> ByFile:
        options.today = today
        return by_file(options, plugins)

    server = Server(ProjectSettings(settings, lambda: day or date.today()))
    register(server)
    return serve(server)
