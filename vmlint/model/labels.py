"""The labels that rules understand: what no field can say. All others are their author's own."""

from __future__ import annotations

from collections.abc import Mapping

from vmlint.words import did_you_mean, listed, nearest

PREFIX = "vmlint/"
LABELS: Mapping[str, str] = {
    "vmlint/desktop-workload": "It is a desktop itself: a kiosk, a VDI client, a training machine.",
    "vmlint/malware-lab": "It runs hostile code on purpose, offline, on a host that is wiped afterwards.",
    "vmlint/deterministic-emulation": "It needs the emulator itself: record and replay, tracing, cross-debugging.",
    "vmlint/pre-warmed": "Its instances are started in advance, or restored from a snapshot.",
    "vmlint/role": "What it does on its host: a node-agent needs access to it.",
    "vmlint/gpu": "Its GPU is from before SR-IOV: the driver hands virtual GPUs over, mediated, without an IOMMU.",
    "vmlint/compensating-control": "Another measure protects a guest that gets no more updates.",
}
"""What each says of a workload. A label does not count where its value is ``false``."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "vmlint/role": ("node-agent", "false"),
    "vmlint/gpu": ("mediated", "false"),
}
"""What a label may say, where that is not free."""


def fault(label: str, text: str) -> str:
    """Return what is wrong with a label that begins as vmlint's own do; empty where nothing is."""
    if not label.startswith(PREFIX):
        return ""
    if label not in LABELS:
        return f"there is no label {label!r}; {did_you_mean(nearest(label, LABELS), f'there are {listed(LABELS)}')}"
    words = WORDS.get(label, ())
    if words and text not in words:
        return f"{label} does not know the word {text!r}; {did_you_mean(nearest(text, words), f'there is {words[0]}')}"
    return ""
