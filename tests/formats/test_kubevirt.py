"""KubeVirt machines: what they state, what types and preferences add, what the API guarantees, what stays open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from tests.formats.conftest import Look

MACHINE = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: desk
  annotations: {vmlint/environment: production}
spec:
  dataVolumeTemplates:
  - metadata: {name: desk-root}
    spec:
      pvc:
        accessModes: [ReadWriteMany]
        resources: {requests: {storage: 64Gi}}
  template:
    metadata:
      labels: {os.template.kubevirt.io/win11: "true", vmlint/desktop-workload: "true"}
    spec:
      architecture: amd64
      evictionStrategy: LiveMigrate
      domain:
        cpu:
          model: Skylake-Server
          cores: 2
          sockets: 2
          dedicatedCpuPlacement: true
          features: [{name: vmx}, {name: avx, policy: disable}]
        memory:
          guest: 8Gi
          hugepages: {pageSize: 2Mi}
        machine: {type: q35}
        features:
          smm: {}
        firmware:
          bootloader:
            efi: {}
        devices:
          tpm: {persistent: true}
          video: {type: virtio}
          disks:
          - name: setup
            cdrom: {bus: sata}
          - name: root
            disk: {bus: virtio}
            bootOrder: 1
          - name: seed
            disk: {bus: sata}
          interfaces:
          - name: side
            bridge: {}
          - name: default
            model: e1000e
            masquerade: {}
          hostDevices:
          - {name: card, deviceName: example.com/card}
      networks:
      - name: side
        multus: {networkName: lan}
      - name: default
        pod: {}
      volumes:
      - name: setup
        containerDisk: {image: example.org/setup:11}
      - name: root
        dataVolume: {name: desk-root}
      - name: seed
        cloudInitNoCloud: {userData: x}
"""


def test_machine(look: Look) -> None:
    seen = look("desk.yaml", MACHINE)
    assert seen.formats == ("kubevirt",)
    assert seen.facts("desk") == {
        "deployment.cpuModel": "Skylake-Server",
        "deployment.cpuSockets": "2",
        "deployment.devices.drives": "sata,sata,virtio",
        "deployment.firmware.variableStore": "false",
        "deployment.storage.cache": "",
        "deployment.storage.shared": "false",
        "deployment.bootOrder": "disk",
        "deployment.devices.disk": "virtio",
        "deployment.devices.disks": "virtio",
        "deployment.devices.others": "cd-image",
        "deployment.otherSettings": "start-settings",
        "deployment.network.cards": "2",
        "deployment.storage.disks": "1",
        "deployment.devices.nic": "e1000e",
        "deployment.devices.video": "virtio",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.smm": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.tpmPersistent": "true",
        "deployment.firmware.type": "uefi",
        "deployment.clusterDevices": "example.com/card",
        "deployment.cpuFlags": "vmx",
        "deployment.hostDevices": "example.com/card",
        "deployment.machine": "q35",
        "deployment.network.binding": "masquerade",
        "deployment.platform.id": "kubevirt",
        "deployment.storage.accessMode": "rwx",
        "deployment.tuning.cpuPinning": "true",
        "deployment.tuning.hugepages": "true",
        "environment": "production",
        "guest.arch": "amd64",
        "guest.os.id": "win11",
        "guest.platform": "windows/amd64",
        "instances": "1",
        "requirements.mobility.liveMigration": "required",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.disk": "64Gi",
        "resources.memory": "8Gi",
    }
    assert seen.native().workload.labels == {"vmlint/desktop-workload": "true"}
    assert set(seen.native().defaults) == {
        "deployment.firmware.secureBoot",
        "deployment.firmware.variableStore",
        "deployment.storage.cache",
        "deployment.storage.shared",
        "instances",
    }


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("deployment.platform.id", (2, 7)),
        ("deployment.storage.accessMode", (11, 23)),
        ("resources.disk", (12, 41)),
        ("guest.os.id", (15, 47)),
        ("requirements.mobility.liveMigration", (18, 25)),
        ("deployment.cpuModel", (21, 18)),
        ("deployment.firmware.smm", (31, 11)),
        ("deployment.firmware.secureBoot", (34, 13)),
        ("deployment.firmware.tpmPersistent", (36, 29)),
        ("deployment.devices.disk", (42, 25)),
        ("deployment.devices.nic", (50, 20)),
        ("deployment.network.binding", (51, 13)),
    ],
)
def test_places(look: Look, path: str, place: tuple[int, int]) -> None:
    assert look("desk.yaml", MACHINE).at(path) == place


