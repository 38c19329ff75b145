"""A revision of a project in a folder of its own, to be read beside the work tree."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vmlint import limits
from vmlint.project.git import Blob, GitError, Repository, blob_id
from vmlint.project.private_folder import private_folder
from vmlint.project.root import BASELINE, OWN, SHARED, git_root
from vmlint.words import reason

_EXCLUSIVE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

NAMES_FILES = {"config": "VMLINT_CONFIG", "host": "VMLINT_HOST", "catalog": "VMLINT_CATALOG", "baseline": ""}
"""The options that name files or folders, each with the variable of the environment that says the same. Of those in the
repository, the ones of a revision are meant wherever that revision is to be judged, or judges."""


class Revision:
    """The files of a revision, and a private folder with those of them that were written."""

    def __init__(self, name: str, repository: Repository, folder: Path) -> None:
        """Find the revision. Raises :class:`~vmlint.project.git.GitError`."""
        self.name = name
        """As its user wrote it."""
        self.root = repository.root
        self.folder = folder
        self._repository = repository
        self._commit = repository.commit(name)
        every = {each.name: each for each in repository.files(self._commit)}
        self._files = {name: each for name, each in every.items() if not each.is_link}
        self._links = {name: each for name, each in every.items() if each.is_link}
        self._written: set[str] = set()
        self._bytes = 0

    def __iter__(self) -> Iterator[str]:
        """Yield the names of all its files, from the root of the repository and with forward slashes."""
        return iter(self._files)

    def write(self, names: Iterable[str]) -> None:
        """Write some of its files to the folder. Raises :class:`~vmlint.project.git.GitError`."""
        wanted = [name for name in names if name in self._files and name not in self._written]
        blobs = [each for name in wanted if (each := self._files[name]).size <= limits.FILE_BYTES]
        self._written.update(wanted)
        self._bytes += sum(each.size for each in blobs)
        if self._bytes > limits.REVISION_BYTES:
            raise GitError(f"its files are larger than {limits.REVISION_BYTES // 2**20} MiB together")
        for blob, data in self._repository.contents(blobs):
            self._save(blob, data)

    def link(self, settings: Container[str], wanted: Callable[[str], bool]) -> None:
        """Make the links of the revision that lead to its own files, and write these files.

        A settings file that is a link out of the revision would be left out: it is refused. ``settings`` are names of
        such files. Raises :class:`~vmlint.project.git.GitError`.
        """
        small = [each for each in self._links.values() if each.size <= limits.NAME_BYTES]
        for blob, data in self._repository.contents(small):
            target = _target(blob.name, os.fsdecode(data))
            if target is None:
                if blob.name.rpartition("/")[2] in settings:
                    raise GitError(f"{blob.name} is a link that leads out of the repository")
                continue
            if wanted(blob.name.rpartition("/")[2]):
                self.write([target])
            link = self.folder / blob.name
            try:
                link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                link.symlink_to(os.path.relpath(self.folder / target, link.parent))
            except OSError as error:
                raise GitError(f"the link {blob.name} cannot be made: {reason(error)}") from None

    def read(self, place: Path) -> bytes | None:
        """Return the bytes of a file by its place in the folder; ``None`` where the revision has none there.

        Raises :class:`~vmlint.project.git.GitError`.
        """
        name = os.path.relpath(place, self.folder).replace(os.sep, "/")
        if name not in self._files:
            return None
        self.write([name])
        return (self.folder / name).read_bytes() if self._files[name].size <= limits.FILE_BYTES else None

    def is_same(self, name: str, data: bytes) -> bool:
        """Whether a file of the revision has these bytes, which it need not be read for."""
        known = self._files.get(name)
        return known is not None and known.size == len(data) and known.id == blob_id(data, len(known.id))

    def renamed(self, data: bytes) -> bytes | None:
        """Return the bytes where a file of the revision had them that is no more."""
        gone = (each for each in self._files.values() if each.size == len(data))
        for each in gone:
            if each.id == blob_id(data, len(each.id)) and not os.path.lexists(self.root / each.name):
                return data
        return None

    def _save(self, blob: Blob, data: bytes) -> None:
        file = self.folder / blob.name
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._links and not Path(os.path.realpath(file.parent)).is_relative_to(self.folder):
                return
            descriptor = os.open(file, _EXCLUSIVE, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
        except FileExistsError:
            return  # two names that are one to this file system, of which the work tree has one as well
        except OSError as error:
            raise GitError(f"{blob.name} cannot be copied: {reason(error)}") from None

    def new_names(self) -> dict[str, str]:
        """Return the new names of files that the present commit has under another one."""
        return self._repository.renamed(self._commit)

    def there(self, folder: Path) -> Path:
        """Return the folder that stands for one of the repository; it need not exist."""
        return self.folder / Path(os.path.realpath(folder)).relative_to(self.root)

    def moved(self, name: str, start: Path, *, or_present: bool = False) -> str:
        """Return what an option or a variable names, from the folder ``start`` of the revision.

        A file outside the repository is as it is, and so is ``or_present`` one that the revision does not have.
        """
        place = self.named(name)
        if name == "local" or place is None or (or_present and not place.exists()):
            return os.path.realpath(name) if os.path.lexists(name) else name
        return os.path.relpath(place, start)

    def here(self, path: str | Path) -> Path | None:
        """Return where in the folder a path of the work tree is; ``None`` for one outside the repository."""
        real = Path(os.path.realpath(path))
        return self.folder / real.relative_to(self.root) if real.is_relative_to(self.root) else None

    def named(self, path: str | Path) -> Path | None:
        """Return the same for a name, without following links of the work tree, which the revision may not have."""
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` follows links
        return self.folder / whole.relative_to(self.root) if whole.is_relative_to(self.root) else self.here(path)


def _target(name: str, words: str) -> str | None:
    """Return where a link leads, from the root; ``None`` where that is not surely inside.

    Its folder is none of a link's making, so the steps up at its beginning are what they seem; further ones may not be.
    """
    steps = words.split("/")
    inner = [step for step in steps if step not in ("", ".")]
    ups = len([*itertools.takewhile(lambda step: step == "..", inner)])
    folder = name.split("/")[:-1]
    if words.startswith("/") or "\0" in words or ".." in inner[ups:] or ups > len(folder) or ".git" in inner:
        return None
    return "/".join((*folder[: len(folder) - ups], *inner[ups:])) or None


@contextmanager
def revision_of(name: str, start: Path, wanted: Callable[[str], bool]) -> Iterator[Revision]:
    """Give a revision of the repository around a folder, with the files whose names are wanted.

    The folder is private, and is removed in the end, also of a process that is interrupted. Raises
    :class:`~vmlint.project.git.GitError`.
    """
    root = git_root(start)
    if root is None:
        raise GitError("there is no git repository here")
    with private_folder() as folder:
        (folder / ".git").mkdir(mode=0o700)  # marks the root of the project
        revision = Revision(name, Repository(root), folder)
        revision.write(each for each in revision if wanted(each.rpartition("/")[2]))
        revision.link((OWN, SHARED, BASELINE), wanted)
        yield revision
