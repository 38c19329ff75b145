from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, rule

from ..shared.mounts import Mount, mounts
from ..shared.wording import listed

_SOURCES = frozenset(
    {"app", "apps", "backend", "code", "frontend", "html", "lib", "node_modules", "packages", "project", "projects"}
    | {"repo", "repos", "source", "src", "vendor", "web", "workspace", "www"}
)
"""What folders of source code are called."""

_HOME = {
    "darwin": re.compile(r"(?:~|/Users/[^/]+)/(?P<inside>.+)"),
    "windows": re.compile(
        r"(?:[a-zA-Z]:|/mnt/[a-z]|/[a-z]|//[a-z])[\\/]+Users[\\/]+[^\\/]+[\\/]++(?P<inside>.+)", re.I
    ),
}
"""Paths below a home directory that lie on the host's own file system. Windows' Linux distributions have homes of
their own, which lie inside the hidden machine."""


def _is_source_tree(path: Mount, system: str) -> bool:
    """Whether a mount looks like source code: a project's folder, or a folder below a home directory."""
    if path.read_only:
        return False
    home = _HOME[system].fullmatch(path.source)
    if home:
        steps = re.split(r"[\\/]+", home["inside"].rstrip("\\/"))
        return "." not in steps[-1] and not any(step.startswith((".", "Library", "AppData")) for step in steps)
    if system == "windows" or not path.source.startswith("."):
        return False  # on Windows the project may well lie in a Linux distribution, and is fast there
    steps = [step for step in path.source.split("/") if step not in ("", ".", "..")]
    return not steps or steps[-1] in _SOURCES


@rule(
    "VM414",
    "desktop-container-io",
    Severity.NOTE,
    article=("T2-D1",),
    sources=("R2-08", "P-26"),
    architectures=("container",),
    demands=("requirements.performance.class",),
    fits_if={"host.os.family": "is linux"},
    confidence=Confidence.MEDIUM,
)
def desktop_container_io(workload: Workload) -> Iterator[Finding]:
    """Source code that lies on a Mac or on a Windows drive crosses into a virtual machine with every file access.

    ## Why

    Products that run Linux containers on a desktop keep them in a hidden Linux machine. A folder of the host that is
    mounted into a container is shared with that machine, and each opened file makes the journey.

    ## What it looks like

    One large file does not mind. A build that opens ten thousand small ones takes several times as long as on Linux,
    and changes may go unnoticed by programs that watch files.

    ## Severity

    How much it costs depends on the product's way of sharing, which no field names, so the confidence is medium.

    ## When it stays silent

    Only mounts that look like source code are reported (a folder of the project, or one below a home directory), and
    only where more than best effort is demanded (`requirements.performance.class`). Read-only mounts, single files,
    hidden folders and named volumes are not meant, nor is what lies in a Linux distribution of WSL.
    """
    performance = workload.requirements.performance.class_
    if performance not in ("standard", "high"):
        return
    host = workload.host.os
    if not both(
        lambda: workload.platform.hosted,
        lambda: host.family in _HOME,
        lambda: any(_is_source_tree(each, on) for on in _HOME for each in mounts(workload.deployment.mounts)),
    ):
        return
    platform = workload.platform
    trees = [each.path for each in mounts(workload.deployment.mounts) if _is_source_tree(each, host.family)]
    if trees:
        yield finding(
            "deployment.mounts",
            f"mounts {listed(trees)} from the host into the machine that {platform.name} hides, and {performance}"
            " performance is demanded",
            because=("deployment.platform.id", "host.os.family", "requirements.performance.class"),
            help=(
                "keep what is read often in a named volume: dependencies, build output, databases",
                "on Windows, keep the project in the file system of the Linux distribution"
                if host.family == "windows"
                else "use the fastest way of sharing that the product has (VirtioFS, synchronized file shares)",
            ),
        )
