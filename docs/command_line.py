"""The files of the command line that are installed outside the package: a man page, and completion for shells.

All of them come from the arguments that the commands declare in ``vmlint/cli/``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import shtab

from vmlint import __version__
from vmlint.catalog import Catalog
from vmlint.cli import COMMANDS
from vmlint.extend.plugins import load
from vmlint.project.given import variable
from vmlint.project.setting import SAID
from vmlint.reading.schemas import schema_folder
from vmlint.report.formats import FORMATS

COMPLETIONS = {
    "bash": "../share/bash-completion/completions/vmlint",
    "zsh": "../share/zsh/site-functions/_vmlint",
    "fish": "../share/fish/vendor_completions.d/vmlint.fish",
}
"""Shell -> where its completion file stands, below ``docs/``; it is installed below the same path of the system."""
CONSTRAINTS = Path(__file__).parent.parent / "constraints.txt"
MAN_PAGE = "../share/man/man1/vmlint.1"
FOLDERS, FILES = {"DIR", "FOLDER"}, {"FILE", "PATH"}
"""Words for values that are completed as names of folders, and of files."""


def pages() -> dict[str, str]:
    """Return the text of every file by its path below this folder.

    What shtab writes depends on its version, so completion is left alone where another one is installed than is pinned.
    """
    pinned = re.search(r"^shtab==(.+)$", CONSTRAINTS.read_text("utf-8"), re.M)
    shells = COMPLETIONS if pinned and pinned[1] == shtab.__version__ else {}
    return {MAN_PAGE: man_page(), **{path: completion(shell) for shell, path in shells.items()}}


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return a parser for each command, as the command declares its arguments."""
    found = {}
    for name in COMMANDS:
        module = import_module(f"vmlint.cli.{name}")
        parser = argparse.ArgumentParser(f"vmlint {name}", description=module.__doc__)
        module.add_arguments(parser)
        found[name] = parser
    return found


def options() -> dict[str, set[str]]:
    """Return the options of each command, with those of what stands below it."""
    return {name: set(_options(parser)) for name, parser in parsers().items()}


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in _actions(parser):
        yield from action.option_strings
        for inner in _subparsers(action).values():
            yield from _options(inner)


# Completion


def completion(shell: str) -> str:
    """Return the completion file of a shell, written by shtab."""
    whole = argparse.ArgumentParser("vmlint", description="")
    whole.add_argument("--version", action="version", version="", help="show the version")
    commands = whole.add_subparsers(dest="command")
    known = _known()
    for name, about in COMMANDS.items():
        module = import_module(f"vmlint.cli.{name}")
        parser = commands.add_parser(name, help=about, description=about)
        module.add_arguments(parser)
        _say_what_completes(parser, known)
    return shtab.complete(whole, shell)


def _known() -> dict[tuple[str, str], list[str]]:
    """Return the words that values are completed to, by the command and the word for the value."""
    codes = sorted(rule.code for rule in load().rules)
    return {
        ("vmlint check", "PLATFORM[@VERSION]"): list(Catalog().platforms),
        ("vmlint check", "FORMAT"): list(FORMATS),
        ("vmlint check", "FORMAT[:FILE]"): list(FORMATS),
        ("vmlint check", "RULES"): codes,
        ("vmlint rules", "RULES"): codes,
        ("vmlint explain", "RULE|FEATURE|IMAGE|TEXT"): [*codes, *_features()],
        ("vmlint schema", "NAME"): sorted(file.stem for file in schema_folder().glob("*.json")),
    }


def _features() -> list[str]:
    return sorted(feature.id for feature in Catalog().features if not feature.id.endswith("*"))


def _say_what_completes(parser: argparse.ArgumentParser, known: Mapping[tuple[str, str], list[str]]) -> None:
    """Tell shtab which values are names of files or folders, and which are listed elsewhere."""
    for action in _actions(parser):
        for inner in _subparsers(action).values():
            _say_what_completes(inner, known)
        metavar = str(action.metavar or "")
        words = set(re.split(r"\W+", metavar))
        if (parser.prog, metavar) in known:
            action.choices = known[parser.prog, metavar]
        elif words & FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif words & FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse has no other door


