"""A manifest beside a file of another tool: which file, which workload, which value counts, and where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vmlint.model.as_manifest import stated_fields
from vmlint.reading.subject import Subject
from vmlint.syntax.xml import tree as xml_tree

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from tests.formats.conftest import Look

HEAD = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: over, labels: {team: post}}\nspec:\n"
XL = """\
name = "mail"
memory = 4096
vcpus = 2
bootloader = "/usr/lib/xen/bin/pygrub"
disk = [ "phy:/dev/vg/mail,xvda,w" ]
"""
COMPOSE = """\
services:
  web:
    image: nginx:1.27
    mem_limit: 512m
    privileged: true
    x-vmlint: {environment: dev}
  worker:
    image: registry.example.org/worker
"""
LIBVIRT = """\
<domain type='kvm'>
  <name>hmi</name>
  <memory unit='KiB'>4194304</memory>
  <vcpu>2</vcpu>
  <os firmware='efi'><type arch='x86_64' machine='pc-q35-9.2'>hvm</type></os>
</domain>
"""
GPU = """\
<domain type='kvm'>
  <name>gpu</name>
  <memory unit='KiB'>4194304</memory>
  <os><type arch='x86_64'>hvm</type></os>
  <cpu mode='host-passthrough'/>
  <devices>
    <hostdev mode='subsystem' type='pci'>
      <source><address domain='0x0000' bus='0x3b' slot='0x00' function='0x0'/></source>
    </hostdev>
    <disk type='file' device='disk'><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><model type='virtio'/></interface>
  </devices>
</domain>
"""
FILES = {"mail.cfg": XL, "compose.yaml": COMPOSE, "hmi.xml": LIBVIRT, "gpu.xml": GPU}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, "utf-8")


def over(spec: str) -> str:
    return HEAD + "".join(f"  {line}\n" for line in spec.strip().splitlines())


def facts(look: Look, spec: str) -> dict[str, str]:
    (manifest,) = subjects(look, spec)
    return {path: _text(value) for path, value in stated_fields(manifest.workload)}


def subjects(look: Look, spec: str) -> Iterator[Subject]:
    yield from look("over.vmlint.yaml", over(spec)).checked.subjects


def _text(value: Any) -> str:
    several = isinstance(value, (tuple, frozenset)) and not hasattr(value, "arch")
    return ",".join(sorted(map(str, value))) if several else str(value)


def drifts(look: Look, spec: str) -> list[str]:
    seen = look("over.vmlint.yaml", over(spec))
    assert {code for code, _, _ in seen.problems} <= {"VM917"}, seen.problems
    return [message for _, _, message in seen.problems]


# -- which file and which workload -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "./mail.cfg",
        "{file: mail.cfg}",
        "{file: mail.cfg, name: mail}",
        "{file: mail.cfg, format: xl}",
        "{file: compose.yaml, name: web, format: compose}",
    ],
)
def test_a_workload_is_found(look: Look, source: str) -> None:
    seen = look("over.vmlint.yaml", over(f"deployment: {{source: {source}}}"))
    assert seen.problems == []
    assert (len(seen.checked.subjects), seen.checked.crashes) == (1, ())


PROBLEMS = {
    "none.cfg": ("24", "source 'none.cfg' cannot be read: No such file or directory", ""),
    "/etc/hostname": ("24", "source '/etc/hostname' cannot be read: it must be a relative path", ""),
    "../mail.cfg": ("24", "source '../mail.cfg' cannot be read: it leads out of the project", ""),
    ".": ("24", "source '.' cannot be read: it is not a regular file", ""),
    "over.vmlint.yaml": ("24", "source 'over.vmlint.yaml' is not of a format that is read", ""),
    "empty.tf": ("24", "source 'empty.tf' holds no workload (Terraform or OpenTofu configuration)", ""),
    "broken.xml": ("24", "source 'broken.xml' was not read: line 1: ", ""),
    "chart.yaml": ("24", "source 'chart.yaml' was not read: a template (Helm", ""),
    "{file: mail.cfg, format: xll}": ("49", "unknown format 'xll'", "did you mean `xl`?"),
    "{file: mail.cfg, format: colour}": ("49", "unknown format 'colour'", "`vmlint facts --formats` lists"),
    "{file: mail.cfg, format: vmx}": ("31", "source 'mail.cfg' is not recognised as vmx", ""),
    "compose.yaml": (
        "24",
        "compose.yaml holds several workloads: web, worker",
        "pick one: {file: compose.yaml, name: web}",
    ),
    "{file: compose.yaml, name: workre}": (
        "51",
        "compose.yaml holds no workload 'workre', but web, worker",
        "did you mean `worker`?",
    ),
    "{file: twins.yaml, name: a}": ("49", "twins.yaml holds several workloads 'a'", ""),
    "{file: many-compose.yaml, name: b}": ("56", ", but s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more", ""),
}


@pytest.mark.parametrize("source", PROBLEMS)
def test_why_no_workload_is_found(look: Look, source: str) -> None:
    Path("over.vmlint.yaml").write_text(HEAD, "utf-8")
    Path("empty.tf").write_text('variable "a" {\n}\n', "utf-8")
    Path("broken.xml").write_text("<domain type='kvm'><name>", "utf-8")
    Path("chart.yaml").write_text("apiVersion: v1\nkind: Pod\nspec:\n  {{- with .Values.x }}\n  a: 1\n", "utf-8")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: %s}\nspec: {containers: [{name: c, image: r}]}\n"
    Path("twins.yaml").write_text(f"{pod % 'one'}---\n{pod % 'two'}", "utf-8")
    services = "".join(f"  s{number}: {{image: r:1}}\n" for number in range(12))
    Path("many-compose.yaml").write_text(f"services:\n{services}", "utf-8")
    seen = look("over.vmlint.yaml", over(f"deployment: {{source: {source}}}"))
    (found,) = seen.checked.diagnostics
    column, message, help = PROBLEMS[source]
    assert (found.code, found.place.file, found.place.line) == ("VM914", "over.vmlint.yaml", 5)
    assert found.place.column == int(column)
    assert message in found.message
    assert help in "".join(found.help)
    assert len(seen.checked.subjects) == 0


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{name: web}", "VM910"),
        ("{file: ''}", "VM911"),
        ("''", "VM911"),
        ("{file: a.xml, kind: libvirt}", "VM907"),
        ("[a.xml]", "VM908"),
        ("{file: a.xml, name: 7}", "VM908"),
    ],
)
def test_a_malformed_source(look: Look, source: str, code: str) -> None:
    assert [found for found, _, _ in look("over.vmlint.yaml", over(f"deployment: {{source: {source}}}")).problems] == [
        code
    ]


# -- which value counts ----------------------------------------------------------------------------------------------


def test_what_only_one_states_is_kept(look: Look) -> None:
    found = facts(
        look,
        """
