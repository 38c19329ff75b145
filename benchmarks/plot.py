"""Draw how time and memory grow with the number of files.

Run in an environment with matplotlib: ``python plot.py TARGET.png``, with JSON on standard input:
``[[label, [[files, cpu, wall, memory], …]], …]``, in seconds and MiB.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, LogFormatter

COLOURS = ("#1f5fbf", "#d1495b", "#2a9d6f", "#e08e1b", "#7b4fa3", "#5f6b7a", "#12a4b8", "#a5662b")
STYLES = ("-", "--", ":")
"""The lines of one tool: clean files, those with findings, with its cache."""
PANELS = ((2, "wall clock, seconds"), (1, "CPU of all processes, seconds"), (3, "peak memory, MiB"))
"""Column of the points -> what its axis says."""


def draw(series: Sequence[tuple[str, Sequence[Sequence[float]]]], target: str) -> None:
    """Write the picture. What stands before a comma in a label is the tool, which has a colour of its own."""
    pyplot.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})
    figure, axes = pyplot.subplots(1, len(PANELS), figsize=(14, 5.2), layout="constrained")
    plain = FuncFormatter(lambda value, _: f"{value:,.10g}")
    tools = list(dict.fromkeys(label.partition(",")[0] for label, _ in series))
    for panel, (column, title) in zip(axes, PANELS, strict=True):
        drawn: dict[str, int] = {}
        for label, points in series:
            tool = label.partition(",")[0]
            style = drawn[tool] = drawn.get(tool, -1) + 1
            panel.plot(
                [point[0] for point in points],
                [point[column] for point in points],
                label=label,
                color=COLOURS[tools.index(tool) % len(COLOURS)],
                linestyle=STYLES[style % len(STYLES)],
                marker="o",
                markersize=4,
                linewidth=2.4 if tool == "vmlint" else 1.5,
            )
        panel.set(xscale="log", yscale="log", xlabel="files of about 1.2 kB", ylabel=title)
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_formatter(plain)
            axis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.5)))  # labels only where decades are few
        panel.grid(visible=True, which="major", color="#dddddd", linewidth=0.8)
        panel.set_axisbelow(True)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, handlelength=3.5)
    figure.savefig(target, dpi=110, facecolor="white")


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1])
