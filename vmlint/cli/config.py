"""Show which settings hold for a file or a folder, and where each comes from.

    vmlint config show prod/web.yaml

They come from settings files (vmlint.toml, or [tool.vmlint] in pyproject.toml), from the environment, and from the
options, which are those of `vmlint check`.

Exit status: 0 done; 2 usage, or a fault of the settings; 4 a plugin did not load.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from vmlint.cli import INTERNAL, OK, UsageError
from vmlint.cli.options import add_fail_on, add_settings
from vmlint.cli.resolve import installed, settings_for, usage
from vmlint.cli.say import show
from vmlint.findings.severity import Severity
from vmlint.findings.waiver import Waiver
from vmlint.inert import visible
from vmlint.lint.profiles import DEFAULT
from vmlint.project.keys import KEYS
from vmlint.project.origin import Named
from vmlint.project.setting import Config, Setting, where
from vmlint.report.layout import grid
from vmlint.report.screen import file_name
from vmlint.run.prepared import prepared
from vmlint.run.secret_names import is_secret
from vmlint.run.secrets import HIDDEN, masked
from vmlint.words import as_text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from vmlint.report.screen import Line

BUILT_IN = "built in"
_DEFAULTS = (
    Setting("profile", DEFAULT.name, Named(BUILT_IN)),
    Setting("fail-on", str(Severity.WARNING), Named(BUILT_IN)),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "action", metavar="show", choices=("show",), help="show: what holds for a file, and where it comes from"
    )
    parser.add_argument("file", metavar="FILE", help="a file, or a folder for what holds in it whatever the file")
    add_settings(parser)
    add_fail_on(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def run(options: Namespace) -> int:
    """Show the settings, and return the exit status."""
    if not os.path.lexists(options.file):
        raise UsageError(f"{file_name(options.file)}: there is no such file")
    plugins = installed()
    settings = settings_for(options, plugins)
    is_folder = os.path.isdir(options.file)  # noqa: PTH112
    with usage(plugins):
        lookup = settings.lookup
        held = lookup.folder(options.file) if is_folder else lookup.config(options.file)
        _ = prepared(settings.of(held), _alone)  # what is wrong with them is said here as well
        folder, name = (options.file, "") if is_folder else os.path.split(options.file)
        excluded = lookup.left_out(folder, name, is_folder=is_folder)
    if options.format == "json":
        from vmlint.report.json import dumped

        show(dumped(_document(options.file, held, excluded)))
    else:
        show(_lines(options.file, held, excluded))
    return INTERNAL if plugins.failures else OK


def _alone(name: str, reference: str) -> Any:
    raise ValueError(f"{name} and {reference} are not read")


def _in_order(held: Config) -> Sequence[Setting]:
    """Return all settings in the order of the documentation, those that are built in among them."""
    order = {key.name: number for number, key in enumerate(KEYS)}
    built_in = [each for each in _DEFAULTS if held.one(each.key) is None]
    return sorted((*held.settings, *built_in), key=lambda each: (order[each.top], each.top == each.key or each.name))


def _lines(file: str, held: Config, excluded: str) -> Iterator[Line]:
    source = f"settings file {file_name(held.file)}" if held.file else "no settings file"
    yield [(file_name(file), "bold"), (f": {source}", "")]
    if excluded:
        yield [(f"it is excluded by {visible(excluded)}, and not linted", "")]
    rows = [
        [(visible(each.key), "bold"), (visible(_shown(each)), ""), (visible(where(each.place)), "dim")]
        for each in _in_order(held)
    ]
    yield from grid(rows, indent=2)


def _document(file: str, held: Config, excluded: str) -> dict[str, Any]:
    return {
        "version": 1,
        "file": file_name(file),
        "settingsFile": held.file,
        "excludedBy": excluded,
        "settings": [
            {"key": each.key, "value": _hidden(each.key, _plain(each.value)), "from": where(each.place)}
            for each in _in_order(held)
        ],
    }


def _shown(setting: Setting) -> str:
    value = setting.value
    if isinstance(value, Waiver):  # the rest stands where it comes from
        return as_text(value.rules) + (f" until {value.until}" if value.until else "")
    return as_text(_hidden(setting.key, _plain(value)))


def _hidden(key: str, value: Any) -> Any:
    """Return a plain value without secrets: a label can be one, a reason can hold one."""
    if isinstance(value, dict):
        return {name: _hidden(name, part) for name, part in value.items()}
    if isinstance(value, list):
        return [_hidden(key, part) for part in value]
    if not isinstance(value, str) or not value:
        return value
    if is_secret(key.rpartition(".")[2]):
        return HIDDEN * len(value)
    return "\n".join(masked(value).lines)


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, Waiver):
        parts = {name: getattr(value, name) for name in ("rules", "workload", "field", "reason", "until")}
        return {name: list(part) if isinstance(part, tuple) else part for name, part in parts.items() if part}
    if type(value) in (str, int, float, bool):
        return value
    if type(value) is tuple:
        return [_plain(each) for each in value]
    return getattr(value, "shown", str(value))
