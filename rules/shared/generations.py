"""Generations of virtual machines, which Hyper-V has: the first is a BIOS machine, the second has UEFI."""

from __future__ import annotations

from vmlint.api import Workload

FIRMWARE = {"1": "bios", "2": "uefi"}
"""Generation -> the type of its firmware."""


def has_generations(workload: Workload) -> bool:
    """Whether the machines of the chosen platform are of a generation."""
    chosen = workload.deployment.platform
    return chosen.knows("id") and "generation1" in workload.platform.data.get("limits", {})


def of_generation(workload: Workload, generation: str) -> dict[str, str]:
    """Return the changes that make a machine of another generation, with the firmware that it then has."""
    firmware = workload.deployment.firmware
    changes = {"generation": generation}
    if firmware.states("type"):
        changes["firmware__type"] = FIRMWARE[generation]
    if generation == "1" and firmware.stated().get("secure_boot"):
        changes["firmware__secureBoot"] = "false"
    if generation == "1" and firmware.stated().get("tpm", "none") != "none":
        changes["firmware__tpm"] = "none"
    return changes
