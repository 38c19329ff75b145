"""A workload on several hosts: one finding for each cause, on the hosts that it may run on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vmlint.lint.engine import lint

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Vmlint
    from vmlint.lint.outcome import Outcome
    from vmlint.model.workload import Workload

NODE = """\
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{disk: {disk}}}}}
spec: {{taints: [{taint}]}}
status:
  nodeInfo: {{architecture: {arch}, operatingSystem: linux, kernelVersion: 6.8.0-1, osImage: Ubuntu 24.04.1 LTS}}
"""
NODES = "---\n".join(
    NODE.format(name=name, arch=arch, disk=disk, taint=taint)
    for name, arch, disk, taint in (
        ("cp1", "arm64", "hdd", "{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}"),
        ("n1", "amd64", "ssd", ""),
        ("n2", "amd64", "hdd", ""),
        ("n3", "arm64", "hdd", ""),
    )
)
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {vmlint/guest.platform: linux/amd64}}
spec:
  containers: [{name: web, image: "registry.example/web:1"}]
"""
PLACES = (
    ("", "runs on 2 of 3 hosts, not on n3"),
    ("  nodeSelector: {disk: ssd}\n", ""),
    ("  nodeSelector: {disk: hdd}\n", "runs on 1 of 2 hosts, not on n3"),
    ("  nodeSelector: {kubernetes.io/arch: amd64}\n", ""),
    ("  nodeSelector: {disk: nvme}\n", ""),
    ("  nodeName: cp1\n", "the software is built for"),
    ("  tolerations: [{operator: Exists}]\n", "runs on 2 of 4 hosts, not on cp1 and n3"),
    (
        "  tolerations: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]\n",
        "runs on 2 of 4 hosts, not on cp1 and n3",
    ),
    (
        "  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [\n"
        "    {matchExpressions: [{key: disk, operator: NotIn, values: [hdd]}]},\n"
        "    {matchFields: [{key: metadata.name, operator: In, values: [n3]}]}]}}}\n",
        "runs on 1 of 2 hosts, not on n3",
    ),
    ("  os: {name: windows}\n", ""),
)


def messages(vmlint: Vmlint, *arguments: str) -> list[str]:
    found = json.loads(vmlint("check", "--format", "json", "--select", "VM405", *arguments).stdout)
    return [each["message"] for each in found["findings"] if each["code"] == "VM405"]


@pytest.mark.parametrize(("place", "expected"), PLACES)
def test_the_nodes_that_a_pod_may_run_on(vmlint: Vmlint, place: str, expected: str) -> None:
    Path("nodes.yaml").write_text(NODES)
    Path("pod.yaml").write_text(POD + place)
    found = messages(vmlint, "--host", "nodes.yaml", "pod.yaml")
    assert len(found) == bool(expected)
    assert all(each.startswith(expected) for each in found)


