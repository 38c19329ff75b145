"""What a folder holds before anything is set up: its formats, its workloads, and what the names of its folders tell."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vmlint.extend.plugins import Installed
    from vmlint.run.result import Result

ENVIRONMENTS = {
    "prod": "production",
    "production": "production",
    "staging": "staging",
    "dev": "dev",
    "development": "dev",
}
"""Names of folders that leave no doubt, and the environment that they mean."""
LIKELY = ENVIRONMENTS | {
    "prd": "production",
    "live": "production",
    "preprod": "staging",
    "stage": "staging",
    "stg": "staging",
    "uat": "test",
    "qa": "test",
    "test": "test",
    "tests": "test",
    "testing": "test",
}
"""Words in names of folders that probably mean an environment."""
MANIFEST = "manifest"
_WORD = lazy_pattern(r"[-_.]")
_PLAIN = lazy_pattern(r"[\w./ @+=-]+")


class Guess(NamedTuple):
    """What the name of a folder with workloads tells about them."""

    folder: str
    """Relative to the folder that was looked through, with slashes."""
    environment: str
    certain: bool
    """Whether the whole name is the word, and no other folder on the way means another environment."""


class Survey(NamedTuple):
    """What was found in a folder."""

    files: int
    """How many files hold workloads."""
    workloads: int
    formats: Mapping[str, int]
    """Format for people -> number of files, the most frequent first."""
    guesses: tuple[Guess, ...]

    def __str__(self) -> str:
        """Say what was found, as one clause."""
        if not self.workloads:
            return "no workload"
        kinds = ", ".join(f"{title} ({number})" for title, number in self.formats.items())
        return f"{count(self.workloads, 'workload')} in {count(self.files, 'file')}: {kinds}"


def survey(folder: Path, plugins: Installed) -> Survey:
    """Read a folder as ``vmlint check`` would, and ask no rule."""
    from datetime import date

    from vmlint.reading.context import Context
    from vmlint.run.runner import run
    from vmlint.run.settings import Same, Settings

    settings = Same(Settings((), (), Context(plugins.catalog, date.today(), readers=plugins.readers)))
    titles = {reader.name: reader.title for reader in plugins.readers}
    return _survey((result for result in run([str(folder)], settings) if result.workloads), folder, titles)


def _survey(results: Iterable[Result], folder: Path, titles: Mapping[str, str]) -> Survey:
    files = workloads = 0
    formats: Counter[str] = Counter()
    folders: set[PurePosixPath] = set()
    for result in results:
        files += 1
        workloads += result.workloads
        formats.update(titles.get(name, name) for name in result.formats or (MANIFEST,))
        folders.add(PurePosixPath(Path(result.file).relative_to(folder).parent.as_posix()))
    ordered = dict(sorted(formats.items(), key=lambda each: (-each[1], each[0])))
    return Survey(files, workloads, ordered, tuple(guesses(folders)))


def guesses(folders: Iterable[PurePosixPath]) -> Iterable[Guess]:
    """Yield what the names of folders tell, each outermost folder with such a name once, in sorted order."""
    found: dict[str, Guess] = {}
    for folder in folders:
        meant = [(depth, word) for depth, name in enumerate(folder.parts) if (word := _meant(name))]
        if not meant:
            continue
        depth, environment = meant[0]
        outer = PurePosixPath(*folder.parts[: depth + 1])
        agreed = {word for _, word in meant} == {environment}
        certain = agreed and ENVIRONMENTS.get(outer.name.lower()) == environment and bool(_PLAIN.fullmatch(str(outer)))
        known = found.get(str(outer))
        found[str(outer)] = Guess(str(outer), environment, certain and (known is None or known.certain))
    return sorted(found.values())


def _meant(name: str) -> str | None:
    """Return the environment that the name of a folder means, or may mean."""
    lower = name.lower()
    return LIKELY.get(lower) or next((LIKELY[word] for word in _WORD.split(lower) if word in LIKELY), None)
