"""The hooks of pre-commit and prek. They run for the files whose names are worth a look to a reader.

``vmlint init`` writes a hook, and ``make docs`` writes ``.pre-commit-hooks.yaml``: both with the same text.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from vmlint.patterns import lazy_pattern
from vmlint.run.discover import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vmlint.reading.reader import Reader

COLUMNS = 110
_GLOB = lazy_pattern(r"\[!?]?[^]]*\]|.")


def hook(readers: Iterable[Reader], language: str) -> str:
    """Return the hook that lints the files of a commit, as YAML: an entry of a list.

    ``language`` is pre-commit's word for how vmlint is installed.
    """
    return f"""\
- id: vmlint
  name: vmlint
  description: Check whether the chosen virtualization can run each workload
  entry: vmlint check --allow-empty
  # Names come after this: that of a file may begin with a hyphen, as options do.
  args: [--]
  language: {language}
  # File names of the formats that vmlint reads. vmlint then decides by the content.
  files: >-
{textwrap.indent(file_names(readers), "    ")}
  # Links as well: their tools follow them.
  types: []
  types_or: [file, symlink]
  require_serial: true
"""


def hook_for_changes(language: str) -> str:
    """Return the hook that reports only what a commit brings, like :func:`hook`.

    It runs for every commit and gets no file names: settings, host documents and files that the commit removes change
    what is found in other files.
    """
    return f"""\
- id: vmlint-changed
  name: vmlint (what the commit brings)
  description: Report only the findings that the changes since HEAD bring
  entry: vmlint check --allow-empty
  args: [--since, HEAD, --tracked]
  language: {language}
  always_run: true
  pass_filenames: false
  require_serial: true
"""


def file_names(readers: Iterable[Reader]) -> str:
    """Return a regular expression for the paths of the files that ``vmlint check FOLDER`` would look into.

    It is verbose, so that it can be read, and stands on several lines.
    """
    patterns = {pattern for reader in readers for pattern in reader.patterns} | {f"*{ending}" for ending in ENDINGS}
    endings = {pattern for pattern in patterns if pattern.startswith("*.") and not re.search(r"[*?[]", pattern[1:])}
    plain = {pattern for pattern in endings if not _covered(pattern, endings)}
    names = sorted(pattern for pattern in patterns - endings if not _covered(pattern, endings))
    return "\n".join(
        (
            "(?ix)(",
            *_alternatives("  ", sorted(re.escape(pattern[1:]) for pattern in plain)),
            *_alternatives("  | (^|/)", map(_regex, names)),
            ")$",
        )
    )


def _covered(pattern: str, endings: Iterable[str]) -> bool:
    """Whether an ending finds everything that a pattern finds."""
    return any(pattern.endswith(ending[1:]) for ending in endings if ending != pattern)


def _alternatives(start: str, words: Iterable[str]) -> list[str]:
    text = f"{start}({' | '.join(words)})"
    return textwrap.wrap(text, COLUMNS, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def _regex(pattern: str) -> str:
    """Return a shell pattern as a regular expression. Unlike that of :func:`fnmatch.translate`, it finds no slash."""
    wild = {"*": "[^/]*", "?": "[^/]"}
    parts = _GLOB.findall(pattern)
    return "".join(
        wild.get(part) or (part.replace("[!", "[^", 1) if len(part) > 1 else re.escape(part)) for part in parts
    )
