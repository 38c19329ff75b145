"""OVF descriptors: virtual systems, their operating systems, their items, and the configurations to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

HEAD = """\
<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
    xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
    xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:vbox="http://www.virtualbox.org/ovf/machine">
"""


def item(kind: int, number: int, more: str = "", attributes: str = "") -> str:
    return (
        f"<Item{attributes}><rasd:InstanceID>{number}</rasd:InstanceID>"
        f"<rasd:ResourceType>{kind}</rasd:ResourceType>{more}</Item>\n"
    )


def subtype(text: str) -> str:
    return f"<rasd:ResourceSubType>{text}</rasd:ResourceSubType>"


def quantity(number: object, units: str = "") -> str:
    unit = f"<rasd:AllocationUnits>{units}</rasd:AllocationUnits>" if units else ""
    return f"{unit}<rasd:VirtualQuantity>{number}</rasd:VirtualQuantity>"


def hardware(items: str, family: str = "vmx-17") -> str:
    return (
        f"<VirtualHardwareSection><System><VirtualSystemType>{family}</VirtualSystemType></System>\n"
        f"{items}</VirtualHardwareSection>\n"
    )


def system(inside: str, name: str = "web", os: str = '<OperatingSystemSection ovf:id="1"/>') -> str:
    return f'<VirtualSystem ovf:id="{name}">\n{os}\n{inside}</VirtualSystem>\n'


def envelope(inside: str) -> str:
    return f"{HEAD}<References/>\n{inside}</Envelope>\n"


DISKS = """\
<DiskSection><Disk ovf:diskId="d1" ovf:capacity="34359738368"/></DiskSection>
<DeploymentOptionSection>
<Configuration ovf:id="small"/><Configuration ovf:id="medium" ovf:default="true"/>
</DeploymentOptionSection>
"""
ITEMS = (
    item(3, 1, quantity(2))
    + item(3, 1, quantity(4), ' ovf:configuration="medium large"')
    + item(3, 1, quantity(8), ' ovf:configuration="large"')
    + item(4, 2, quantity(4096, "byte * 2^20"))
    + item(4, 2, quantity(1024, "byte * 2^20"), ' ovf:bound="min"')
    + item(6, 3, subtype("VirtualSCSI"))
    + item(17, 4, "<rasd:Parent>3</rasd:Parent><rasd:HostResource>ovf:/disk/d1</rasd:HostResource>")
    + item(10, 5, subtype("VmxNet3"))
    + item(10, 6, subtype("E1000"))
    + item(1, 7, subtype("vmware.vtpm"))
    + item(1, 8, f'{subtype("vmware.pci.passthrough-ah")}<vmw:Config vmw:key="backing.allowedDevice" vmw:value="0x10de:0x20f1"/>')  # noqa: E501
    + item(1, 9, subtype("vmware.pci.passthrough-dvx"))
    + '<vmw:Config vmw:key="firmware" vmw:value="efi"/>\n'
    + '<vmw:Config vmw:key="bootOptions.efiSecureBootEnabled" vmw:value="true"/>\n'
    + '<vmw:Config vmw:key="nestedHVEnabled" vmw:value="true"/>\n'
)  # fmt: skip
WINDOWS = '<OperatingSystemSection ovf:id="112" vmw:osType="windows2019srv_64Guest"/>'


def test_machine(look: Look) -> None:
    seen = look("web.ovf", envelope(DISKS + system(hardware(ITEMS), os=WINDOWS)))
    assert seen.formats == ("ovf",)
    assert seen.names == ["web"]
    assert seen.facts() == {
        "deployment.devices.disk": "pvscsi",
        "deployment.devices.disks": "pvscsi",
        "deployment.devices.nics": "e1000,vmxnet3",
        "deployment.network.cards": "2",
        "deployment.storage.disks": "1",
        "deployment.devices.drives": "pvscsi",
        "deployment.devices.nic": "vmxnet3",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.hostDevices": "10de:20f1,dvx:9",
        "deployment.machine": "vmx-17",
        "guest.arch": "amd64",
        "guest.os.id": "win2k19",
        "guest.os.oneOf": "win2k19",
        "guest.platform": "windows/amd64",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.disk": "32Gi",
        "resources.memory": "4096Mi",
    }
    assert set(seen.native().defaults) == {"resources.cpu"}
    assert seen.at("guest.os.id") == (11, 50)
    assert seen.at("resources.disk") == (6, 50)
    assert seen.at("resources.cpu")[0] == 14
    assert "deployment.platform.id" in seen.native().unknowns


@pytest.mark.parametrize(
    ("os", "facts"),
    [
        ('<OperatingSystemSection ovf:id="102" vmw:osType="windows9_64Guest"/>', {"id": "win10", "oneOf": "win10"}),
        ('<OperatingSystemSection ovf:id="102"/>', {}),
        ('<OperatingSystemSection ovf:id="1"/>', {}),
        ('<OperatingSystemSection ovf:id="1" vmw:osType="otherGuest"/>', {}),
        ('<OperatingSystemSection ovf:id="36" vmw:osType="otherGuest"/>', {"family": "linux"}),
        ('<OperatingSystemSection ovf:id="112"/>', {"family": "windows"}),
        ('<OperatingSystemSection ovf:id="67"/>', {"id": "winxp", "oneOf": "winxp"}),
        ('<OperatingSystemSection ovf:id="102"><vbox:OSType>Windows11_64</vbox:OSType></OperatingSystemSection>', {"id": "win11", "oneOf": "win11"}),  # noqa: E501
        ("", {}),
    ],
)  # fmt: skip
def test_operating_system(look: Look, os: str, facts: dict[str, str]) -> None:
    found = look("m.ovf", envelope(system("", os=os))).facts()
    assert {path.removeprefix("guest.os."): found[path] for path in found if path.startswith("guest.os.")} == facts


def test_collection_and_names(look: Look) -> None:
    inside = system("<Name>Database</Name>", "vm1") + system("", "vm2")
    text = f'<VirtualSystemCollection ovf:id="app">{inside}<VirtualSystemCollection>{system("", "vm3")}</VirtualSystemCollection></VirtualSystemCollection>'  # noqa: E501
    assert look("app.ovf", envelope(text)).names == ["Database", "vm2", "vm3"]


def test_before_version_one(look: Look) -> None:
    text = """\