environment: production
requirements: {isolation: {tenancy: untrusted-multi}}
guest: {os: debian12, platform: linux/x86_64}
host: {memory: 64Gi}
deployment: {source: mail.cfg, platform: xen@4.18}
""",
    )
    assert found == {
        "environment": "production",
        "guest.os.id": "debian12",
        "guest.platform": "linux/amd64",
        "requirements.isolation.tenancy": "untrusted-multi",
        "resources.cpu": "2.0",
        "resources.memory": "4096Mi",
        "host.memory": "64Gi",
        "deployment.mode": "pv",
        "deployment.platform.id": "xen",
        "deployment.platform.version": "4.18",
        "deployment.devices.disk": "xen-blkfront",
        "deployment.devices.drives": "xen-blkfront",
        "deployment.storage.cache": "",
        "deployment.xen.pvshim": "False",
        "deployment.xen.typeOption": "none",
        "deployment.xen.ignoredOptions": "",
    }


def test_names_and_labels_are_the_manifests(look: Look) -> None:
    Path("mail.cfg").write_text(XL + "# vmlint: labels.owner=ann\n# vmlint: labels.team=web\n", "utf-8")
    (manifest,) = subjects(look, "deployment: {source: mail.cfg}")
    assert (manifest.workload.name, manifest.workload.labels) == ("over", {"owner": "ann", "team": "post"})


def test_another_system_in_the_file_replaces_all_facts_about_it(look: Look) -> None:
    Path("mail.cfg").write_text(XL + "# vmlint: guest.os=win2k22\n", "utf-8")
    found = facts(
        look, "guest: {os: {id: debian12, version: '12.4'}, platform: linux/arm64}\ndeployment: {source: mail.cfg}"
    )
    assert found["guest.os.id"] == "win2k22"
    assert "guest.os.version" not in found
    assert found["guest.platform"] == "windows/arm64"


def test_another_platform_in_the_file_replaces_all_facts_about_it(look: Look) -> None:
    spec = "deployment: {source: mail.cfg, architecture: container, mode: gvisor, platform: docker@29}"
    assert drifts(look, spec) == [
        "the manifest says deployment.mode is gvisor; mail.cfg leaves it out, which means pv: an xl.cfg without `type` "
        "is a PV guest on x86",
        "the manifest says deployment.platform.id is docker, mail.cfg says xen",
    ]
    found = facts(look, spec)
    assert (found["deployment.platform.id"], found["deployment.mode"]) == ("xen", "pv")
    assert not {"deployment.architecture", "deployment.platform.version"} & set(found)


def test_a_manifest_may_override_the_usual_product_of_a_format(look: Look) -> None:
    spec = "guest: {os: debian12}\ndeployment: {source: {file: compose.yaml, name: worker}, platform: podman}"
    assert drifts(look, spec) == []
    assert facts(look, spec)["deployment.platform.id"] == "podman"


def test_the_host_decides_what_a_format_takes_for_granted(look: Look) -> None:
    """On a Windows host, nothing shows that a Compose file runs on Docker's engine for Linux."""
    spec = "host: {os: win2k22}\ndeployment: {source: {file: compose.yaml, name: worker}}"
    assert "deployment.platform.id" not in facts(look, spec)
    assert facts(look, spec.replace("win2k22", "debian12"))["deployment.platform.id"] == "docker"


