"""What the objects of a cluster settle: KubeVirt's own, its operator's, runtime classes; given, or beside the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

MACHINE = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: db, annotations: {vmlint/requirements.features: cpu.avx, vmlint/guest.os.id: fedora43}}
spec:
  template:
    spec:
      architecture: amd64
      domain:
        cpu: {cores: 2}
        memory: {guest: 4Gi}
        devices:
          disks: [{name: root, disk: {bus: virtio}}]
          gpus: [{name: g, deviceName: nvidia.com/GA102GL_A10}]
      volumes: [{name: root, persistentVolumeClaim: {claimName: root}}]
"""
KUBEVIRT = """\
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt, namespace: kubevirt}
spec:
  configuration:
    cpuModel: Westmere
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: shop, annotations: {vmlint/requirements.isolation.tenancy: untrusted-multi}}
spec:
  runtimeClassName: secure
  containers: [{name: shop, image: "registry.example/shop:1"}]
"""


def node(name: str, more: str = "", labels: str = "") -> str:
    """A node of amd64; ``more`` stands in its status."""
    return (
        f"---\napiVersion: v1\nkind: Node\nmetadata: {{name: {name}, labels: {{kubernetes.io/arch: amd64{labels}}}}}\n"
        f"status:\n  nodeInfo: {{architecture: amd64, operatingSystem: linux}}\n{more}"
    )


def runtime_class(handler: str, name: str = "secure") -> str:
    return f"---\napiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {{name: {name}}}\nhandler: {handler}\n"


def both_ways(vmlint: Vmlint, workload: str, cluster: str, *options: str) -> str:
    """Return what is found with the objects of the cluster in a file of their own, which is the same as beside."""
    Path("it.yaml").write_text(workload)
    Path("cluster.yaml").write_text(cluster)
    Path("all.yaml").write_text(f"{workload}---\n{cluster.removeprefix('---')}")
    given = vmlint("check", *options, "--host", "cluster.yaml", "it.yaml").stdout
    beside = vmlint("check", *options, "all.yaml").stdout
    assert _messages(given) == _messages(beside)
    return given


def _messages(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("error", "warning", "note"))]


# -- KubeVirt ---------------------------------------------------------------------------------------------------------


def test_a_default_cpu_model_that_lacks_what_the_guest_needs(vmlint: Vmlint) -> None:
    found = both_ways(vmlint, MACHINE, KUBEVIRT, "--select", "VM001")
    assert "needs AVX, and the CPU model Westmere does not show it" in found
    assert "cluster.yaml:6:15" in found  # the place of the setting
    own = MACHINE.replace("cores: 2", "cores: 2, model: Haswell-noTSX")
    assert _messages(both_ways(vmlint, own, KUBEVIRT, "--select", "VM001")) == []
    added = MACHINE.replace("cores: 2", "cores: 2, features: [{name: avx}]")
    assert _messages(both_ways(vmlint, added, KUBEVIRT, "--select", "VM001")) == []


def test_an_instance_type_that_is_not_there_may_name_the_model(vmlint: Vmlint) -> None:
    typed = MACHINE.replace("spec:\n  template", "spec:\n  instancetype: {name: u1.small}\n  template", 1)
    typed = typed.replace("        cpu: {cores: 2}\n        memory: {guest: 4Gi}\n", "")
    found = both_ways(vmlint, typed, KUBEVIRT, "--select", "VM001", "--undecided")
    assert _messages(found) == []
    assert "deployment.cpuModel would decide VM001" in found


def test_without_a_setting_the_host_decides(vmlint: Vmlint) -> None:
    """KubeVirt's own default is host-model."""
    silent = KUBEVIRT.replace("    cpuModel: Westmere\n", "    imagePullPolicy: Always\n")
    found = both_ways(vmlint, MACHINE, silent, "--select", "VM001", "--undecided")
    assert "host.cpu.features would decide VM001" in found
    nodes = node("n1", labels=', cpu-feature.node.kubevirt.io/avx: "true"')
    assert "undecided" not in both_ways(vmlint, MACHINE, silent + nodes, "--select", "VM001", "--undecided")


