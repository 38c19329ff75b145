"""The results as Markdown: on the terminal while it runs, and as ``RESULTS.md``."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.scenarios import Row, Table
from benchmarks.targets import TARGETS, Figures
from benchmarks.tools import Installed, Vmlint

COLUMNS = ("checked", "tool", "CPU", "least", "wall", "files/s", "MB/s", "MiB", "CPU, multiple", "rounds")
HOW = """\
All commands of a table were run in turn, round by round, so that what else the machine did at the time disturbed all
alike. Figures are medians of the rounds. *CPU* is the time of all processes of a command on all cores, *least* that of
the round with the least, *wall* the time on the clock, by which *files/s* and *MB/s* of input count. *MiB* is the peak
memory of all processes (below 9 MiB it is not told apart), *CPU, multiple* counts the first row of the table as 1.
Where vmlint keeps a cache of results, its rows say whether that was off, on and still empty, or on and full. Compare
figures of one table only, and multiples rather than seconds: on another day the same machine gives other seconds.
"""
UNLIKE = """\
- The tools check different things, so the figures tell what a user waits for, not which program is written better.
  vmlint decides whether a workload will run on its platform, and looks for a better one where it will not.
- yamllint, ryl and check-jsonschema read the same manifests as vmlint. zizmor reads nothing but workflows: it got as
  many of them, of the same size, all different and without findings.
- Some tools use all cores, others one. *files/s* rewards that, *CPU* does not.
- Peers ran with the options that are shown, without caches of results, and ended with status 0: nothing that fails a
  run was found. Only checkov, on request, is told to end so whatever it finds. vmlint's own cache is off unless its row
  says otherwise. The files were in the memory of the operating system for all.
- Peers that are slow ran one round on sets of more than 100 files and on the large file, and some did not run on the
  largest sets: the table says so in place of a figure. No figure was scaled up from a smaller set.
- kube-linter is not measured: there is no package of it to install beside the others.
- The files are generated. Real collections have files that are longer, are alike in other ways, and are skipped.
"""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Return a table in Markdown whose columns are also aligned on a terminal; ``right`` are those of numbers."""
    body = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *body, strict=True)]
    numeric = set(right)

    def line(cells: Sequence[str]) -> str:
        fitted = (
            cell.rjust(width) if at in numeric else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join(fitted)} |"

    rule = [f"{'-' * (width - 1)}{':' if at in numeric else '-'}" for at, width in enumerate(widths)]
    return "\n".join([line(heads), line(rule), *map(line, body)]) + "\n"


def measured(found: Table) -> str:
    """Return the section of a table of measurements."""
    first = next((row.result for row in found.rows if row.result), None)
    lines = (_line(row, first.cpu if first else 0.0) for row in found.rows)
    return f"### {found.title}\n\n{found.about}\n\n{table(COLUMNS, lines, range(2, len(COLUMNS)))}"


def _line(row: Row, floor: float) -> list[str]:
    tool = f"{row.tool}, {row.state}" if row.state else row.tool
    result = row.result
    if result is None:
        return [row.subject, tool, row.note, *[""] * (len(COLUMNS) - 3)]
    several, large = result.command.files > 1, result.command.megabytes > 0.01
    return [
        row.subject,
        tool,
        seconds(result.cpu),
        seconds(result.least_cpu),
        seconds(result.wall),
        f"{result.rate:,.0f}" if several else "",
        f"{result.megabytes_rate:.2f}" if large else "",
        f"{result.memory:.0f}",
        f"{result.cpu / floor:.2f}",
        str(len(result.runs)),
    ]


def seconds(value: float) -> str:
    """Return a time with three digits at least: ``71 ms``, ``1.43 s``, ``203 s``."""
    if value < 1:
        return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms"
    return f"{value:.2f} s" if value < 100 else f"{value:.0f} s"


def targets(tables: Sequence[Table], vmlints: Sequence[Vmlint]) -> str:
    """Return the table of what vmlint aims at."""
    heads = ["target", "aim", *(word for tool in vmlints for word in (tool.label, "met"))]
    lines = []
    for target in TARGETS:
        found = [target.line(Figures(tables, tool.label)) for tool in vmlints]
        lines.append([target.what, found[0][1], *(word for value, _, met in found for word in (value, met))])
    return table(heads, lines, range(2, len(heads), 2))


def machine(loads: Sequence[float]) -> str:
    """Return what the figures were measured on. ``loads`` are the load averages before and after."""
    lines = [
        ("date", date.today().isoformat()),
        ("processor", _cpu_model()),
        ("cores", str(os.cpu_count())),
        ("system", f"{platform.system()}, {platform.machine()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("vmlint at commit", _commit()),
        ("load average, before and after", ", ".join(f"{load:.1f}" for load in loads)),
    ]
    return table(("machine", ""), lines)


def tools(vmlints: Sequence[Vmlint], dependencies: str, peers: Sequence[Installed]) -> str:
    """Return the measured tools with their versions and options."""
    lines = [(tool.label, tool.version, "`check`, judged as of a fixed date") for tool in vmlints]
    lines += [(each.peer.name, each.version, f"{each.peer.checks}; `{' '.join(each.peer.words)}`") for each in peers]
    return f"{table(('tool', 'version', 'checks'), lines)}\nInstalled with vmlint: {dependencies}.\n"


def page(found: Sequence[Table], head: str, aims: str, plot: str | None) -> str:
    """Return the whole of ``RESULTS.md``."""
    largest = max((row.result.command.files for each in found for row in each.rows if row.result), default=0)
    picture = f"\n![CPU, wall clock and memory by number of files]({plot})\n" if plot else ""
    parts = [
        "# Results of the benchmark\n\nWritten by `make benchmark`; do not change by hand.\n",
        head,
        f"## Targets\n\nThe largest set of this run had {largest:,} files.\n\n{aims}{picture}",
        f"## What is not like for like\n\n{UNLIKE}",
        f"## Measurements\n\n{HOW}",
        *map(measured, found),
    ]
    return "\n".join(parts)


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


def _commit() -> str:
    try:
        told = subprocess.run(
            ["git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude", "*"], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.decode().strip()
