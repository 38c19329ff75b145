"""What was chosen: the fields of ``deployment``."""

from vmlint.model.fields import Group, ShortForm, derived, fact, group
from vmlint.model.values import OciPlatform, Version
from vmlint.model.vocabulary import (
    AccessMode,
    Architecture,
    DriverSet,
    Exposure,
    FirmwareType,
    Generation,
    HostNamespace,
    ModeName,
    Name,
    OsFamily,
    Placement,
    TpmVersion,
    XenTypeOption,
)


def _platform(text: str) -> dict[str, str]:
    id, at, version = text.partition("@")
    if not id:
        raise ValueError("expected a platform id such as docker, or id@version such as vmware-esxi@8.0")
    return {"id": id, "version": version} if at else {"id": id}


class PlatformChoice(
    Group, path="deployment.platform", title="Platform, in full", example={"id": "vmware-esxi", "version": "8.0U2"}
):
    """The product that was chosen, field by field. Absent means unknown."""

    id: str = fact(
        "Platform id",
        "The product, in the catalogue's word for it, such as vmware-esxi or docker.",
        "vmware-esxi",
        "docker",
        "kvm",
    )
    version: Version = fact(
        "Platform version",
        "Version of the product: a dotted version such as 8.0 or 8.0U2.",
        "8.0U2",
        8.0,
    )
    edition: str = fact(
        "Platform edition",
        "Edition of the product where it matters, in the vendor's own word.",
        "standard",
    )


class Image(
    Group,
    path="deployment.image",
    title="Image, in full",
    example={"ref": "nginx:1.27", "platforms": ["linux/amd64", "linux/arm64"]},
):
    """What is deployed, field by field. Absent means unknown."""

    ref: Name = fact(
        "Image reference",
        "What is deployed: an OCI image reference, the name of a box, or a disk image.",
        "nginx:1.27",
        "generic/debian12",
    )
    platforms: frozenset[OciPlatform] = fact(
        "Platforms of the image",
        "Platforms that the image really offers, each written os/arch or os/arch/variant, such as linux/amd64.",
        ["linux/amd64", "linux/arm64"],
    )
    drivers: frozenset[DriverSet] = fact(
        "Driver sets in the image",
        "Sets of paravirtual drivers that the image already holds. An empty list states that there are none.",
        ["virtio-win"],
        [],
    )


class FirmwareOffer(
    Group, path="deployment.firmware", title="Firmware offered", example={"type": "uefi", "secureBoot": True}
):
    """Firmware that the virtual machine offers. What the guest needs is under guest.firmware. Absent means
    unknown.
    """

    type: FirmwareType = fact(
        "Firmware offered",
        "Firmware that the virtual machine boots with: bios or uefi.",
        "uefi",
    )
    secure_boot: bool = fact(
        "Secure Boot offered",
        "Whether Secure Boot is switched on for the virtual machine.",
        True,
    )
    tpm: TpmVersion = fact(
        "TPM offered",
        "Version of the virtual trusted platform module: 1.2 or 2.0; none states that there is none.",
        "2.0",
        "none",
    )
    tpm_persistent: bool = fact(
        "TPM keeps its contents",
        "Whether what the guest stores in its virtual TPM outlives the machine's next stop.",
        True,
    )
    smm: bool = fact(
        "System Management Mode",
        "Whether System Management Mode is switched on for the virtual machine, which some platforms want before "
        "they offer Secure Boot.",
        True,
    )


class DeviceModels(
    Group, path="deployment.devices", title="Device models", example={"disk": "virtio", "nic": "virtio"}
):
    """Models of the virtual machine's devices, in the words of its hypervisor. Absent means unknown."""

    disk: str = fact(
        "Disk controller",
        "Model of the disk controller that the guest sees.",
        "virtio",
        "pvscsi",
        "ide",
    )
    nic: str = fact(
        "Network card",
        "Model of the network card that the guest sees.",
        "virtio",
        "vmxnet3",
        "e1000",
    )
    video: str = fact(
        "Graphics card",
        "Model of the graphics card that the guest sees.",
        "virtio",
        "qxl",
    )


class Xen(Group, path="deployment.xen", title="Xen settings", example={"pvshim": True}):
    """Settings that only Xen guests have. Absent means unknown."""

    pvshim: bool = fact(
        "PV shim",
        "Whether a Xen PV guest runs inside the PV shim, which keeps it behind a hardware boundary.",
        True,
    )
    type_option: XenTypeOption = fact(
        "Option that chooses the type",
        "How the guest's xl.cfg chooses the type of guest: by type, by the older builder, or not at all (none).",
        "type",
    )
    ignored_options: tuple[str, ...] = fact(
        "Ignored options",
        "Options in the guest's xl.cfg that its type of guest does not have, by their names there. An empty list "
        "states that there are none.",
        ["viridian", "nestedhvm"],
        [],
    )


class Tuning(Group, path="deployment.tuning", title="Tuning", example={"cpuPinning": True, "hugepages": True}):
    """Settings that hold resources for this guest alone. Absent means unknown."""

    cpu_pinning: bool = fact(
        "CPUs pinned",
        "Whether virtual CPUs are bound to physical ones.",
        True,
    )
    hugepages: bool = fact(
        "Huge pages",
        "Whether the guest's memory is backed by huge pages.",
        True,
    )
    locked_memory: bool = fact(
        "Memory locked",
        "Whether the guest's memory is locked, so that the host never swaps it out.",
        True,
    )


