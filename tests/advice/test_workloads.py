"""Fifty workloads with the first answers of an experienced architect: ``vmlint suggest`` names one of them first.

Each file of ``workloads/`` holds the workloads of one field. An entry has:

- ``id`` and ``useCase``: what it is, in words;
- ``spec``: the manifest, as its owner would state it; a deployment in it is the one to be left;
- ``accepted``: answers that are right in the first place. Each is words that must all be the platform, architecture or
  mode of a candidate: ``proxmox-ve type1``, ``kata``. ``nothing`` means that no platform of the catalogue is one;
- ``refused``: answers that are wrong in the first place, and before the first accepted one;
- ``why``: what decides; ``notStated``: what decides as well, and no field of a manifest can say;
- ``sources``: documents of ``sources.yaml`` by their ``id``; pages that were read, by ``url``, and what each ``says``;
  or whose ``judgement`` it is. ``day`` is the day on which they were read;
- ``now``: the verdict of today, which is ``right``, ``wrong``, or ``defensible`` for all between. The test fails where
  it differs, also for the better: ``--update-goldens`` writes it anew.

``make advice`` prints the score with the first answers to each workload, and where only the order of equals made the
first one right: a refused answer has the same score.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.conftest import Vmlint
from vmlint.catalog import Catalog

WORKLOADS = Path(__file__).parent / "workloads"
VERDICTS = ("right", "defensible", "wrong")
NOTHING = "nothing"
CATALOG = Catalog()
PARTS = {"id", "useCase", "spec", "accepted", "refused", "why", "notStated", "sources", "day", "now"}


class Entry(NamedTuple):
    file: Path
    about: Mapping[str, Any]

    def __str__(self) -> str:
        return str(self.about["id"])


@cache
def entries() -> Sequence[Entry]:
    files = sorted(WORKLOADS.glob("*.yaml"))
    return [Entry(file, about) for file in files for about in yaml.safe_load(file.read_text("utf-8"))]


@pytest.mark.parametrize("entry", entries(), ids=str)
def test_the_verdict_is_the_recorded_one(entry: Entry, vmlint: Vmlint, request: pytest.FixtureRequest) -> None:
    answers = [answer for answer, _ in suggested(entry, vmlint)]
    now = verdict(answers, entry.about["accepted"], entry.about["refused"])
    if request.config.getoption("--update-goldens"):
        record(entry, now)
    else:
        assert now == entry.about["now"], ", ".join(answers[:5])


def suggested(entry: Entry, vmlint: Vmlint) -> Sequence[tuple[str, float]]:
    """Return the answers to a workload, best first: platform, architecture and mode, and the score."""
    head = {"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": {"name": str(entry)}}
    manifest = yaml.safe_dump({**head, "spec": entry.about["spec"]})
    screen = vmlint("suggest", "-", "--format", "json", "--stdin-filename", "w.vmlint.yaml", stdin=manifest)
    assert screen.status == 0, screen.stdout + screen.stderr
    (advice,) = json.loads(screen.stdout)["workloads"]
    return [(f"{each['platform']} {each['architecture']} {each['mode']}", each["score"]) for each in advice["fitting"]]


def verdict(answers: Sequence[str], accepted: Collection[str], refused: Collection[str]) -> str:
    """Judge answers: what is refused may not stand before the first accepted one."""
    for number, answer in enumerate(answers or (NOTHING,)):
        if among(answer, accepted):
            return "defensible" if number else "right"
        if not answers or among(answer, refused):
            return "wrong"
    return "defensible"


def among(answer: str, listed: Iterable[str]) -> bool:
    return any(set(each.split()) <= set(answer.split()) for each in listed)


def record(entry: Entry, now: str) -> None:
    """Write a verdict into the file of its workload."""
    text = entry.file.read_text("utf-8")
    new, times = re.subn(rf"(- id: {entry}\n(?:  .*\n|\n)*?  now: )\w+", rf"\g<1>{now}", text)
    assert times == 1
    entry.file.write_text(new, "utf-8")


@pytest.mark.parametrize("entry", entries(), ids=str)
def test_every_workload_has_its_parts(entry: Entry) -> None:
    about = entry.about
    assert about.keys() == PARTS
    assert all(about[part] for part in PARTS - {"notStated"})
    assert about["now"] in VERDICTS
    said = {word for each in (*about["accepted"], *about["refused"]) for word in each.split()}
    unknown = [word for word in sorted(said) if not is_known(word)]
    assert not unknown, f"neither a platform nor an architecture nor a mode: {', '.join(unknown)}"
    for source in about["sources"]:
        assert source.keys() in ({"id"}, {"url", "says"}, {"judgement"}), source
        assert source.get("id", "S-01") in CATALOG.sources, source


def is_known(word: str) -> bool:
    if word in (*CATALOG.platforms, *CATALOG.modes, NOTHING) or CATALOG.known_name(word):
        return True
    return any(word in platform.architectures for platform in CATALOG.platforms.values())


def test_there_are_fifty_workloads() -> None:
    assert len({str(entry) for entry in entries()}) == len(entries()) >= 50


def test_score(request: pytest.FixtureRequest, vmlint: Vmlint) -> None:
    """The record is good enough; with ``-s``, it is printed with the answers of today."""
    score = Counter(entry.about["now"] for entry in entries())
    assert score["wrong"] == 0
    assert score["right"] >= 45
    if request.config.getoption("capture") == "no":
        by_verdict = sorted(entries(), key=lambda entry: VERDICTS.index(entry.about["now"]))
        lines = [f"{entry.about['now']:10}  {entry!s:39}  {first(entry, vmlint)}" for entry in by_verdict]
        total = ", ".join(f"{score[each]} {each}" for each in VERDICTS)
        sys.stdout.write("\n".join(["", *lines, f"first answers to {len(entries())} workloads: {total}", ""]))


def first(entry: Entry, vmlint: Vmlint) -> str:
    answers = suggested(entry, vmlint)
    equals = [answer for answer, score in answers if score == answers[0][1]]
    lucky = entry.about["now"] == "right" and any(among(answer, entry.about["refused"]) for answer in equals)
    return (", ".join(answer for answer, _ in answers[:3]) or NOTHING) + " (by the order of equals)" * lucky