<ovf:Envelope xmlns:ovf="http://www.vmware.com/schema/ovf/1/envelope" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<References/>
<Section xsi:type="ovf:DiskSection_Type"><Disk ovf:diskId="d1" ovf:capacity="8589934592"/></Section>
<Content xsi:type="ovf:VirtualSystem_Type" ovf:id="old">
<Section ovf:id="67" xsi:type="ovf:OperatingSystemSection_Type"/>
<Section xsi:type="ovf:VirtualHardwareSection_Type">
<Item><InstanceId>1</InstanceId><ResourceType>4</ResourceType><AllocationUnits>MegaBytes</AllocationUnits><VirtualQuantity>256</VirtualQuantity></Item>
</Section></Content></ovf:Envelope>
"""
    facts = look("old.ovf", text).facts()
    assert facts["guest.os.id"] == "winxp"
    assert facts["resources.memory"] == "256Mi"


@pytest.mark.parametrize(
    ("controller", "model"),
    [
        (item(5, 3), "ide"),
        (item(6, 3, subtype("lsilogicsas")), "lsilogic-sas"),
        (item(20, 3, subtype("vmware.sata.ahci")), "sata"),
        (item(20, 3, subtype("AHCI")), "sata"),
        (item(20, 3, subtype("vmware.nvme.controller")), "nvme"),
        (item(6, 3, subtype("buslogic lsilogic")), None),
        (item(6, 3), None),
        (item(20, 3), None),
        ("", None),
        (item(6, 3, subtype("lsilogic")) + item(5, 30) + item(17, 40, "<rasd:Parent>30</rasd:Parent>"), None),
        (item(6, 3, subtype("lsilogic")) + item(6, 30, subtype("lsilogic")) + item(17, 40, "<rasd:Parent>30</rasd:Parent>"), "lsilogic"),  # noqa: E501
    ],
)  # fmt: skip
def test_disks(look: Look, controller: str, model: str | None) -> None:
    items = controller + item(17, 4, "<rasd:Parent>3</rasd:Parent>")
    assert look("m.ovf", envelope(system(hardware(items)))).facts().get("deployment.devices.disk") == model


@pytest.mark.parametrize(
    ("units", "number", "size"),
    [
        ("byte * 2^30", 2, "2Gi"), ("GigaBytes", 2, "2Gi"), ("byte*10^9", 2, "2G"), ("byte", 1 << 20, "1Mi"),
        ("byte", 1000, "1k"), ("", 512, None), ("bogus", 512, None), ("byte * 2^20", "${memory}", None),
        ("byte * 2^20", -5, None),
    ],
)  # fmt: skip
def test_amounts(look: Look, units: str, number: object, size: str | None) -> None:
    seen = look("m.ovf", envelope(system(hardware(item(4, 1, quantity(number, units))))))
    assert seen.facts().get("resources.memory") == size


def test_several_descriptions_of_the_hardware(look: Look) -> None:
    both = hardware(item(3, 1, quantity(2)), "vmx-07") + hardware(item(3, 1, quantity(4)), "xen-3")
    native = look("m.ovf", envelope(system(both))).native()
    assert not native.workload.resources.stated()
    assert "resources.cpu" in native.unknowns


def test_machine_of_several_families(look: Look) -> None:
    assert "deployment.machine" not in look("m.ovf", envelope(system(hardware("", "vmx-04 xen-3")))).facts()
    exported = look("m.ovf", envelope(system(hardware("", "virtualbox-2.2")))).facts()
    assert exported["deployment.machine"] == "virtualbox-2.2"


def test_firmware_of_virtualbox(look: Look) -> None:
    own = '<vbox:Machine><Hardware><Firmware type="EFI"/></Hardware></vbox:Machine>'
    assert look("m.ovf", envelope(system(hardware("") + own))).facts()["deployment.firmware.type"] == "uefi"


@pytest.mark.parametrize(
    ("machine", "nested"),
    [
        ('<Hardware><CPU count="2"><NestedHWVirt enabled="true"/></CPU></Hardware>', "true"),
        ('<Hardware/><Platform architecture="x86"><CPU/><x86><CPU><NestedHWVirt enabled="true"/></CPU></x86></Platform>', "true"),  # noqa: E501
        ('<Hardware><CPU><NestedHWVirt enabled="false"/></CPU></Hardware>', None),
        ("<Hardware><CPU/></Hardware>", None),
    ],
)  # fmt: skip
def test_machines_within_a_machine_of_virtualbox(look: Look, machine: str, nested: str | None) -> None:
    seen = look("m.ovf", envelope(system(hardware("") + f"<vbox:Machine>{machine}</vbox:Machine>")))
    assert seen.facts().get("requirements.nested") == nested


def test_finding_at_its_line(look: Look) -> None:
    os = '<OperatingSystemSection ovf:id="102" vmw:osType="windows11_64Guest"/>'
    hint = "<!-- vmlint: deployment.platform=vmware-esxi -->\n"
    text = envelope(hint + system(hardware('<vmw:Config vmw:key="firmware" vmw:value="bios"/>'), os=os))
    assert look("m.ovf", text).found("VM622") == [("VM622", 10, 43)]


def test_healthy(look: Look) -> None:
    seen = look("web.ovf", envelope(DISKS + system(hardware(ITEMS), os=WINDOWS)).replace('"nestedHVEnabled"', '"x"'))
    assert seen.found() == []


@pytest.mark.parametrize("mark", ["@@NAME@@", "{{ .Name }}", "<%= name %>"])
def test_templates(look: Look, mark: str) -> None:
    seen = look("m.ovf", envelope(system(hardware(ITEMS).replace("<", f"<!-- -->{mark}<", 1))))
    assert "template" in seen.checked.skipped
    assert not seen.natives


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("soap.xml", "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><Body/></Envelope>"),
        ("a.ovf", "<Other><VirtualSystem/></Other>"),
        ("a.xml", "<domain type='kvm'><name>Envelope</name></domain>"),
    ],
)
def test_other_files(look: Look, name: str, text: str) -> None:
    assert "ovf" not in look(name, text).formats


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (envelope(system("")).replace("</VirtualSystem>", ""), "VM903"),
        ('<!DOCTYPE Envelope [<!ENTITY a "b">]>' + envelope(system("")), "VM905"),
        (envelope("<a>" * 200), "VM904"),
    ],
)
def test_broken(look: Look, text: str, code: str) -> None:
    seen = look("m.ovf", text)
    assert [problem[0] for problem in seen.problems] == [code]
    assert seen.checked.crashes == ()


@pytest.mark.parametrize(
    "inside",
    [
        system(hardware(item(17, 4, "<rasd:Parent>4</rasd:Parent>"))),
        system(hardware(item(3, 1, quantity("٣")))),
        system(hardware("<Item/><Item><rasd:ResourceType/></Item>")),
        "<DeploymentOptionSection/>" + system(hardware(item(3, 1, quantity(2), ' ovf:configuration=""'))),
        "<VirtualSystem/>" * 500,
    ],
)
def test_odd_values(look: Look, inside: str) -> None:
    assert look("m.ovf", envelope(inside)).checked.crashes == ()
