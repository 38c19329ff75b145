"""Results that pass a second time: where a run is reported in several forms, it is linted once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

from vmlint import limits
from vmlint.run.record import packed, unpacked
from vmlint.run.result import Result


class Spool:
    """The results of a run, in memory up to a bound and beyond it in a file without a name."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(limits.SPOOLED, "w+", encoding="ascii", newline="\n")  # noqa: SIM115 - `close`

    def keeping(self, results: Iterable[Result]) -> Iterator[Result]:
        """Yield the results unchanged, and keep them."""
        for result in results:
            self._file.write(json.dumps(packed(result), separators=(",", ":")) + "\n")
            yield result

    def __iter__(self) -> Iterator[Result]:
        """Yield what was kept, as often as it is asked for."""
        self._file.seek(0)
        for line in self._file:
            yield unpacked(json.loads(line))

    def close(self) -> None:
        """Forget everything."""
        self._file.close()