def test_demands_are_the_manifests(look: Look) -> None:
    spec = "environment: production\ndeployment: {source: {file: compose.yaml, name: web}}"
    assert drifts(look, spec) == ["the manifest says environment is production, compose.yaml says dev"]
    assert facts(look, spec)["environment"] == "production"
    found = look("over.vmlint.yaml", over(spec)).checked.diagnostics
    assert [each.help for each in found if each.code == "VM917"] == [
        ("make the two agree; until then the rules use the manifest",)
    ]


# -- drift -----------------------------------------------------------------------------------------------------------

AGREE = {
    "memory": ("mail.cfg", "resources: {memory: 4Gi, cpu: 2.0}"),
    "platform": ("hmi.xml", "deployment: {platform: libvirt}"),
    "architecture": ("hmi.xml", "guest: {platform: linux/x86_64}"),
    "machine": ("hmi.xml", "deployment: {machine: q35}"),
    "image": ("web", "deployment: {image: 'docker.io/library/nginx:1.27'}"),
    "tag": ("worker", "deployment: {image: 'registry.example.org/worker:latest'}"),
    "flag": ("web", "deployment: {privileged: true}"),
    "device": ("gpu.xml", "deployment: {hostDevices: ['3B:00.0']}"),
    "all functions": ("gpu.xml", "deployment: {hostDevices: ['3b:00']}"),
    "host": ("gpu.xml", "deployment: {cpuModel: host}"),
    "model": ("gpu.xml", "deployment: {devices: {disk: virtio-blk, nic: virtio-net-pci}}"),
    "unknown": ("web", "deployment: {platform: docker, runtimeClass: runc, storage: {accessMode: rwo}}"),
}


@pytest.mark.parametrize("name", AGREE)
def test_spelling_is_no_drift(look: Look, name: str) -> None:
    file, spec = AGREE[name]
    source = file if "." in file else f"{{file: compose.yaml, name: {file}}}"
    if spec.startswith("deployment: {"):
        spec = spec.replace("deployment: {", f"deployment: {{source: {source}, ")
    else:
        spec += f"\ndeployment: {{source: {source}}}"
    assert drifts(look, spec) == []


DIFFER = {
    "memory": ("mail.cfg", "resources: {memory: 4G}", "resources.memory is 4G, mail.cfg says 4096Mi", 2),
    "cpu": ("mail.cfg", "resources: {cpu: 4}", "resources.cpu is 4, mail.cfg says 2", 3),
    "arch": ("hmi.xml", "guest: {platform: linux/arm64}", "guest.arch is arm64, hmi.xml says amd64", 5),
    "firmware": (
        "hmi.xml",
        "deployment: {firmware: {type: bios}}",
        "deployment.firmware.type is bios, hmi.xml says uefi",
        5,
    ),
    "derived": (
        "hmi.xml",
        "deployment: {generation: 1}",
        "deployment.firmware.type is bios, hmi.xml says uefi",
        5,
    ),
    "machine": (
        "hmi.xml",
        "deployment: {machine: pc-i440fx-9.2}",
        "deployment.machine is pc-i440fx-9.2, hmi.xml says pc-q35-9.2",
        5,
    ),
    "image": ("web", "deployment: {image: nginx}", "deployment.image.ref is nginx, compose.yaml says nginx:1.27", 3),
    "flag": ("web", "deployment: {privileged: false}", "deployment.privileged is false, compose.yaml says true", 5),
    "device": (
        "gpu.xml",
        "deployment: {hostDevices: ['3b:00.1']}",
        "deployment.hostDevices is 3b:00.1, gpu.xml says 0000:3b:00.0",
        8,
    ),
    "cpu model": (
        "gpu.xml",
        "deployment: {cpuModel: max}",
        "deployment.cpuModel is max, gpu.xml says host-passthrough",
        5,
    ),
    "default": (
        "hmi.xml",
        "deployment: {tuning: {hugepages: true}}",
        "deployment.tuning.hugepages is true; hmi.xml leaves it out, which means false: without "
        "memoryBacking/hugepages memory is ordinary",
        1,
    ),
}