def _subparsers(action: argparse.Action) -> dict[str, argparse.ArgumentParser]:
    return dict(action.choices or {}) if action.nargs == argparse.PARSER else {}


# The man page

STATUS = {
    "0": "nothing at or above the threshold",
    "1": "findings, or a file that could not be read",
    "2": "usage, or a fault in the configuration",
    "3": "nothing was linted",
    "4": "vmlint, a rule or a plugin failed internally",
}
VARIABLES = {
    **{variable(key): f"says the key {key} of the settings, over every settings file" for key in SAID},
    "VMLINT_CONFIG": "a settings file for all files, as with --config",
    "NO_COLOR": "no colour, whatever the terminal",
    "FORCE_COLOR": "colour, also in a pipe",
    "COLUMNS": "the width of a screen",
    "VMLINT_NO_CACHE": "keep no results, and use none",
    "VMLINT_DEBUG": "show where an internal error happened",
    "XDG_CACHE_HOME": "the folder that holds the results that are kept",
}


def man_page() -> str:
    """Return the man page, in the macros of man(7)."""
    return "".join(f"{line}\n" for line in _man_page())


def _man_page() -> Iterator[str]:
    yield '.\\" Written by docs/generate.py from the arguments that vmlint/cli/ declares.'
    yield f'.TH VMLINT 1 "" "vmlint {__version__}" "User Commands"'
    yield from (".SH NAME", "vmlint \\- check whether the chosen virtualization runs each workload")
    yield ".SH SYNOPSIS"
    yield from (".B vmlint", ".I COMMAND", "[\\fIOPTION\\fR ...] [\\fIARGUMENT\\fR ...]")
    yield ".SH DESCRIPTION"
    yield "vmlint reads manifests of workloads, and files of other tools such as libvirt, Compose and Kubernetes."
    yield "Its rules find what cannot or should not work on the architecture, platform and host that were chosen,"
    yield "and suggest alternatives that the same rules have checked."
    yield from (".SH COMMANDS", *_definitions(COMMANDS.items()))
    for name, parser in parsers().items():
        yield f".SH VMLINT {name.upper()}"
        yield from _command(parser)
    yield from (".SH EXIT STATUS", *_definitions(STATUS.items()))
    yield from (".SH ENVIRONMENT", *_definitions(VARIABLES.items()))
    yield from (".SH FILES", *_definitions([("vmlint.toml, pyproject.toml", "the settings of a project")]))
    yield from (".SH SEE ALSO", "\\fBvmlint explain \\fITEXT\\fR tells what an error text comes from.")


def _command(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the description of a command and its arguments."""
    yield from _prose(parser.description or "")
    for action in _actions(parser):
        for name, inner in _subparsers(action).items():
            yield f".SS {_escaped(parser.prog.removeprefix('vmlint '))} {name}"
            yield from _command(inner)
        if action.nargs != argparse.PARSER and "--help" not in action.option_strings:
            yield from (".TP", _spelling(action), _escaped((action.help or "").replace("%%", "%")))


def _spelling(action: argparse.Action) -> str:
    """Return an option with its value, or the word for an argument."""
    value = _value(action)
    if not action.option_strings:
        return f"\\fI{value}\\fR"
    names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in action.option_strings)
    return f"{names} \\fI{value}\\fR" if action.nargs != 0 else names


def _value(action: argparse.Action) -> str:
    choices = "|".join(map(str, action.choices or ()))
    shown: Any = action.metavar or choices or action.dest.upper()
    return _escaped(shown if isinstance(shown, str) else " ".join(shown))


def _definitions(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, text in rows:
        yield from (".TP", f".B {_escaped(term)}", _escaped(text))


def _prose(text: str) -> Iterator[str]:
    """Yield the paragraphs of a docstring; indented ones are shown as they are."""
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if paragraph.startswith("    "):
            yield from (".PP", ".nf", *(_escaped(line) for line in paragraph.splitlines()), ".fi")
        else:
            yield from (".PP",) * bool(number)
            yield from (_escaped(line) for line in paragraph.splitlines())


def _escaped(text: str) -> str:
    """Return a text as roff prints it unchanged."""
    safe = " ".join(text.split()) if not text.startswith("    ") else text
    safe = safe.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe
