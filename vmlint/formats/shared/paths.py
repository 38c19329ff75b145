"""Fields that many readers state, by their paths in a manifest, and what few formats can state."""

from __future__ import annotations

ARCH, OS = "guest.arch", "guest.os.id"
CPU, MEMORY, DISK_SIZE = "resources.cpu", "resources.memory", "resources.disk"
PLATFORM, MODE = "deployment.platform.id", "deployment.mode"
MODEL, BOARD = "deployment.cpuModel", "deployment.machine"
FIRMWARE, SECURE_BOOT, TPM = "deployment.firmware.type", "deployment.firmware.secureBoot", "deployment.firmware.tpm"
DISK, NIC, VIDEO = "deployment.devices.disk", "deployment.devices.nic", "deployment.devices.video"
GPU, HOST_DEVICES = "requirements.devices.gpu.mode", "deployment.hostDevices"
NESTED = "requirements.nested"

NO_REQUIREMENTS = {
    "requirements": "the file states what a workload is given, not what it needs; hints or an overlay can state that"
}
"""For formats that cannot state what a workload needs."""