def test_nodes_beside_the_pod(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    Path("all.yaml").write_text(f"{NODES}---\n{POD}")
    golden("hosts/nodes_beside_the_pod.txt", vmlint("check", "--select", "VM405", "all.yaml").stdout)


def test_a_folder_of_machines(vmlint: Vmlint) -> None:
    """Each folder is a machine; what its files say adds up, and the host document wins."""
    for name, arch in (("rack-1", "x86_64"), ("rack-2", "aarch64")):
        folder = Path("hosts") / name
        folder.mkdir(parents=True)
        (folder / "uname").write_text(f"Linux {name} 6.1.0-18 #1 SMP {arch} GNU/Linux\n")
        (folder / "virt").write_text("none\n")
    (Path("hosts") / "rack-2" / "host.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: rack-2}\nspec: {kernel: {version: 6.12.1}}\n"
    )
    Path("compose.yaml").write_text("services:\n  web: {image: 'registry.example/web:1', platform: linux/amd64}\n")
    printed = vmlint("host", "--from", "hosts").stdout
    assert printed.count("kind: Host") == 2
    assert 'version: "6.12.1"  # hosts/rack-2/host.yaml:4' in printed
    assert "virtualized: false  # hosts/rack-2/virt:1" in printed
    found = messages(vmlint, "--host", "hosts", "compose.yaml")
    assert [each.partition(":")[0] for each in found] == ["on 1 of 2 hosts, rack-2"]


def test_hosts_that_are_alike_are_judged_once(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    count: list[Workload] = []

    def counting(workload: Workload, *more: Any) -> Outcome:
        count.append(workload)
        return lint(workload, *more)

    monkeypatch.setattr("vmlint.run.check.lint", counting)
    Path("pod.yaml").write_text(POD)
    seen = []
    for many in (2, 50):
        nodes = (NODE.format(name=f"n{number}", arch="amd64", disk=number, taint="") for number in range(many))
        Path("nodes.yaml").write_text("---\n".join(nodes))
        count.clear()
        assert messages(vmlint, "--host", "nodes.yaml", "pod.yaml") == []
        seen.append(len(count))
    assert seen[0] == seen[1] > 0


def test_which_file_wins(vmlint: Vmlint) -> None:
    """What the machine printed wins over what Ansible says, and that over the machine's description from outside."""
    folder = Path("rack")
    folder.mkdir()
    (folder / "a.json").write_text('{"ansible_kernel": "5.1.0", "ansible_system": "Linux", "ansible_hostname": "box"}')
    (folder / "b.uname").write_text("Linux box 6.1.0 #1 SMP x86_64 GNU/Linux\n")
    (folder / "c.conf").write_text("name: box\ncpu: kvm64\nmemory: 2048\nostype: l26\nscsi0: a:vm-1-disk-0,size=8G\n")
    printed = vmlint("host", "--from", "rack").stdout
    assert printed.count("kind: Host") == 1
    for line in (
        'version: "6.1.0"  # rack/b.uname:1',
        "shownModel: kvm64  # rack/c.conf:2",
        "hypervisor: proxmox-ve  # rack/c.conf:1",
    ):
        assert line in printed


def test_alternatives_are_those_of_all_hosts(vmlint: Vmlint) -> None:
    """A finding on every host keeps the alternatives that are offered on each, apart from hosts that are no use."""
    Path("nodes.yaml").write_text(NODES)
    Path("alike.yaml").write_text("---\n".join(NODES.split("---\n")[1:3]))
    strangers = POD.replace("linux/amd64", "linux/amd64, vmlint/requirements.isolation.tenancy: untrusted-multi")
    Path("pod.yaml").write_text(strangers)

    def fitting(*arguments: str) -> list[str]:
        screen = vmlint("check", "--select", "VM401,VM405", *arguments, "pod.yaml").stdout
        assert screen.count("[VM401]") == 1
        return [line for line in screen.splitlines() if "mode: " in line and "fits" in line]

    alike = fitting("--host", "alike.yaml")
    assert any("mode: gvisor" in line for line in alike)
    assert fitting("--host", "nodes.yaml") == alike


def _host(name: str, flags: str) -> str:
    return (
        f"apiVersion: vmlint/v1\nkind: Host\nmetadata: {{name: {name}}}\n"
        f"spec: {{platform: linux/amd64, cpu: {{complete: true, features: [{flags}]}}}}\n"
    )


@pytest.fixture
def two(vmlint: Vmlint) -> None:
    assert vmlint  # it enters a folder of its own
    Path("old.yaml").write_text(_host("old", "sse2"))
    Path("new.yaml").write_text(_host("new", "sse2, avx, avx2"))
    Path("compose.yaml").write_text("services:\n  db: {image: 'mongo:7'}\n")


ONE_OF_TWO = "runs on 1 of 2 hosts, not on old: MongoDB 7 needs AVX"


@pytest.mark.usefixtures("two")
def test_several_are_named(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    check = ("check", "--select", "VM001")
    assert ONE_OF_TWO in vmlint(*check, "--host", "old.yaml", "--host", "new.yaml", "compose.yaml").stdout
    Path("vmlint.toml").write_text('host = ["old.yaml", "new.yaml"]\n')
    assert ONE_OF_TWO in vmlint(*check, "compose.yaml").stdout
    assert vmlint(*check, "--host", "new.yaml", "compose.yaml").status == 0  # an option takes the place of the settings
    Path("vmlint.toml").unlink()
    for named in (["old.yaml", "new.yaml"], ["", "old.yaml", "", "new.yaml", ""]):
        monkeypatch.setenv("VMLINT_HOST", os.pathsep.join(named))
        assert ONE_OF_TWO in vmlint(*check, "compose.yaml").stdout
    monkeypatch.setenv("VMLINT_HOST", os.pathsep)
    assert "VMLINT_HOST: the list has empty entries only" in vmlint(*check, "compose.yaml").stderr


@pytest.mark.usefixtures("two")
def test_a_node_beside_the_pod_that_is_called_like_a_given_host(vmlint: Vmlint) -> None:
    node = NODE.format(name="old", arch="amd64", disk="ssd", taint="")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: db, image: 'mongo:7'}]}\n"
    Path("all.yaml").write_text(f"{node}---\n{pod}")
    seen = vmlint("check", "--select", "VM001", "--host", "old.yaml", "all.yaml")
    assert "not on old (old.yaml); not decided on old (all.yaml): MongoDB 7 needs AVX" in seen.stdout


