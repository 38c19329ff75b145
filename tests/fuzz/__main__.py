"""``python -m tests.fuzz --minutes 60``: change files at random for as long, and keep each input that fails."""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.fuzz.mutate import mutated
from tests.fuzz.subjects import ROOT, Subject, subjects
from tests.fuzz.target import inside, one

FOUND = ROOT / "tests/fuzz/found"
SLOW = 10.0
"""Seconds of CPU after which an input counts as a hang."""
WHOLE = 50
"""Of so many files, one is tried by the command line."""


def main() -> int:
    """Fuzz, and return how many kinds of failures were found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a part of the names of the files to change")
    options = parser.parse_args()
    chosen = [each for each in subjects() if options.only in f"{each.kind} {each.name}"]
    others = [each.data for each in subjects()]
    random, tried = Random(options.seed), 0
    failures: Counter[str] = Counter()
    end = time.monotonic() + options.minutes * 60
    with TemporaryDirectory() as folder:
        inside(Path(folder))
        while time.monotonic() < end:
            subject = random.choice(chosen)
            data = mutated(random, subject.data, others)
            tried += 1
            if why := _failure(subject, data, tried if tried % WHOLE == 0 else None):
                kind = re.sub(r"[0-9]+", "0", why.partition(": ")[2] or why)
                failures[kind] += 1
                if failures[kind] == 1:
                    print(f"{_kept(subject, data).relative_to(ROOT)}: {why}", flush=True)
    print(f"{tried} inputs of {len(chosen)} files, {len(failures)} kinds of failures")
    return bool(failures)


def _failure(subject: Subject, data: bytes, whole: int | None) -> str:
    """Return what an input does wrong; empty where nothing."""
    start = time.process_time()
    try:
        one(subject, data, whole=whole)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what fuzzing looks for
        at = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}: {str(error)[:300]}"
    taken = time.process_time() - start
    return f"{subject.kind} {subject.name} takes over {SLOW:.0f} s" if taken > SLOW else ""


def _kept(subject: Subject, data: bytes) -> Path:
    name = f"{subject.kind}~{hashlib.sha256(data).hexdigest()[:12]}~{Path(subject.name).name}"
    FOUND.mkdir(exist_ok=True)
    (FOUND / name).write_bytes(data)
    return FOUND / name


if __name__ == "__main__":
    sys.exit(main())
