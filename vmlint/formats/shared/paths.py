"""Fields that many readers state, by their paths in a manifest, and what few formats can state."""

from __future__ import annotations

ARCH, OS = "guest.arch", "guest.os.id"
CPU, MEMORY, DISK_SIZE = "resources.cpu", "resources.memory", "resources.disk"
PLATFORM, MODE = "deployment.platform.id", "deployment.mode"
MODEL, BOARD = "deployment.cpuModel", "deployment.machine"
FIRMWARE, SECURE_BOOT, TPM = "deployment.firmware.type", "deployment.firmware.secureBoot", "deployment.firmware.tpm"
FORMATS, INDEPENDENT = "deployment.storage.formats", "deployment.storage.independent"
TEMPLATE = "deployment.firmware.secureBootTemplate"
DISK, NIC, VIDEO = "deployment.devices.disk", "deployment.devices.nic", "deployment.devices.video"
DRIVES, MACS = "deployment.devices.drives", "deployment.network.macAddresses"
DISKS, NICS = "deployment.devices.disks", "deployment.devices.nics"
CACHE, SNAPSHOTS, SHARED = "deployment.storage.cache", "deployment.storage.snapshots", "deployment.storage.shared"
VARIABLE_STORE, VARIABLE_FORMAT = "deployment.firmware.variableStore", "deployment.firmware.variableFormat"
DISK_COUNT, CARD_COUNT, OTHERS = "deployment.storage.disks", "deployment.network.cards", "deployment.devices.others"
ON_SNAPSHOT, TRACKED = "deployment.storage.onSnapshot", "deployment.storage.changeTracking"
SERIALS = "deployment.storage.serials"
NUMA, PINNED = "deployment.tuning.numaBound", "deployment.tuning.cpuPinning"
ENCRYPTED, SUSPENDED = "deployment.storage.encrypted", "deployment.storage.suspended"
SOCKETS, HOT_ADD = "deployment.cpuSockets", "deployment.hotAdd"
BOOT_ORDER, SETTINGS, UNREAD = "deployment.bootOrder", "deployment.otherSettings", "deployment.unread"
REMOTE = "deployment.storage.remote"
INVARIANT_TSC = "deployment.tuning.invariantTsc"
HOST_PROCESS = "deployment.hostProcess"
PRIVILEGED, UNCONFINED, NESTING = "deployment.privileged", "deployment.unconfined", "deployment.nesting"
GPU, HOST_DEVICES = "requirements.devices.gpu.mode", "deployment.hostDevices"
NESTED = "requirements.nested"

UNKNOWN_MODEL = "an unknown model"
"""The entry of a disk or card whose model is left to the product, among those of the others."""

NO_REQUIREMENTS = {
    "requirements": "the file states what a workload is given, not what it needs; hints or an overlay can state that"
}
"""For formats that cannot state what a workload needs."""
