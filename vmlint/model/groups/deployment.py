"""What was chosen: the fields of ``deployment``."""

from vmlint.model.fields import Group, ShortForm, derived, fact, group
from vmlint.model.groups.machine import DeviceModels, FirmwareOffer, Network, Storage, Tuning, Xen
from vmlint.model.values import OciPlatform, Size, Version
from vmlint.model.vocabulary import (
    Architecture,
    BootDevice,
    Confinement,
    DriverSet,
    Generation,
    HostNamespace,
    HotAddable,
    ModeName,
    Name,
    NamedValue,
    OsFamily,
    OtherSetting,
    Placement,
    Variable,
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
    repository: Name = fact(
        "Repository of the image",
        "Where the tag of the image is filled in elsewhere: its name without the tag. The reference may be stated "
        "beside it, with the tag that holds unless another is given.",
        "mongo",
    )
    base: Name = fact(
        "Base image",
        "The image that it is built from, as FROM in a Dockerfile names it: what the base needs of a host, it needs "
        "too.",
        "mongo:7",
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
    other_images: tuple[Name, ...] = fact(
        "Images beside it",
        "References of the images that run beside the first one: of the other containers of a pod, and of those that "
        "prepare it. An empty list states that there are none.",
        ["istio/proxyv2:1.26.3"],
        [],
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
    cpu_flags: frozenset[str] = fact(
        "CPU flags added",
        "Flags that the guest's CPU shows beyond those of its model, as /proc/cpuinfo spells them. An empty list "
        "states that there are none.",
        ["aes", "avx"],
        [],
    )
    cpu_sockets: int = fact(
        "CPU sockets",
        "Number of CPU sockets that the guest sees; its CPUs are spread over them.",
        2,
        unit="sockets",
    )
    hot_add: frozenset[HotAddable] = fact(
        "Added while it runs",
        "What may be added to the machine while it runs: cpu, memory. An empty list states that nothing may.",
        ["memory"],
        [],
    )
    boot_order: tuple[BootDevice, ...] = fact(
        "Boot order",
        "What the machine tries to start from, the first one first: disk, cd, floppy, network, usb, host-device, "
        "shared-folder, or nothing, where it is told to start from what it has not. A drive without a medium does not "
        "count.",
        ["network", "disk"],
    )
    other_settings: frozenset[OtherSetting] = fact(
        "Other settings",
        "Settings of the machine that another platform has to be given anew: cpu-limits, memory-limits, disk-limits, "
        "network-limits (shares and ceilings); network-filter (a firewall), network-link (VLAN and the like), "
        "port-forward; cpu-set (CPUs of the host that it shares), virtual-numa, realtime; enlightenments (what a "
        "hypervisor shows its guest), no-acpi, clock (another than UTC, or timers), smbios (names and serial numbers), "
        "generation-id, graphics-acceleration, screens (several), start-settings (cloud-init, properties of an OVF), "
        "fresh-disk (one that forgets what was written), block-size (other blocks than of 512 bytes), block-job (a "
        "copy under way), disk-lock, running (it ran when the file was written). An empty list states that there are "
        "none.",
        ["network-filter", "smbios"],
        [],
    )
    unread: tuple[Name, ...] = fact(
        "Settings not read",
        "What the file of another tool says of the machine and vmlint has no field for, in the words of that file. An "
        "empty list states that there is nothing.",
        ["iommu"],
        [],
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
        "Name of the Kubernetes RuntimeClass. Such names are the cluster's own: host.cluster.runtimeClasses says what "
        "they mean. Otherwise vmlint understands those that begin with kata, gvisor, runsc, runc or crun.",
        "kata-qemu",
        "gvisor",
    )
    runtime_handler: str = derived("Handler of the runtime class: by the cluster's objects, or else its name.")
    privileged: bool = fact(
        "Privileged",
        "Whether the container runs privileged, with nearly all of the host's rights.",
        False,
    )
    host_process: bool = fact(
        "Host process",
        "Whether it is a HostProcess container, which runs on its Windows node itself.",
        False,
    )
    unconfined: frozenset[Confinement] = fact(
        "Confinements switched off",
        "What usually confines a container, and is switched off for this one: seccomp, apparmor, selinux, or "
        "system-paths (paths of /proc and /sys that are hidden or read-only). An empty list states that all are left "
        "as they are.",
        ["seccomp", "apparmor"],
        [],
    )
    nesting: bool = fact(
        "Nesting",
        "Whether the container is allowed to run containers of its own.",
        True,
    )
    capabilities: frozenset[str] = fact(
        "Capabilities added",
        "Linux capabilities that the container is given beyond the default, without the prefix CAP_. An empty list "
        "states that there are none.",
        ["SYS_ADMIN"],
        [],
    )
    exceptions: frozenset[NamedValue] = fact(
        "Containers that are given less",
        "Of a pod with several containers, what one of them is given and another is not, each as what=image with the "
        "image of the latter: privileged, seccompProfile, a capability or a confinement that is switched off. An empty "
        "list states that all are given the same.",
        ["privileged=example.org/shop:7.2", "NET_ADMIN=example.org/shop:7.2"],
        [],
    )
    host_namespaces: frozenset[HostNamespace] = fact(
        "Host namespaces shared",
        "Namespaces of the host that the container shares: pid, ipc, network. An empty list states that it shares "
        "none.",
        ["network"],
        [],
    )
    seccomp_profile: str = fact(
        "Own seccomp profile",
        "Name of the seccomp profile that takes the place of the engine's own; what it allows is not read.",
        "chrome.json",
    )
    granted: frozenset[str] = fact(
        "Features switched on",
        "Further features of a system container that its settings switch on, as Proxmox VE writes them: keyctl, fuse, "
        "mknod, mount=nfs. An empty list states that there are none.",
        ["keyctl", "fuse"],
        [],
    )
    sysctls: frozenset[NamedValue] = fact(
        "Kernel parameters set",
        "Parameters of the kernel that are set for the container alone, each as name=value. An empty list states that "
        "there are none.",
        ["net.ipv4.ip_forward=1"],
        [],
    )
    ulimits: frozenset[NamedValue] = fact(
        "Limits raised",
        "Limits of resources that are set for the container's programs, each as name=value, with -1 for no limit. An "
        "empty list states that the engine's own hold.",
        ["memlock=-1", "nofile=65536"],
        [],
    )
    shared_memory: Size = fact(
        "Shared memory",
        "Size of /dev/shm, as a quantity of bytes: 2Gi is binary (1024), 2G decimal (1000); the unit must be written. "
        "Engines give 64Mi unless told otherwise.",
        "2Gi",
    )
    command: tuple[str, ...] = fact(
        "Command",
        "Words of the command that is run in place of the image's own, or after its entry point.",
        ["postgres", "-c", "io_method=io_uring"],
    )
    environment: frozenset[Variable] = fact(
        "Environment variables",
        "Variables that are set for the container, each as NAME=value, or as NAME where its value is not shown; * says "
        "that there are others that are not shown. Of files of other tools, the ones that decide what a program needs "
        "are kept, and no other. An empty list states that none of these is set.",
        ["discovery.type=single-node"],
        ["TS_USERSPACE", "*"],
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
    cluster_devices: tuple[str, ...] = fact(
        "Devices asked of the cluster",
        "Names under which a machine asks its cluster for devices of the hosts, GPUs among them.",
        ["nvidia.com/GA102GL_A10"],
    )
