"""Other spellings of the words that a manifest may use, and near misses that need an explanation instead.

Tables are keyed by the name of the ``Literal`` type in :mod:`vmlint.model.workload`, their words in lower case. The
schemas list the same aliases under ``x-aliases``; a test holds the two together. Only a word that can mean one thing is
an alias: anything that would have to be guessed stands in :data:`NOT_THIS_WORD`.
"""

from __future__ import annotations

ALIASES: dict[str, dict[str, str]] = {
    "WorkloadKind": {
        "server": "service",
        "daemon": "service",
        "job": "batch",
        "cronjob": "batch",
        "ci": "ci-runner",
        "runner": "ci-runner",
        "build-agent": "ci-runner",
        "vdi": "desktop",
        "workstation": "desktop",
        "faas": "function",
        "serverless": "function",
    },
    "Environment": {
        "development": "dev",
        "devel": "dev",
        "testing": "test",
        "qa": "test",
        "stage": "staging",
        "stg": "staging",
        "prod": "production",
        "prd": "production",
    },
    "OsFamily": {
        "gnu/linux": "linux",
        "win": "windows",
        "macos": "darwin",
        "mac os": "darwin",
        "osx": "darwin",
        "os x": "darwin",
        "mac": "darwin",
        "ms-dos": "dos",
        "msdos": "dos",
        "freedos": "dos",
        "os/2": "os2",
    },
    "KernelSource": {
        "distribution": "distro",
        "stock": "distro",
        "self-built": "custom",
    },
    "ParavirtInterface": {
        "xenpv": "xen-pv",
        "xenpvh": "xen-pvh",
        "pvh": "xen-pvh",
        "xenpvhvm": "xen-pvhvm",
        "pvhvm": "xen-pvhvm",
        "pv-hvm": "xen-pvhvm",
        "hyper-v": "hyperv",
    },
    "FirmwareType": {
        "efi": "uefi",
        "ovmf": "uefi",
        "aavmf": "uefi",
        "edk2": "uefi",
        "seabios": "bios",
        "legacy": "bios",
        "legacy-bios": "bios",
    },
    "TpmVersion": {
        "2": "2.0",
    },
    "Init": {
        "openrc": "other",
        "runit": "other",
        "s6": "other",
        "sysv": "other",
        "sysvinit": "other",
        "upstart": "other",
    },
    "DriverSet": {
        "open-vm-tools": "vmware-tools",
        "vmware tools": "vmware-tools",
        "hyper-v-ic": "hyperv-ic",
        "hyperv-integration-services": "hyperv-ic",
        "hyper-v integration services": "hyperv-ic",
        "xenpv": "xen-pv",
        "xen-pv-drivers": "xen-pv",
    },
    "Tenancy": {
        "single-tenant": "single",
        "trusted-multi-tenant": "trusted-multi",
        "untrusted-multi-tenant": "untrusted-multi",
        "hostile-multi": "untrusted-multi",
        "hostile-multi-tenant": "untrusted-multi",
    },
    "IsolationLevel": {
        "virtual-machine": "vm",
        "microvm": "vm",
        "confidential-vm": "confidential",
        "confidential-computing": "confidential",
    },
    "PerformanceClass": {
        "besteffort": "best-effort",
        "best effort": "best-effort",
        "normal": "standard",
    },
    "Realtime": {
        "soft-realtime": "soft",
        "hard-realtime": "hard",
    },
    "GpuMode": {
        "time-slicing": "shared",
        "mdev": "vgpu",
        "virtual-gpu": "vgpu",
        "pass-through": "passthrough",
        "pci-passthrough": "passthrough",
        "vfio": "passthrough",
        "dda": "passthrough",
    },
    "LiveMigration": {
        "desired": "preferred",
        "mandatory": "required",
    },
    "Availability": {
        "high-availability": "ha",
        "highly-available": "ha",
        "mission critical": "mission-critical",
        "missioncritical": "mission-critical",
    },
    "Effort": {
        "minimal": "low",
    },
    "LicenceBudget": {
        "free": "none",
        "commercial": "paid",
    },
    "CpuVendor": {
        "genuineintel": "intel",
        "authenticamd": "amd",
    },
    "CpuLevel": {f"{spelling}-v{level}": f"v{level}" for level in "1234" for spelling in ("x86-64", "x86_64")},
    "HypervisorPresent": {
        "hyper-v": "hyperv",
    },
    "HostContainer": {
        "lxd": "lxc",
        "incus": "lxc",
    },
    "Architecture": {
        "type-1": "type1",
        "type 1": "type1",
        "bare-metal": "type1",
        "bare metal": "type1",
        "baremetal": "type1",
        "type-2": "type2",
        "type 2": "type2",
        "hosted": "type2",
        "para-virtualization": "paravirtualization",
        "paravirtualisation": "paravirtualization",
        "paravirt": "paravirtualization",
        "pv": "paravirtualization",
        "containers": "container",
        "containerization": "container",
        "containerisation": "container",
        "os-level": "container",
        "os-level-virtualization": "container",
        "full": "full-virtualization",
        "full-virt": "full-virtualization",
        "full virtualization": "full-virtualization",
        "full-virtualisation": "full-virtualization",
        "hardware-emulation": "full-virtualization",
    },
    "ModeName": {
        "hvm": "hw-assisted",
        "hardware-assisted": "hw-assisted",
        "hardware": "hw-assisted",
        "pv-hvm": "pvhvm",
        "tcg": "emulation",
        "emulated": "emulation",
        "hyper-v": "hyperv",
        "hyperv-isolation": "hyperv",
        "process-isolation": "process",
        "runsc": "gvisor",
        "kata-containers": "kata",
        "micro-vm": "microvm",
    },
    "Generation": {
        "gen1": "1",
        "gen2": "2",
    },
    "Placement": {
        "one-per-node": "one-per-host",
    },
    "HostNamespace": {
        "hostpid": "pid",
        "hostipc": "ipc",
        "hostnetwork": "network",
        "net": "network",
    },
    "AccessMode": {
        "readwriteonce": "rwo",
        "readwritemany": "rwx",
    },
    "Exposure": {
        "isolated": "none",
        "offline": "none",
        "internal": "private",
        "internet": "public",
        "internet-facing": "public",
    },
}
"""The word of the model for each other spelling that is accepted."""


