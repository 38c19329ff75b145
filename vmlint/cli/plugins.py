"""Show which plugins were found, what each brought, and why one did not load.

A plugin is any distribution with an entry point in the group `vmlint`; vmlint's own rules are one. The exit status is 4
where a plugin did not load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.cli import INTERNAL, OK
from vmlint.cli.say import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from vmlint.extend.plugins import Plugin
    from vmlint.report.screen import Line


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def run(options: Namespace) -> int:
    """Print the list."""
    from vmlint.extend.plugins import load
    from vmlint.report.json import dumped

    installed = load()
    if options.format == "json":
        listed = [{**plugin._asdict(), "loaded": not plugin.error} for plugin in installed.plugins]
        show(dumped({"version": 1, "plugins": listed}))
    else:
        show(_listing(installed.plugins))
    return INTERNAL if installed.failures else OK


def _listing(plugins: Sequence[Plugin]) -> Iterator[Line]:
    from vmlint.inert import visible
    from vmlint.report.wording import count

    for plugin in plugins:
        head = visible(f"{plugin.name} ({plugin.distribution} {plugin.version}): ")
        if plugin.error:
            yield [(head, ""), ("did not load: ", "bold red"), (visible(plugin.error), "")]
            continue
        counts = {"rule": plugin.rules, "format": plugin.readers, "catalogue folder": plugin.folders}
        brought = [count(number, noun) for noun, number in counts.items() if number]
        yield [(head + (" and ".join(brought) or "nothing"), "")]
