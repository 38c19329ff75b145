"""Options of ``vmlint check`` about waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_waivers(parser: ArgumentParser) -> None:
    """Add the option that shows what is accepted."""
    parser.add_argument(
        "--no-waivers", dest="waive", action="store_false", help="report what waivers accept as well, and count it"
    )