def instance(
    domain: dict[str, Any] | None = None,
    *,
    set_up: dict[str, Any] | None = None,
    more: tuple[dict[str, Any], ...] = (),
    **spec: Any,
) -> str:
    """A machine with one disk that names no bus."""
    inner = {
        "domain": {"devices": {}, **(domain or {})},
        "volumes": [{"name": "root", "containerDisk": {"image": "example.org/disk:1"}}],
        **spec,
    }
    kind = "VirtualMachine" if set_up is not None else "VirtualMachineInstance"
    written = {**(set_up or {}), "template": {"spec": inner}} if set_up is not None else inner
    metadata = {"name": "it", "annotations": (set_up or {}).pop("annotations", {}) if set_up else {}}
    items = [{"apiVersion": "kubevirt.io/v1", "kind": kind, "metadata": metadata, "spec": written}, *more]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1)


def test_what_the_api_guarantees(look: Look) -> None:
    seen = look("it.json", instance(architecture="amd64"))
    assert seen.facts() == {
        "deployment.devices.disk": "sata",
        "deployment.network.cards": "1",
        "deployment.otherSettings": "fresh-disk",
        "deployment.storage.disks": "1",
        "deployment.cpuSockets": "1",
        "deployment.storage.cache": "",
        "deployment.storage.shared": "false",
        "deployment.devices.nic": "virtio",
        "deployment.firmware.secureBoot": "false",
        "deployment.firmware.smm": "false",
        "deployment.firmware.tpm": "none",
        "deployment.firmware.type": "bios",
        "deployment.image.ref": "example.org/disk:1",
        "deployment.platform.id": "kubevirt",
        "deployment.tuning.cpuPinning": "false",
        "deployment.tuning.hugepages": "false",
        "guest.arch": "amd64",
        "instances": "1",
        "resources.cpu": "1.0",
    }
    assert seen.native().unknowns.keys() >= {"deployment.cpuModel", "deployment.machine"}
    assert seen.found() == []


def test_on_arm(look: Look) -> None:
    facts = look("it.json", instance(architecture="arm64")).facts()
    assert facts["deployment.devices.disk"] == "virtio"
    assert facts["deployment.devices.video"] == "virtio"
    assert facts["deployment.firmware.type"] == "uefi"
    assert facts["deployment.firmware.secureBoot"] == "false"
    assert facts["deployment.cpuModel"] == "host-passthrough"


def test_where_the_architecture_is_the_clusters(look: Look) -> None:
    seen = look("it.json", instance())
    assert "deployment.devices.disk" not in seen.facts()
    assert seen.native().unknowns["deployment.devices.disk"] == "SATA on amd64, virtio elsewhere"
    assert look("it.json", instance(nodeSelector={"kubernetes.io/arch": "s390x"})).facts()["guest.arch"] == "s390x"
    assert "deployment.firmware.type" not in look("it.json", instance(architecture="s390x")).facts()


def test_a_part_of_a_machine_guarantees_nothing(look: Look) -> None:
    seen = look("it.json", instance({"features": {"smm": {"enabled": False}}}, volumes=[]))
    assert set(seen.facts()) == {"deployment.firmware.smm", "deployment.platform.id", "instances"}


