"""Set vmlint up for a folder: read what is there, and write settings that fit it.

A folder without any workload gets a manifest to start from as well. Nothing that exists is overwritten without --force,
and files that hold other things are never: what belongs there is printed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import INTERNAL, OK, UsageError
from vmlint.cli.hook import hook
from vmlint.cli.resolve import installed
from vmlint.cli.say import say, show
from vmlint.door import read_bytes
from vmlint.project.root import OWN, SHARED, git_root, project_root
from vmlint.record import NamedTuple
from vmlint.words import as_label, reason

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from vmlint.cli.survey import Survey
    from vmlint.extend.plugins import Installed

SCHEMAS = ("config", "host", "manifest", "workload")
HOOKS = ".pre-commit-config.yaml"
HOSTS = ("github", "gitlab")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="which folder (default: this one)")
    parser.add_argument("--manifest", action="store_true", help="write a first manifest where there are workloads, too")
    parser.add_argument(
        "--baseline", action="store_true", help="accept the findings of today: the same as `vmlint baseline write`"
    )
    parser.add_argument("--hook", action="store_true", help="write or print a hook that lints before each commit")
    parser.add_argument("--ci", action="store_true", help="write or print what runs vmlint in CI")
    parser.add_argument("--ci-host", choices=HOSTS, help="where CI runs (default: what the repository shows)")
    parser.add_argument(
        "--schemas",
        action="store_true",
        help="write the JSON Schemas to .vmlint/, for editors without a language server",
    )
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")


class Wanted(NamedTuple):
    """A file to write."""

    base: Path
    """The folder as its user named it, or the root of the repository."""
    name: str
    """The file, relative to that."""
    content: str
    asked: bool = True
    """Whether an option asks for it. If it exists, the command fails; other files are left as they are."""

    @property
    def path(self) -> Path:
        """The file as its user would write it."""
        return self.base / self.name

    @property
    def links(self) -> Iterator[Path]:
        """The links on the way to it: vmlint does not write through them."""
        parts = Path(self.name).parts
        ways = (self.base.joinpath(*parts[: depth + 1]) for depth in range(len(parts)))
        return (way for way in ways if way.is_symlink())


def run(options: Namespace) -> int:
    """Look through the folder, write the files, print what others are to hold, and say what comes next."""
    folder = Path(options.folder)
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    from vmlint.cli.survey import survey

    repository = git_root(folder.resolve())
    root = folder if repository is None else _shown(repository)
    host = _ci_host(options, root) if options.ci or options.ci_host else None
    plugins = installed()
    found = survey(folder, plugins)
    say(f"found {found}")
    snippets: dict[str, str] = {}
    wanted = [*_files(options, folder, found)]
    if options.hook:
        wanted += _hook(root, plugins, snippets)
    if host:
        wanted += _ci(root, host, snippets)
    try:
        _write_all(wanted, force=options.force)
    finally:  # what is to be added by hand is of use also where a file cannot be written
        for file, text in snippets.items():
            say(f"{file} holds other things too; add this to it:")
            show(text)
    status = _baseline(folder, force=options.force) if options.baseline else OK
    if status != OK:
        return status
    _say_next(options, root if repository else None, found)
    return INTERNAL if plugins.failures else OK  # the settings and the hook may lack what a plugin reads


def _files(options: Namespace, folder: Path, found: Survey) -> Iterator[Wanted]:
    """Yield the files of the folder itself."""
    from vmlint.cli import first_files

    above = _settings_above(folder)
    if above is None:
        schema = ".vmlint/config.json" if options.schemas else ""
        yield Wanted(folder, OWN, first_files.settings(found, schema), asked=False)
    else:
        say(f"{above} holds the settings of this folder")
    if options.manifest or not found.workloads:
        name = as_label(folder.resolve().name)
        schema = ".vmlint/workload.json" if options.schemas else ""
        yield Wanted(folder, f"{name}.vmlint.yaml", first_files.manifest(name, schema), asked=options.manifest)
    if options.schemas:
        from vmlint.cli.schema import text

        for each in SCHEMAS:
            yield Wanted(folder, f".vmlint/{each}.json", text(each))


def _settings_above(folder: Path) -> Path | None:
    """Return the settings that hold for a folder already; ``None`` where there are none, or only its own file."""
    start = folder.resolve()
    root = git_root(start) or start
    for each in (start, *start.parents):
        if each != start and os.path.lexists(each / OWN):
            return _shown(each / OWN)
        if _has_table(each / SHARED):
            return _shown(each / SHARED)
        if each == root:
            break
    return None


def _has_table(file: Path) -> bool:
    try:
        return b"[tool.vmlint" in read_bytes(file)
    except OSError:
        return False


def _hook(root: Path, plugins: Installed, snippets: dict[str, str]) -> Iterator[Wanted]:
    """Yield the hook's file, or add to what is to be printed."""
    from textwrap import indent

    local = f"  - repo: local\n    hooks:\n{indent(hook(plugins.readers, 'system'), ' ' * 6)}"
    config = root / HOOKS
    there = _text(config)
    if there is None:
        yield Wanted(root, HOOKS, f"repos:\n{local}")
    elif "vmlint" in there:
        say(f"{config} names vmlint already")
    else:
        snippets[str(config)] = local