@pytest.mark.usefixtures("two")
def test_this_machine_beside_files(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlint.host.document.document", lambda: _host("mine", "avx"))
    seen = vmlint("check", "--select", "VM001", "--host", "local", "--host", "old.yaml", "compose.yaml")
    assert ONE_OF_TWO in seen.stdout


@pytest.mark.usefixtures("two")
def test_several_are_printed(vmlint: Vmlint) -> None:
    seen = vmlint("host", "--from", "old.yaml", "--from", "new.yaml")
    assert [line for line in seen.stdout.splitlines() if "name:" in line] == ["  name: old", "  name: new"]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("hosts", "message"),
    [
        (["old.yaml", "./old.yaml"], "--host old.yaml, ./old.yaml: old.yaml is named twice"),
        (["old.yaml", "none.yaml"], "--host none.yaml: cannot be read: No such file or directory"),
        (
            ["old.yaml", "rack"],
            "old.yaml and rack/o.yaml both describe a host old; put what is about one machine into one",
        ),
    ],
    ids=["twice", "missing", "same name"],
)
def test_several_that_do_not_go_together(hosts: list[str], message: str, vmlint: Vmlint) -> None:
    Path("rack").mkdir()
    Path("rack/o.yaml").write_text(_host("old", "sse2, pni"))
    seen = vmlint("check", *(word for each in hosts for word in ("--host", each)), "compose.yaml")
    assert (seen.status, seen.stdout) == (2, "")
    assert message in seen.stderr.replace(os.sep, "/")


LSCPU = "Architecture:  x86_64\nCPU(s):        4\nVendor ID:     GenuineIntel\nFlags:         fpu tsc msr cx8 lm sse2\n"
CPUINFO = "processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu tsc msr cx8 lm sse2 avx avx2\n"


@pytest.mark.usefixtures("two")
def test_files_without_a_name_are_hosts_of_their_own(vmlint: Vmlint) -> None:
    for name, text in (("nas.txt", LSCPU), ("server", CPUINFO)):
        Path(name).write_text(text)
    for one, other in (("nas.txt", "server"), ("server", "nas.txt")):
        seen = vmlint("check", "--select", "VM001", "--host", one, "--host", other, "compose.yaml")
        assert "runs on 1 of 2 hosts, not on nas: MongoDB 7 needs AVX" in seen.stdout
    names = [
        line for line in vmlint("host", "--from", "nas.txt", "--from", "server").stdout.splitlines() if "name:" in line
    ]
    assert names == ["  name: nas", "  name: server"]


@pytest.mark.usefixtures("two")
def test_files_of_one_name_are_called_like_their_folders(vmlint: Vmlint) -> None:
    for folder, text in (("nas", LSCPU), ("server", CPUINFO)):
        Path(folder).mkdir()
        (Path(folder) / "cpu").write_text(text)
    seen = vmlint("check", "--select", "VM001", "--host", "nas/cpu", "--host", "server/cpu", "compose.yaml")
    assert "runs on 1 of 2 hosts, not on nas" in seen.stdout


