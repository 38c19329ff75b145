"""The workload: what it needs, where it runs, and what was chosen for it.

One class per group of fields of ``schemas/workload.json``; a test holds the two together. A field typed ``X | None`` is
a demand (absent means not demanded), every other field a fact (absent means unknown): see :mod:`vmlint.model.facts`.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal, get_args

from vmlint.findings.unknown import Unknown
from vmlint.model.facts import Facts
from vmlint.model.values import Duration, OciPlatform, Size, Version, VersionRange, parse_cpu

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from vmlint.catalog import Catalog, GuestOS, Mode, Platform
    from vmlint.model.facts import Derivation

WorkloadKind = Literal["service", "batch", "ci-runner", "desktop", "appliance", "function"]
Environment = Literal["dev", "test", "staging", "production"]
OsFamily = Literal[
    "linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "illumos", "aix", "dos", "os2", "netware",
    "unikernel", "other",
]  # fmt: skip
KernelSource = Literal["distro", "custom", "none"]
ParavirtInterface = Literal["xen-pv", "xen-pvh", "xen-pvhvm", "virtio", "hyperv", "vmware"]
FirmwareType = Literal["bios", "uefi"]
TpmVersion = Literal["none", "1.2", "2.0"]
Init = Literal["none", "systemd", "other"]
DriverSet = Literal["virtio-win", "xen-pv", "vmware-tools", "hyperv-ic"]
Tenancy = Literal["single", "trusted-multi", "untrusted-multi"]
IsolationLevel = Literal["process", "sandbox", "vm", "confidential"]
PerformanceClass = Literal["best-effort", "standard", "high"]
Realtime = Literal["none", "soft", "hard"]
GpuMode = Literal["none", "shared", "vgpu", "passthrough"]
LiveMigration = Literal["none", "preferred", "required"]
Availability = Literal["none", "ha", "mission-critical"]
Effort = Literal["low", "any"]
LicenceBudget = Literal["none", "paid"]
CpuVendor = Literal["intel", "amd", "arm", "apple", "other"]
CpuLevel = Literal["v1", "v2", "v3", "v4"]
HypervisorPresent = Literal["none", "hyperv"]
HostContainer = Literal["none", "lxc", "docker"]
Architecture = Literal["type1", "type2", "paravirtualization", "container", "full-virtualization"]
ModeName = Literal[
    "hw-assisted", "pv", "pvh", "pvhvm", "emulation", "runc", "crun", "lxc", "process", "hyperv", "gvisor", "kata",
    "microvm",
]  # fmt: skip
Generation = Literal["1", "2"]
XenTypeOption = Literal["type", "builder", "none"]
Placement = Literal["shared", "one-per-host", "node-per-tenant"]
HostNamespace = Literal["pid", "ipc", "network"]
AccessMode = Literal["rwo", "rwx"]
Exposure = Literal["none", "private", "public"]


def _platform_word(text: str) -> dict[str, str]:
    id, at, version = text.partition("@")
    if not id:
        raise ValueError("expected a platform id such as docker, or id@version such as vmware-esxi@8.0")
    return {"id": id, "version": version} if at else {"id": id}


def _one_of(words: Any) -> Callable[[str], str]:
    allowed = frozenset(get_args(words))

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"expected one of {', '.join(get_args(words))}")
        return text

    return read


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("expected true or false")
    return text == "true"


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise ValueError("expected a whole number, zero or more")
    return int(text)


READ: dict[str, Callable[[str], Any]] = {
    name: _one_of(words)
    for name, words in list(globals().items())
    if getattr(words, "__origin__", None) is Literal
} | {
    "str": str,
    "bool": _flag,
    "int": _count,
    "Version": Version,
    "VersionRange": VersionRange,
    "OciPlatform": OciPlatform.parse,
    "Size": Size.parse,
    "Duration": Duration.parse,
    "Cpus": parse_cpu,
}  # fmt: skip
"""How the text of a scalar becomes the value of a field, by the field's type as it is written below."""

Cpus = float

SHORT_FORMS: dict[str, Callable[[str], dict[str, str]]] = {
    "PlatformChoice": _platform_word,
    "GuestOsFacts": lambda text: {"id": text},
    "HostOsFacts": lambda text: {"id": text},
    "Image": lambda text: {"ref": text},
}
"""Groups that may be written as one word, and what the word stands for."""


class GuestOsFacts(Facts):
    """Which operating system the workload runs on."""

    path = "guest.os"
    id: str
    family: OsFamily
    version: str
    edition: str
    age: int  # derived: full years since the release
    one_of: tuple[str, ...]  # derived: the ids of which it is one, where a word of another tool covers several