def _ci_host(options: Namespace, root: Path) -> str:
    from vmlint.cli import ci

    host: str | None = options.ci_host or ci.seen(root)
    if host is None:
        raise UsageError(f"nothing here shows where CI runs; say it: --ci-host {' or '.join(HOSTS)}")
    return host


def _ci(root: Path, host: str, snippets: dict[str, str]) -> Iterator[Wanted]:
    """Yield the file that runs vmlint in CI, or add to what is to be printed."""
    from vmlint.cli import ci

    requirement = ci.installation()
    if not requirement:
        say("this vmlint was installed from a folder: the step fails until you write what installs it there")
    step = ci.step(host, requirement)
    path = root / step.file
    there = _text(path) if step.shared else None
    if there is None:
        yield Wanted(root, step.file, step.text)
    elif "vmlint" in there:
        say(f"{path} names vmlint already")
    else:
        snippets[str(path)] = step.text


def _write_all(wanted: Iterable[Wanted], *, force: bool) -> None:
    """Write the files. Raises :class:`~vmlint.cli.UsageError` before anything is written if one of them cannot be."""
    missing = [each for each in wanted if _text(each.path) != each.content]
    there = [each for each in missing if os.path.lexists(each.path) and not force]
    if refused := [str(each.path) for each in there if each.asked]:
        raise UsageError(f"{', '.join(refused)} exists already and was left as it is; --force overwrites it")
    new = [each for each in missing if each not in there]
    for each in new:
        for link in each.links:
            raise UsageError(f"{each.path} is reached through a link, {link}; vmlint writes to plain files only")
    for each in there:
        say(f"{each.path} exists already and was left as it is; --force overwrites it")
    for each in new:
        _write(each)
        say(f"wrote {each.path}")
    if not missing:
        say("nothing to do: all files are there")


def _write(wanted: Wanted) -> None:
    try:
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        wanted.path.write_text(wanted.content, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{wanted.path} cannot be written: {reason(error)}") from None


def _text(path: Path) -> str | None:
    """Return what a file holds; ``None`` where there is none, and no text that vmlint writes where it is no file."""
    try:
        return read_bytes(path).decode("utf-8", "surrogateescape")  # of no pipe, which would never end
    except OSError:
        pass
    return "" if os.path.lexists(path) else None


def _shown(path: Path) -> Path:
    """Return a path as its user would write it."""
    return Path(os.path.relpath(path))


def _baseline(folder: Path, *, force: bool) -> int:
    """Accept what is found in the folder today, with the settings that were just written."""
    from contextlib import chdir

    from vmlint import cli

    command = ["baseline", "write", *(["--force"] if force else [])]
    if project_root(folder.resolve()) == project_root(Path.cwd()):
        return cli.run([*command, str(folder)])
    with chdir(folder):  # a baseline is written for the project around the current folder
        return cli.run(command)


def _say_next(options: Namespace, root: Path | None, found: Survey) -> None:
    """Say which command is worth the next try."""
    where = "" if options.folder == "." else f" {options.folder}"
    if found.workloads:
        say(f"next: `vmlint check{where}` shows what is found")
    else:
        say(f"next: change the manifest, then `vmlint check{where}`")
    if root is None:
        return
    from vmlint.cli import ci

    if not options.hook and "vmlint" not in (_text(root / HOOKS) or ""):
        say(f"then: `vmlint init --hook{where}` lints before each commit")
    if not options.ci and ci.seen(root):
        say(f"then: `vmlint init --ci{where}` runs vmlint in CI")