@pytest.mark.parametrize(
    ("image", "system"),
    [
        ("quay.io/containerdisks/fedora:41", "fedora41"),
        ("quay.io/containerdisks/fedora:41-1.4", "fedora41"),
        ("quay.io/containerdisks/centos-stream:9", "centos-stream9"),
        ("quay.io/containerdisks/ubuntu:22.04", "ubuntu22.04"),
        ("quay.io/containerdisks/debian:12", "debian12"),
        ("quay.io/containerdisks/opensuse-leap:15.6", "opensuse15.6"),
        ("quay.io/containerdisks/almalinux:9", "almalinux9"),
        ("quay.io/containerdisks/fedora:latest", "linux"),
        ("quay.io/kubevirt/cirros-container-disk-demo:v1.6.0", "linux"),
        ("quay.io/kubevirt/virtio-container-disk", None),
        ("example.org/fedora:41", None),
    ],
)
def test_a_disk_that_holds_a_distribution(look: Look, image: str, system: str | None) -> None:
    volume = [{"name": "root", "containerDisk": {"image": image}}]
    seen = look("it.json", instance(volumes=volume))
    facts = seen.facts()
    assert facts["deployment.image.ref"] == image
    assert facts.get("guest.os.id", facts.get("guest.os.family")) == system
    source = {"registry": {"url": f"docker://{image}"}}
    imported = {"dataVolumeTemplates": [{"metadata": {"name": "d"}, "spec": {"source": source}}]}
    facts = look("it.json", instance(set_up=imported, volumes=[{"name": "root", "dataVolume": {"name": "d"}}])).facts()
    assert facts.get("guest.os.id", facts.get("guest.os.family")) == system


@pytest.mark.parametrize(
    ("tag", "preference", "system"), [("41", "fedora", "fedora41"), ("latest", "centos.stream9", "centos-stream9")]
)
def test_a_disk_and_a_preference(look: Look, tag: str, preference: str, system: str) -> None:
    volume = [{"name": "root", "containerDisk": {"image": f"quay.io/containerdisks/fedora:{tag}"}}]
    seen = look("it.json", instance(set_up={"preference": {"name": preference}}, volumes=volume))
    assert seen.facts()["guest.os.id"] == system


OPEN = {
    "deployment.devices.disk",
    "deployment.devices.nic",
    "deployment.firmware.type",
    "deployment.firmware.secureBoot",
    "deployment.firmware.smm",
    "deployment.firmware.tpm",
    "deployment.machine",
}
"""What a preference may set."""


def test_a_preference_that_is_not_at_hand(look: Look) -> None:
    """windows.11 adds EFI, Secure Boot and a TPM; windows.2k3 adds what it needs to run on q35."""
    for name in ("windows.11", "windows.2k3", "windows.xp"):
        seen = look("it.json", instance(set_up={"preference": {"name": name}}, architecture="amd64"))
        assert not seen.facts().keys() & OPEN
        assert seen.native().unknowns.keys() >= OPEN
        assert seen.found("VM504", "VM622", "VM843") == []
    assert look("it.json", instance(set_up={"preference": {"name": "windows.11"}})).facts()["guest.os.id"] == "win11"


PREFERENCE = {
    "apiVersion": "instancetype.kubevirt.io/v1beta1",
    "kind": "VirtualMachinePreference",
    "metadata": {"name": "ours"},
    "spec": {
        "devices": {"preferredDiskBus": "scsi", "preferredInterfaceModel": "e1000", "preferredTPM": {}},
        "features": {"preferredSmm": {}},
        "firmware": {"preferredEfi": {"secureBoot": True}},
        "machine": {"preferredMachineType": "pc-q35-rhel9.4.0"},
    },
}
TYPE = {
    "apiVersion": "instancetype.kubevirt.io/v1beta1",
    "kind": "VirtualMachineClusterInstancetype",
    "metadata": {"name": "big"},
    "spec": {
        "cpu": {"guest": 8, "model": "host-passthrough", "dedicatedCPUPlacement": True, "realtime": {}},
        "memory": {"guest": "32Gi", "hugepages": {"pageSize": "1Gi"}},
        "gpus": [{"name": "gpu", "deviceName": "nvidia.com/GA102_A10"}],
    },
}
NAMED = {"preference": {"kind": "virtualMachinePreference", "name": "ours"}, "instancetype": {"name": "big"}}


def test_types_and_preferences_of_the_same_input(look: Look) -> None:
    seen = look("it.json", instance(set_up={**NAMED}, more=(PREFERENCE, TYPE), architecture="amd64"))
    facts = seen.facts("it")
    wanted = {
        "deployment.cpuModel": "host-passthrough",
        "deployment.devices.disk": "scsi",
        "deployment.devices.nic": "e1000",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.smm": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.tpmPersistent": "false",
        "deployment.firmware.type": "uefi",
        "deployment.machine": "pc-q35-rhel9.4.0",
        "deployment.tuning.cpuPinning": "true",
        "deployment.tuning.hugepages": "true",
        "requirements.devices.gpu.count": "1",
        "requirements.devices.gpu.mode": "passthrough",
        "requirements.performance.realtime": "soft",
        "resources.cpu": "8.0",
        "resources.memory": "32Gi",
    }
    assert {path: facts.get(path) for path in wanted} == wanted
    assert len(seen.natives) == 1


