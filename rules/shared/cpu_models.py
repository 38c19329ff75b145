"""CPU models and levels that a deployment names."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Platform, Repair, repair

LEVELS = ("none", "v1", "v2", "v3", "v4")
"""x86-64 levels, the least first; a CPU without 64-bit mode has none."""


def named_models(platform: Platform, lowest: str, highest: str) -> Iterator[Repair]:
    """Propose the models that stand for a level on a platform, from one level to another."""
    models = platform.data.get("cpuModels", {}).get("levels", {})
    for level in LEVELS[LEVELS.index(lowest) : LEVELS.index(highest) + 1]:
        if level in models:
            yield repair(f"a model that every host with x86-64-{level} can show", cpuModel=models[level])
