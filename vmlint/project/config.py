"""The settings of a project: ``vmlint.toml``, or ``[tool.vmlint]`` in ``pyproject.toml``.

The nearest of these files counts: in the current folder or its parents, up to the root of the project. A fault in it
raises :class:`ConfigError`, which names file and key.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vmlint import limits
from vmlint.project.root import OWN, SHARED, as_written, project_root
from vmlint.reading.file import read_bytes
from vmlint.words import as_text, did_you_mean, nearest, reason

if TYPE_CHECKING:
    from vmlint.extend.documents import Folder

_TYPES = {str: "the text", bool: "the flag", int: "the number", float: "the number", list: "a list", dict: "a table"}


class Config(NamedTuple):
    """The settings of a project."""

    file: str = ""
    """The file as its user would write it; empty if there is none."""
    profile: str = ""
    """The profile; empty if the file does not set it."""
    catalog: tuple[Folder, ...] = ()
    """Folders of catalogue documents."""


class ConfigError(ValueError):
    """A fault of the settings; the message names file and key."""


def read(start: Path) -> Config:
    """Return the settings for a folder (absolute). Raises :class:`ConfigError`."""
    root = project_root(start)
    for folder in (start, *start.parents):
        if found := _here(folder, start):
            return _checked(*found, start)
        if folder == root:
            break
    return Config()


def read_here() -> Config:
    """Return the settings for the current folder. Raises :class:`ConfigError`."""
    try:
        start = Path.cwd()
    except OSError:  # it was removed
        return Config()
    return read(start)


def read_named(file: Path) -> Config:
    """Return the settings of a named file. Raises :class:`ConfigError`."""
    table = _table(file, str(file))
    if table is None:
        raise ConfigError(f"{file}: it has no [tool.vmlint]")
    return _checked(file.absolute(), table, Path.cwd())


def named_folder(name: str, origin: str, base: Path | None = None, root: Path | None = None) -> Folder:
    """Return a folder of documents by its name, relative to ``base`` and inside ``root``.

    ``origin`` names the setting or option with the name. Without a root the folder can be anywhere; its documents must
    stay inside the project around it.
    """
    folder = (base or Path()) / name
    try:
        inside = folder.resolve()
        if root is not None and not inside.is_relative_to(root):
            raise ConfigError(f"{origin}: the folder {name!r} leads out of the project ({root.name}/)")
        if not inside.is_dir():
            near = nearest(inside.name, [each.name for each in inside.parent.iterdir() if each.is_dir()])
            meant = f"; {did_you_mean(str(Path(name).with_name(near)))}" if near else ""
            raise ConfigError(f"{origin}: there is no folder {name!r}{meant}")
        if not any(inside.glob("*.y*ml")):
            raise ConfigError(f"{origin}: the folder {name!r} holds no document (*.yaml)")
    except (OSError, RuntimeError) as error:  # the second for circular links
        raise ConfigError(f"{origin}: the folder {name!r} cannot be read: {reason(error)}") from None
    from vmlint.extend.documents import Folder  # imported only if there are documents

    return Folder(inside, as_written(folder, Path.cwd()), root or project_root(inside))


def _here(folder: Path, start: Path) -> tuple[Path, Mapping[str, Any]] | None:
    own, shared = folder / OWN, folder / SHARED
    if os.path.lexists(own):
        return own, _table(own, as_written(own, start)) or {}
    if os.path.isfile(shared):  # noqa: PTH113 - says no where the folder may not be looked into
        table = _table(shared, as_written(shared, start))
        return (shared, table) if table is not None else None
    return None


def _table(file: Path, shown: str) -> Mapping[str, Any] | None:
    """Return vmlint's table of a file; ``None`` for a ``pyproject.toml`` without one."""
    try:
        if not file.is_file():
            raise ConfigError(
                f"{shown}: it is not a regular file" if file.exists() else f"{shown}: there is no such file"
            )
        data = read_bytes(file)
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {reason(error)}") from None
    shared = file.name == SHARED
    if shared and b"vmlint" not in data:
        return None
    if len(data) > limits.SETTINGS_BYTES:
        raise ConfigError(f"{shown}: it is larger than {limits.SETTINGS_BYTES // 2**20} MiB")
    import tomllib

    try:
        whole: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError(f"{shown}: it is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{shown}: it is not valid TOML: {error}") from None
    if not shared:
        return whole
    tools = whole.get("tool")
    if not isinstance(tools, dict) or "vmlint" not in tools:
        return None
    table = tools["vmlint"]
    if not isinstance(table, dict):
        raise ConfigError(f"{shown}: tool.vmlint is {_kind(table)}; expected a table: [tool.vmlint]")
    return table


def _checked(file: Path, table: Mapping[str, Any], start: Path) -> Config:
    shown = as_written(file, start)
    prefix = "tool.vmlint." if file.name == SHARED else ""
    root = project_root(file.parent.resolve())
    if not file.resolve().is_relative_to(root):
        raise ConfigError(f"{shown}: it is a link that leads out of the project ({root.name}/)")
    from vmlint.reading.schemas import schema

    known: Mapping[str, Any] = schema("config")["properties"]
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{shown}: unknown key {prefix}{key}{_hint(key, known)}")
        origin = f"{shown}: {prefix}{key}"
        if known[key]["type"] == "array":
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                wrong = value if not isinstance(value, list) else next(v for v in value if not isinstance(v, str))
                written = f'; write ["{value}"]' if isinstance(value, str) else ""
                raise ConfigError(f"{origin}: expected a list of texts, not {_kind(wrong)}{written}")
        elif not isinstance(value, str) or value not in known[key]["enum"]:
            words = known[key]["enum"]
            near = _hint(value, words, listed=False) if isinstance(value, str) else ""
            raise ConfigError(f"{origin}: expected one of {', '.join(words)}, not {_kind(value)}{near}")
    folders = (_relative(name, f"{shown}: {prefix}catalog") for name in table.get("catalog", ()))
    catalog = tuple(named_folder(name, f"{shown}: {prefix}catalog", file.parent, root) for name in folders)
    return Config(shown, table.get("profile", ""), catalog)


def _relative(name: str, origin: str) -> str:
    if Path(name).is_absolute() or not name:
        raise ConfigError(f"{origin}: the folder {name!r} is not written relative to this file")
    return name


def _hint(word: str, words: Iterable[str], *, listed: bool = True) -> str:
    near = nearest(word, words)
    if near:
        return f"; {did_you_mean(near)}"
    return f"; the keys are {', '.join(words)}" if listed else ""


def _kind(value: object) -> str:
    if isinstance(value, str):
        return repr(value)
    name = next((name for kind, name in _TYPES.items() if type(value) is kind), type(value).__name__)
    return name if isinstance(value, (list, dict)) else f"{name} {as_text(value)}"