def test_a_type_that_is_not_at_hand(look: Look) -> None:
    seen = look("it.json", instance(set_up={"instancetype": {"inferFromVolume": "root"}}))
    assert not seen.facts().keys() & {"resources.cpu", "resources.memory", "deployment.tuning.cpuPinning"}
    assert seen.native().unknowns["resources.memory"] == "the instance type of the volume is not in the input"


def test_older_words_of_preferences(look: Look) -> None:
    firmware = {"preferredUseEfi": True, "preferredUseSecureBoot": False}
    older = {**PREFERENCE, "spec": {"firmware": firmware}}
    facts = look("it.json", instance(set_up={**NAMED}, more=(older,))).facts()
    assert (facts["deployment.firmware.type"], facts["deployment.firmware.secureBoot"]) == ("uefi", "false")
    bios = {**PREFERENCE, "spec": {"firmware": {"preferredUseBios": True}}}
    assert look("it.json", instance(set_up={**NAMED}, more=(bios,))).facts()["deployment.firmware.type"] == "bios"


@pytest.mark.parametrize(
    ("volumes", "mode"),
    [
        ([{"name": "a", "persistentVolumeClaim": {"claimName": "one"}}], "rwo"),
        ([{"name": "a", "persistentVolumeClaim": {"claimName": "many"}}], "rwx"),
        ([{"name": "a", "dataVolume": {"name": "many"}}, {"name": "b", "dataVolume": {"name": "one"}}], "rwo"),
        ([{"name": "a", "dataVolume": {"name": "many"}}, {"name": "b", "dataVolume": {"name": "else"}}], None),
        ([{"name": "a", "dataVolume": {"name": "class"}}], None),
        ([{"name": "a", "hostDisk": {"path": "/d.img", "type": "Disk"}}], "rwo"),
        ([{"name": "a", "hostDisk": {"path": "/d.img", "type": "Disk", "shared": True}}], None),
        ([{"name": "a", "containerDisk": {"image": "x:1"}}], None),
    ],
)
def test_access_modes(look: Look, volumes: list[dict[str, Any]], mode: str | None) -> None:
    claims = tuple(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": name},
            "spec": {"accessModes": modes},
        }
        for name, modes in (("one", ["ReadWriteOnce"]), ("many", ["ReadWriteOnce", "ReadWriteMany"]))
    )
    source = {"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume", "metadata": {"name": "class"}}
    text = instance(more=(*claims, {**source, "spec": {"storage": {}}}), volumes=volumes)
    assert look("it.json", text).facts().get("deployment.storage.accessMode") == mode


@pytest.mark.parametrize(
    ("interface", "network", "binding"),
    [
        ({"bridge": {}}, {"pod": {}}, "bridge"),
        ({"bridge": {}}, {"multus": {"networkName": "lan"}}, None),
        ({"sriov": {}}, {"multus": {"networkName": "lan"}}, "sriov"),
        ({"binding": {"name": "passt"}}, {"pod": {}}, "passt"),
        ({"passtBinding": {}}, {"pod": {}}, "passt"),
    ],
)
def test_bindings(look: Look, interface: dict[str, Any], network: dict[str, Any], binding: str | None) -> None:
    devices = {"interfaces": [{"name": "n", **interface}]}
    facts = look("it.json", instance({"devices": devices}, networks=[{"name": "n", **network}])).facts()
    assert facts.get("deployment.network.binding") == binding
    assert facts["deployment.devices.nic"] == ("sriov" if binding == "sriov" else "virtio")