@pytest.mark.parametrize("name", DIFFER)
def test_drift(look: Look, name: str) -> None:
    file, spec, difference, line = DIFFER[name]
    source = file if "." in file else f"{{file: compose.yaml, name: {file}}}"
    if spec.startswith("deployment: {"):
        spec = spec.replace("deployment: {", f"deployment: {{source: {source}, ")
    else:
        spec += f"\ndeployment: {{source: {source}}}"
    seen = look("over.vmlint.yaml", over(spec))
    found = [each for each in seen.checked.diagnostics if each.code == "VM917"]
    assert [each.message for each in found if difference in each.message] == [f"the manifest says {difference}"]
    (drift,) = (each for each in found if difference in each.message)
    assert (drift.place.file, drift.place.line, str(drift.severity)) == ("over.vmlint.yaml", 5, "warning")
    (related,) = drift.because
    assert (related.place.file, related.place.line) == (file if "." in file else "compose.yaml", line)


@pytest.mark.parametrize(("stated", "kept"), [("rhel9.4", "rhel9.4"), ("rhel9.0", "rhel9.0")])
def test_the_more_exact_of_the_two_counts(look: Look, stated: str, kept: str) -> None:
    Path("mail.cfg").write_text(XL + "# vmlint: guest.os=rhel9\n", "utf-8")
    spec = f"guest: {{os: {stated}}}\ndeployment: {{source: mail.cfg}}"
    assert drifts(look, spec) == []
    assert facts(look, spec)["guest.os.id"] == kept


def test_a_long_value_is_cut(look: Look) -> None:
    mounts = ", ".join(f"/srv/{number:03}" for number in range(90))
    spec = f"deployment: {{source: {{file: compose.yaml, name: web}}, mounts: [{mounts}]}}"
    (message,) = drifts(look, spec)
    assert len(message) < 300


# -- as a command ----------------------------------------------------------------------------------------------------


def test_both_files_are_shown(vmlint: Vmlint) -> None:
    spec = "environment: production\nresources: {cpu: 4}\ndeployment: {source: {file: mail.cfg}, platform: xen}"
    Path("over.vmlint.yaml").write_text(over(spec), "utf-8")
    seen = vmlint("check", "over.vmlint.yaml")
    assert seen.status == 1
    assert (
        """\
warning[VM917] drift: the manifest says resources.cpu is 4, mail.cfg says 2
  --> over.vmlint.yaml:6:20 (workload over)
   |
 6 |   resources: {cpu: 4}
   |                    ^ resources.cpu
   |
  ::: mail.cfg:3:9
   |
 3 | vcpus = 2
   |         - because of resources.cpu
   |
   = help: make the two agree; until then the rules use mail.cfg
"""
        in seen.stdout
    )
    assert "  --> mail.cfg:1:9 (workload over of over.vmlint.yaml)\n" in seen.stdout
    assert "VM917" not in vmlint("check", "--ignore", "drift", "over.vmlint.yaml").stdout


def test_a_workload_is_linted_once(vmlint: Vmlint) -> None:
    """A workload that a manifest annotates is linted once; the other workloads of its file are linted alone."""
    Path("compose.yaml").write_text(COMPOSE + "    privileged: true\n# vmlint: colour=red\n", "utf-8")
    alone = json.loads(vmlint("check", "--format", "json", "compose.yaml").stdout)
    assert alone["summary"]["workloads"] == 2
    Path("over.vmlint.yaml").write_text(over("deployment: {source: {file: ./compose.yaml, name: web}}"), "utf-8")
    both = json.loads(vmlint("check", "--format", "json", "compose.yaml", "over.vmlint.yaml").stdout)
    assert both["summary"]["workloads"] == 2
    names = [each["workload"] for each in both["findings"] if each["code"] == "VM402"]
    assert names == [each["workload"].replace("web", "over") for each in alone["findings"] if each["code"] == "VM402"]
    assert [each["code"] for each in both["findings"]].count("VM916") == 1
    assert [each["workload"] for each in both["files"][0]["coverage"]] == ["worker"]


