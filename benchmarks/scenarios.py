"""What is measured: a table for each group of commands that are run in turn.

Every set of files is checked once before it is measured: vmlint's own JSON must name exactly the share of files with
findings that was asked for.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpus
from benchmarks.measure import Command, Result, UnexpectedError, rounds
from benchmarks.tools import Installed, Vmlint

COLD_ROUNDS = 3
"""Times the rounds of sets: a single start is short, and what disturbs it weighs more."""
BIG = 5_000
"""Files from which on a set is measured in fewer rounds."""
BIG_ROUNDS = 3
VERIFIED = 10_000
"""The largest set whose share of findings is verified: the JSON of all of them is kept in memory."""
FLAGGED = 1
"""vmlint's exit status where something was found."""
SHARES = (0, 10, 50)
"""Percent of the files that have findings."""


class Row(NamedTuple):
    """A line of a table: what a tool did, or why it was not run."""

    subject: str
    """What was checked, such as ``0 %, alike``."""
    tool: str
    state: str
    """Of the cache of results: ``no cache``, ``empty cache`` or ``full cache``; empty for a tool without one."""
    result: Result | None
    note: str = ""


class Table(NamedTuple):
    """Commands that ran in turn."""

    scenario: str
    title: str
    about: str
    rows: tuple[Row, ...]
    """All figures of CPU are also given as multiples of the first row."""


class Bench(NamedTuple):
    """What all scenarios need."""

    vmlints: Sequence[Vmlint]
    """The first one is what this checkout installs, the others are to compare it with."""
    peers: Sequence[Installed]
    python: Path
    """The interpreter of the first vmlint."""
    schema: Path
    work: Path
    """An empty folder."""
    rounds: int
    sizes: Sequence[int]


class _Entry(NamedTuple):
    """A row that is still to be measured."""

    subject: str
    tool: str
    state: str
    command: Command | None
    slow: bool = False
    note: str = ""


def _measured(bench: Bench, scenario: str, title: str, about: str, entries: Sequence[_Entry], turns: int) -> Table:
    """Run all entries in turn."""
    commands = [entry.command for entry in entries if entry.command]
    slow = {entry.command.label for entry in entries if entry.command and entry.slow}
    found = rounds(commands, {each.label: 1 if each.label in slow else turns for each in commands})
    results = {result.command.label: result for result in found}
    rows = (
        Row(each.subject, each.tool, each.state, results.get(each.command.label) if each.command else None, each.note)
        for each in entries
    )
    shutil.rmtree(bench.work / "caches", ignore_errors=True)
    return Table(scenario, title, about, tuple(rows))


def _vmlint(
    bench: Bench, subject: str, folder: Path, *words: str, status: int = 0, files: int = 1, states: bool = False
) -> Iterator[_Entry]:
    """Return an entry for each vmlint; with ``states``, one for each state of its cache, if it has one."""
    for tool in bench.vmlints:
        with_cache = ("empty cache", "full cache") if states and tool.caches else ()
        for state in ("no cache" if tool.caches else "", *with_cache):
            label = f"{tool.label} {state} {subject}"
            cache = bench.work / "caches" / re.sub(r"\W+", "-", label)
            command = Command(
                label,
                tool.check(*words, cache=state in with_cache),
                folder,
                status=status,
                environment={"XDG_CACHE_HOME": str(cache)},
                emptied=cache if state == "empty cache" else None,
                primed=state == "full cache",
                files=files,
                megabytes=_megabytes(folder, words),
            )
            yield _Entry(subject, tool.label, state, command)


class _Set(NamedTuple):
    """Files that peers read."""

    subject: str
    folder: Path
    files: int


def _peers(bench: Bench, sets: Mapping[str, _Set]) -> Iterator[_Entry]:
    """Return an entry for each peer that reads one of the sets; what is read -> the set."""
    for installed in bench.peers:
        peer = installed.peer
        if peer.reads not in sets:
            continue
        subject, folder, files = sets[peer.reads]
        if installed.program is None:
            yield _Entry(subject, peer.name, "", None, note="not available")
        elif files > peer.most:
            yield _Entry(subject, peer.name, "", None, note=f"not run on more than {peer.most:,} files")
        else:
            size = _megabytes(folder, ["."])
            words = installed.command(folder, bench.schema)
            command = Command(f"{peer.name} {subject}", words, folder, files=files, megabytes=size)
            yield _Entry(subject, peer.name, "", command, slow=peer.slow and (files > 100 or size > 1))


def _megabytes(folder: Path, words: Sequence[str]) -> float:
    paths = [path for word in words for path in ([folder / word] if word != "." else folder.rglob("*"))]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def flagged_files(report: bytes) -> int:
    """Return how many files a JSON report of vmlint has findings in."""
    return len({finding["place"]["file"] for finding in json.loads(report)["findings"]})


def verify(tool: Vmlint, folder: Path, files: int, expected: int) -> None:
    """Count the files of a set and those with findings. Raises :class:`UnexpectedError` if other than expected."""
    words = tool.check("--format", "json", "--allow-empty", ".", cache=False)
    report = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, check=False).stdout
    summary, flagged = json.loads(report)["summary"], flagged_files(report)
    if (summary["files"], summary["unread"], flagged) != (files, 0, expected):
        raise UnexpectedError(
            f"{folder.name}: {flagged} of {summary['files']} files have findings, not {expected} of {files}"
        )


def _turns(bench: Bench, files: int) -> int:
    return min(bench.rounds, BIG_ROUNDS) if files > BIG else bench.rounds


