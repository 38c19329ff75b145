"""Checking the catalogue data that a plugin brings, before any of it is used.

Vmlint's own data is checked by its tests, so that a run need not; a plugin's is checked whenever it is loaded. Every
fault is a ``ValueError`` that names the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmlint.catalog import Catalog, DataFile, DataFolder
from vmlint.catalog_schema import platform_faults
from vmlint.schemata import validator

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

KINDS = {"platforms": "platform", "guests": "guest"}
"""The folders of a catalogue, and the schema of the files in each."""


def folder_of(brought: object) -> Path:
    """Return a folder that a hook named. Raises ``TypeError`` or ``ValueError`` where it is none with data in it."""
    if not isinstance(brought, str | os.PathLike):
        raise TypeError(f"vmlint_catalog() yielded {brought!r}, which is not a folder")
    folder = Path(brought)
    if not folder.is_absolute():
        # It would be looked up where vmlint was started: in the tree of a stranger that is being linted.
        raise ValueError(
            f"catalogue folder {str(brought)!r} is relative; write Path(__file__).parent / {str(brought)!r}"
        )
    if not folder.is_dir():
        raise ValueError(f"catalogue folder {folder} does not exist; is it in the package's data?")
    if not any(_files(folder, name) for name in (".", *KINDS)):
        raise ValueError(
            f"catalogue folder {folder} has neither platforms/*.yaml nor guests/*.yaml nor documents (*.yaml); "
            "are they in the package's data?"
        )
    return folder


def _files(folder: Path, name: str) -> list[Path]:
    return sorted((folder / name).glob("*.yaml"))


def with_folder(known: Catalog, folder: Path, origin: str) -> Catalog:
    """Return a catalogue with a folder's files added, and its documents laid over it.

    Raises ``ValueError`` for the first fault. A plugin may change what vmlint says, not what another plugin changed.
    """
    check_folder(folder, known)
    wider = known.widened(folders=(*known.folders, DataFolder(folder, origin)))
    if not _files(folder, "."):
        return wider
    from vmlint.local_data import Folder, with_local

    return with_local(wider, [Folder(folder, f"{origin}: {folder.name}")], anew=True)


def check_folder(folder: Path, known: Catalog) -> None:
    """Raise ``ValueError`` for the first fault of a folder's files, with the file's name.

    ``known`` is the catalogue that the folder is to add to.
    """
    for name, schema in KINDS.items():
        for file in sorted((folder / name).glob("*.yml")):
            raise ValueError(f"{name}/{file.name}: rename it to {file.stem}.yaml, or it is not read")
        for file in _files(folder, name):
            data = _read(file, f"{name}/{file.name}")
            fault = _schema_fault(data, schema)
            if fault:
                raise ValueError(f"{name}/{file.name}: {fault}")
    _check_platforms(folder, known)
    _check_guests(folder, known)


def _read(file: Path, shown: str) -> Any:
    from yaml import YAMLError

    try:
        return DataFile(file).data
    except (OSError, UnicodeError, YAMLError, RecursionError) as error:
        raise ValueError(f"{shown}: {' '.join(str(error).split())}") from None


def _schema_fault(data: Any, schema: str) -> str:
    """Say what a file's schema objects to; empty where it objects to nothing."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    strict = validator(schema).evolve(format_checker=Draft202012Validator.FORMAT_CHECKER)
    error: ValidationError | None = best_match(strict.iter_errors(data))
    if error is None:
        return ""
    where = ".".join(map(str, error.absolute_path))
    if isinstance(error.instance, date):
        return f'{where}: quote the date: "{error.instance}"'
    return f"{where}: {error.message}" if where else error.message


def _check_platforms(folder: Path, known: Catalog) -> None:
    words = dict(known.platforms.words) if _files(folder, "platforms") else {}
    entries = {file.name: DataFile(file).data for file in _files(folder, "platforms")}
    for name, data in entries.items():
        shown, id = f"platforms/{name}", data["id"]
        if f"{id}.yaml" != name:
            raise ValueError(f"{shown}: its id is {id!r}; name the file {id}.yaml")
        for fault in platform_faults(data):
            raise ValueError(f"{shown}: {fault}")
        _claim(words, id, data, shown, "platform")
    ids = {*known.platforms, *(data["id"] for data in entries.values())}
    for name, data in entries.items():
        for successor in data.get("successor", ()):
            if successor not in ids:
                raise ValueError(f"platforms/{name}: successor: there is no platform {successor!r}")


def _check_guests(folder: Path, known: Catalog) -> None:
    files = _files(folder, "guests")
    words, stems = (dict(known.guests.words), dict(known.guests.stems)) if files else ({}, {})
    for file in files:
        data, shown = DataFile(file).data, f"guests/{file.name}"
        for stem in data["stems"]:
            family = stems.setdefault(stem, data["family"])
            if family != data["family"]:
                raise ValueError(f"{shown}: stem {stem!r} means the family {family} already")
        for id, facts in data["guests"].items():
            _claim(words, id, facts, shown, "guest")


def _claim(words: dict[str, str], id: str, data: Mapping[str, Any], shown: str, kind: str) -> None:
    """Add an entry's id and other spellings to the words that are taken. Raises ``ValueError`` where one was."""
    for word in (id, *_aliases(data)):
        if word != word.strip().lower():
            raise ValueError(
                f"{shown}: alias {word!r} is never found; write it in lower case: {word.strip().lower()!r}"
            )
        if word in words:
            meaning = "" if words[word] == word else f", which means {words[word]}"
            raise ValueError(f"{shown}: {'id' if word == id else 'alias'} {word!r} is taken by a {kind}{meaning}")
        words[word] = id


def _aliases(data: Mapping[str, Any]) -> Iterable[str]:
    aliases: Iterable[str] = data.get("aliases", ())
    return aliases