def test_a_manifest_in_the_file_that_it_annotates_is_never_left_out(vmlint: Vmlint) -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: over}\nspec: {containers: [{name: c, image: r}], hostPID: true}\n"
    )
    spec = "requirements: {isolation: {untrustedCode: true}}\ndeployment: {source: all.yaml}"
    Path("all.yaml").write_text(f"{over(spec)}---\n{pod}", "utf-8")
    found = json.loads(vmlint("check", "--format", "json", "all.yaml").stdout)
    assert "VM401" in {each["code"] for each in found["findings"]}


def test_facts_and_coverage_cover_both(vmlint: Vmlint) -> None:
    Path("over.vmlint.yaml").write_text(over("environment: test\ndeployment: {source: mail.cfg}"), "utf-8")
    printed = vmlint("facts", "over.vmlint.yaml").stdout
    assert printed.startswith("# From over.vmlint.yaml (xl), as vmlint understood it.\n")
    assert "#   deployment.mode: an xl.cfg without `type` is a PV guest on x86\n" in printed
    (file,) = json.loads(vmlint("check", "--format", "json", "over.vmlint.yaml").stdout)["files"]
    assert "deployment.mode" in file["coverage"][0]["defaults"]
    assert "deployment.mode" not in file["coverage"][0]["read"]


def test_advice_and_what_if_go_by_both(vmlint: Vmlint) -> None:
    Path("over.vmlint.yaml").write_text(over("guest: {os: win2k22}\ndeployment: {source: mail.cfg}"), "utf-8")
    assert vmlint("suggest", "over.vmlint.yaml").status == 0
    assert "over" in vmlint("check", "--on", "proxmox-ve", "over.vmlint.yaml").stdout


def test_many_manifests_that_annotate_one_file_read_it_once(look: Look) -> None:
    services = "".join(f"  s{number}: {{image: r:1}}\n" for number in range(600))
    Path("compose.yaml").write_text(f"services:\n{services}", "utf-8")
    documents = "---\n".join(
        over(f"deployment: {{source: {{file: compose.yaml, name: s{number}}}}}") for number in range(100)
    )
    seen = look("all.vmlint.yaml", documents)
    assert len(seen.checked.subjects) == 100


# -- what a manifest covers, and what it does not --------------------------------------------------------------------

TWO_OF_ONE_NAME = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.org/web:1", securityContext: {privileged: true}}]
---
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: web}
spec:
  template:
    spec:
      domain: {devices: {}, memory: {guest: 2Gi}}
"""


def test_a_workload_of_the_same_name_and_another_format_is_linted_by_itself(vmlint: Vmlint) -> None:
    Path("cluster.yaml").write_text(TWO_OF_ONE_NAME)
    Path("web.vmlint.yaml").write_text(over("deployment: {source: {file: cluster.yaml, name: web, format: kubevirt}}"))
    alone = vmlint("check", "--format", "concise", "cluster.yaml")
    together = vmlint("check", "--format", "concise", "cluster.yaml", "web.vmlint.yaml")
    assert "cluster.yaml:5:86: warning VM407" in alone.stdout
    assert "cluster.yaml:5:86: warning VM407" in together.stdout
    assert (alone.status, together.status) == (1, 1)


@pytest.mark.parametrize("field", ["deployment: {source: a.xml}", "hostRef: a.xml"])
def test_links_that_lead_in_a_circle(vmlint: Vmlint, field: str) -> None:
    Path("a.xml").symlink_to("b.xml")
    Path("b.xml").symlink_to("a.xml")
    Path("web.vmlint.yaml").write_text(over(f"environment: dev\n{field}"))
    Path("agent.yaml").write_text(TWO_OF_ONE_NAME)
    seen = vmlint("check", "--format", "concise", "web.vmlint.yaml", "agent.yaml")
    assert "cannot be read: its links lead in a circle" in seen.stdout
    assert "VM407" in seen.stdout  # and the rest is linted
    assert seen.status == 1


def test_a_file_under_many_documents_is_read_once(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also two files in turn, and also an unreadable one."""
    Path("broken.xml").write_text("<domain type='kvm'><name>a</name>")
    parsed: list[str] = []

    def counted(text: str) -> Any:
        parsed.append(text)
        return parse(text)

    parse = xml_tree.parse
    monkeypatch.setattr(xml_tree, "parse", counted)
    documents = [over(f"deployment: {{source: {name}}}") for name in ("hmi.xml", "broken.xml", "gpu.xml") * 5]
    seen = look("over.vmlint.yaml", "---\n".join(documents))
    assert [code for code, *_ in seen.found("VM914")] == ["VM914"] * 5
    assert len(parsed) <= 6  # each by the reader of libvirt, and by others that look for theirs
