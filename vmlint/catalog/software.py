"""Programs, and what each needs of the layers below it: by the name of an image, a command, an engine or a system."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.catalog.files import DATA
from vmlint.catalog.records import Record
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog.files import DataFile

_HUB = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "mirror.gcr.io/", "public.ecr.aws/docker/")
"""Where Docker Hub's images come from under their own names."""


_OF_ONE_ARCHITECTURE = frozenset(
    {"amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"}
)
"""Where Docker Hub has its official images for one architecture: ``arm64v8/redis``."""


class Program(Record):
    """An entry of the software files."""

    @property
    def needs(self) -> tuple[Mapping[str, Any], ...]:
        """Its needs, as rows of the file."""
        return tuple(self.data.get("needs", ()))


class ImageName(NamedTuple):
    """The parts of an image reference."""

    repository: str
    """Without the names under which Docker Hub's images are usually written."""
    tag: str | None
    """``None`` where a digest stands in place of a tag: which version it is does not show."""


class Found(NamedTuple):
    """A program that an image holds."""

    program: Program
    tag: str | None
    own: bool
    """Whether the name is one that its maker publishes; a copy in another registry has the same path there.

    False as well for a tag in words that stands for a release, since it may stand for another one by now.
    """


class Software:
    """The programs of data files. Of each file, only the text is searched until it may hold what is asked for.

    An entry in ``local`` replaces the one of its id.
    """

    def __init__(self, files: Iterable[DataFile], local: Iterable[Program] = ()) -> None:
        self._files = tuple(files)
        self._local = {program.id: program for program in local}
        self._found: dict[str, tuple[Found, ...]] = {}
        self._by_last: dict[str, dict[int, Program]] = {}
        """By the last part of an image's name; empty until many images were asked about."""
        self._asked = 0
        self._by_name: dict[tuple[str, str, str], tuple[Program, ...]] = {}

    def find(self, id: str) -> Program | None:
        """Return a program by the id of its entry."""
        return self._local.get(id) or next((each for each in self._holding(id) if each.id == id), None)

    def of_image(self, reference: str) -> tuple[Found, ...]:
        """Return the programs of an image, by its reference."""
        if reference not in self._found:
            if len(self._found) > _REMEMBERED:
                self._found.clear()
            self._found[reference] = tuple(self._images(image_name(reference)))
        return self._found[reference]

    def of_platform(self, id: str) -> tuple[Program, ...]:
        """Return what is known of the needs of a platform, by its id."""
        return self._named(_PLATFORMS, id)

    def of_command(self, name: str) -> tuple[Program, ...]:
        """Return the programs that a command starts, by its name without the folder."""
        return self._named(_COMMANDS, name)

    def of_guest(self, id: str) -> tuple[Program, ...]:
        """Return what is known of the needs of a guest system, by its id."""
        return self._named(_GUESTS, id)

    @functools.cached_property
    def variables(self) -> frozenset[str]:
        """The environment variables that some need depends on: readers keep these alone.

        Those of vmlint's own data are listed in ``variables.csv``, so that no file has to be parsed for them.
        """
        return _own_variables().union(
            name
            for program in self._added()
            for need in program.needs
            for part in ("environment", "notEnvironment")
            for name in need.get("when", {}).get(part, ())
        )

    @functools.cached_property
    def added_features(self) -> frozenset[str]:
        """The features that programs of projects and plugins need, by their ids."""
        written = (str(need["feature"]) for program in self._added() for need in program.needs)
        return frozenset(re.split(r"[\s<>=!]", feature, maxsplit=1)[0] for feature in written)

    def _added(self) -> Iterator[Program]:
        """Yield the programs that are none of vmlint's own."""
        yield from self._local.values()
        yield from (program for file in self._files if file.origin for program in _programs(file))

    def _named(self, kind: tuple[str, str], name: str) -> tuple[Program, ...]:
        """Return the programs of one kind of file with a name, or with a pattern that fits it."""
        key = (*kind, name)
        if key not in self._by_name:
            stem, part = kind
            beginning = name.rstrip("0123456789.") or name  # of a pattern that may stand for it
            holding = [
                *self._local.values(),
                *(
                    each
                    for file in self._files
                    if file.path.stem == stem and file.may_hold(beginning)
                    for each in _programs(file)
                ),
            ]
            self._by_name[key] = tuple(
                each
                for each in holding
                if any(_names(pattern, name) for pattern in each.data.get(part, ()))
                and (each.id not in self._local or each is self._local[each.id])
            )
        return self._by_name[key]

    def __iter__(self) -> Iterator[Program]:
        return self._holding("")

    def _images(self, image: ImageName) -> Iterator[Found]:
        name = image.repository
        plain = _without_registry(name)
        for program in self._with_image(name):
            images = program.data.get("images", ())
            own = name in images
            if own or (plain != name and (plain in images or plain.removeprefix("library/") in images)):
                tag = program.data.get("sameAs", {}).get(image.tag, image.tag)
                yield Found(program, tag, own=own and tag in (image.tag, "latest"))

    def _with_image(self, repository: str) -> Iterable[Program]:
        """Return the programs of which one may have an image, in the order of the files.

        Few images are searched for in the text of the files, so that most of these need not be parsed. Of many, each
        program's are put into an index once.
        """
        self._asked += 1
        last = repository.rpartition("/")[2]
        if self._asked < _INDEXED:
            return self._holding(last)
        if self._asked == _INDEXED:
            for program in self:
                for image in program.data.get("images", ()):
                    self._by_last.setdefault(image.rpartition("/")[2], {})[id(program)] = program
        return self._by_last.get(last, {}).values()

    def _holding(self, text: str) -> Iterator[Program]:
        """Yield the programs of all files whose text holds a word; all of them for an empty one."""
        yield from self._local.values()
        for file in self._files:
            if not text or file.may_hold(text):
                yield from (program for program in _programs(file) if program.id not in self._local)


_REMEMBERED = 4096
_INDEXED = 100
"""Images from which on an index of all is faster than a search for each."""
_PLATFORMS, _COMMANDS, _GUESTS = ("engines", "platforms"), ("commands", "commands"), ("guests", "guests")
"""The files that name programs by something else than an image, each with the list that does: only it is read."""


@functools.cache
def _own_variables() -> frozenset[str]:
    return frozenset((DATA / "variables.csv").read_text("utf-8").split()[1:])


@functools.cache
def _programs(file: DataFile) -> tuple[Program, ...]:
    return tuple(Program(id, entry, file.origin) for id, entry in file.data["software"].items())


def _names(pattern: str, id: str) -> bool:
    return id.startswith(pattern[:-1]) if pattern.endswith("*") else id == pattern


def image_name(reference: str) -> ImageName:
    """Split an image reference: ``docker.io/library/mongo:7`` names ``mongo`` with the tag ``7``."""
    whole, _, digest = reference.strip().partition("@")
    path, slash, name = whole.rpartition("/")
    name, colon, tag = name.partition(":")
    repository = (path + slash + name).lower()
    for hub in _HUB:
        repository = repository.removeprefix(hub)
    arch, slash, official = repository.partition("/")
    if slash and "/" not in official and arch in _OF_ONE_ARCHITECTURE:
        repository = official
    return ImageName(repository.removeprefix("library/"), tag if colon or not digest else None)


def _without_registry(repository: str) -> str:
    """Return what follows the host of a registry: a first part with a dot or a port in it."""
    first, slash, rest = repository.partition("/")
    return rest if slash and ("." in first or ":" in first or first == "localhost") else repository
