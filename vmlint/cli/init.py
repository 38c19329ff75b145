"""Write a first manifest, with the schemas that editors check it by.

Nothing that exists is overwritten without --force. In a git repository the hook to add is printed as well.
"""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

from vmlint.cli import INTERNAL, OK, UsageError
from vmlint.cli.hook import hook
from vmlint.cli.resolve import installed
from vmlint.cli.say import say, show
from vmlint.project.root import git_root
from vmlint.words import reason

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from vmlint.reading.reader import Reader

MANIFEST = "workload.vmlint.yaml"
SCHEMAS = ("workload", "host", "manifest")
"""Schemas that refer to each other by file name, so they are written together."""

TEMPLATE = """\
# yaml-language-server: $schema=.vmlint/workload.json
# What one workload needs, and what was chosen to run it. Check it with `vmlint check`; ask `vmlint suggest` what else
# would fit. A fact that is left out is unknown, a requirement that is left out is not demanded.
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: billing-db
spec:
  kind: service
  environment: production

  # The software: what it brings, and what it insists on.
  guest:
    os: debian12  # `vmlint schema --guests` lists the ids
    platform: linux/amd64

  # What it demands of whatever runs it.
  requirements:
    isolation:
      tenancy: single  # or trusted-multi, untrusted-multi
    performance:
      class: standard  # or high, best-effort
    # startup: 30s
    # density: {perHost: 4}
    # mobility: {liveMigration: required}

  resources:
    cpu: 4
    memory: 8Gi

  # The machine underneath. `vmlint host > host.yaml` on that machine writes such a file.
  # hostRef: host.yaml

  # What was chosen. Leave it out to ask `vmlint suggest` first.
  deployment:
    platform: kvm  # `vmlint schema --platforms` lists the ids
    architecture: type1
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="where to write (default: here)")
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")


def run(options: Namespace) -> int:
    """Write the files, and print the hook where one can be added."""
    folder = Path(options.folder)
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    wanted = {path: content for path, content in _files(folder) if not _holds(path, content)}
    if not options.force:
        _refuse(path for path in wanted if os.path.lexists(path))
    for path, content in wanted.items():
        _write(path, content)
        say(f"wrote {path}")
    if not wanted:
        say("nothing to do: all files are there")
    config = _hook_config(folder)
    if config is not None:
        say(f"to lint before each commit, add this to {config}:")
        plugins = installed()
        show(_hook(plugins.readers, alone=not config.exists()))
        if plugins.failures:
            return INTERNAL  # the hook may lack the files of a plugin
    return OK


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    from vmlint.cli.schema import text

    yield folder / MANIFEST, TEMPLATE
    for name in SCHEMAS:
        yield folder / ".vmlint" / f"{name}.json", text(name)


def _refuse(existing: Iterator[Path]) -> None:
    there = ", ".join(map(str, existing))
    if there:
        raise UsageError(f"{there} exists already and was left as it is; --force overwrites it")


def _holds(path: Path, content: str) -> bool:
    try:
        return not path.is_symlink() and path.read_text("utf-8") == content
    except (OSError, UnicodeDecodeError):
        return False


def _write(path: Path, content: str) -> None:
    try:
        if path.is_symlink() or path.parent.is_symlink():
            raise UsageError(f"{path} is reached through a link; vmlint writes to plain files only")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {reason(error)}") from None


def _hook(readers: Iterable[Reader], *, alone: bool) -> str:
    """Return the hook as a hook configuration has it; ``alone`` where it is the first."""
    local = f"  - repo: local\n    hooks:\n{indent(hook(readers, 'system'), ' ' * 6)}"
    return f"repos:\n{local}" if alone else local


def _hook_config(folder: Path) -> Path | None:
    """Return the hook configuration of the repository around a folder, unless it names vmlint already."""
    root = git_root(folder.resolve())
    if root is None:
        return None
    config = root / ".pre-commit-config.yaml"
    try:
        return None if "vmlint" in config.read_text("utf-8", "replace") else config
    except OSError:
        return config