class GuestKernel(Facts):
    """The kernel that the workload brings or needs."""

    path = "guest.kernel"
    version: Version
    modifiable: bool
    paravirt: frozenset[ParavirtInterface]
    source: KernelSource | None
    requires: VersionRange | None
    modules: tuple[str, ...] | None
    realtime: bool | None


class FirmwareNeeds(Facts):
    """Firmware that the guest insists on."""

    path = "guest.firmware"
    type: FirmwareType | None
    secure_boot: bool | None
    tpm: TpmVersion | None


class Guest(Facts):
    """The software that is to run."""

    path = "guest"
    os: GuestOsFacts
    platform: OciPlatform
    kernel: GuestKernel
    firmware: FirmwareNeeds
    drivers: frozenset[DriverSet]
    init: Init | None
    licences: tuple[str, ...] | None
    arch: str  # derived: CPU architecture, an OCI word


class Isolation(Facts):
    """How far tenants must be kept apart."""

    path = "requirements.isolation"
    tenancy: Tenancy | None
    level: IsolationLevel | None
    untrusted_code: bool | None
    compliance: tuple[str, ...] | None


class Latency(Facts):
    """How fast an answer must come."""

    path = "requirements.performance.latency"
    p99: Duration | None


class Performance(Facts):
    """How fast the workload must run."""

    path = "requirements.performance"
    class_: PerformanceClass | None
    latency: Latency
    realtime: Realtime | None


class Density(Facts):
    """How many instances must fit."""

    path = "requirements.density"
    per_host: int | None


class Gpu(Facts):
    """How a GPU must reach the workload."""

    path = "requirements.devices.gpu"
    mode: GpuMode | None
    count: int | None


class DeviceNeeds(Facts):
    """Devices that the workload must reach."""

    path = "requirements.devices"
    gpu: Gpu
    pci: tuple[str, ...] | None
    usb: tuple[str, ...] | None
    emulated: tuple[str, ...] | None


class Mobility(Facts):
    """Whether a running instance must move between hosts."""

    path = "requirements.mobility"
    live_migration: LiveMigration | None


class Management(Facts):
    """What running it may cost in effort."""

    path = "requirements.management"
    effort: Effort | None
    central: bool | None


class Budget(Facts):
    """What running it may cost in licences."""

    path = "requirements.budget"
    licence: LicenceBudget | None


class Requirements(Facts):
    """What the workload demands. Absent means: not demanded."""

    path = "requirements"
    isolation: Isolation
    performance: Performance
    startup: Duration | None
    density: Density
    devices: DeviceNeeds
    mobility: Mobility
    nested: bool | None
    availability: Availability | None
    management: Management
    budget: Budget
    portability: tuple[OciPlatform, ...] | None


class Resources(Facts):
    """What one instance gets."""

    path = "resources"
    cpu: Cpus
    memory: Size
    disk: Size


class HostOsFacts(Facts):
    """The operating system of the machine underneath."""

    path = "host.os"
    id: str
    family: OsFamily
    version: Version
    build: Version
    edition: str


class HostKernel(Facts):
    """The kernel of the machine underneath, which containers share."""

    path = "host.kernel"
    version: Version
    modules: frozenset[str]
    builtin: frozenset[str]
    cmdline: tuple[str, ...]
    realtime: bool


class HostCpu(Facts):
    """The processors of the machine underneath."""

    path = "host.cpu"
    vendor: CpuVendor
    model: str
    level: CpuLevel
    features: frozenset[str]
    count: int


class Cluster(Facts):
    """The hosts that an instance may be placed on."""

    path = "host.cluster"
    homogeneous: bool
    nodes: int


class Cloud(Facts):
    """The cloud that the host is rented from."""

    path = "host.cloud"
    provider: str
    instance_type: str


class Host(Facts):
    """The machine underneath."""

    path = "host"
    os: HostOsFacts
    platform: OciPlatform
    kernel: HostKernel
    cpu: HostCpu
    memory: Size
    iommu: bool
    virtualized: bool
    nested_virtualization: bool
    hypervisor: str
    hypervisor_present: HypervisorPresent
    container: HostContainer
    binfmt: frozenset[OciPlatform]
    cluster: Cluster
    cloud: Cloud
    arch: str  # derived: CPU architecture, an OCI word


class PlatformChoice(Facts):
    """The product that was chosen."""

    path = "deployment.platform"
    id: str
    version: Version
    edition: str


class Image(Facts):
    """What is deployed."""

    path = "deployment.image"
    ref: str
    platforms: frozenset[OciPlatform]
    drivers: frozenset[DriverSet]


class FirmwareOffer(Facts):
    """Firmware that the virtual machine offers."""

    path = "deployment.firmware"
    type: FirmwareType
    secure_boot: bool
    tpm: TpmVersion
    tpm_persistent: bool
    smm: bool


class DeviceModels(Facts):
    """Device models of the virtual machine."""

    path = "deployment.devices"
    disk: str
    nic: str
    video: str


class Xen(Facts):
    """Settings of Xen guests."""

    path = "deployment.xen"
    pvshim: bool
    type_option: XenTypeOption
    ignored_options: tuple[str, ...]


class Tuning(Facts):
    """Settings that hold resources for the guest."""

    path = "deployment.tuning"
    cpu_pinning: bool
    hugepages: bool
    locked_memory: bool


class Storage(Facts):
    """How the volumes can be attached."""

    path = "deployment.storage"
    access_mode: AccessMode


class Network(Facts):
    """How the workload is reached."""

    path = "deployment.network"
    exposure: Exposure
    binding: str


class Deployment(Facts):
    """What was chosen."""

    path = "deployment"
    kernel_family: OsFamily  # derived: family of the kernel that containers share
    architecture: Architecture
    mode: ModeName
    platform: PlatformChoice
    image: Image
    machine: str
    cpu_model: str
    generation: Generation
    firmware: FirmwareOffer
    devices: DeviceModels
    runtime_class: str
    privileged: bool
    capabilities: frozenset[str]
    host_namespaces: frozenset[HostNamespace]
    mounts: tuple[str, ...]
    xen: Xen
    placement: Placement
    tuning: Tuning
    overcommit: bool
    storage: Storage
    network: Network
    host_devices: tuple[str, ...]


class Workload(Facts):
    """One workload of a manifest or of a native file, with the catalogue entries of what it names."""

    path = ""
    name: str
    labels: dict[str, str]
    kind: WorkloadKind
    environment: Environment
    instances: int
    guest: Guest
    requirements: Requirements
    resources: Resources
    host: Host
    deployment: Deployment

    def __init__(self, catalog: Catalog, derivations: Mapping[str, Derivation], today: date) -> None:
        super().__init__(self)
        self.catalog = catalog
        self.derivations = derivations
        self.today = today
        """The day on which lifecycle dates are judged."""
        self.derived: dict[str, Derivation] = {}
        """Derivations that were really used, by the path of the fact."""
        self.underivable: dict[str, str] | None = None
        """What does not follow from what is stated, each with the field that it wants; kept while rules are asked."""
        self.labels = {}
        fill(self)

    @property
    def deployed(self) -> bool:
        """Whether anything was chosen at all."""
        return bool(any_stated(self.deployment))

    @property
    def platform(self) -> Platform:
        """The catalogue's entry of the chosen platform."""
        found = self.catalog.platform(self.deployment.platform.id)
        if found is None:
            raise Unknown("deployment.platform.id")
        return found

    @property
    def mode(self) -> Mode:
        """The catalogue's entry of the chosen mode."""
        return self.catalog.modes[self.deployment.mode]

    @property
    def guest_os(self) -> GuestOS:
        """The catalogue's entry of the guest's operating system."""
        found = self.catalog.guest(self.guest.os.id)
        if found is None:
            raise Unknown("guest.os.id")
        return found

    @property
    def untrusted(self) -> bool:
        """Whether strangers' code runs, or strangers share the machine."""
        isolation = self.requirements.isolation
        return isolation.tenancy == "untrusted-multi" or isolation.untrusted_code is True

    @property
    def passes_devices_through(self) -> bool:
        """Whether a whole physical PCI device must reach the guest."""
        devices = self.requirements.devices
        return bool(devices.pci) or devices.gpu.mode == "passthrough"


GROUPS: dict[str, type[Facts]] = {
    kind.__name__: kind for kind in list(globals().values()) if isinstance(kind, type) and issubclass(kind, Facts)
}
"""Classes of the model by the name that annotations use."""


@functools.cache
def attribute_name(field: str) -> str:
    """Spell a manifest's field as the model does: ``secureBoot`` is ``secure_boot``, ``class`` is ``class_``."""
    if field == "class":
        return "class_"
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in field)


def fill(group: Facts) -> None:
    """Give a group its empty sub-groups."""
    for name, kind in type(group).__annotations__.items():
        if kind in GROUPS:
            member = GROUPS[kind](group._root)  # noqa: SLF001 - the model builds itself
            setattr(group, name, member)
            fill(member)


def any_stated(group: Facts) -> bool:
    """Tell whether any field of a group or of its sub-groups is stated."""
    for name, value in group.__dict__.items():
        if isinstance(value, Facts):
            if name != "_root" and any_stated(value):
                return True
        elif name[0] != "_" and group.has_stated(name):
            return True
    return False
