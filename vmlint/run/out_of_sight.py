"""Files that a run does not look at although a reader of its result would expect it: they are told as skipped."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.project.root import as_written
from vmlint.run.result import Result

if TYPE_CHECKING:
    from vmlint.project.revision import Revision
    from vmlint.reading.reader import Reader
    from vmlint.run.discover import LeftOut, Wanted


def not_followed(links: Iterable[str], named: Iterable[str]) -> Iterator[Result]:
    """Yield a result for each link that leads to what the run does not look at, among the files ``named``."""
    known = {os.path.realpath(name) for name in named}
    folders = {str(parent) for name in known for parent in Path(name).parents}
    for link in links:
        target = os.path.realpath(link)
        if target not in known and target not in folders:
            what = "folder" if os.path.isdir(target) else "file"  # noqa: PTH112 - a name of any bytes
            yield Result(link, recognised=False, skipped=f"it is a link to a {what}, and links are not followed")


def moved_away(
    revision: Revision,
    paths: Iterable[str],
    named: Iterable[str],
    readers: Sequence[Reader],
    is_wanted: Wanted,
    left_out: LeftOut,
) -> Iterator[Result]:
    """Yield a result for each file that a run at a revision would lint, and that this one does not look at.

    It became a link, or went to a folder where no search looks. Files that are gone are not told. ``paths`` are what
    the run looks into, ``named`` the files that it looks at.
    """
    root = Path(os.path.realpath(revision.root))
    looked_into = [os.path.realpath(path) for path in paths if path != "-"]
    known = {os.path.realpath(name) for name in named}
    went = revision.new_names()
    for name in revision:
        place, now = root / name, root / went.get(name, name)
        if not _is_found(name, is_wanted) or not any(_is_within(str(place), each) for each in looked_into):
            continue
        real = os.path.realpath(now)
        is_where_it_was = now == place and real == str(place)
        if is_where_it_was or real in known or not os.path.exists(real):  # noqa: PTH110 - a name of any bytes
            continue
        if not left_out(*os.path.split(place), False) and _was_linted(revision, name, readers):
            was = "it is a link now, and" if now == place else f"it was {as_written(place)}, which"
            yield Result(as_written(now), recognised=False, skipped=f"{was} was linted at {revision.name}")


def _is_found(name: str, wanted: Wanted) -> bool:
    """Whether a search of the folders finds a file of a revision."""
    from vmlint.run.discover import is_passed_over

    *folders, base = name.split("/")
    return wanted(base) and not any(map(is_passed_over, (*folders, base)))


def _is_within(place: str, path: str) -> bool:
    return place == path or place.startswith(os.path.join(path, ""))  # noqa: PTH118 - compared as text


def _was_linted(revision: Revision, name: str, readers: Sequence[Reader]) -> bool:
    from vmlint.door import read_bytes
    from vmlint.reading.claim import claims_to_be_manifest
    from vmlint.reading.file import File
    from vmlint.reading.native import recognised

    revision.write([name])
    try:
        file = File(name, read_bytes(revision.folder / name))
    except OSError:
        return False  # larger than is read
    return claims_to_be_manifest(name, file.data) or next(chain(recognised(file, readers)), None) is not None
