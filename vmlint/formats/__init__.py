"""The formats of other tools that vmlint reads, as a plugin.

Each tool has a module, or a folder with a module `reader` or with one module per format. What readers of several tools
have in common is in `shared`. A reader is a module with ``recognises(file)`` and ``read(file)``, and perhaps
``CANNOT_KNOW``: the fields that its format never states, and why; and ``WRITTEN``: how it writes fields, for `--fix`.
It is imported when a file may be of its format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from vmlint.api import Reader, Unreadable, hookimpl

if TYPE_CHECKING:
    from vmlint.api import File, Spec, Written


_LINES = frozenset({"settings", "lines", "shell", "xl", "dockerfile"})
"""Languages of lines whose tools take any bytes in comments: files are read in spite of bytes that are no text."""


def _format(
    name: str,
    module: str,
    title: str,
    patterns: str,
    *markers: bytes,
    comments: str = "",
    of_hosts: bool = False,
    never: tuple[str, ...] = (),
    quick: Callable[[File], bool] | None = None,
) -> Reader:
    """Build the reader of a format from the name of its module, which is imported with the first file.

    ``never`` are endings of names that no file of the format has: words that are common, such as ``data`` and ``net``,
    would else import a large reader for most files. ``quick`` says which files may be of it where no markers can, since
    case or white space make no difference in them.
    """
    lines = comments in _LINES

    def recognises(file: File) -> bool:
        if file.base.lower().endswith(never) or (quick is not None and not quick(file)):
            return False
        return bool(import_module(f"{__name__}.{module}").recognises(_readable(file) if lines else file))

    def read(file: File) -> Iterable[Spec]:
        reader = import_module(f"{__name__}.{module}")
        if lines and (readable := _readable(file)) is not file:
            file.shown = file = readable
        for spec in reader.read(file):
            for path, why in getattr(reader, "CANNOT_KNOW", {}).items():
                spec.unknowns.setdefault(path, why)
            yield spec

    def written() -> Mapping[str, Written]:
        return getattr(import_module(f"{__name__}.{module}"), "WRITTEN", {})

    return Reader(
        name,
        title,
        tuple(patterns.split()),
        recognises,
        markers,
        read,
        written=written,
        comments=comments,
        of_hosts=of_hosts,
    )


def _host(module: str, title: str, *markers: bytes, comments: str = "") -> Reader:
    """Build the reader of what a tool says of hosts. It is asked about files that are named as such, whatever they are
    called, so it has no patterns.
    """
    name = module.replace("_", "-")
    return _format(f"host-{name}", f"hosts.{module}", title, "", *markers, comments=comments, of_hosts=True)


def _may_be_dockerfile(file: File) -> bool:
    name = file.base.lower()
    return "ockerfile" in name or "ontainerfile" in name or file.name == "<stdin>"


def _may_be_terraform(file: File) -> bool:
    name = file.base.lower()
    return name.endswith((".tf.json", ".tofu.json")) or not name.endswith(_NEVER_TERRAFORM)


_VMX = b"virtualhw. config.version guestos memsize displayname extendedconfigfile .present".split()


def _may_be_vmx(file: File) -> bool:
    if ".vmx" in file.base.lower():
        return True
    data = file.searchable.lower()
    return any(word in data for word in _VMX)


def _readable(file: File) -> File:
    try:
        return file.readable
    except Unreadable:
        return file  # the reader decides whether it is a broken file of its format


_DOCKERFILES = "Dockerfile Dockerfile[._-]* *.Dockerfile Containerfile Containerfile[._-]* *.Containerfile"
_DEVCONTAINER = b'"image" "build" "dockerFile" "dockerComposeFile" "runArgs" "features" "customizations"'.split()
_LIMA = b"images minimumLimaVersion vmType template: mounts".split()
_XL_NAMES = "*.cfg *.xl *.xm *.hvm *.pv *.pvh xlexample.* xmexample*"
_XL = b"disk vif builder bootloader kernel on_ type".split()
_PVE = b"smbios1 vmgenid ostype: scsi bootdisk creation-qemu disk hostpci tpmstate0 net machine".split()
_PVE_CT = b"rootfs: ostype: unprivileged: net".split()
_PACKER = (*b'source "builders" variable packer local'.split(), b" = ")
_YAML = (".yaml", ".yml")
_NEVER_PVE = (*_YAML, *[".json", ".toml", ".tf", ".md", ".cmd", ".exp", ".log", ".py", ".pl", ".pm", ".sh"])
_NEVER_TERRAFORM = (*_YAML, *[".md", ".json", ".pkr.hcl", ".tftpl", ".tpl", ".tmpl", ".j2"])
_TERRAFORM = b"resource data variable provider module output local terraform".split()

_OPTION_GROUP = re.compile(rb"\[\s*(?:machine\s*\]|device\s|drive\s)")


def _may_be_compose(file: File) -> bool:
    """Whether a file has services, or the name of one that may include others that do."""
    return b"services" in file.searchable or "compose" in file.base.lower()


FORMATS = (
    _format("compose", "compose", "Compose file", "*compose*.yaml *compose*.yml docker-stack*.y*ml", b"services",
            b"include", b"volumes", b"secrets", b"configs", quick=_may_be_compose),
    _format("dockerfile", "dockerfile.reader", "Dockerfile or Containerfile", _DOCKERFILES, b"F", b"f",
            comments="dockerfile", quick=_may_be_dockerfile),
    _format("quadlet", "quadlet.reader", "Quadlet unit of Podman", "*.container *.pod *.kube *.volume",
            b"[Container]", b"[Pod]", b"[Kube]", b"[Volume]", comments="lines"),
    _format("devcontainer", "devcontainer", "dev container (devcontainer.json)", "devcontainer.json .devcontainer.json",
            *_DEVCONTAINER),
    _format("libvirt", "libvirt.reader", "libvirt domain XML", "*.xml *.xml.in", b"<domain", b":domain"),
    _format("virtualbox", "virtualbox", "VirtualBox machine settings", "*.vbox *.vbox-prev",
            b"<VirtualBox", b":VirtualBox"),
    _format("parallels", "parallels", "Parallels machine settings", "*.pvs",
            b"<ParallelsVirtualMachine", b"<VirtuozzoVirtualMachine"),
    _format("vmx", "vmx.reader", "VMware machine (.vmx)", "*.vmx", b"=", comments="settings",
            quick=_may_be_vmx),
    _format("ovf", "ovf.descriptor", "OVF descriptor", "*.ovf *.xml", b"Envelope"),
    _format("ova", "ovf.archive", "OVA archive", "*.ova", b"ustar"),
    _format("firecracker", "firecracker", "Firecracker microVM", "*.json", b"boot-source"),
    _format("lima", "lima", "Lima machine", "*.yaml *.yml", *_LIMA),
    _format("incus", "incus", "Incus or LXD instance or profile", "*.yaml *.yml", b"config", b"devices"),
    _format("kubernetes", "kubernetes.reader", "Kubernetes objects", "*.yaml *.yml *.json", b"apiVersion"),
    _format("kubevirt", "kubevirt.reader", "KubeVirt objects", "*.yaml *.yml *.json", b"kubevirt.io/"),
    _format("xl", "xl.reader", "Xen guest (xl.cfg)", _XL_NAMES, *_XL, comments="xl"),
    _format("lxc", "lxc", "LXC container", "*.conf *.config config lxc.* *.lxc", b"lxc.", comments="lines"),
    _format("proxmox", "proxmox.machine", "Proxmox VE virtual machine", "*.conf", *_PVE, comments="lines",
            never=_NEVER_PVE),
    _format("proxmox-ct", "proxmox.container", "Proxmox VE container", "*.conf", *_PVE_CT, comments="lines",
            never=_NEVER_PVE),
    _format("vm-bhyve", "vm_bhyve", "vm-bhyve guest", "*.conf", b"disk0_", b"network0_", b"loader",
            comments="shell"),
    _format("quickemu", "quickemu", "quickemu machine", "*.conf", b"guest_os", b"disk_img", comments="shell"),
    _format("qemu-config", "qemu_config", "QEMU configuration (-readconfig)", "*.cfg *.conf",
            b"machine", b"device", b"drive", comments="lines",
            quick=lambda file: _OPTION_GROUP.search(file.searchable) is not None),
    _format("packer", "packer.reader", "Packer template", "*.pkr.hcl *.pkr.json *.json", *_PACKER, comments="hcl",
            never=_YAML),
    _format("terraform", "terraform.reader", "Terraform or OpenTofu configuration", "*.tf *.tofu *.tf.json *.tofu.json",
            *_TERRAFORM, comments="hcl", quick=_may_be_terraform),
    _format("vagrantfile", "vagrant.reader", "Vagrantfile", "Vagrantfile Vagrantfile.* *.Vagrantfile",
            b"Vagrant", b".vm.", comments="ruby"),
)  # fmt: skip
"""All formats. A folder is searched for files by the patterns; every file of a format contains one of its markers."""


_UNAME = (
    *b"Linux Darwin BSD none kvm qemu vmware oracle xen microsoft amazon google apple bhyve parallels lxc".split(),
    *b"docker podman nspawn openvz rkt container wsl proot pouch bochs uml zvm powervm qnx acrn sre".split(),
)  # fmt: skip
_KERNEL_WORDS = (
    *b"cpu memory pids cgroup2fs tmpfs capability = PAGE SecureBoot x86-64 /sys/ status".split(),
    *b"- nodev forc Permissive Disabled".split(),
)
_LETTERS = b"a e f h i m n o p r s t u v x".split()
"""One of these is in every flag of a processor."""
HOSTS = (
    _host("cpuinfo", "processors (/proc/cpuinfo)", b"processor", b"flags", b"Features", b"vendor_id", b"model name",
          b"CPU "),
    _host("lscpu", "processors (lscpu)", b"Architecture:", b"lscpu", b"Model name:", b"CPU(s):", b"Vendor ID:",
          b"Flags:", b"Virtualization type:"),
    _host("kernel_config", "configuration of a kernel", b"CONFIG_", b"\x1f\x8b"),
    _host("sysctl", "parameters of a kernel (sysctl)", b"=", comments="lines"),
    _host("uname", "uname, systemd-detect-virt", *_UNAME),
    _host("os_release", "system (/etc/os-release)", b"ID="),
    _host("kernel_modules", "modules of a kernel (lsmod, modules.dep, modinfo)", b".ko", b" ", b"name:"),
    _host("kernel_words", "single files of /proc and /sys", *_KERNEL_WORDS),
    _host("flag_words", "flags of a processor", *_LETTERS),
    _host("device_list", "device nodes", b"/dev/"),
    _host("memory", "memory (/proc/meminfo, free)", b"Mem", b"HugePages"),
    _host("graphics", "graphics processors (nvidia-smi, lspci)", b"driver_version", b"compute_cap", b"NVIDIA-SMI",
          b"GPU ", b"controller: "),
    _host("engine_versions", "releases of container engines", b"version", b"Version", b"containerd", b"[name="),
    _host("docker_info", "what Docker says of its host (docker info)", b"KernelVersion"),
    _host("containerd", "configuration of containerd", b"runtime_type", comments="lines"),
    _host("podman_info", "what Podman says of its host (podman info)", b"uildahVersion"),
    _host("incus", "servers of Incus or LXD", b"kernel_architecture", b"Vendor:"),
    _host("proxmox", "nodes of Proxmox VE", b"pve-manager", b"proxmox-ve"),
    _host("libvirt_capabilities", "capabilities of libvirt's host", b"apabilities"),
    _host("ansible", "facts of Ansible", b"ansible_", b"ansible_facts"),
    _host("facter", "facts of Puppet's facter", b"kernelrelease"),
    _host("node", "Kubernetes nodes", b"Node"),
    _host("cluster", "settings of a cluster (KubeVirt, runtime classes)", b"KubeVirt", b"HyperConverged",
          b"RuntimeClass"),
)  # fmt: skip
"""All descriptions of hosts. Where several files describe one machine, the format that stands first here wins: what the
machine itself printed, then what an engine on it says, then what a tool says of many machines."""


@hookimpl
def vmlint_readers() -> Iterable[Reader]:
    """Return a reader for each format."""
    return *FORMATS, *HOSTS
