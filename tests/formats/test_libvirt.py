"""libvirt's domain XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

OSINFO = "<i:libosinfo xmlns:i='http://libosinfo.org/xmlns/libvirt/domain/1.0'><i:os id='{}'/></i:libosinfo>"

SERVER = """\
<?xml version="1.0" encoding="UTF-8"?>
<domain type="kvm">
  <name>db</name>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
      <libosinfo:os id="http://ubuntu.com/ubuntu/24.04"/>
    </libosinfo:libosinfo>
  </metadata>
  <memory>8388608</memory>
  <currentMemory>4194304</currentMemory>
  <memoryBacking>
    <hugepages/>
    <locked/>
  </memoryBacking>
  <vcpu placement="static">4</vcpu>
  <cputune>
    <vcpupin vcpu="0" cpuset="2"/>
  </cputune>
  <os firmware="efi">
    <type arch="x86_64" machine="pc-q35-8.2">hvm</type>
    <firmware>
      <feature enabled="yes" name="enrolled-keys"/>
      <feature enabled="yes" name="secure-boot"/>
    </firmware>
    <boot dev="hd"/>
  </os>
  <features><acpi/><smm state="on"/></features>
  <cpu mode="custom" match="exact">
    <model fallback="forbid">EPYC-Rome</model>
    <feature policy="require" name="svm"/>
  </cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type="file" device="cdrom"><target dev="sda" bus="sata"/></disk>
    <disk type="file" device="floppy"><target dev="fda" bus="fdc"/></disk>
    <disk type="file" device="disk"><target dev="vda" bus="virtio"/></disk>
    <interface type="hostdev"><source><address type="pci" bus="0x5" slot="16" function="0x1"/></source></interface>
    <interface type="bridge"><source bridge="br0"/><model type="virtio-non-transitional"/></interface>
    <video><model type="qxl" heads="1"/></video>
    <tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>
    <hostdev mode="subsystem" type="pci" managed="yes">
      <source><address domain="0x0000" bus="0x06" slot="0x02" function="0x0"/></source>
    </hostdev>
    <hostdev mode="subsystem" type="usb"><source><vendor id="0x0BDA"/><product id="0x8153"/></source></hostdev>
    <hostdev mode="subsystem" type="usb"><source><address bus="1" device="4"/></source></hostdev>
    <hostdev mode="subsystem" type="mdev" model="vfio-pci">
      <source><address uuid="c2177883-f1bb-47f0-914d-32a22e3a8804"/></source>
    </hostdev>
    <hostdev mode="subsystem" type="pci"><source><address bus="0x06" slot="0x02" function="0x8"/></source></hostdev>
  </devices>
</domain>
"""


def of(devices: str = "", os: str = "<type arch='x86_64' machine='q35'>hvm</type>", rest: str = "", **at: str) -> str:
    """A domain with one line per part."""
    attributes = " ".join(f"{name}='{value}'" for name, value in {"type": "kvm", **at}.items())
    return (
        f"<domain {attributes}>\n<name>m</name>\n<memory unit='GiB'>1</memory>\n<vcpu>1</vcpu>\n<os>{os}</os>\n{rest}\n"
        f"<devices>{devices}</devices>\n</domain>\n"
    )


def test_a_server(look: Look) -> None:
    seen = look("db.xml", SERVER)
    assert seen.formats == ("libvirt",)
    assert seen.facts("db") == {
        "guest.arch": "amd64",
        "guest.os.id": "ubuntu24.04",
        "guest.platform": "linux/amd64",
        "deployment.cpuFlags": "svm",
        "requirements.features": "kernel.hugepages.2Mi>=4096",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.memory": "8Gi",
        "deployment.platform.id": "kvm",
        "deployment.mode": "hw-assisted",
        "deployment.machine": "pc-q35-8.2",
        "deployment.cpuModel": "EPYC-Rome",
        "deployment.cpuSockets": "4",
        "deployment.devices.drives": "sata,virtio",
        "deployment.firmware.variableStore": "true",
        "deployment.hotAdd": "",
        "deployment.storage.cache": "",
        "deployment.storage.shared": "false",
        "deployment.network.cards": "2",
        "deployment.storage.disks": "1",
        "deployment.devices.others": "floppy,host-device",
        "deployment.firmware.type": "uefi",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.bootOrder": "disk",
        "deployment.devices.disk": "virtio",
        "deployment.devices.disks": "virtio",
        "deployment.devices.nics": "an unknown model,virtio",
        "deployment.devices.nic": "virtio",
        "deployment.devices.video": "qxl",
        "deployment.tuning.cpuPinning": "true",
        "deployment.tuning.hugepages": "true",
        "deployment.tuning.lockedMemory": "true",
        "deployment.hostDevices": "0000:05:10.1,0000:06:02.0,mdev:c2177883-f1bb-47f0-914d-32a22e3a8804,"
        "usb:0bda:8153,usb:1-4",
    }
    assert seen.problems == []
    assert set(seen.native().defaults) == {
        "deployment.cpuSockets",
        "deployment.firmware.variableStore",
        "deployment.hotAdd",
        "deployment.storage.cache",
        "deployment.storage.shared",
    }
    places = {
        "deployment.platform.id": (2, 15),
        "guest.os.id": (6, 25),
        "resources.memory": (9, 11),
        "deployment.tuning.hugepages": (12, 6),
        "deployment.tuning.cpuPinning": (17, 6),
        "deployment.firmware.type": (19, 17),
        "guest.arch": (20, 17),
        "deployment.machine": (20, 34),
        "deployment.firmware.secureBoot": (22, 8),
        "deployment.cpuModel": (29, 30),
        "requirements.nested": (30, 37),
        "deployment.devices.disk": (36, 60),
        "deployment.devices.nic": (38, 65),
        "deployment.firmware.tpm": (40, 60),
    }
    assert {path: seen.at(path) for path in places} == places


@pytest.mark.parametrize(
    ("kind", "os", "facts"),
    [
        ("kvm", "hvm", ("kvm", "hw-assisted")),
        ("qemu", "hvm", ("qemu", "emulation")),
        ("hvf", "hvm", ("qemu", "hw-assisted")),
        ("xen", "hvm", ("xen", "hw-assisted")),
        ("xen", "linux", ("xen", "pv")),
        ("xen", "xen", ("xen", "pv")),
        ("xen", "xenpvh", ("xen", "pvh")),
        ("xen", "else", ("xen", None)),
        ("lxc", "exe", ("lxc", "lxc")),
        ("bhyve", "hvm", ("bhyve", None)),
        ("vbox", "hvm", ("virtualbox", None)),
        ("vmware", "hvm", (None, None)),
        ("vz", "hvm", (None, None)),
        ("openvz", "exe", (None, None)),
        ("hyperv", "hvm", (None, None)),
        ("test", "hvm", (None, None)),
        ("nothing", "hvm", (None, None)),
    ],
)
def test_types(look: Look, kind: str, os: str, facts: tuple[str | None, str | None]) -> None:
    seen = look("m.xml", of(os=f"<type arch='x86_64'>{os}</type>", type=kind))
    found = seen.facts()
    assert (found.get("deployment.platform.id"), found.get("deployment.mode")) == facts
    assert ("deployment.platform" in seen.native().unknowns) is (facts[0] is None)
    assert seen.problems == []


def test_a_xen_guest_with_a_bootloader_is_paravirtual(look: Look) -> None:
    text = "<domain type='xen'><name>x</name><bootloader>/usr/bin/pygrub</bootloader><memory>524288</memory></domain>"
    seen = look("x.xml", text)
    assert seen.facts()["deployment.mode"] == "pv"
    assert "deployment.mode" in seen.native().defaults


def test_cloud_hypervisor_goes_by_its_program(look: Look) -> None:
    for kind in ("kvm", "hyperv"):
        facts = look("m.xml", of("<emulator>/usr/bin/cloud-hypervisor</emulator>", type=kind)).facts()
        assert facts["deployment.platform.id"] == "cloud-hypervisor"
        assert "deployment.firmware.type" not in facts


@pytest.mark.parametrize(
    ("arch", "expected"),
    [("x86_64", "amd64"), ("i686", "386"), ("aarch64", "arm64"), ("armv7l", "arm"), ("ppc64", "ppc64"),
     ("ppc64le", "ppc64le"), ("s390x", "s390x"), ("riscv64", "riscv64"), ("loongarch64", "loong64"), ("sh4", None)],
)  # fmt: skip
def test_architectures(look: Look, arch: str, expected: str | None) -> None:
    assert look("m.xml", of(os=f"<type arch='{arch}'>hvm</type>")).facts().get("guest.arch") == expected


PC = "<type arch='x86_64' machine='pc'>hvm</type>"


@pytest.mark.parametrize(
    ("os", "kind", "expected", "default"),
    [
        (PC, "kvm", "bios", True),
        (PC, "qemu", "bios", True),
        ("<type arch='i686'>hvm</type>", "kvm", "bios", True),
        ("<type arch='x86_64' machine='pc-i440fx-rhel7.6.0'>hvm</type>", "kvm", "bios", True),
        ("<type arch='x86_64' machine='microvm'>hvm</type>", "kvm", None, False),
        ("<type>hvm</type>", "kvm", None, False),  # the host's architecture
        ("<type arch='aarch64' machine='virt'>hvm</type>", "kvm", None, False),
        ("<type arch='s390x'>hvm</type>", "kvm", None, False),
        (PC, "vmware", None, False),
        (PC, "bhyve", None, False),
        ("<type arch='x86_64'>hvm</type>", "xen", "bios", True),
        ("<type arch='x86_64'>hvm</type><loader>/usr/lib/xen/boot/hvmloader</loader>", "xen", "bios", True),
        ("<type arch='x86_64'>linux</type>", "xen", None, False),
        (PC + "<loader readonly='yes' type='pflash'>/x/CODE.fd</loader>", "kvm", "uefi", False),
        (PC + "<loader>/usr/share/ovmf/OVMF.fd</loader>", "kvm", "uefi", False),
        (PC + "<loader type='rom'>/usr/share/seabios/bios.bin</loader>", "kvm", None, False),
        (PC + "<nvram>/x/VARS.fd</nvram>", "kvm", "uefi", False),
    ],
)
def test_firmware(look: Look, os: str, kind: str, expected: str | None, default: bool) -> None:
    native = look("m.xml", of(os=os, type=kind)).native()
    assert native.workload.deployment.firmware.get("type") == expected
    assert ("deployment.firmware.type" in native.defaults) is default
    assert ("deployment.firmware.type" in native.unknowns) is (expected is None)


@pytest.mark.parametrize(
    ("os", "expected"),
    [
        (PC, None),
        (PC + "<nvram>/x/VARS.fd</nvram>", "raw"),
        (PC + "<nvram format='qcow2'>/x/VARS.fd</nvram>", "qcow2"),
        (PC + "<nvram template='/x/T.qcow2'>/x/VARS</nvram>", None),
        (PC + "<loader type='pflash'>/x/CODE.qcow2</loader><nvram>/x/VARS</nvram>", None),
    ],
)
def test_the_file_of_variables(look: Look, os: str, expected: str | None) -> None:
    assert look("m.xml", of(os=os)).facts().get("deployment.firmware.variableFormat") == expected


@pytest.mark.parametrize(
    ("file", "release"),
    [
        ("/iso/virtio-win-0.1.240.iso", "0.1.240"),
        ("/iso/virtio-win-0.1.171-1.iso", "0.1.171"),
        ("/iso/virtio-win.iso", None),
    ],
)
def test_a_medium_of_drivers(look: Look, file: str, release: str | None) -> None:
    cd = f"<disk device='cdrom'><source file='{file}'/><target dev='sda' bus='sata'/></disk>"
    assert look("m.xml", of(cd)).facts().get("guest.driverRelease") == release


def test_what_snapshots_depend_on(look: Look) -> None:
    disk = "<disk device='disk'><driver type='{}'/><target dev='{}'/></disk>"
    seen = look("m.xml", of(disk.format("qcow2", "vda") + disk.format("raw", "vdb")))
    assert seen.facts()["deployment.storage.formats"] == "qcow2,raw"
    assert "deployment.storage.formats" not in look("m.xml", of("<disk><target dev='vda'/></disk>")).facts()
    steady = look("m.xml", of(rest="<cpu mode='host-model'><feature name='invtsc' policy='require'/></cpu>"))
    assert steady.facts()["deployment.tuning.invariantTsc"] == "true"


@pytest.mark.parametrize(
    ("os", "expected"),
    [
        (PC, "false"),
        (PC + "<firmware><feature enabled='no' name='secure-boot'/></firmware>", "false"),
        (PC + "<firmware><feature enabled='yes' name='enrolled-keys'/></firmware>", "true"),
        (PC + "<loader secure='yes' type='pflash'>/x.fd</loader>", None),
        (PC + "<nvram/><firmware><feature enabled='yes' name='secure-boot'/></firmware>", None),
        (PC + "<loader type='pflash'>/x.fd</loader>", None),
    ],
)
def test_secure_boot(look: Look, os: str, expected: str | None) -> None:
    assert look("m.xml", of(os=os)).facts().get("deployment.firmware.secureBoot") == expected


def test_the_attribute_of_the_firmware_counts_before_a_loader(look: Look) -> None:
    for word, expected in (("efi", "uefi"), ("bios", "bios"), ("${FIRMWARE}", None)):
        text = of(os=PC).replace("<os>", f"<os firmware='{word}'>")
        assert look("m.xml", text).facts().get("deployment.firmware.type") == expected


@pytest.mark.parametrize(
    ("chip", "arch", "expected"),
    [
        ("", "x86_64", "none"),
        ("<tpm model='tpm-tis'><backend type='emulator' version='2.0'/></tpm>", "x86_64", "2.0"),
        ("<tpm model='tpm-tis'><backend type='emulator' version='1.2'/></tpm>", "x86_64", "1.2"),
        ("<tpm model='tpm-crb'><backend type='emulator'/></tpm>", "x86_64", "2.0"),
        ("<tpm model='tpm-tis'><backend type='emulator'/></tpm>", "x86_64", "1.2"),
        ("<tpm><backend type='emulator'/></tpm>", "aarch64", "2.0"),
        ("<tpm model='tpm-tis'><backend type='passthrough'/></tpm>", "x86_64", None),
        ("<tpm model='tpm-crb'><backend type='external'/></tpm>", "x86_64", None),
        ("<tpm model='tpm-spapr-proxy'><backend type='passthrough'/></tpm>", "ppc64le", "none"),
        ("<tpm model='tpm-crb'/>", "x86_64", None),
    ],
)
def test_tpm(look: Look, chip: str, arch: str, expected: str | None) -> None:
    found = look("m.xml", of(chip, os=f"<type arch='{arch}'>hvm</type>")).facts()
    assert found.get("deployment.firmware.tpm") == expected


@pytest.mark.parametrize(
    ("cpu", "model", "nested"),
    [
        ("<cpu mode='host-passthrough' migratable='on'/>", "host-passthrough", None),
        ("<cpu mode='host-model'><model>Skylake-Client</model></cpu>", "host-model", None),
        ("<cpu mode='maximum'/>", "maximum", None),
        ("<cpu match='exact'><model>core2duo</model></cpu>", "core2duo", None),
        ("<cpu><topology sockets='1' cores='1' threads='1'/></cpu>", "qemu64", None),
        ("<cpu mode='custom'/>", "qemu64", None),
        ("<cpu mode='host-passthrough'><feature policy='require' name='vmx'/></cpu>", "host-passthrough", "true"),
        ("<cpu mode='host-passthrough'><feature policy='disable' name='vmx'/></cpu>", "host-passthrough", None),
        (
            "<cpu mode='custom' check='full'><model>EPYC</model><feature policy='require' name='svm'/></cpu>",
            "EPYC",
            None,
        ),
        ("<cpu mode='custom'><model>${MODEL}</model></cpu>", None, None),
        ("", "qemu64", None),
    ],
)
def test_processors(look: Look, cpu: str, model: str | None, nested: str | None) -> None:
    found = look("m.xml", of(rest=cpu)).facts()
    assert (found.get("deployment.cpuModel"), found.get("requirements.nested")) == (model, nested)


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ("<memory>1048576</memory>", "1Gi"),
        ("<memory unit='KiB'>1536</memory>", "1536Ki"),
        ("<memory unit='MiB'>512</memory>", "512Mi"),
        ("<memory unit='G'>2</memory>", "2Gi"),
        ("<memory unit='GB'>1</memory>", "976563Ki"),
        ("<memory unit='bytes'>1</memory>", "1Ki"),
        ("<memory unit='b'>1073741824</memory>", "1Gi"),
        ("<memory unit='stone'>1</memory>", None),
        ("<memory>0</memory>", None),
        ("<memory>-1</memory>", None),
        ("<memory>${MEMORY}</memory>", None),
        ("<memory>99999999999999999999</memory>", None),
        ("", None),
    ],
)
def test_memory(look: Look, memory: str, expected: str | None) -> None:
    text = of().replace("<memory unit='GiB'>1</memory>", memory)
    assert look("m.xml", text).facts().get("resources.memory") == expected


def test_cpus(look: Look) -> None:
    bare = of().replace("<vcpu>1</vcpu>", "")
    assert look("m.xml", bare).native().defaults["resources.cpu"]
    counted = bare.replace("<devices>", "<cpu><topology sockets='2' cores='2' threads='1'/></cpu><devices>")
    assert "resources.cpu" not in look("m.xml", counted).facts()
    assert look("m.xml", of().replace("<vcpu>1<", "<vcpu current='2'>8<")).facts()["resources.cpu"] == "8.0"
    seen = look("m.xml", of().replace("<vcpu>", "<vcpu cpuset='0-3'>"))
    assert "deployment.tuning.cpuPinning" in seen.native().unknowns


SCSI = "<disk><target dev='sda' bus='scsi'/></disk><controller type='scsi' index='0' model='{}'/>"


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ("<disk><target dev='vda'/></disk>", "virtio"),
        ("<disk><target dev='hda'/></disk>", "ide"),
        ("<disk><target dev='xvda'/></disk>", "xen-blkfront"),
        ("<disk><target dev='sda'/></disk>", None),
        (SCSI.format("virtio-scsi"), "virtio-scsi"),
        (SCSI.format("vmpvscsi"), "pvscsi"),
        (SCSI.format("auto"), None),
        ("<disk><target dev='sda' bus='sata'/></disk>", "sata"),
        ("<disk><target dev='nvme0n1' bus='nvme'/></disk>", "nvme"),
        ("<disk device='lun'><target dev='sda' bus='scsi'/><address controller='1'/></disk>"
         "<controller type='scsi' index='0' model='lsilogic'/><controller type='scsi' index='1' model='virtio-scsi'/>",
         "virtio-scsi"),
        ("<disk><target dev='hda' bus='ide'/><boot order='2'/></disk>"
         "<disk><target dev='vda' bus='virtio'/><boot order='1'/></disk>", "virtio"),
        ("<disk device='cdrom'><target dev='hda' bus='ide'/><boot order='1'/></disk>", None),
        ("<disk><target dev='hda' bus='${BUS}'/></disk>", None),
        ("<disk><target dev='0'/></disk><disk/>", None),
    ],
)  # fmt: skip
def test_disks(look: Look, devices: str, expected: str | None) -> None:
    assert look("m.xml", of(devices)).facts().get("deployment.devices.disk") == expected


def test_cards(look: Look) -> None:
    for card, expected in (
        ("<interface type='user'><model type='e1000e'/></interface>", "e1000e"),
        ("<interface type='user'/><interface type='user'><model type='virtio'/></interface>", None),
        ("<interface type='vdpa'/><interface type='user'><model type='virtio'/></interface>", "virtio"),
        ("", None),
    ):
        assert look("m.xml", of(card)).facts().get("deployment.devices.nic") == expected
    paravirtual = of("<interface type='bridge'/>", os="<type>linux</type>", type="xen")
    assert look("m.xml", paravirtual).facts()["deployment.devices.nic"] == "xen-netfront"
    emulated = of("<interface type='bridge'/>", os="<type>hvm</type>", type="xen")
    assert "deployment.devices.nic" not in look("m.xml", emulated).facts()


@pytest.mark.parametrize("kind", ["sev", "sev-snp", "tdx", "s390-pv"])
def test_launch_security_demands_a_confidential_machine(look: Look, kind: str) -> None:
    seen = look("m.xml", of(rest=f"<launchSecurity type='{kind}'/>"))
    assert seen.facts()["requirements.isolation.level"] == "confidential"
    assert seen.at("requirements.isolation.level") == (6, 23)


def test_arguments_past_libvirt_leave_open_what_they_change(look: Look) -> None:
    def args(*values: str) -> str:
        lines = "".join(f"<qemu:arg value='{value}'/>\n" for value in values)
        return of(rest=f"<qemu:commandline>{lines}</qemu:commandline>").replace(
            "<domain ", "<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' "
        )

    plain = look("m.xml", of()).facts()
    passed = {"deployment.devices.others": "qemu-arguments"}
    assert look("m.xml", args("-s", "-device", "usb-tablet", "-msg")).facts() == plain | passed
    for argument, lost in (
        ("-cpu", {"deployment.cpuModel"}),
        ("-bios", {"deployment.firmware.type", "deployment.firmware.secureBoot"}),
        ("-drive if=pflash,file=x", {"deployment.firmware.type", "deployment.firmware.secureBoot"}),
        ("-m", {"resources.memory"}),
        ("-smp=4", {"resources.cpu"}),
        ("-enable-kvm", {"deployment.mode"}),
        ("-M", {"deployment.machine", "deployment.mode", "deployment.firmware.type", "deployment.firmware.secureBoot"}),
        ("-tpmdev", {"deployment.firmware.tpm"}),
    ):
        seen = look("m.xml", args(argument))
        assert plain.keys() - seen.facts().keys() == lost, argument
        assert lost <= seen.native().unknowns.keys()
    handed = look("m.xml", args("-device", "vfio-pci,id=a,host=06:00.0"))
    assert handed.facts()["deployment.hostDevices"] == "0000:06:00.0"


def test_containers(look: Look) -> None:
    root = "<filesystem type='mount'><source dir='/srv/root'/><target dir='/'/></filesystem>"
    exe = "<type arch='x86_64'>exe</type><init>/sbin/init</init>"
    plain = look("c.xml", of(root, os=exe, type="lxc"))
    assert plain.facts() == {
        "guest.arch": "amd64",
        "resources.cpu": "1.0",
        "resources.memory": "1Gi",
        "deployment.platform.id": "lxc",
        "deployment.mode": "lxc",
        "deployment.mounts": "",
        "deployment.hostNamespaces": "network",
    }
    assert plain.native().unknowns["deployment.privileged"]
    data = "<filesystem><source dir='/data'/><target dir='/data'/></filesystem>"
    mapped = "<idmap><uid start='0' target='100000' count='65536'/></idmap>"
    careful = look("c.xml", of(root + data + "<interface type='network'/>", os=exe, rest=mapped, type="lxc")).facts()
    assert careful["deployment.mounts"] == "/data"
    assert careful["deployment.hostNamespaces"] == ""
    assert careful["deployment.privileged"] == "false"
    rights = "<features><privnet/><capabilities policy='allow'/></features>"
    open_one = look("c.xml", of("", os=exe, rest=rights, type="lxc"))
    assert open_one.facts()["deployment.privileged"] == "true"
    fewer = rights.replace("'allow'/>", "'allow'><sys_module state='off'/><mknod state='off'/></capabilities>")
    dropped = look("c.xml", of("", os=exe, rest=fewer, type="lxc"))
    assert "capabilities that are taken away" in dropped.native().unknowns["deployment.privileged"]
    assert dropped.found("VM407") == []
    assert open_one.native().unknowns["deployment.mounts"]
    whole = root.replace("/srv/root", "/")
    assert look("c.xml", of(whole, os=exe, type="lxc")).facts()["deployment.mounts"] == "/"
    disk = "<hostdev mode='capabilities' type='storage'><source><block>/dev/sdb</block></source></hostdev>"
    assert look("c.xml", of(root + disk, os=exe, type="lxc")).facts()["deployment.hostDevices"] == "/dev/sdb"


def test_several_domains_of_one_text(look: Look) -> None:
    network = "<network><name>n</name><domain name='example.org'/></network>\n"
    text = of() + network + "<?xml version='1.0'?>\n" + of(type="qemu").replace(">m<", ">n<")
    seen = look("all.xml", text)
    assert seen.names == ["m", "n"]
    assert seen.facts("n")["deployment.mode"] == "emulation"
    assert seen.at("deployment.mode", "n") == (11, 15)


@pytest.mark.parametrize(
    "text",
    [
        "<network><name>n</name><domain name='example.org'/></network>",
        "<pool type='dir'><name>p</name></pool>",
        "<volume><name>v</name></volume>",
        "<domainsnapshot><name>s</name><domain type='kvm'><name>x</name></domain></domainsnapshot>",
        "<domstatus state='running'><domain type='kvm'><name>x</name></domain></domstatus>",
        "<domainCapabilities><domain>kvm</domain></domainCapabilities>",
        "<domain xmlns='urn:jboss:domain:19.0' type='kvm'><profiles/></domain>",
        "<domain name='glassfish' log-root='x'><servers/></domain>",
        "<d:domain xmlns:d='urn:other' type='kvm'/>",
        "<domain><name>example.org</name></domain>",
        "<html><domain",
        "a text about <domain type='kvm'> and more",
    ],
)
def test_what_is_no_domain(look: Look, text: str) -> None:
    seen = look("x.xml", text)
    assert "libvirt" not in seen.formats
    assert seen.problems == []


def test_a_domain_without_a_type_is_one_by_its_parts(look: Look) -> None:
    seen = look("x.xml", of().replace(" type='kvm'", "", 1))
    assert seen.formats == ("libvirt",)
    assert "deployment.platform" in seen.native().unknowns


def test_a_domain_without_a_name_is_called_like_its_file(look: Look) -> None:
    assert look("web.kvm.xml", of().replace("<name>m</name>", "")).names == ["web"]


@pytest.mark.parametrize("mark", ["{{ name }}", "{% if x %}y{% endif %}", "@VM_NAME@"])
def test_templates_are_skipped(look: Look, mark: str) -> None:
    seen = look("m.xml.in", of().replace("<vcpu>1<", f"<vcpu>{mark}<"))
    assert seen.formats == ("libvirt",)
    assert "template" in seen.checked.skipped
    assert seen.natives == []


@pytest.mark.parametrize("mark", ["{{ name }}", "{% if x %}y{% endif %}", "@VM_NAME@", "<![CDATA[<%= x %>]]>"])
@pytest.mark.parametrize("where", ["<name>m</name>", "<title>m</title>", "<description>m</description>", "<!--m-->"])
def test_marks_that_libvirt_takes_as_they_stand(look: Look, mark: str, where: str) -> None:
    seen = look("m.xml", of(rest=where.replace("m<", f"{mark}<").replace("m-", f"{mark}-")))
    assert seen.checked.skipped == ""
    assert len(seen.natives) == 1


def test_a_template_that_is_no_xml(look: Look) -> None:
    seen = look("domain.xml.erb", "<domain type='<%= @type %>'>\n<name><%= @name %></name>\n</domain>")
    assert "template" in seen.checked.skipped
    assert seen.problems == []


def test_variables_are_unknown(look: Look) -> None:
    text = of("<disk><target dev='vda' bus='$(BUS)'/></disk>", os="<type arch='${ARCH}' machine='${M}'>hvm</type>")
    seen = look("m.xml", text.replace("GiB", "${UNIT}"))
    assert seen.facts() == {
        "resources.cpu": "1.0",
        "deployment.platform.id": "kvm",
        "deployment.mode": "hw-assisted",
        "deployment.firmware.tpm": "none",
        "deployment.cpuSockets": "1",
        "deployment.hotAdd": "",
        "deployment.devices.disks": "an unknown model",
        "deployment.storage.cache": "",
        "deployment.storage.shared": "false",
        "deployment.network.cards": "0",
        "deployment.storage.disks": "1",
        "deployment.tuning.cpuPinning": "false",
        "deployment.tuning.hugepages": "false",
        "deployment.tuning.lockedMemory": "false",
    }


HINTED = """\
<domain type='kvm'>
  <name>m</name>
  <metadata>
    <v:spec xmlns:v="urn:vmlint:v1" environment="production" instances="2">
      <v:requirements mobility.liveMigration="required">
        <v:isolation level="vm"/>
        <v:portability>[linux/amd64, linux/arm64]</v:portability>
      </v:requirements>
      <v:field path="labels.vmlint/malware-lab">true</v:field>
      <v:requirements><v:startup>30s</v:startup></v:requirements>
    </v:spec>
    <o:spec xmlns:o="urn:other" environment="test"/>
  </metadata>
</domain>
"""


def test_hints_in_the_metadata(look: Look) -> None:
    seen = look("m.xml", HINTED)
    facts = seen.facts()
    assert facts["environment"] == "production"
    assert facts["instances"] == "2"
    assert facts["requirements.mobility.liveMigration"] == "required"
    assert facts["requirements.isolation.level"] == "vm"
    assert facts["requirements.portability"] == "linux/amd64,linux/arm64"
    assert facts["requirements.startup"] == "30s"
    assert seen.native().workload.labels == {"vmlint/malware-lab": "true"}
    assert seen.at("environment") == (4, 50)
    assert seen.at("requirements.isolation.level") == (6, 29)
    assert seen.at("requirements.startup") == (10, 34)
    assert seen.problems == []


def test_an_invalid_hint_is_reported(look: Look) -> None:
    seen = look("m.xml", HINTED.replace('environment="production"', 'environement="production"'))
    [(code, line, message)] = seen.problems
    assert (code, line) == ("VM916", 4)
    assert "environment" in message


def test_hints_in_comments(look: Look) -> None:
    seen = look("m.xml", of(rest="<!-- vmlint: environment=production -->"))
    assert seen.facts()["environment"] == "production"


HOST = """\
apiVersion: vmlint/v1
kind: Host
metadata: {name: rack}
spec:
  os: {family: linux}
  platform: linux/amd64
  virtualized: false
  cpu: {features: [fpu, lm, vmx, ept]}
  cluster: {homogeneous: false}
