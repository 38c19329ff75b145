"""What libvirt's words mean: the tables of the reader of domain XML."""

from __future__ import annotations

PLATFORMS = {
    "kvm": ("kvm", "hw-assisted"),
    "qemu": ("qemu", "emulation"),  # TCG: libvirt starts QEMU without any accelerator
    "hvf": ("qemu", "hw-assisted"),
    "nvmm": ("qemu", "hw-assisted"),
    "xen": ("xen", ""),
    "lxc": ("lxc", "lxc"),
    "bhyve": ("bhyve", ""),
    "vbox": ("virtualbox", ""),
}
"""Type of a domain -> platform and mode, where the type alone decides them."""

ELSEWHERE = {
    "vmware": "in libvirt, vmware means ESXi, Workstation, Player or Fusion",
    "hyperv": "in libvirt, hyperv means Hyper-V or Cloud Hypervisor on Microsoft's hypervisor",
    "vz": "Virtuozzo is not in the catalogue",
    "parallels": "the type means Parallels Cloud Server, now Virtuozzo, which is not in the catalogue",
    "openvz": "OpenVZ is not in the catalogue",
    "test": "libvirt's test driver runs nothing",
    "uml": "User-mode Linux is not in the catalogue",
    "kqemu": "kqemu is long gone",
    "xenner": "xenner is long gone",
    "phyp": "IBM PowerVM is not in the catalogue",
    "ldom": "Oracle VM Server for SPARC is not in the catalogue",
}
"""Type of a domain -> why its platform stays unknown."""

TYPES = PLATFORMS.keys() | ELSEWHERE.keys()

OF_QEMU = frozenset({"kvm", "qemu", "hvf", "nvmm"})
"""Types whose machine QEMU makes."""

CLOUD_HYPERVISOR = "cloud-hypervisor"
"""The platform, and the end of its program's path; libvirt's type for it is kvm or hyperv."""

XEN_MODES = {"hvm": "hw-assisted", "linux": "pv", "xen": "pv", "xenpv": "pv", "xenpvh": "pvh"}
"""os/type of a Xen domain -> mode. ``linux`` is the old word for paravirtual, for every guest system."""

X86 = frozenset({"amd64", "386"})

PC_MACHINES = ("pc", "q35", "isapc", "rhel")
"""Prefixes of QEMU's PC machines, which all start SeaBIOS by default."""

USUAL_CPU = "qemu64"
"""CPU model of QEMU's PCs of 64 bits whose definition names none: on the command line as in libvirt's XML (S-67)."""


CPU_MODES = {"host-passthrough": "host-passthrough", "host-model": "host-model", "maximum": "max"}
"""Mode of a guest's CPU that follows the host's -> its model."""

CONFIDENTIAL = frozenset({"sev", "sev-snp", "tdx", "s390-pv"})

UNITS = {
    "b": 1, "byte": 1, "bytes": 1, "": 2**10, "k": 2**10, "kib": 2**10, "m": 2**20, "mib": 2**20, "g": 2**30,
    "gib": 2**30, "t": 2**40, "tib": 2**40, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
}  # fmt: skip
"""Units of memory, in lower case; KiB where there is none."""

BUSES = {"xen": "xen-blkfront", "scsi": ""}
"""Bus of a disk -> device, where that is another word. A SCSI disk is named by its controller."""

TARGETS = {"hd": "ide", "sd": "scsi", "vd": "virtio", "xvd": "xen", "ubd": "uml"}
"""Prefix of a disk's target -> the bus that libvirt uses where none is stated."""

SCSI_CONTROLLERS = {
    "virtio-scsi": "virtio-scsi", "virtio-transitional": "virtio-scsi", "virtio-non-transitional": "virtio-scsi",
    "vmpvscsi": "pvscsi", "lsilogic": "lsilogic", "lsisas1068": "lsisas1068", "lsisas1078": "lsisas1078",
    "buslogic": "buslogic", "ibmvscsi": "ibmvscsi", "am53c974": "am53c974", "dc390": "dc390", "ncr53c90": "ncr53c90",
}  # fmt: skip

NICS = {"virtio-transitional": "virtio", "virtio-non-transitional": "virtio", "netfront": "xen-netfront"}
"""Model of a network card -> device, where that is another word."""

VIDEOS = {"virtio-vga": "virtio", "virtio-gpu": "virtio"}

ARGUMENTS = {
    "-cpu": ("deployment.cpuModel", "requirements.nested"),
    "-accel": ("deployment.mode",),
    "-enable-kvm": ("deployment.mode",),
    "-machine": ("deployment.machine", "deployment.mode", "deployment.firmware.type", "deployment.firmware.secureBoot"),
    "-bios": ("deployment.firmware.type", "deployment.firmware.secureBoot"),
    "-pflash": ("deployment.firmware.type", "deployment.firmware.secureBoot"),
    "-m": ("resources.memory",),
    "-smp": ("resources.cpu",),
    "-tpmdev": ("deployment.firmware.tpm",),
    "-mem-path": ("deployment.tuning.hugepages",),
    "-overcommit": ("deployment.tuning.lockedMemory",),
}
"""Argument that is given to QEMU without libvirt's knowledge -> what it may change."""
