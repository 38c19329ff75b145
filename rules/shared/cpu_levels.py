"""The x86-64 level that the system of a guest needs."""

from __future__ import annotations

import re

from vmlint.api import Version, Workload

from .cpu_models import LEVELS

ASKS_FOR_LEVEL = Version("10.0.26100")
"""Build of Windows 11 24H2 and Server 2025, the first that do not start without SSE4.2 (P-04e, G-04)."""


def needed_level(workload: Workload) -> tuple[str | None, str]:
    """Return the x86-64 level that the guest needs and the field that states it; ``None`` where it needs none."""
    guest = workload.guest
    # A guest of unknown architecture has its host's.
    if guest.get("arch", workload.host.get("arch", "amd64")) != "amd64":
        return None, ""
    if guest.knows("platform") and guest.platform.variant in LEVELS:
        return guest.platform.variant, "guest.platform"
    if not guest.os.knows("id"):
        return None, ""
    release = workload.guest_os
    if release.known and not release.has("cpuLevel"):
        return None, ""
    if release.family == "windows" and guest.os.knows("version") and _did_without(guest.os.version):
        return None, ""
    return str(release.fact("cpuLevel")), "guest.os.id"


def _did_without(version: str) -> bool:
    """Whether a version of Windows 11 is one that still did without SSE4.2."""
    if re.fullmatch(r"[0-9]{2}[hH][12]", version):
        return version.upper() < "24H2"
    return bool(re.fullmatch(r"[0-9]+(\.[0-9]+){2,3}", version)) and Version(version) < ASKS_FOR_LEVEL
