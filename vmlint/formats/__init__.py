"""The formats of other tools that vmlint reads, as a plugin: one module a format, imported when a file may be of it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from vmlint.api import File, Reader, Spec, hookimpl


def _format(module: str, title: str, patterns: str, *markers: bytes) -> Reader:
    """Describe a format whose module has ``recognises(file)`` and ``read(file)``, and perhaps ``CANNOT_KNOW``."""

    def recognises(file: File) -> bool:
        return bool(import_module(f"{__name__}.{module}").recognises(file))

    def read(file: File) -> Iterable[Spec]:
        reader = import_module(f"{__name__}.{module}")
        for spec in reader.read(file):
            for path, why in getattr(reader, "CANNOT_KNOW", {}).items():
                spec.unknowns.setdefault(path, why)
            yield spec

    return Reader(module.replace("_", "-"), title, tuple(patterns.split()), recognises, markers, read)


_PVE = (b"smbios1", b"vmgenid", b"ostype:", b"scsi", b"bootdisk", b"creation-qemu", b"disk", b"hostpci", b"tpmstate0")

FORMATS = (
    _format("compose", "Compose file", "*compose*.yaml *compose*.yml docker-stack*.y*ml", b"services"),
    _format(
        "dockerfile",
        "Dockerfile or Containerfile",
        "Dockerfile Dockerfile[._-]* *.Dockerfile Containerfile Containerfile[._-]* *.Containerfile",
        b"FROM",
        b"from",
        b"From",
    ),
    _format(
        "devcontainer",
        "dev container (devcontainer.json)",
        "devcontainer.json .devcontainer.json",
        b'"image"',
        b'"build"',
        b'"dockerFile"',
        b'"dockerComposeFile"',
        b'"runArgs"',
        b'"features"',
        b'"customizations"',
    ),
    _format("libvirt", "libvirt domain XML", "*.xml *.xml.in", b"<domain"),
    _format("virtualbox", "VirtualBox machine settings", "*.vbox *.vbox-prev", b"<VirtualBox"),
    _format(
        "parallels", "Parallels machine settings", "*.pvs", b"<ParallelsVirtualMachine", b"<VirtuozzoVirtualMachine"
    ),
    _format("vmx", "VMware machine (.vmx)", "*.vmx", b'= "', b'="'),
    _format("ovf", "OVF descriptor", "*.ovf *.xml", b"Envelope"),
    _format("ova", "OVA archive", "*.ova", b"ustar"),
    _format("firecracker", "Firecracker microVM", "*.json", b"boot-source"),
    _format(
        "lima", "Lima machine", "*.yaml *.yml", b"images", b"minimumLimaVersion", b"vmType", b"template:", b"mounts"
    ),
    _format("incus", "Incus or LXD instance or profile", "*.yaml *.yml", b"config", b"devices"),
    _format("kubernetes", "Kubernetes objects", "*.yaml *.yml *.json", b"apiVersion"),
    _format("kubevirt", "KubeVirt objects", "*.yaml *.yml *.json", b"kubevirt.io/"),
    _format(
        "xl",
        "Xen guest (xl.cfg)",
        "*.cfg *.xl *.xm *.hvm *.pv *.pvh xlexample.* xmexample*",
        b"disk",
        b"vif",
        b"builder",
        b"bootloader",
        b"kernel",
        b"on_",
        b"type",
    ),
    _format("lxc", "LXC container", "*.conf *.config config lxc.* *.lxc", b"lxc."),
    _format("proxmox", "Proxmox VE virtual machine", "*.conf", *_PVE, b"net", b"machine"),
    _format("proxmox_ct", "Proxmox VE container", "*.conf", b"rootfs:", b"ostype:", b"unprivileged:", b"net"),
    _format("vm_bhyve", "vm-bhyve guest", "*.conf", b"disk0_", b"network0_", b"loader"),
    _format("quickemu", "quickemu machine", "*.conf", b"guest_os", b"disk_img"),
    _format("qemu_config", "QEMU configuration (-readconfig)", "*.cfg *.conf", b"[machine]", b'[device "', b'[drive "'),
    _format(
        "packer",
        "Packer template",
        "*.pkr.hcl *.pkr.json *.json",
        b"source",
        b'"builders"',
        b"variable",
        b"packer",
        b"local",
        b" = ",
    ),
    _format(
        "terraform",
        "Terraform or OpenTofu configuration",
        "*.tf *.tofu",
        b"resource",
        b"data",
        b"variable",
        b"provider",
        b"module",
        b"output",
        b"local",
        b"terraform",
    ),
    _format("vagrantfile", "Vagrantfile", "Vagrantfile Vagrantfile.* *.Vagrantfile", b"Vagrant", b".vm."),
)
"""All formats. A folder is searched for files by the patterns; a marker is what every file of the format contains."""


@hookimpl
def vmlint_readers() -> Iterable[Reader]:
    """Return a reader for each format."""
    return FORMATS