def test_emulation_where_there_is_no_hardware(vmlint: Vmlint) -> None:
    fast = MACHINE.replace("cpu.avx", "kernel.version, vmlint/requirements.performance.class: high")
    without = node("n1", '  allocatable: {devices.kubevirt.io/kvm: "0"}\n', ', kubevirt.io/schedulable: "true"')
    with_it = without.replace('"0"}', "1k}")
    emulates = KUBEVIRT.replace("cpuModel: Westmere", "developerConfiguration: {useEmulation: true}")
    codes = ("--select", "VM101,VM502")
    assert "VM101" in both_ways(vmlint, fast, KUBEVIRT + without, *codes)
    found = both_ways(vmlint, fast, emulates + without, *codes)
    assert "error[VM502]" in found
    assert "VM101" not in found
    assert "because of host.cluster.softwareEmulation" in found
    assert _messages(both_ways(vmlint, fast, emulates + with_it, *codes)) == []
    assert "host.devices would decide" in both_ways(vmlint, fast, emulates, *codes, "--undecided")


@pytest.mark.parametrize(
    ("permitted", "flagged"),
    [
        ("{pciHostDevices: [{pciVendorSelector: '10DE:2236', resourceName: nvidia.com/GA102GL_A10}]}", False),
        ("{mediatedDevices: [{mdevNameSelector: A10-8Q, resourceName: nvidia.com/NVIDIA_A10-8Q}]}", True),
        ("{}", True),
        ("[not, an, object]", False),
        ("{pciHostDevices: {resourceName: nvidia.com/GA102GL_A10}}", False),
        ("{pciHostDevices: [{resourceName: '${NAME}'}]}", False),
        ("null", False),
    ],
)
def test_devices_that_are_handed_out(vmlint: Vmlint, permitted: str, flagged: bool) -> None:
    own = KUBEVIRT.replace("cpuModel: Westmere", f"permittedHostDevices: {permitted}")
    found = both_ways(vmlint, MACHINE, own, "--select", "VM633")
    assert ("asks for the device nvidia.com/GA102GL_A10" in found) is flagged


def test_the_operator_of_kubevirt(vmlint: Vmlint) -> None:
    operator = (
        "apiVersion: hco.kubevirt.io/v1beta1\nkind: HyperConverged\nmetadata: {name: h}\n"
        "spec: {defaultCPUModel: Westmere, permittedHostDevices: {}}\n"
    )
    found = both_ways(vmlint, MACHINE, operator, "--select", "VM001,VM633")
    assert [line[:12] for line in _messages(found)] == ["error[VM001]", "error[VM633]"]
    patched = operator.replace("{name: h}", "{name: h, annotations: {kubevirt.kubevirt.io/jsonpatch: '[]'}}")
    assert _messages(both_ways(vmlint, MACHINE, patched, "--select", "VM001,VM633")) == []


def test_machine_types(vmlint: Vmlint) -> None:
    old = "architectureConfiguration: {amd64: {machineType: pc-q35-3.1, emulatedMachines: ['pc-q35-6*']}}"
    found = both_ways(vmlint, MACHINE, KUBEVIRT.replace("cpuModel: Westmere", old), "--select", "VM834")
    assert "the cluster takes no machine of type pc-q35-3.1, only pc-q35-6*" in found
    own = MACHINE.replace("domain:", "domain:\n        machine: {type: pc-q35-6.2}")
    assert _messages(both_ways(vmlint, own, KUBEVIRT.replace("cpuModel: Westmere", old), "--select", "VM834")) == []


def test_two_clusters_that_differ_settle_nothing(vmlint: Vmlint) -> None:
    other = KUBEVIRT.replace("Westmere", "Haswell").replace("name: kubevirt,", "name: other,")
    Path("hosts").mkdir()
    Path("hosts/a.yaml").write_text(KUBEVIRT)
    Path("hosts/b.yaml").write_text(other)
    Path("it.yaml").write_text(MACHINE)
    found = vmlint("check", "--host", "hosts", "it.yaml", "--select", "VM001", "--undecided").stdout
    assert "deployment.cpuModel would decide VM001" in found
    Path("hosts/b.yaml").write_text(KUBEVIRT)
    assert "error[VM001]" in vmlint("check", "--host", "hosts", "it.yaml", "--select", "VM001").stdout


DEVICES = "    permittedHostDevices: {pciHostDevices: [{pciVendorSelector: '10DE:1', resourceName: nvidia.com/%s}]}\n"


@pytest.mark.parametrize("other", [DEVICES % "GA102GL_A10", ""], ids=["another device", "no list"])
def test_a_device_of_one_cluster_is_none_of_another(vmlint: Vmlint, other: str) -> None:
    """Of two clusters, nobody says which one a machine is for: what they hand out together, neither may."""
    Path("it.yaml").write_text(MACHINE)
    Path("a.yaml").write_text(KUBEVIRT + DEVICES % "T4")
    Path("b.yaml").write_text(KUBEVIRT + other)
    check = ("check", "--select", "VM633", "--undecided", "it.yaml")
    assert "error[VM633]" in vmlint(*check, "--host", "a.yaml").stdout
    assert "host.cluster.devices would decide VM633" in vmlint(*check, "--host", "a.yaml", "--host", "b.yaml").stdout


