"""The command line. Each subcommand is a module that is imported only when it is asked for."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from argparse import Action, ArgumentParser, Namespace

COMMANDS = {
    "check": "lint files, folders, or - for standard input",
    "suggest": "rank architectures and platforms for a workload, with every reason",
    "facts": "print what is understood of a file, as a manifest to start from",
    "baseline": "write, update or show the old findings that are accepted",
    "explain": "explain a rule, a feature, an image, or an error text",
    "rules": "list the rules",
    "host": "print this machine's facts as a host document",
    "init": "write settings that fit a folder; a baseline, a hook, a step for CI",
    "schema": "print a JSON Schema",
    "config": "show which settings hold for a file, and where each comes from",
    "plugins": "show which plugins were found, loaded or failed",
    "lsp": "speak with an editor, as its language server",
    "cache": "show or remove the results that are kept of earlier runs",
}

COLLECTED_AFTER = 50_000
"""New objects after which garbage is collected; a manifest of 1 kB makes about 500."""

OK, FINDINGS, USAGE, NOTHING, INTERNAL = range(5)
"""Exit statuses: nothing at or above the threshold; findings; usage; nothing was linted; vmlint or a plugin failed."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run vmlint and leave with its exit status."""
    if sys.stdout is None or sys.stderr is None:
        sys.exit(INTERNAL)  # nobody would see what was found
    gc.disable()  # importing makes much and drops nothing; `collect_again` ends it
    try:
        _answer_interrupts()
        status = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the pipe has seen enough; the flush at exit must not complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 128 + 13
    except KeyboardInterrupt as end:
        status = end.args[0] if end.args else 128 + 2
    except Exception as error:
        if os.environ.get("VMLINT_DEBUG"):
            raise
        from vmlint.cli.say import say
        from vmlint.words import error_text

        status = INTERNAL
        with suppress(OSError):  # nobody may be able to read it
            say(f"internal error: {error_text(error)}")
            say("this is a fault of vmlint; VMLINT_DEBUG=1 shows where it happened")
    if arguments is None:
        _leave(status)
    sys.exit(status)


def _answer_interrupts() -> None:
    """Take an interrupt as Python does, from here on, where it ends in an exit status."""
    import _signal  # type: ignore[import-not-found]  # `signal` itself would import more

    if _signal.getsignal(_signal.SIGINT) is _signal.SIG_DFL:
        with suppress(ValueError):  # not in the main thread
            _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def collect_again() -> None:
    """Collect garbage from here on, but look no more at what the start made: it stays to the end.

    Collections are rarer than usual. The trees of a file live until it is linted, and looking through all of them time
    and again tripled the time for a file of 4,000 documents.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(COLLECTED_AFTER, 50, 100)
        gc.enable()


def _leave(status: int) -> None:
    """End the process at once, once all is written: taking down the interpreter is a tenth of a short run.

    Not where something waits for the end, such as a profiler, a debugger or a plugin. Nothing of vmlint does: files are
    closed, and workers are joined, where they are used.
    """
    if sys.getprofile() or sys.gettrace() or _is_watched() or atexit._ncallbacks():  # noqa: SLF001 - there is no other
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(status)


def _is_watched() -> bool:
    """Whether a tool watches this process in the way that Python 3.12 brought."""
    watching = getattr(sys, "monitoring", None)
    return watching is not None and any(watching.get_tool(number) for number in range(6))


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status. Raises ``SystemExit`` for usage errors and ``--help``."""
    if not arguments or arguments[0] not in COMMANDS:
        return _without_command(arguments)
    from vmlint.cli import plain

    name = f"vmlint {arguments[0]}"
    module = _module(arguments[0])
    try:
        _refuse_names(arguments[1:])
        options: Any = plain.read(module.add_arguments, arguments[1:]) or _parsed(name, module, arguments[1:])
        if any(value == "" or (isinstance(value, list) and "" in value) for value in vars(options).values()):
            _refuse_empty(name, module, options)
        status: int = module.run(options)
    except UsageError as error:
        from vmlint.cli.say import complain

        complain(f"{name}: error: {error}")
        sys.exit(error.status)
    return status


