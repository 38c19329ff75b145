"""Print this machine's facts as a host document.

It only reads files: no root, no network, no other programs. A fact that is not certain is left out, which means
unknown; values of kernel parameters that look like secrets are hidden. Keep the output beside your manifests and name
it in `hostRef`, or use `vmlint check --host FILE`. With --from, it prints what files of other tools say of hosts:
Kubernetes nodes, facts of Ansible, `docker info` and others (docs/hosts.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.cli import OK, UsageError
from vmlint.cli.say import show
from vmlint.words import is_label

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from vmlint.reading.host_facts import HostFacts


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--name", help="what to call the host (default: its host name)")
    parser.add_argument(
        "--from",
        dest="sources",
        action="append",
        default=[],
        metavar="FILE|FOLDER",
        help="print the hosts that files of other tools describe instead; - is standard input; can be repeated",
    )


def run(options: Namespace) -> int:
    """Print the document."""
    from vmlint.host.document import document
    from vmlint.run.secret_names import is_secret

    if options.name is not None and not is_label(options.name):
        raise UsageError(
            f"--name {options.name!r}: expected lower-case letters, digits and hyphens, at most 63, such as rack-7"
        )
    if not options.sources:
        show(document(name=options.name, is_secret=is_secret))
        return OK
    from vmlint.host.document import of_hosts

    hosts = _described(options.sources)
    if options.name is not None:
        if len(hosts) > 1:
            raise UsageError(
                f"--name {options.name}: {', '.join(options.sources)} describes {len(hosts)} hosts, which have names"
            )
        hosts = [hosts[0]._replace(name=options.name)]
    show(of_hosts(hosts, is_secret))
    return OK


def _described(sources: Sequence[str]) -> Sequence[HostFacts]:
    """Return the hosts that files describe. Raises ``UsageError``."""
    from datetime import date
    from pathlib import Path

    from vmlint.cli.remarks import say_no_hosts
    from vmlint.extend.plugins import load
    from vmlint.findings.problem import Unreadable
    from vmlint.reading.context import Context
    from vmlint.reading.hosts import hosts_of
    from vmlint.reading.passed_over import passed_over
    from vmlint.run.host_files import host_files, together
    from vmlint.words import reason

    plugins = load()
    source = ", ".join(sources)
    try:
        files = together([host_files(Path(each), each) for each in sources])
        context = Context(
            plugins.catalog,
            date.today(),
            host_files=files,
            readers=plugins.readers,
            host_readers=plugins.host_readers,
        )
        hosts = hosts_of(context)
        say_no_hosts(passed_over(context))
        return hosts
    except Unreadable as error:
        raise UsageError(f"--from {source}: line {error.problem.at.line}: {error.problem.message}") from None
    except OSError as error:
        raise UsageError(f"--from {source}: cannot be read: {reason(error)}") from None
    except ValueError as error:
        raise UsageError(f"--from {source}: {error}") from None