@pytest.mark.parametrize(
    ("device", "mode"),
    [
        ({"deviceName": "nvidia.com/GA102_A10"}, "passthrough"),
        ({"deviceName": "nvidia.com/GRID_T4-1Q"}, "vgpu"),
        ({"deviceName": "nvidia.com/NVIDIA_A40-8Q"}, "vgpu"),
        ({"claimName": "pool", "requestName": "gpu"}, None),
    ],
)
def test_gpus(look: Look, device: dict[str, Any], mode: str | None) -> None:
    facts = look("it.json", instance({"devices": {"gpus": [{"name": "g", **device}]}})).facts()
    assert facts.get("requirements.devices.gpu.mode") == mode


@pytest.mark.parametrize(
    ("domain", "cpus"),
    [
        ({"cpu": {"cores": 3}}, "3.0"),
        ({"resources": {"requests": {"cpu": "1500m"}}}, "2.0"),
        ({"resources": {"requests": {"cpu": 1}, "limits": {"cpu": 4}}}, "4.0"),
        ({"cpu": {"cores": "${CORES}"}}, None),
    ],
)
def test_processors(look: Look, domain: dict[str, Any], cpus: str | None) -> None:
    assert look("it.json", instance(domain)).facts().get("resources.cpu") == cpus


def test_sets_of_machines(look: Look) -> None:
    inner = {"spec": {"domain": {"devices": {}, "memory": {"guest": "1Gi"}}, "volumes": [{"name": "a"}]}}
    pool = {"replicas": 5, "virtualMachineTemplate": {"spec": {"preference": {"name": "ubuntu"}, "template": inner}}}
    items = [
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "metadata": {"name": "set"},
         "spec": {"replicas": 3, "template": inner}},
        {"apiVersion": "pool.kubevirt.io/v1alpha1", "kind": "VirtualMachinePool", "metadata": {"name": "pool"},
         "spec": pool},
    ]  # fmt: skip
    seen = look("two.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    assert [seen.facts(name)["instances"] for name in ("set", "pool")] == ["3", "5"]
    assert seen.facts("pool")["guest.os.family"] == "linux"
    assert seen.facts("pool")["resources.memory"] == "1Gi"


@pytest.mark.parametrize(
    ("text", "formats", "skipped"),
    [
        (json.dumps(PREFERENCE), ("kubevirt",), "instance types and preferences only"),
        ("apiVersion: vmoperator.vmware.com/v1\nkind: VirtualMachine\nmetadata: {name: x}\n# kubevirt.io/\n", (), ""),
        ("apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceMigration\nspec: {vmiName: x}\n", (), ""),
        ("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n# instancetype.kubevirt.io/\n", (), ""),
        ("apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata:\n  name: {{ name }}\n", ("kubevirt",), "a templ"),
        (
            "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n- apiVersion: kubevirt.io/v1\n"
            "  kind: VirtualMachine\n  metadata: {name: '${NAME}'}\n",
            ("kubevirt",),
            "a template of OpenShift",
        ),
        ("apiVersion: template.openshift.io/v1\nkind: Template\nobjects: [{apiVersion: v1, kind: Secret}]\n", (), ""),
    ],
)
def test_other_files(look: Look, text: str, formats: tuple[str, ...], skipped: str) -> None:
    seen = look("x.yaml", text)
    assert seen.formats == formats
    assert seen.checked.skipped.startswith(skipped)
    assert seen.found() == []


def test_broken_and_hostile_files(look: Look) -> None:
    assert look("desk.yaml", MACHINE[:500] + "\n - [x").problems[0][0] == "VM903"
    assert look("desk.yaml", b"apiVersion: kubevirt.io/v1\nkind: VirtualMachine\xff\xfe").checked.crashes == ()
    disks = [{"name": f"d{number}", "disk": {}} for number in range(2_000)]
    volumes = [{"name": f"d{number}", "containerDisk": {"image": "a:1"}} for number in range(2_000)]
    assert look("it.json", instance({"devices": {"disks": disks}}, volumes=volumes)).checked.crashes == ()
    oddities: list[dict[str, Any]] = [
        {"devices": None},
        {"devices": []},
        {"firmware": "efi"},
        {"cpu": 3},
        {"memory": []},
        {"features": "x"},
    ]
    for odd in oddities:
        assert look("it.json", instance(odd)).checked.crashes == ()
    assert (
        look("it.json", instance({"firmware": {"bootloader": {"efi": None}}})).facts()["deployment.firmware.type"]
        == "bios"
    )


# -- findings of rules -----------------------------------------------------------------------------------------------


def codes(look: Look, text: str) -> set[str]:
    return {code for code, *_ in look("it.json", text).found()}


WINDOWS_11 = {"annotations": {"vmlint/guest.os.id": "win11"}}


def test_windows_11_needs_firmware(look: Look) -> None:
    enough = {"cpu": {"cores": 2}, "memory": {"guest": "8Gi"}}
    assert "VM622" in codes(look, instance(enough, set_up={**WINDOWS_11}))
    whole = {
        "firmware": {"bootloader": {"efi": {"secureBoot": True}}},
        "features": {"smm": {}},
        "devices": {"tpm": {"persistent": True}},
    }
    assert codes(look, instance({**enough, **whole}, set_up={**WINDOWS_11})) == set()
    forgetful = {**whole, "devices": {"tpm": {}}}
    seen = look("it.json", instance({**enough, **forgetful}, set_up={**WINDOWS_11}))
    assert [code for code, *_ in seen.found()] == ["VM844"]


def test_secure_boot_needs_smm(look: Look) -> None:
    seen = look("desk.yaml", MACHINE.replace("smm: {}", "smm: {enabled: false}"))
    assert ("VM843", 31, 11) in seen.found()
    silent = look("desk.yaml", MACHINE.replace("        features:\n          smm: {}\n", ""))
    assert ("VM843", 32, 13) in silent.found()  # where Secure Boot is asked for
    assert look("desk.yaml", MACHINE).found("VM843") == []
    off = MACHINE.replace("efi: {}", "efi: {secureBoot: false}").replace("smm: {}", "acpi: {}")
    assert look("desk.yaml", off).found("VM843") == []


def test_hardware_that_arm_lacks(look: Look) -> None:
    devices = {"disks": [{"name": "root", "disk": {"bus": "sata"}}], "video": {"type": "vga"}}
    domain = {"cpu": {"model": "host-model"}, "firmware": {"bootloader": {"efi": {}}}, "devices": devices}
    findings = look("it.json", instance(domain, architecture="arm64")).found()
    assert {code for code, *_ in findings} == {"VM846"}
    assert len(findings) == 4
    assert codes(look, instance(architecture="arm64")) == set()


def test_what_keeps_a_machine_from_moving(look: Look) -> None:
    held = {"name": "root", "persistentVolumeClaim": {"claimName": "one"}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "one"},
             "spec": {"accessModes": ["ReadWriteOnce"]}}  # fmt: skip
    domain = {
        "cpu": {"model": "host-passthrough"},
        "launchSecurity": {"snp": {}},
        "firmware": {"bootloader": {"efi": {"secureBoot": False}}},
        "devices": {
            "gpus": [{"name": "g", "deviceName": "nvidia.com/GA102_A10"}],
            "interfaces": [{"name": "default", "bridge": {}}],
        },
    }
    moves: dict[str, Any] = {"networks": [{"name": "default", "pod": {}}], "volumes": [held]}
    text = instance(domain, more=(claim,), evictionStrategy="LiveMigrate", **moves)
    findings = look("it.json", text).found()
    assert {code for code, *_ in findings} >= {"VM611", "VM612", "VM618"}
    lines = text.splitlines()
    where = {code: lines[line - 1] for code, line, _ in findings}
    assert "GA102_A10" in where["VM611"]
    assert any("ReadWriteOnce" in lines[line - 1] for code, line, _ in findings if code == "VM618")
    assert any("bridge" in lines[line - 1] for code, line, _ in findings if code == "VM618")
    assert codes(look, instance(domain, more=(claim,), **moves)).isdisjoint({"VM611", "VM618"})