class Storage(Group, path="deployment.storage", title="Storage", example={"accessMode": "rwx"}):
    """How its volumes can be attached. Absent means unknown."""

    access_mode: AccessMode = fact(
        "Volume access",
        "How the volumes can be attached: rwo (one host at a time) or rwx (several hosts at once, which live "
        "migration needs).",
        "rwx",
    )


class Network(
    Group, path="deployment.network", title="Network", example={"exposure": "private", "binding": "masquerade"}
):
    """How the workload is reached. Absent means unknown."""

    exposure: Exposure = fact(
        "Exposure",
        "Who can reach the workload over the network: none (nobody), private (inside the organisation), or public "
        "(the internet).",
        "private",
    )
    binding: str = fact(
        "Network binding",
        "How the guest is tied to the network, in the platform's own word.",
        "masquerade",
        "bridge",
    )


class Deployment(
    Group, path="deployment", title="Deployment", example={"architecture": "type1", "mode": "hw-assisted"}
):
    """What was chosen to run the workload. Leave it out to ask what would fit. Absent means unknown."""

    kernel_family: OsFamily = derived("Family of the kernel that containers share.")
    architecture: Architecture = fact(
        "Architecture",
        "How it is virtualized: type1 (a hypervisor on bare metal), type2 (one on a desktop system), "
        "paravirtualization, container, or full-virtualization. Follows from the platform where that offers only "
        "one.",
        "type1",
        "container",
    )
    mode: ModeName = fact(
        "Mode",
        "How the guest's code runs: hw-assisted, pv, pvh, pvhvm or emulation for machines; runc, crun, lxc, process, "
        "hyperv, gvisor, kata or microvm for containers. Follows from platform and architecture where they allow "
        "one.",
        "hw-assisted",
        "gvisor",
    )
    platform: PlatformChoice = group(
        "Platform",
        "The product that was chosen: its id, id@version, or its fields. Absent means unknown.",
        "docker",
        "vmware-esxi@8.0",
        {"id": "vmware-esxi", "version": "8.0U2"},
        short=ShortForm(
            "id or id@version",
            "The id of a platform, with its version after @ if you know it, such as docker or vmware-esxi@8.0.",
            _platform,
        ),
    )
    image: Image = group(
        "Image",
        "What is deployed: an OCI image reference, the name of a box, a disk image; or its fields. Absent means "
        "unknown.",
        "nginx:1.27",
        "generic/debian12",
        {"ref": "nginx:1.27", "platforms": ["linux/amd64", "linux/arm64"]},
        short=ShortForm(
            "the reference",
            "An OCI image reference such as nginx:1.27, the name of a box, or a disk image.",
            lambda text: {"ref": text},
        ),
    )
    machine: str = fact(
        "Machine type",
        "The virtual mainboard, in the hypervisor's own name for it.",
        "q35",
        "pc-i440fx-9.2",
    )
    cpu_model: str = fact(
        "Virtual CPU model",
        "The processor that the guest sees: a QEMU or libvirt model name, or host-passthrough for the host's own.",
        "host-passthrough",
        "x86-64-v2-AES",
    )
    generation: Generation = fact(
        "Hyper-V generation",
        "Generation of a Hyper-V virtual machine: 1 (BIOS) or 2 (UEFI).",
        2,
        "1",
    )
    firmware: FirmwareOffer
    devices: DeviceModels
    runtime_class: str = fact(
        "Runtime class",
        "Name of the Kubernetes RuntimeClass. Such names are the cluster's own; vmlint understands those that begin "
        "with kata, gvisor, runsc, runc or crun.",
        "kata-qemu",
        "gvisor",
    )
    privileged: bool = fact(
        "Privileged",
        "Whether the container runs privileged, with nearly all of the host's rights.",
        False,
    )
    capabilities: frozenset[str] = fact(
        "Capabilities added",
        "Linux capabilities that the container is given beyond the default, without the prefix CAP_. An empty list "
        "states that there are none.",
        ["SYS_ADMIN"],
        [],
    )
    host_namespaces: frozenset[HostNamespace] = fact(
        "Host namespaces shared",
        "Namespaces of the host that the container shares: pid, ipc, network. An empty list states that it shares "
        "none.",
        ["network"],
        [],
    )
    mounts: tuple[str, ...] = fact(
        "Host paths mounted",
        "Paths of the host that are mounted into the container. An empty list states that there are none.",
        ["/var/run/docker.sock"],
        [],
    )
    xen: Xen
    placement: Placement = fact(
        "Placement",
        "How instances are spread: shared (hosts are mixed), one-per-host, or node-per-tenant (no two tenants on one "
        "host).",
        "node-per-tenant",
    )
    tuning: Tuning
    overcommit: bool = fact(
        "Overcommit intended",
        "Whether hosts are meant to promise more memory than they have.",
        False,
    )
    storage: Storage
    network: Network
    host_devices: tuple[str, ...] = fact(
        "Devices passed through",
        "Physical devices that are really handed to the guest, as the platform names them: PCI addresses, "
        "vendor:device, or resource names.",
        ["0000:01:00.0"],
        ["10de:20f1"],
    )
