"""Which file of a revision a new file was, by what the two hold: what was accepted there stays accepted here.

As for git, a file was renamed where most of its lines are in a new one. Each file becomes one new file at most: else a
single file that is deleted would accept the same findings in any number of others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.run.before import gone
from vmlint.run.discover import files

if TYPE_CHECKING:
    from pathlib import Path

    from vmlint.project.revision import Revision
    from vmlint.run.discover import Wanted

LEAST = 0.5
"""Share of the larger file that has to be in the other one, as git takes it."""


def renames(revision: Revision, paths: Iterable[str], wanted: Wanted, name: Callable[[str], str]) -> Mapping[str, str]:
    """Return the new files below some paths that the revision has under another name, each with that name.

    ``name`` returns the path of a present file from the root of the repository.
    """
    old = gone(revision, wanted)
    if not old:
        return {}
    known = frozenset(revision)
    new = {name(file): file for file in files((path for path in paths if path != "-"), wanted)}
    return renamed(
        dict(_contents((each, revision.folder / each) for each in old)),
        dict(_contents((each, file) for each, file in new.items() if each not in known)),
    )


def renamed(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, str]:
    """Return the name of each new file that was renamed, with the old one. Both are given with what they held."""
    pairs = [*_equal(old, new)]
    work = len(old) * sum(map(len, new.values())) + len(new) * sum(map(len, old.values()))
    if work <= limits.RENAMED_WORK:
        pairs += _similar(old, new)
    pairs.sort(key=lambda pair: (-pair[0], PurePosixPath(pair[1]).name != PurePosixPath(pair[2]).name, *pair[1:]))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, before, after in pairs:
        if before not in taken and after not in found:
            found[after] = before
            taken.add(before)
    return found


_Pair = tuple[float, str, str]
"""How alike two files are, the name of the old one and of the new one."""


def _equal(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[_Pair]:
    by_content: dict[bytes, list[str]] = {}
    for before, data in old.items():
        by_content.setdefault(data, []).append(before)
    for after, data in new.items():
        yield from ((1.0, before, after) for before in by_content.get(data, ()))


def _similar(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[_Pair]:
    before = {name: _lines(data) for name, data in old.items()}
    after = {name: _lines(data) for name, data in new.items()}
    for one, ours in before.items():
        for other, theirs in after.items():
            small, large = sorted((len(old[one]), len(new[other])))
            if small >= LEAST * large and old[one] != new[other]:
                same = sum(min(number, theirs[line]) * len(line) for line, number in ours.items() if line in theirs)
                if same >= LEAST * large:
                    yield same / large, one, other


def _lines(data: bytes) -> Counter[bytes]:
    return Counter(data.splitlines(keepends=True))


def _contents(named: Iterable[tuple[str, str | Path]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that hold anything, by name; linting says what is wrong with one that cannot be read."""
    for name, file in named:
        try:
            data = read_bytes(file)
        except OSError:
            continue
        if data:
            yield name, data
