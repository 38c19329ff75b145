"""Every native example with a word or a line left out: what is not there is unknown or a finding, never a crash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.formats.conftest import settings
from vmlint.extend.plugins import Installed
from vmlint.reading.file import File
from vmlint.run.check import check

NATIVE = Path(__file__).parents[2] / "examples" / "native"
EXAMPLES = sorted(path for path in NATIVE.rglob("*") if path.is_file() and path.suffix != ".ova")
WORD = re.compile(rb"[\w.:/-]+")
MOST = 40
"""Words of a file that are left out, evenly spaced."""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_reader_counts_on_a_word(path: Path, installed: Installed) -> None:
    chosen = settings(installed)
    data = path.read_bytes()
    words = list(WORD.finditer(data))
    for word in words[:: max(len(words) // MOST, 1)]:
        line = data.rfind(b"\n", 0, word.start()) + 1, data.find(b"\n", word.end())
        for left in (
            data[: word.start()] + data[word.end() :],
            data[: word.start()] + b'""' + data[word.end() :],
            data[: line[0]] + data[line[1] :],
        ):
            seen = check(File(str(path), left), chosen)
            assert seen.crashes == (), left.decode()