ARM = "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n"


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": LSCPU, "b": CPUINFO}, "the CPU's maker is amd, and by rack/a it is intel"),
        ({"a": LSCPU, "b": ARM}, "the CPU's maker is arm, and by rack/a it is intel"),
        (
            {"a": LSCPU, "b": "Linux box 6.1.0 #1 SMP aarch64 GNU/Linux\n"},
            "the CPU's architecture is amd64, and by rack/b",
        ),
        ({"a": LSCPU, "b": "Linux box 6.1.0 #1 SMP i686 GNU/Linux\n"}, ""),  # a system of 32 bits
        ({"a": LSCPU, "b": _host("box", "sse2")}, ""),
    ],
)
def test_files_of_a_folder_that_cannot_be_of_one_machine(vmlint: Vmlint, files: dict[str, str], message: str) -> None:
    Path("rack").mkdir()
    for name, text in files.items():
        (Path("rack") / name).write_text(text)
    seen = vmlint("check", "--select", "VM001", "--host", "rack", "compose.yaml")
    assert (seen.status == 2) == bool(message)
    assert message in seen.stderr.replace(os.sep, "/")


@pytest.mark.usefixtures("two")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of Unix")
def test_a_pipe_that_nobody_writes_into(vmlint: Vmlint) -> None:
    os.mkfifo("pipe")
    seen = vmlint("check", "--host", "pipe", "compose.yaml")
    assert (seen.status, "--host pipe: cannot be read: it is not a regular file" in seen.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("host = []", "vmlint.toml:1:8: host: expected at least one host, not an empty list"),
        ('host = ["old.yaml", 3]', "vmlint.toml:1:21: host: expected a list of texts, not the number 3"),
    ],
)
def test_a_list_of_no_hosts(text: str, message: str, vmlint: Vmlint) -> None:
    Path("vmlint.toml").write_text(f"{text}\n")
    Path("compose.yaml").write_text("services: {}\n")
    seen = vmlint("check", "compose.yaml")
    assert seen.status == 2
    assert message in seen.stderr


def test_nodes_in_another_file_are_told(vmlint: Vmlint) -> None:
    Path("infra").mkdir()
    Path("infra/nodes.yaml").write_text(NODES)
    Path("infra/pod.yaml").write_text(POD)
    said = (
        "vmlint: infra/nodes.yaml describes hosts, and is not used for other files: --host infra/nodes.yaml does that\n"
    )
    for _ in range(2):  # what is kept of the first run tells it too
        assert vmlint("check", "infra").stderr == said
    assert vmlint("check", "--jobs", "2", "--no-cache", "infra").stderr == said
    assert vmlint("check", "--quiet", "infra").stderr == ""
    assert vmlint("check", "--host", "infra/nodes.yaml", "infra").stderr == ""
    files = json.loads(vmlint("check", "--format", "json", "infra").stdout)["files"]
    told = {each["file"].rpartition("/")[2]: (each["status"], each["reason"]) for each in files}
    assert told["nodes.yaml"] == (
        "skipped",
        "it describes hosts: other files are judged by it where --host names it",
    )
    Path("infra/class.yaml").write_text(
        "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: kata}\nhandler: runc\n"
    )
    assert vmlint("check", "infra").stderr == (
        "vmlint: infra/class.yaml, infra/nodes.yaml describe hosts and a cluster, and are not used for other files: "
        "--host infra/class.yaml --host infra/nodes.yaml does that\n"
    )


def test_nodes_are_not_told_where_nothing_runs_on_any(vmlint: Vmlint) -> None:
    Path("infra").mkdir()
    Path("infra/nodes.yaml").write_text(NODES)
    Path("infra/compose.yaml").write_text("services: {a: {image: 'redis:7', restart: always}}\n")
    assert vmlint("check", "infra").stderr == ""
    Path("infra/both.yaml").write_text(f"{POD}---\n{NODES}")
    Path("infra/nodes.yaml").unlink()
    assert vmlint("check", "infra").stderr == ""


