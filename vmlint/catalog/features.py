"""Features of the layers below a workload: what each is called, which command shows it, what its absence looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.catalog.files import table
from vmlint.catalog.records import Record
from vmlint.words import nearest

if TYPE_CHECKING:
    from vmlint.catalog.files import DataFile


class Feature(Record):
    """A feature, or several of one kind where the id ends in a star."""

    @property
    def title(self) -> str:
        """How a message names it."""
        return str(self.data["title"])

    @property
    def bound(self) -> str:
        """An example of a bound of its value, ``>=262144``; empty where it has none."""
        return str(self.data.get("bound", ""))

    @property
    def only_value(self) -> bool:
        """Whether it always has a value, so that a need of it without a bound asks for nothing."""
        return bool(self.data.get("onlyValue"))

    @property
    def show(self) -> str:
        """The command that shows whether a Linux host has it; empty where there is none."""
        return str(self.data.get("show", ""))

    @property
    def errors(self) -> tuple[str, ...]:
        """Texts that users search for where it is missing."""
        return tuple(self.data.get("errors", ()))

    @property
    def vendor(self) -> str:
        """Who makes the only processors with it, in the manifest's word; empty where several do."""
        return str(self.data.get("vendor", ""))

    @property
    def settled(self) -> bool:
        """Whether a demand of it is met by no other platform or mode, which would only not ask for it."""
        return bool(self.data.get("settled"))

    @property
    def help(self) -> str:
        """What to change on the layer that lacks it; empty where that differs from case to case."""
        return str(self.data.get("help", ""))


_MODULE = "kernel.module."
_OF_A_KIND = ("bound", "onlyValue", "settled")
"""What a feature with an entry of its own still has from its kind."""


class Features:
    """The features of data files, a file for each layer. An entry in ``local`` replaces the one of its id."""

    def __init__(self, files: Iterable[DataFile], local: Iterable[Feature] = ()) -> None:
        self._files: dict[str, list[DataFile]] = {}
        for file in files:
            self._files.setdefault(file.path.stem, []).append(file)
        self._local = {feature.id: feature for feature in local}

    def find(self, id: str) -> Feature | None:
        """Return a feature by its id, or else what all of its kind share."""
        found, shared = self.own(id), self._kind(id)
        if shared is None:
            return found
        if found is None:
            data = _named(shared.data, id[len(shared.id) - 1 :])
            return Feature(id, data, shared.origin, local=shared.local)
        of_kind = {key: shared.data[key] for key in _OF_A_KIND if key in shared.data}
        return Feature(id, {**of_kind, **found.data}, found.origin, local=found.local) if of_kind else found

    def _kind(self, id: str) -> Feature | None:
        """Return the entry of the kind that a feature is of: ``kernel.module.*``."""
        head = id
        while "." in head:
            head = head.rpartition(".")[0]
            if shared := self.own(f"{head}.*"):
                return shared
        return None

    def is_known(self, id: str) -> bool:
        """Whether there is a feature of an id: one that is described, or a flag of a CPU."""
        layer, _, name = id.partition(".")
        described = self.own(id) is not None or self._kind(id) is not None
        return described or (layer == "cpu" and name in table("cpu_flags").data["names"])

    def nearest(self, id: str) -> str | None:
        """Return the feature that was most likely meant by an id that there is not."""
        ids = {each.id.lower(): each.id for each in self}
        near = nearest(id, ids)
        return ids[near] if near else None

    @property
    def added(self) -> Iterator[str]:
        """The ids of features that projects and plugins describe."""
        yield from self._local
        yield from (
            id for files in self._files.values() for file in files if file.origin for id in file.data["features"]
        )

    def own(self, id: str) -> Feature | None:
        """Return the entry of just this id, which may end in a star."""
        if id in self._local:
            return self._local[id]
        for file in self._files.get(id.partition(".")[0], ()):
            if id in file.data["features"]:
                return Feature(id, file.data["features"][id], file.origin)
        return self._in_other_spelling(id) if id.startswith(_MODULE) else None

    def _in_other_spelling(self, id: str) -> Feature | None:
        """Return the entry of a module whose name it spells with the other of hyphens and underscores."""
        for other in {id.replace("-", "_"), f"{_MODULE}{id.removeprefix(_MODULE).replace('_', '-')}"} - {id}:
            for known in (self._local, *(file.data["features"] for file in self._files.get("kernel", ()))):
                if other in known:
                    return self.own(other)
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