"""


def hint(**fields: str) -> str:
    stated = "".join(f"<v:field path='{path.replace('__', '.')}'>{text}</v:field>" for path, text in fields.items())
    return f"<metadata><v:spec xmlns:v='urn:vmlint:v1'>{stated}</v:spec></metadata>"


def guest(word: str) -> str:
    return f"<metadata>{OSINFO.format(word)}</metadata>"


def test_needless_emulation(look: Look) -> None:
    host = {"name": "host.yaml", "text": HOST}
    text = of(rest=guest("http://debian.org/debian/13"), type="qemu")
    assert look("m.xml", text, host).found("VM507") == [("VM507", 1, 15)]
    assert look("m.xml", text).found("VM507") == []
    assert look("m.xml", text.replace("x86_64", "aarch64"), host).found("VM507") == []
    assert look("m.xml", text.replace("type='qemu'", "type='kvm'"), host).found("VM507") == []


def test_emulation_is_no_wall(look: Look) -> None:
    text = of(rest=hint(requirements__isolation__untrustedCode="true"), type="qemu")
    assert look("m.xml", text).found("VM506") == [("VM506", 1, 15)]


def test_emulated_devices(look: Look) -> None:
    text = of("<disk><target dev='hda' bus='ide'/></disk>", rest=guest("http://debian.org/debian/13"))
    assert look("m.xml", text).found("VM311") == [("VM311", 7, 39)]
    assert look("m.xml", text.replace("'ide'", "'virtio'")).found("VM311") == []


def test_virtio_without_drivers(look: Look) -> None:
    text = of(
        "<disk><target dev='vda' bus='virtio'/></disk>",
        rest=guest("http://microsoft.com/win/2k22") + "<!-- vmlint: guest.drivers=[] -->",
    )
    assert look("m.xml", text).found("VM312") == [("VM312", 7, 39)]


def test_old_guests_on_modern_hardware(look: Look) -> None:
    text = of("<disk><target dev='vda' bus='virtio'/></disk>", rest=guest("http://microsoft.com/win/xp"))
    assert look("m.xml", text).found("VM504") == [("VM504", 5, 34), ("VM504", 7, 39)]
    period = of("<disk><target dev='hda' bus='ide'/></disk>", os=PC, rest=guest("http://microsoft.com/win/xp"))
    assert look("m.xml", period).found("VM504") == []


def test_migration_with_the_hosts_own_processor(look: Look) -> None:
    rest = hint(requirements__mobility__liveMigration="required") + "\n<cpu mode='host-passthrough'/>"
    host = {"name": "host.yaml", "text": HOST}
    assert look("m.xml", of(rest=rest), host).found("VM616") == [("VM616", 7, 12)]


def test_migration_with_a_passed_through_device(look: Look) -> None:
    devices = "<hostdev type='pci'><source><address bus='0x06' slot='0x02' function='0x0'/></source></hostdev>"
    rest = hint(requirements__mobility__liveMigration="required")
    assert look("m.xml", of(devices, rest=rest)).found("VM611") == [("VM611", 7, 39)]
    usb = "<hostdev type='usb'><source><vendor id='0x0bda'/><product id='0x8153'/></source></hostdev>"
    assert look("m.xml", of(usb, rest=rest)).found("VM611") == []


WIN11 = guest("http://microsoft.com/win/11")
SWTPM = "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>"


def test_windows_11_wants_uefi_and_a_tpm(look: Look) -> None:
    assert look("m.xml", of(rest=WIN11)).found("VM622") == [("VM622", 5, 2)]
    flash = PC + "<loader secure='yes' type='pflash'>/x.fd</loader>"
    assert look("m.xml", of(SWTPM, os=flash, rest=WIN11)).found("VM622") == []
    assert look("m.xml", of(os=flash, rest=WIN11)).found("VM622") == [("VM622", 7, 2)]
    keys = "<firmware><feature enabled='yes' name='enrolled-keys'/></firmware>"
    right = of(SWTPM, os=PC + keys, rest=WIN11).replace("<os>", "<os firmware='efi'>").replace("Unit", "")
    assert look("m.xml", right).found("VM622") == []


@pytest.mark.parametrize(
    "system", ["http://fedoraproject.org/fedora/43", "http://debian.org/debian/13", "http://microsoft.com/win/2k25"]
)
def test_ordinary_machines_are_healthy(look: Look, system: str) -> None:
    devices = (
        "<disk type='file' device='disk'><target dev='vda' bus='virtio'/></disk>"
        "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>"
        "<interface type='network'><model type='virtio'/></interface>"
        "<video><model type='virtio'/></video>"
    )
    for rest in ("<cpu mode='host-passthrough'/>", "<cpu mode='host-model'/>"):
        text = of(devices + SWTPM, rest=guest(system) + rest).replace("<os>", "<os firmware='efi'>")
        text = text.replace("'GiB'>1<", "'GiB'>4<").replace("<vcpu>1<", "<vcpu>2<")
        assert look("m.xml", text).found() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (of()[:-12], "VM903"),
        ("<!DOCTYPE domain [<!ENTITY x 'y'>]>" + of(), "VM905"),
        (of().replace("<os>", "<os>" * 200), "VM904"),
        ("<domain type='kvm' " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>", "VM904"),
    ],
)
def test_broken_and_hostile_domains(look: Look, text: str, code: str) -> None:
    seen = look("m.xml", text)
    assert [found[0] for found in seen.problems] == [code]
    assert seen.natives == []


def test_encodings(look: Look) -> None:
    text = of().replace(">m<", ">café<")
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + text
    assert look("m.xml", declared.encode("latin-1")).names == ["café"]
    assert look("m.xml", text.encode("utf-16")).names == ["café"]
    seen = look("m.xml", text.encode("latin-1"))
    assert [found[:2] for found in seen.problems] == [("VM902", 2)]


def test_many_domains_take_linear_time(look: Look) -> None:
    disk = "<disk><target dev='vda' bus='virtio'/></disk>"
    text = "".join(of(disk * 5).replace(">m<", f">m{number}<") for number in range(300))
    seen = look("m.xml", text)
    assert len(seen.natives) == 300


def test_addresses_of_a_pair_count_once(look: Look) -> None:
    pair = """<domain type='kvm'><name>x</name><devices>
      <interface type='network'><mac address='52:54:00:00:00:01'/><teaming type='persistent'/></interface>
      <interface type='hostdev'><mac address='52:54:00:00:00:01'/><teaming type='transient' persistent='a'/></interface>
      <interface type='network'><mac address='52:54:00:00:00:02'/></interface>
    </devices></domain>"""
    assert look("x.xml", pair).facts()["deployment.network.macAddresses"] == "52:54:00:00:00:01,52:54:00:00:00:02"