NO_FIT = (
    ("  nodeSelector: {disk: nvme}\n", "none has the label disk: nvme"),
    ("  nodeSelector: {kubernetes.io/arch: s390x, disk: hdd}\n", "none has the label kubernetes.io/arch: s390x"),
    ("  nodeName: n9\n", "none is called n9"),
    ("  nodeSelector: {disk: ssd, kubernetes.io/arch: arm64}\n", "none meets all that it asks of labels"),
    (
        "  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [\n"
        "    {matchExpressions: [{key: gpu, operator: Exists}]}]}}}\n",
        "none meets its node affinity",
    ),
    ("  nodeSelector: {disk: '${DISK}'}\n", ""),
    ("  nodeSelector: {disk: hdd}\n", ""),
)


@pytest.mark.parametrize(("place", "expected"), NO_FIT)
def test_no_node_fits(vmlint: Vmlint, place: str, expected: str) -> None:
    Path("nodes.yaml").write_text(NODES)
    Path("pod.yaml").write_text(POD + place)
    Path("all.yaml").write_text(f"{NODES}---\n{POD}{place}")

    def told(*arguments: str) -> list[tuple[str, str, str]]:
        found = json.loads(vmlint("check", "--format", "json", *arguments).stdout)["findings"]
        found = [each for each in found if each["code"] == "VM928"]
        return [(each["severity"], each["message"], each["workload"]) for each in found]

    for severity, arguments in (("warning", ("--host", "nodes.yaml", "pod.yaml")), ("note", ("all.yaml",))):
        found = told(*arguments)
        assert len(found) == bool(expected)
        for each in found:
            assert each[0] == severity
            assert each[1].startswith(f"fits none of the nodes that are known, cp1, n1, n2, n3: {expected}")
            assert each[2] == "web"
    shown = vmlint("check", "--coverage", "--host", "nodes.yaml", "pod.yaml").stdout
    assert ("host.platform: it fits none of the nodes" in " ".join(shown.split())) == bool(expected)


def test_no_node_fits_what_needs_none(vmlint: Vmlint) -> None:
    cordoned = NODE.format(name="n1", arch="amd64", disk="x", taint="{key: node.kubernetes.io/x, effect: NoSchedule}")
    Path("nodes.yaml").write_text(cordoned)
    Path("pod.yaml").write_text(POD)
    Path("set.yaml").write_text(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\nspec: {template: {spec: {nodeSelector: {gpu: 'a'},"
        " containers: [{name: c, image: 'registry.example/c:1'}]}}}\n"
    )
    assert "VM928" not in vmlint("check", "--host", "nodes.yaml", "pod.yaml", "set.yaml").stdout


def test_where_it_is_not_decided_it_does_not_run(vmlint: Vmlint) -> None:
    """What a node does not show may rule it out as well."""
    flags = "feature.node.kubernetes.io/cpu-cpuid."
    node = NODE.replace("disk: {disk}", "{labels}")
    unknown = node.format(name="n1", arch="amd64", taint="", labels="")
    lacking = node.format(name="old", arch="amd64", taint="", labels=", ".join(f"{flags}{x}: 'true'" for x in OLD))
    Path("pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: m}\nspec: {containers: [{name: m, image: 'mongo:7.0'}]}\n"
    )

    def told(*nodes: str) -> str:
        Path("nodes.yaml").write_text("---\n".join(nodes))
        return vmlint("check", "--select", "VM001", "--host", "nodes.yaml", "pod.yaml").stdout

    found = told(unknown, lacking)
    assert "cpu-feature-missing: not on old; not decided on n1: MongoDB" in found
    assert "keep it to the other hosts" not in found
    having = node.format(name="new", arch="amd64", taint="", labels=f"{flags}AVX: 'true'")
    found = told(unknown, lacking, having)
    assert "cpu-feature-missing: runs on 1 of 3 hosts, not on old; not decided on n1: MongoDB" in found
    assert "keep it to the other hosts" in found


OLD = ("CMPXCHG8", "SSE4", "SSE42")
