"""Print this machine's facts as a host document.

It only reads files: no root, no network, no other programs. A fact that is not certain is left out, which means
unknown; values of kernel parameters that look like secrets are hidden. Keep the output beside your manifests and name
it in `hostRef`, or use `vmlint check --host FILE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.cli import OK, UsageError
from vmlint.cli.say import show
from vmlint.words import is_label

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--name", help="what to call the host (default: its host name)")


def run(options: Namespace) -> int:
    """Print the document."""
    from vmlint.host.document import document
    from vmlint.run.secret_names import is_secret

    if options.name is not None and not is_label(options.name):
        raise UsageError(
            f"--name {options.name!r}: expected lower-case letters, digits and hyphens, at most 63, such as rack-7"
        )
    show(document(name=options.name, is_secret=is_secret))
    return OK
