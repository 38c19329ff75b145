"""Features of the layers below a workload: what each is called, which command shows it, what its absence looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.catalog.records import Record

if TYPE_CHECKING:
    from vmlint.catalog.files import DataFile


class Feature(Record):
    """A feature, or several of one kind where the id ends in a star."""

    @property
    def title(self) -> str:
        """How a message names it."""
        return str(self.data["title"])

    @property
    def show(self) -> str:
        """The command that shows whether a Linux host has it; empty where there is none."""
        return str(self.data.get("show", ""))

    @property
    def errors(self) -> tuple[str, ...]:
        """Texts that users search for where it is missing."""
        return tuple(self.data.get("errors", ()))

    @property
    def help(self) -> str:
        """What to change on the layer that lacks it; empty where that differs from case to case."""
        return str(self.data.get("help", ""))


class Features:
    """The features of data files, a file for each layer. An entry in ``local`` replaces the one of its id."""

    def __init__(self, files: Iterable[DataFile], local: Iterable[Feature] = ()) -> None:
        self._files: dict[str, list[DataFile]] = {}
        for file in files:
            self._files.setdefault(file.path.stem, []).append(file)
        self._local = {feature.id: feature for feature in local}

    def find(self, id: str) -> Feature | None:
        """Return a feature by its id, or else what all of its kind share."""
        found = self.own(id)
        head = id
        while found is None and "." in head:
            head = head.rpartition(".")[0]
            shared = self.own(f"{head}.*")
            if shared:
                data = _named(shared.data, id[len(head) + 1 :])
                found = Feature(id, data, shared.origin, local=shared.local)
        return found

    def own(self, id: str) -> Feature | None:
        """Return the entry of just this id, which may end in a star."""
        if id in self._local:
            return self._local[id]
        for file in self._files.get(id.partition(".")[0], ()):
            if id in file.data["features"]:
                return Feature(id, file.data["features"][id], file.origin)
        return None

    def __iter__(self) -> Iterator[Feature]:
        yield from self._local.values()
        for file in (file for files in self._files.values() for file in files):
            for id, data in file.data["features"].items():
                if id not in self._local:
                    yield Feature(id, data, file.origin)


def _named(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Fill the name of one feature into what all of its kind share: ``{name}`` stands for it."""
    found = {key: _filled(value, name) for key, value in entry.items()}
    return found if "{name}" in entry["title"] else {**found, "title": f"{entry['title']} {name}"}


def _filled(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_filled(each, name) for each in value]
    return value.replace("{name}", name) if isinstance(value, str) else value