def cold(bench: Bench) -> Iterator[Table]:
    """One file, a new process each time."""
    turns = bench.rounds * COLD_ROUNDS
    bare = Command("python", [str(bench.python), "-c", "pass"], bench.work)
    floor = _Entry("nothing", "python -c pass", "", bare)
    workflows = corpus.write_workflows(bench.work / "one-workflow", 1)
    one = corpus.write_manifests(bench.work / "one", 1)
    flagged = corpus.write_manifests(bench.work / "one-flagged", 1, 100)
    compose = corpus.write_native(bench.work / "one-compose", 1)
    for folder, title, status in (
        (one, "one clean manifest", 0),
        (flagged, "one manifest with findings", FLAGGED),
        (compose, "one clean Compose file", 0),
    ):
        name = next(folder.iterdir()).name
        entries = [floor, *_vmlint(bench, title, folder, name, status=status, states=True)]
        if folder == one:
            entries += _peers(
                bench, {"manifests": _Set(title, one, 1), "workflows": _Set("one workflow", workflows, 1)}
            )
        about = "A new process for each run. Multiples are of the interpreter that does nothing."
        yield _measured(bench, "cold", title[0].upper() + title[1:], about, entries, turns)


def many(bench: Bench) -> Iterator[Table]:
    """Sets of manifests: with how many findings, and how much alike."""
    for files in [size for size in bench.sizes if size <= VERIFIED][-2:]:
        entries: list[_Entry] = []
        for alike in (False, True):
            for percent in SHARES:
                subject = f"{percent} % with findings, {'alike' if alike else 'all different'}"
                folder = corpus.write_manifests(bench.work / f"many {subject}", files, percent, alike=alike)
                expected = files * percent // 100
                verify(bench.vmlints[0], folder, files, expected)
                status = FLAGGED if expected else 0
                states = percent == SHARES[0] and not alike
                entries += _vmlint(bench, subject, folder, ".", status=status, files=files, states=states)
        about = "Alike: only the name differs. Different: sizes, counts, versions, guests and platforms differ too."
        yield _measured(bench, "many", f"{files:,} manifests", about, entries, _turns(bench, files))
        _clear(bench)


def growth(bench: Bench) -> Iterator[Table]:
    """From few files to many, with the peers."""
    for files in bench.sizes:
        folder = corpus.write_manifests(bench.work / "clean", files)
        tenth = corpus.write_manifests(bench.work / "tenth", files, 10)
        workflows = corpus.write_workflows(bench.work / "workflows", files)
        if files <= VERIFIED:
            verify(bench.vmlints[0], folder, files, 0)
            verify(bench.vmlints[0], tenth, files, files // 10)
        entries = [
            *_vmlint(bench, CLEAN, folder, ".", files=files, states=True),
            *_vmlint(bench, TENTH, tenth, ".", files=files, status=FLAGGED if files >= 10 else 0),
            *_peers(
                bench,
                {
                    "manifests": _Set(CLEAN, folder, files),
                    "workflows": _Set("workflows", workflows, files),
                },
            ),
        ]
        about = "All files are different. Peers read the clean manifests, or as many workflows of the same size."
        yield _measured(bench, "growth", f"{files:,} files, and peers", about, entries, _turns(bench, files))
        _clear(bench)


CLEAN = "clean manifests"
TENTH = "manifests, 10 % with findings"


def native(bench: Bench) -> Iterator[Table]:
    """Files of other tools."""
    files = [size for size in bench.sizes if size <= VERIFIED][-2:][0]
    entries: list[_Entry] = []
    for percent in (0, 10):
        folder = corpus.write_native(bench.work / f"native {percent}", files, percent)
        expected = sum(corpus.is_flagged(number // len(corpus.NATIVE), percent) for number in range(files))
        verify(bench.vmlints[0], folder, files, expected)
        subject = f"{percent} % with findings"
        entries += _vmlint(bench, subject, folder, ".", files=files, status=FLAGGED if expected else 0)
    about = "Compose, Kubernetes, libvirt domain XML, .vmx and xl.cfg in equal shares, all different."
    yield _measured(bench, "native", f"{files:,} files of other tools", about, entries, bench.rounds)
    _clear(bench)


def documents(bench: Bench) -> Iterator[Table]:
    """One large file."""
    folder = bench.work / "documents"
    folder.mkdir()
    text = corpus.multi_document()
    (folder / "all.yaml").write_bytes(text.encode())
    peers = [each for each in bench.peers if each.peer.name in ("yamllint", "ryl")]
    entries = [
        *_vmlint(bench, "one file", folder, "all.yaml"),
        *_peers(bench._replace(peers=peers), {"manifests": _Set("one file", folder, 1)}),
    ]
    count = text.count("\n---\n") + 1
    title = f"One file of {len(text) / 1e6:.1f} MB with {count:,} documents"
    about = "Clean manifests, all different."
    yield _measured(bench, "documents", title, about, entries, min(bench.rounds, BIG_ROUNDS))
    _clear(bench)


def kubernetes(bench: Bench) -> Iterator[Table]:
    """Kubernetes objects, for peers that read nothing else."""
    files = min(100, max(bench.sizes))
    folder = corpus.write_kubernetes(bench.work / "kubernetes", files)
    verify(bench.vmlints[0], folder, files, 0)
    entries = [
        *_vmlint(bench, "Deployments", folder, ".", files=files),
        *_peers(bench, {"kubernetes": _Set("Deployments", folder, files)}),
    ]
    title = f"{files} Kubernetes Deployments"
    yield _measured(bench, "kubernetes", title, "All different.", entries, min(bench.rounds, BIG_ROUNDS))
    _clear(bench)


def _clear(bench: Bench) -> None:
    for folder in bench.work.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)


SCENARIOS: Mapping[str, Callable[[Bench], Iterator[Table]]] = {
    "cold": cold,
    "many": many,
    "growth": growth,
    "native": native,
    "documents": documents,
    "kubernetes": kubernetes,
}