def test_a_host_of_docker_is_in_no_cluster(vmlint: Vmlint) -> None:
    Path("docker.json").write_text(
        '{"ServerVersion": "27.1.1", "OSType": "linux", "Architecture": "x86_64", "Name": "nas", "Driver": "overlay2",'
        ' "KernelVersion": "6.1.0-18", "OperatingSystem": "Debian GNU/Linux 12", "CgroupVersion": "2", "NCPU": 4}'
    )
    Path("node.yaml").write_text(node("n1").removeprefix("---\n"))
    Path("cluster.yaml").write_text(KUBEVIRT)
    printed = vmlint("host", "--from", "docker.json", "--from", "node.yaml", "--from", "cluster.yaml").stdout.split(
        "---\n"
    )
    assert ["Westmere" in each for each in printed if "name: n" in each] == [False, True]


def test_settings_given_for_nodes_beside_the_machines(vmlint: Vmlint) -> None:
    Path("cluster.yaml").write_text(KUBEVIRT)
    Path("it.yaml").write_text(MACHINE + node("n1") + node("n2"))
    found = vmlint("check", "--host", "cluster.yaml", "it.yaml", "--select", "VM001").stdout
    assert "the CPU model Westmere does not show it" in found
    assert "hosts" not in _messages(found)[0]  # the cluster is no third host


@pytest.mark.parametrize(
    ("arch", "of_cluster", "taken"),
    [
        ("amd64", "", True),
        ("arm64", "", False),  # there it is host-passthrough, before the cluster is asked
        ("", "", False),  # the one of the hosts of KubeVirt's own programs
        ("", "status: {defaultArchitecture: amd64}\n", True),
        ("", "status: {defaultArchitecture: arm64}\n", False),
        ("", "    architectureConfiguration: {defaultArchitecture: amd64}\n", True),
        (
            "",
            "    architectureConfiguration: {defaultArchitecture: amd64}\nstatus: {defaultArchitecture: arm64}\n",
            False,
        ),
    ],
)
def test_machines_on_arm_get_no_model_of_the_cluster(vmlint: Vmlint, arch: str, of_cluster: str, taken: bool) -> None:
    Path("cluster.yaml").write_text(KUBEVIRT + of_cluster)
    Path("it.yaml").write_text(
        MACHINE.replace("      architecture: amd64\n", f"      architecture: {arch}\n" * bool(arch))
    )
    found = vmlint("check", "--host", "cluster.yaml", "it.yaml", "--select", "VM001,VM846").stdout
    assert ("CPU model Westmere does not show it" in found) == taken
    assert not any("VM846" in each for each in _messages(found))


def test_nodes_that_cannot_show_the_model_are_left_out(vmlint: Vmlint) -> None:
    """KubeVirt places a machine by the labels of its own agents; nodes without any are not judged by them."""
    able = node("able", labels=', cpu-model.node.kubevirt.io/Haswell: "true"')
    unable = node("old", labels=', cpu-model.node.kubevirt.io/Penryn: "true"')
    named = MACHINE.replace("cores: 2", "cores: 2, model: Haswell")
    Path("facts").mkdir()
    for name in ("able", "old", "plain"):
        flags = "fpu sse sse2 pni cx8 tsc msr" if name != "able" else "fpu sse sse2 pni cx8 tsc msr avx avx2"
        (Path("facts") / name).mkdir()
        (Path("facts") / name / "cpuinfo").write_text(
            f"processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: {flags}\nbogomips\t: 4000.00\n"
        )
    (Path("facts") / "able" / "node.yaml").write_text(able)
    (Path("facts") / "old" / "node.yaml").write_text(unable)
    (Path("facts") / "plain" / "node.yaml").write_text(node("plain"))
    Path("it.yaml").write_text(named)
    found = vmlint("check", "--host", "facts", "it.yaml", "--select", "VM001").stdout
    assert "runs on 1 of 2 hosts, not on plain" in found


# -- runtime classes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "shared"), [("runsc", False), ("kata-clh", False), ("runc", True), ("nvidia", True), ("mystery", False)]
)
def test_the_handler_of_a_runtime_class(vmlint: Vmlint, handler: str, shared: bool) -> None:
    found = both_ways(vmlint, POD, runtime_class(handler), "--select", "VM401")
    assert ("error[VM401]" in found) is shared