@pytest.mark.parametrize(
    ("clusters", "own", "demanded"),
    [
        (({"kind": "KubeVirt", "spec": {"configuration": {"evictionStrategy": "LiveMigrate"}}},), {}, "required"),
        (({"kind": "HyperConverged", "spec": {"evictionStrategy": "LiveMigrateIfPossible"}},), {}, "preferred"),
        (
            ({"kind": "KubeVirt", "spec": {"configuration": {"evictionStrategy": "LiveMigrate"}}},),
            {"evictionStrategy": "None"},
            None,
        ),
        (
            (
                {"kind": "KubeVirt", "spec": {"configuration": {"evictionStrategy": "LiveMigrate"}}},
                {"kind": "KubeVirt", "spec": {"configuration": {"evictionStrategy": "None"}}},
            ),
            {},
            None,
        ),
        (({"kind": "KubeVirt", "spec": {}},), {}, None),
    ],
)
def test_what_a_drain_does_to_the_machines_of_a_cluster(
    look: Look, clusters: tuple[dict[str, Any], ...], own: dict[str, Any], demanded: str | None
) -> None:
    groups = {"KubeVirt": "kubevirt.io/v1", "HyperConverged": "hco.kubevirt.io/v1beta1"}
    more = tuple({"apiVersion": groups[each["kind"]], "metadata": {"name": "x"}, **each} for each in clusters)
    seen = look("it.json", instance({"devices": {}}, more=more, **own))
    assert seen.facts().get("requirements.mobility.liveMigration") == demanded


