"""The labels by which a workload says that a rule is not meant for it."""

from __future__ import annotations

from vmlint.api import Workload

DESKTOP_WORKLOAD = "vmlint/desktop-workload"
"""A desktop product is the product itself: a kiosk, a VDI client, a training machine."""

MALWARE_LAB = "vmlint/malware-lab"
"""Hostile code on purpose, offline, on a host that is thrown away afterwards."""

DETERMINISTIC_EMULATION = "vmlint/deterministic-emulation"
"""The emulator itself is wanted: record and replay, instruction tracing, debugging of another CPU's code."""


def labelled(workload: Workload, label: str) -> bool:
    """Whether a workload carries a label. ``"false"`` counts as not carrying it."""
    return workload.labels.get(label, "false") != "false"
