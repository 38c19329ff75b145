"""Take the pictures of ``docs/html-report.md``: ``python -m docs.report_picture``, where a Chromium is installed.

They are of the examples, on a fixed day. Which fonts there are differs from one machine to another, so no test compares
them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser import browser

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
TODAY = "2026-11-22"
CHECK = (sys.executable, "-m", "vmlint", "check", "examples", "--format", "html", "--today", TODAY)
OPEN = """
const found = [...document.querySelectorAll(".finding")].find(each => each.dataset.rule === "VM622");
found.firstElementChild.open = true;
document.forms[0].elements.search.value = "firmware";
document.forms[0].dispatchEvent(new Event("input"));
document.getElementById("findings").scrollIntoView();
"""
SHOTS = {"html-report.png": ("light", 1000, ""), "html-report-finding.png": ("dark", 720, OPEN)}
"""File -> colour scheme, height, and what is done in the page before."""


def main() -> None:
    """Write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, browser() as started:
        file = Path(folder) / "report.html"
        file.write_bytes(subprocess.run(CHECK, cwd=ROOT, capture_output=True, check=False).stdout)  # noqa: S603
        for name, (scheme, height, before) in SHOTS.items():
            with started.page() as page:
                page.media(scheme=scheme)
                page.size(1200, height)
                page.open(file)
                page.run(f"(() => {{ {before} }})()")
                page.settle()
                (IMAGES / name).write_bytes(page.picture(optimizeForSpeed=False))


if __name__ == "__main__":
    main()