@pytest.mark.parametrize(("type_", "shared"), [("io.containerd.kata.v2", False), ("io.containerd.runc.v2", True)])
def test_what_a_handler_runs_on_its_node(vmlint: Vmlint, type_: str, shared: bool) -> None:
    """The configuration of containerd knows a handler that vmlint does not."""
    Path("facts").mkdir()
    Path("facts/node.yaml").write_text(node("n1"))
    Path("facts/classes.yaml").write_text(runtime_class("sealed"))
    tables = 'plugins."io.containerd.cri.v1.runtime".containerd.runtimes'
    Path("facts/config.toml").write_text(f'version = 3\n[{tables}.sealed]\nruntime_type = "{type_}"\n')
    Path("it.yaml").write_text(POD)
    found = vmlint("check", "--host", "facts", "it.yaml", "--select", "VM401").stdout
    assert ("error[VM401]" in found) is shared
    Path("facts/config.toml").unlink()
    assert _messages(vmlint("check", "--host", "facts", "it.yaml", "--select", "VM401").stdout) == []


def test_the_handler_decides_and_not_the_name(vmlint: Vmlint) -> None:
    named = POD.replace("secure", "kata")
    assert _messages(both_ways(vmlint, named, runtime_class("runsc", "other"), "--select", "VM401")) == []
    assert "error[VM401]" in both_ways(vmlint, named, runtime_class("runc", "kata"), "--select", "VM401")


def test_runtime_classes_hold_wherever_a_pod_is(vmlint: Vmlint) -> None:
    """They are no node, so what a pod asks of its node does not keep them away."""
    placed = POD.replace("spec:\n", "spec:\n  nodeSelector: {kubernetes.io/arch: arm64}\n")
    assert "error[VM401]" in both_ways(vmlint, placed, runtime_class("runc"), "--select", "VM401")


def test_manifests_know_them_too(vmlint: Vmlint) -> None:
    Path("cluster.yaml").write_text(runtime_class("runc", "kata"))
    Path("it.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: shop}\nspec:\n"
        "  requirements: {isolation: {tenancy: untrusted-multi}}\n"
        "  deployment: {platform: kubernetes, runtimeClass: kata}\n"
    )
    assert "error[VM401]" in vmlint("check", "--host", "cluster.yaml", "it.yaml", "--select", "VM401").stdout
    assert _messages(vmlint("check", "it.yaml", "--select", "VM401").stdout) == []


# -- broken objects ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        KUBEVIRT.replace("    cpuModel: Westmere\n", "    cpuModel: [a, b]\n    permittedHostDevices: {usb: 7}\n"),
        KUBEVIRT.replace("  configuration:\n    cpuModel: Westmere\n", "  configuration: none\n"),
        KUBEVIRT.replace("spec:\n  configuration:\n    cpuModel: Westmere\n", "spec: 3\n"),
        KUBEVIRT.replace("spec:\n  configuration:\n    cpuModel: Westmere\n", ""),
        KUBEVIRT.replace("cpuModel: Westmere", "architectureConfiguration: {amd64: [q35], defaultArchitecture: {}}"),
        KUBEVIRT.replace("cpuModel: Westmere", "emulatedMachines: [{a: b}, '', null, '[']"),
        KUBEVIRT.replace("cpuModel: Westmere", "developerConfiguration: {useEmulation: sometimes}"),
        runtime_class("{a: b}"),
        runtime_class("x y"),
        runtime_class("a" * 300),
    ],
)
def test_odd_objects_settle_nothing(vmlint: Vmlint, text: str) -> None:
    found = both_ways(vmlint, MACHINE, text, "--select", "VM001,VM834")
    assert _messages(found) == []
    assert "Traceback" not in vmlint("host", "--from", "cluster.yaml").stderr


@pytest.mark.parametrize(
    "text", [KUBEVIRT + "    - {", KUBEVIRT + "\t}", '{"apiVersion": "kubevirt.io/v1", "kind": "KubeVirt"']
)
def test_objects_that_are_cut_off(vmlint: Vmlint, text: str) -> None:
    Path("cluster.yaml").write_text(text)
    Path("it.yaml").write_text(MACHINE)
    found = vmlint("check", "--host", "cluster.yaml", "it.yaml")
    assert (found.status, found.stdout) == (2, "")
    assert found.stderr.startswith("vmlint check: error: --host cluster.yaml: line ")
