"""Live migration and what a platform needs for it."""

from __future__ import annotations

MEANS = {
    "no": "has no live migration",
    "snapshot": "can only save a snapshot and restore it elsewhere, and connections may not survive",
    "manual": "moves a machine by hand only, to a target that waits for it with the same settings and disks",
    "experimental": "has experimental checkpoints at best",
    "checkpoint-restore": "is stopped, copied and restored (CRIU), which takes time and has limits",
}