def _without_command(arguments: Sequence[str]) -> int:
    from vmlint import __version__

    listing = "\n".join(f"  {name:10}{text}" for name, text in COMMANDS.items())
    parser = _parser(
        "vmlint",
        usage="vmlint [--version] COMMAND ...",
        description="Will the virtualization you chose run this workload, and is there a better fit?",
        epilog=f"commands:\n{listing}\n\n`vmlint COMMAND --help` describes the options of each.",
    )
    parser.add_argument("--version", action="version", version=f"vmlint {__version__}")
    parser.add_argument("command", metavar="COMMAND", help="one of the commands below")
    if arguments:
        parsed, _ = parser.parse_known_args(arguments[:1])
        parser.error(_unknown_command(parsed.command))
    parser.print_help()
    return USAGE


def _parsed(name: str, module: ModuleType, arguments: Sequence[str]) -> Namespace:
    """Read the options of a command. Raises ``UsageError`` for one that it does not have."""
    parser = _parser(name, description=module.__doc__, allow_abbrev=False)
    module.add_arguments(parser)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise UsageError(_unknown_option(unknown[0], parser))
    return options


def _refuse_names(words: Sequence[str]) -> None:
    """Raise ``UsageError`` for an option that is also the name of a file: whoever passes names on may not know it.

    A file called ``--on=esxi@8.yaml`` would otherwise turn linting into something else.
    """
    for word in words:
        if word == "--":
            return
        if word.startswith("-") and word != "-" and os.path.lexists(word):
            raise UsageError(f"{word!r} is an option and the name of a file; write ./{word}, or -- before all names")


def _refuse_empty(name: str, module: ModuleType, options: Namespace) -> None:
    """Raise ``UsageError`` for an option that was given without a value, as by a variable that a script forgot to set.

    It would count as not given, and switch off what it asks for.
    """
    parser = _parser(name, allow_abbrev=False)
    module.add_arguments(parser)
    for action in _actions_of(parser):
        value = getattr(options, action.dest, None)
        if action.option_strings and (value == "" or (isinstance(value, list) and "" in value)):
            option = max(action.option_strings, key=len)
            raise UsageError(f"{option} is empty; give it a value, or leave it out")


def _parser(name: str, **how: Any) -> ArgumentParser:
    from argparse import ArgumentParser, RawDescriptionHelpFormatter

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            """Say what is wrong, without the screen of options that argparse puts before it."""
            from vmlint.cli.say import complain

            complain(f"{self.prog}: error: {message}")
            self.exit(USAGE)

        def _check_value(self, action: Action, value: object) -> None:
            """Refuse a word that is none of those that may be written, and name the nearest."""
            if action.choices is not None and value not in action.choices:
                from argparse import ArgumentError

                from vmlint.words import did_you_mean, nearest

                known = [str(each) for each in action.choices]
                near = nearest(str(value), known)
                hint = f"; {did_you_mean(near)}" if near else ""
                raise ArgumentError(action, f"expected one of {', '.join(known)}, not {str(value)!r}{hint}")

    return Parser(prog=name, formatter_class=RawDescriptionHelpFormatter, **how)


class UsageError(Exception):
    """The command line is wrong; the message says in what, and what would be right.

    ``incomplete``: a plugin did not load, so what is asked for may be right, and what is missing may be the plugin's.
    """

    def __init__(self, message: str, *, incomplete: bool = False) -> None:
        super().__init__(f"{message}; a plugin did not load, so what it brings is missing" if incomplete else message)
        self.status = INTERNAL if incomplete else USAGE


def _module(command: str) -> ModuleType:
    return import_module(f"vmlint.cli.{command}")


def _unknown_option(word: str, parser: ArgumentParser) -> str:
    from vmlint.words import did_you_mean, nearest

    near = nearest(word.partition("=")[0], _options_of(parser))
    hint = did_you_mean(near, f"`{parser.prog} --help` lists what it accepts")
    return f"there is no option {word!r}; {hint}" if word.startswith("-") else f"unexpected argument {word!r}; {hint}"


def _options_of(parser: ArgumentParser) -> list[str]:
    """Return the options of a command and of its actions."""
    return [option for action in _actions_of(parser) for option in action.option_strings]


def _actions_of(parser: ArgumentParser) -> Iterator[Action]:
    """Yield the arguments of a command and of its actions, as argparse knows them."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no door to them
        yield action
        if isinstance(action.choices, dict):
            for each in action.choices.values():
                if isinstance(each, type(parser)):
                    yield from _actions_of(each)


def _unknown_command(word: str) -> str:
    from vmlint.words import did_you_mean, nearest

    near = nearest(word, COMMANDS)
    hint = did_you_mean(near and f"vmlint {near}", f"the commands are {', '.join(COMMANDS)}")
    return f"there is no command {word!r}; {hint}"
