"""Measure vmlint against its peers, side by side in one run on one machine.

``make benchmark`` runs everything, prints the tables, and writes ``RESULTS.md`` and ``growth.png`` beside this file.
``make benchmark ARGS="cold --rounds 3"`` measures some of it and writes nothing; ``--vmlint before=PATH`` puts another
installed vmlint beside that of this checkout.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import environments, results, tools
from benchmarks.measure import UnexpectedError
from benchmarks.scenarios import CLEAN, SCENARIOS, TENTH, Bench, Table
from benchmarks.targets import Figures

HERE = Path(__file__).parent
ALWAYS = tuple(name for name in SCENARIOS if name != "kubernetes")
"""What is measured unless something is asked for."""
PLOT = "growth.png"


def main() -> int:
    """Run the command line."""
    options = _options()
    loads = [os.getloadavg()[0]]
    wanted = options.scenario or [*ALWAYS, *(["kubernetes"] if options.slow else [])]
    peers = [*tools.PEERS, *([tools.CHECKOV] if options.slow else [])]
    programs = environments.with_this_vmlint(options.environments / "vmlint")
    vmlints = [tools.vmlint("vmlint", programs / "vmlint"), *map(_named, options.vmlint)]
    installed = [tools.install(peer, options.environments) for peer in peers]
    head = results.tools(vmlints, environments.versions(options.environments / "vmlint"), installed)
    print(f"{results.machine(loads)}\n{head}\n{results.HOW}", flush=True)
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="vmlint-benchmark-") as work:
        schema = Path(work, "workload.schema.json")
        schema.write_bytes(subprocess.run([programs / "vmlint", "schema", "workload"], stdout=-1, check=True).stdout)
        bench = Bench(
            vmlints, installed, programs / "python", schema, Path(work), options.rounds, sorted(set(options.files))
        )
        for name in wanted:
            for table in SCENARIOS[name](bench):
                tables.append(table)
                print(f"\n{results.measured(table)}", flush=True)
    loads.append(os.getloadavg()[0])
    aims = results.targets(tables, vmlints)
    print(f"\n{aims}")
    folder = options.output or (HERE if not options.scenario else None)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        plot = _plot(tables, vmlints, installed, folder / PLOT, options.environments)
        text = results.page(tables, f"{results.machine(loads)}\n{head}", aims, plot)
        (folder / "RESULTS.md").write_text(text, "utf-8")
        print(f"wrote {folder / 'RESULTS.md'}{f' and {plot}' if plot else ''}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    # fmt: off
    parser.add_argument("scenario", nargs="*", help=f"what to measure, of {', '.join(SCENARIOS)} (default: everything)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command (default: 5; single files: 15)")
    parser.add_argument("--files", type=int, nargs="+", default=[100, 1_000, 10_000], metavar="N",
                        help="sizes of the sets (default: 100 1000 10000; 100000 takes long)")
    parser.add_argument("--vmlint", action="append", default=[], metavar="LABEL=PATH",
                        help="another installed vmlint to measure beside this one; several times if need be")
    parser.add_argument("--slow", action="store_true", help="also measure checkov, on 100 Kubernetes objects")
    parser.add_argument("--environments", type=Path, default=environments.default_folder(), metavar="FOLDER",
                        help="where the tools are installed; remove it to get newer ones (default: %(default)s)")
    parser.add_argument("--output", type=Path, metavar="FOLDER",
                        help="where RESULTS.md is written (default: benchmarks/, if everything is measured)")
    # fmt: on
    options = parser.parse_args()
    if unknown := set(options.scenario) - set(SCENARIOS):
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    if options.rounds < 1 or min(options.files) < 10:
        parser.error("there is at least one round, of at least 10 files")
    return options


def _named(text: str) -> tools.Vmlint:
    label, _, path = text.rpartition("=")
    return tools.vmlint(label or path, Path(path).absolute())


def _plot(
    tables: Sequence[Table],
    vmlints: Sequence[tools.Vmlint],
    peers: Sequence[tools.Installed],
    target: Path,
    folder: Path,
) -> str | None:
    """Draw the growth, and return the name of the picture, or ``None`` if it cannot be drawn."""
    figures = Figures(tables, "")
    lines = [(each.label, each.label, CLEAN, "") for each in vmlints]
    lines += [(f"{each.label}, 10 % with findings", each.label, TENTH, "") for each in vmlints]
    lines += [(f"{each.label}, full cache", each.label, CLEAN, "full cache") for each in vmlints if each.caches]
    lines += [(each.peer.name, each.peer.name, "", "") for each in peers]
    series = []
    for label, tool, subject, state in lines:
        found = [row.result for row in figures.rows("growth", tool, subject, state) if row.result]
        if found:
            series.append((label, [(each.command.files, each.cpu, each.wall, each.memory) for each in found]))
    programs = environments.with_packages(folder / "matplotlib", "matplotlib") if series else None
    if programs is None:
        return None
    drawing = [programs / "python", HERE / "plot.py", target]
    subprocess.run(drawing, input=json.dumps(series).encode(), check=True)
    return target.name


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UnexpectedError as error:
        sys.exit(f"benchmark: {error}")
