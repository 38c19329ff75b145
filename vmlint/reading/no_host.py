"""What people have of a host that is not read, and what is read in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmlint.findings.problem import Unreadable

if TYPE_CHECKING:
    from vmlint.reading.file import File

_HEAD = 4_096
"""Characters that are looked at."""
_MEANT = (
    (r"(?s).*^\s*(?:Server Version|Storage Driver|Cgroup Driver): ", "it is the text of `docker info`; what "
     "`docker info --format json` prints is read"),
    (r"\s*NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION", "it is the table of `kubectl get nodes`; what "
     "`kubectl get nodes -o yaml` prints is read"),
    (r"\s*[^\s:][^:\n]{0,40}:\s+(?:x86_64|aarch64|i686|armv7l|ppc64le|s390x|riscv64)\n(?:.*:.*\n){3}",
     "it is `lscpu` in another language; what `LC_ALL=C lscpu` or `lscpu -J` prints is read"),
    (r"\s*[0-9]{1,20}\s*$", "a number alone does not say what it counts; `sysctl NAME` and "
     "`getconf -a | grep PAGE_SIZE` print the name too"),
    (r"\s*(?:[\w -]+\([^)]*-[a-z]\)\s+\S+\n)+|\s*unlimited\s*$", "it is a limit of a process, which no host has; "
     "`deployment.ulimits` states one of a container"),
)  # fmt: skip
"""How texts begin that people have of a host and that are not read -> what they are, and what is read instead."""


def meant(file: File) -> str:
    """Return what a file without a host probably is, and what is read in its place; empty where that is not known."""
    try:
        text = file.text[:_HEAD]
    except Unreadable:
        return ""
    return next((said for shape, said in _MEANT if re.match(shape, text, re.MULTILINE)), "")
