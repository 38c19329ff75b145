"""Words of OVF: firmware, models of controllers and cards, units of amounts."""

from __future__ import annotations

import re

from ..shared.amounts import in_bytes

CONTROLLERS = {
    "pvscsi": "pvscsi", "virtualscsi": "pvscsi", "lsilogic": "lsilogic", "lsilogicsas": "lsilogic-sas",
    "buslogic": "buslogic", "ahci": "sata", "vmware.sata.ahci": "sata", "nvme": "nvme",
    "vmware.nvme.controller": "nvme", "virtioscsi": "scsi-virtio", "virtio-scsi": "scsi-virtio",
}  # fmt: skip
"""ResourceSubType of a controller. One that names several leaves the choice to the importer."""

NICS = {
    "e1000": "e1000", "e1000e": "e1000e", "vmxnet": "vmxnet", "vmxnet2": "vmxnet2", "vmxnet3": "vmxnet3",
    "pcnet32": "pcnet", "virtio": "virtio", "sriovethernetcard": "sriov",
}  # fmt: skip

BINARY = {
    "byte*2^10": "Ki", "byte*2^20": "Mi", "byte*2^30": "Gi", "byte*2^40": "Ti", "kilobytes": "Ki", "kb": "Ki",
    "megabytes": "Mi", "mb": "Mi", "gigabytes": "Gi", "gb": "Gi", "terabytes": "Ti", "tb": "Ti",
    "byte*10^3": "k", "byte*10^6": "M", "byte*10^9": "G", "byte*10^12": "T",
}  # fmt: skip
"""Units of amounts. The words of versions before 1 are powers of two."""

_NUMBER = re.compile(r"[0-9]{1,18}")


def capacity(amount: str, units: str) -> str | None:
    """Return an amount as a manifest writes it; ``None`` for one that is computed, or in units of another kind."""
    unit = re.sub(r"\s+", "", units[:100]).lower()
    if not _NUMBER.fullmatch(amount.strip()):
        return None
    if unit in BINARY:
        return f"{int(amount)}{BINARY[unit]}"
    if unit not in ("byte", "bytes"):
        return None
    return in_bytes(int(amount))