def _platform(name: str, platform: str, architecture: str) -> str:
    return f"{name} is a platform; write architecture: {architecture} and platform: {platform}"


def _kernel_family(name: str) -> str:
    return f"{name} is an operating system, not a family; write family: linux, and the release as id"


_GUESS_TENANCY = "say whether the tenants trust each other: trusted-multi or untrusted-multi"
_YES_OR_NO = "a yes or no does not say enough here"

NOT_THIS_WORD: dict[str, dict[str, str]] = {
    "Environment": {
        "uat": "teams mean different things by uat; write test or staging",
        "preprod": "write staging for the last stop before production, or test",
        "local": "write dev for somebody's own machine",
    },
    "OsFamily": {
        "unix": "say which: freebsd, netbsd, openbsd, solaris, illumos, aix or darwin",
        "bsd": "say which: freebsd, netbsd or openbsd",
        "sunos": "say which: solaris (Oracle's) or illumos (OmniOS, SmartOS, OpenIndiana)",
        "android": "there is no family android; write linux, which is its kernel",
        "ubuntu": _kernel_family("Ubuntu"),
        "debian": _kernel_family("Debian"),
        "rhel": _kernel_family("RHEL"),
        "centos": _kernel_family("CentOS"),
        "fedora": _kernel_family("Fedora"),
        "alpine": _kernel_family("Alpine"),
        "suse": _kernel_family("SUSE"),
    },
    "KernelSource": {
        "host": "this says where the guest's own kernel comes from; a container brings none: write none",
    },
    "ParavirtInterface": {
        "pv": "several hypervisors have paravirtual interfaces; write xen-pv for Xen's, virtio for KVM's",
        "xen": "say which way the kernel can boot under Xen: xen-pv, xen-pvh or xen-pvhvm",
        "kvm": "the interface under KVM is called virtio",
    },
    "FirmwareType": {
        "secure-boot": "Secure Boot is a setting of its own; write type: uefi and secureBoot: true",
        "secureboot": "Secure Boot is a setting of its own; write type: uefi and secureBoot: true",
    },
    "TpmVersion": {
        "1": "the older TPM standard is written 1.2",
        "true": "say which version: 1.2 or 2.0",
        "false": "write none for no TPM",
    },
    "Init": {
        "tini": "tini only forwards signals to one process; write none",
        "dumb-init": "dumb-init only forwards signals to one process; write none",
        "true": "say which: systemd or other",
        "false": "write none where nothing has to start services",
    },
    "DriverSet": {
        "virtio": "on Windows the set is called virtio-win; a Linux kernel has virtio built in and needs no entry here",
        "qemu-guest-agent": "the guest agent carries commands; it is not a driver set",
    },
    "Tenancy": {
        "multi": _GUESS_TENANCY,
        "multi-tenant": _GUESS_TENANCY,
        "multitenant": _GUESS_TENANCY,
        "shared": _GUESS_TENANCY,
        "trusted": "write single for one tenant, trusted-multi for several who trust each other",
        "untrusted": "write untrusted-multi where strangers share the machine; for one tenant who runs code of unknown "
        "origin, write single and untrustedCode: true",
        "hostile": "write untrusted-multi where strangers share the machine",
        "dedicated": "write single for one tenant; hosts of its own are stated under deployment.placement",
    },
    "IsolationLevel": {
        "container": "a container's boundary is the process level; write process, or sandbox for gVisor and the like",
        "gvisor": "gVisor is a way to get the level sandbox; write sandbox",
        "kata": "Kata Containers are a way to get the level vm; write vm",
        "kernel": "write process where sharing the host's kernel is acceptable, vm where it is not",
        "none": "leave the field out where nothing is demanded, or write process",
        "hardware": "write vm, or confidential where memory must be encrypted too",
    },
    "PerformanceClass": {
        "low": "write best-effort where speed does not matter",
        "medium": "write standard",
        "realtime": "real time is a demand of its own: requirements.performance.realtime",
        "real-time": "real time is a demand of its own: requirements.performance.realtime",
    },
    "Realtime": {
        "true": f"{_YES_OR_NO}: write soft or hard",
        "false": "write none",
        "firm": "write hard where a missed deadline is a failure, soft otherwise",
    },
    "GpuMode": {
        "mig": "a MIG slice reaches a virtual machine as a vGPU and a container as a shared GPU; write vgpu or shared",
        "true": f"{_YES_OR_NO}: write shared, vgpu or passthrough",
        "false": "write none",
    },
    "LiveMigration": {
        "true": f"{_YES_OR_NO}: write preferred or required",
        "false": "write none",
        "optional": "write preferred where it is wanted, none where it is not",
    },
    "Availability": {
        "high": "write ha for failover by the platform, mission-critical where lives or the business depend on it",
        "critical": "write mission-critical",
        "standard": "write none where nobody demands failover",
    },
    "Effort": {
        "medium": "only low effort is a demand; write any, or leave the field out",
        "high": "only low effort is a demand; write any, or leave the field out",
    },
    "LicenceBudget": {
        "open-source": "this is about money, not about the licence's kind; write none for no paid licence",
    },
    "CpuLevel": {
        "1": "write v1",
        "2": "write v2",
        "3": "write v3",
        "4": "write v4",
    },
    "HypervisorPresent": {
        "kvm": "this says whether Windows' own hypervisor is active; a host that is a virtual machine itself is "
        "virtualized: true and hypervisor: kvm",
        "vbs": "virtualization-based security runs on Hyper-V; write hyperv",
        "wsl2": "WSL 2 runs on Hyper-V; write hyperv",
        "true": "write hyperv where Windows' own hypervisor is active",
        "false": "write none",
    },
    "HostContainer": {
        "true": f"{_YES_OR_NO}: write lxc or docker",
        "false": "write none",
    },
    "Architecture": {
        "docker": _platform("docker", "docker", "container"),
        "podman": _platform("podman", "podman", "container"),
        "lxc": _platform("lxc", "lxc", "container"),
        "incus": _platform("incus", "incus", "container"),
        "kubernetes": _platform("kubernetes", "kubernetes", "container"),
        "k8s": _platform("kubernetes", "kubernetes", "container"),
        "windows-containers": _platform("windows-containers", "windows-containers", "container"),
        "kvm": _platform("kvm", "kvm", "type1"),
        "xen": "xen is a platform; write platform: xen, and architecture: type1 or paravirtualization",
        "xcp-ng": _platform("xcp-ng", "xcp-ng", "type1"),
        "xenserver": _platform("xenserver", "xenserver", "type1"),
        "esxi": _platform("ESXi", "vmware-esxi", "type1"),
        "vmware-esxi": _platform("ESXi", "vmware-esxi", "type1"),
        "vsphere": _platform("vSphere", "vmware-esxi", "type1"),
        "vmware": "vmware makes several platforms; write architecture: type1 and platform: vmware-esxi, or "
        "architecture: type2 and platform: vmware-workstation or vmware-fusion",
        "hyperv": _platform("Hyper-V", "hyperv", "type1"),
        "hyper-v": _platform("Hyper-V", "hyperv", "type1"),
        "proxmox": "proxmox is a platform; write platform: proxmox-ve, and architecture: type1 or container",
        "proxmox-ve": "proxmox-ve is a platform; write platform: proxmox-ve, and architecture: type1 or container",
        "kubevirt": _platform("kubevirt", "kubevirt", "type1"),
        "virtualbox": _platform("virtualbox", "virtualbox", "type2"),
        "vmware-workstation": _platform("vmware-workstation", "vmware-workstation", "type2"),
        "vmware-fusion": _platform("vmware-fusion", "vmware-fusion", "type2"),
        "parallels": _platform("parallels", "parallels", "type2"),
        "qemu": _platform("qemu", "qemu", "full-virtualization"),
        "firecracker": "firecracker is a platform; write platform: firecracker, and architecture: type1 or container",
        "wsl2": "wsl2 is a platform; write platform: wsl2, and architecture: container or type2",
        "lima": "lima is a platform; write platform: lima, and architecture: type2, full-virtualization or container",
        "kata": "kata is a mode; write architecture: container and mode: kata",
        "gvisor": "gvisor is a mode; write architecture: container and mode: gvisor",
        "microvm": "microvm is a mode; write mode: microvm, and architecture: type1 or container",
        "hvm": "hvm is a mode; write mode: hw-assisted, and architecture: type1 on a hypervisor of its own",
        "hw-assisted": "hw-assisted is a mode; write it under mode, and architecture: type1 or type2",
        "emulation": "emulation is a mode; write architecture: full-virtualization and mode: emulation",
        "vm": "say what runs the virtual machine: type1 for a hypervisor of its own, type2 for one on a desktop system",
        "virtual-machine": "say what runs the virtual machine: type1 for a hypervisor of its own, type2 for one on a "
        "desktop system",
        "amd64": "a CPU architecture goes under guest.platform, such as linux/amd64",
        "arm64": "a CPU architecture goes under guest.platform, such as linux/arm64",
        "x86_64": "a CPU architecture goes under guest.platform, such as linux/amd64",
    },
    "ModeName": {
        "kvm": "kvm is a platform; write platform: kvm and mode: hw-assisted",
        "qemu": "qemu is a platform; write platform: qemu, and mode: emulation without KVM's help",
        "docker": "docker is a platform; write platform: docker, and mode: runc if you want to state its usual runtime",
        "podman": "podman is a platform; write platform: podman, and mode: crun or runc",
        "firecracker": "firecracker is a platform; write platform: firecracker and mode: microvm",
        "virtio": "virtio is a kind of device; write mode: hw-assisted and devices: {disk: virtio, nic: virtio}",
        "paravirtualization": "paravirtualization is an architecture; its modes are pv, pvh and pvhvm",
        "paravirt": "paravirtualization is an architecture; its modes are pv, pvh and pvhvm",
        "container": "container is an architecture; its modes are runc, crun, lxc, process, hyperv, gvisor, kata and "
        "microvm",
        "full-virtualization": "full-virtualization is an architecture; its modes are hw-assisted and emulation",
        "type1": "type1 is an architecture; its usual mode is hw-assisted",
        "type2": "type2 is an architecture; its usual mode is hw-assisted",
    },
    "Placement": {
        "dedicated": "write one-per-host for one instance a host, node-per-tenant where a tenant has nodes of its own",
        "daemonset": "a DaemonSet puts one instance on each node; write one-per-host",
    },
    "AccessMode": {
        "readonlymany": "a read-only volume does not decide anything here; leave the field out",
        "rox": "a read-only volume does not decide anything here; leave the field out",
        "readwriteoncepod": "as far as moving an instance goes this is rwo; write rwo",
        "rwop": "as far as moving an instance goes this is rwo; write rwo",
    },
    "Exposure": {
        "host": "sharing the host's network is hostNamespaces: [network]; here say who can reach it: private or public",
        "true": f"{_YES_OR_NO}: write private or public",
        "false": "write none",
    },
}
"""Near misses: what to write instead, as the second half of a sentence."""