def test_the_hosts_own_cpu_between_different_hosts(look: Look) -> None:
    host = {
        "name": "host.yaml",
        "text": "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: h}\nspec: {cluster: {homogeneous: false}}\n",
    }
    text = instance(
        {"cpu": {"model": "host-passthrough"}}, evictionStrategy="LiveMigrateIfPossible", architecture="amd64"
    )
    seen = look("it.json", text, host=host)
    assert [code for code, *_ in seen.found()] == ["VM616"]
    assert "host-passthrough" in text.splitlines()[seen.found()[0][1] - 1]


def test_old_windows_on_q35(look: Look) -> None:
    old = {"annotations": {"vmlint/guest.os.id": "winxp"}}
    domain = {"machine": {"type": "q35"}, "devices": {"disks": [{"name": "root", "disk": {"bus": "sata"}}],
              "interfaces": [{"name": "default", "model": "rtl8139"}]}}  # fmt: skip
    assert "VM504" in codes(look, instance(domain, set_up={**old}))
    mended = {"annotations": {"vmlint/guest.os.id": "winxp", "kubevirt.io/disablePCIHole64": "true"}}
    assert "VM504" not in codes(look, instance(domain, set_up=mended))


# -- live systems ----------------------------------------------------------------------------------------------------


def test_what_kubectl_prints(vmlint: Vmlint) -> None:
    """`kubectl get vm,vmi -A -o yaml`: the instance of a machine is reported once."""
    printed = """\
apiVersion: v1
items:
- apiVersion: kubevirt.io/v1
  kind: VirtualMachine
  metadata:
    annotations:
      kubevirt.io/latest-observed-api-version: v1
    generation: 2
    name: ledger
    namespace: finance
    uid: 0d2a4c3e-1111-4222-8333-444455556666
  spec:
    runStrategy: Always
    template:
      spec:
        architecture: amd64
        domain:
          cpu: {cores: 2}
          devices:
            disks:
            - disk: {bus: virtio}
              name: root
            interfaces:
            - masquerade: {}
              name: default
          firmware:
            bootloader:
              efi:
                secureBoot: true
          machine:
            type: pc-q35-rhel9.4.0
          memory:
            guest: 4Gi
          resources: {}
        networks:
        - name: default
          pod: {}
        volumes:
        - name: root
          persistentVolumeClaim: {claimName: ledger-root}
  status:
    created: true
    printableStatus: Running
- apiVersion: kubevirt.io/v1
  kind: VirtualMachineInstance
  metadata:
    name: ledger
    namespace: finance
    ownerReferences:
    - apiVersion: kubevirt.io/v1
      controller: true
      kind: VirtualMachine
      name: ledger
      uid: 0d2a4c3e-1111-4222-8333-444455556666
  spec:
    domain:
      devices: {}
      firmware:
        bootloader:
          efi:
            secureBoot: true
    volumes:
    - name: root
      persistentVolumeClaim: {claimName: ledger-root}
kind: List
metadata:
  resourceVersion: ""
"""
    seen = vmlint("check", "--format", "json", "-", stdin=printed)
    report = json.loads(seen.stdout)
    found = [(each["code"], each["workload"], each["place"]["line"]) for each in report["findings"]]
    assert found == [("VM843", "ledger", 28)]
    assert report["summary"]["workloads"] == 1
