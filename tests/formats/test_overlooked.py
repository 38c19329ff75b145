"""Files that their tools read, written so that a linter might overlook them. Each holds one privileged container."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.conftest import Vmlint

CONTAINERS = "containers: [{name: c, image: 'example.org/app:1', securityContext: {privileged: true}}]"
POD = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{CONTAINERS}}}\n"
SERVICES = "services: {web: {image: 'example.org/app:1', privileged: true}}\n"
MACHINE = """kind: VirtualMachineInstance
apiVersion: kubevirt.io/v1
metadata: {name: m}
spec: {domain: {devices: {}}}
"""
DEEP = "x-deep: " + "[" * 70 + "]" * 70 + "\n"
"""Deeper than vmlint reads; where the key does not matter to the tool, the tool reads it."""
MANY = "x-many: [" + "a," * 800_000 + "]\n"

REFUSED = {
    "a Pod behind a deep value": DEEP.replace("x-deep", "status") + POD,
    "a Pod behind a tag": "status: !!binary eA==\n" + POD,
    "a Pod whose kind is written in base64": POD.replace("Pod", f"!!binary {base64.b64encode(b'Pod').decode()}"),
    "a Pod behind a merge of what is no mapping": "status: {'<<': 1, <<: 1}\n" + POD,
    "a Pod behind aliases of too many values": ("status: [&a [" + "x," * 600 + "]," + "*a," * 400 + "]\n" + POD),
    "a Pod behind an alias in its own anchor": "status: &a [*a]\n" + POD,
    "a Pod in JSON behind a deep value": json.dumps({"status": 1, "apiVersion": "v1", "kind": "Pod"}).replace(
        "1", "[" * 70 + "]" * 70, 1
    ),
    "a Pod behind a deep value, with a string that looks like a template": POD.replace(
        "{name: p}", "{name: p, x: '{{ y }}'}"
    )
    + DEEP,
    "a Pod behind a key that is longer than YAML allows": json.dumps(
        {"x" * 1_200: 1, "kind": "Pod", "apiVersion": "v1"}
    ),
    "a Pod behind half a character": '{"a": "\\ud800", "apiVersion": "v1", "\\u006bind": "\\u0050od"}',
    "a Pod behind another object of JSON": '{"kind": "a"}{"apiVersion": "v1", "\\u006bind": "\\u0050od"}',
    "a Pod in a list behind half a character": (
        '{"": "\\ud800", "items": [{"apiVersion": "v1", "\\u006bind"\n: "Pod"}]}'
    ),
    "a machine behind a deep value": DEEP.replace("x-deep", "status") + MACHINE,
    "services behind a deep value": DEEP + SERVICES.replace("image", "hostname: '{{.Node.Hostname}}', image"),
    "services behind too many values": MANY + SERVICES,
    "services that an alias stands for, behind a tag": (
        "x-a: !t 1\nx-s: &s {web: {image: a, privileged: true}}\nservices: *s\n"
    ),
    "a Pod behind very many documents": "---\n" * 4_600 + "a: {{ x }}\n---\n" + POD,
    "services behind a key that is set again": "x-a: !t 1\nservices: 1\n" + SERVICES,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_stands_before_hides_no_file(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    (tmp_path / "stack.yaml").write_text(REFUSED[name])
    seen = vmlint("check", "--no-cache", "stack.yaml")
    assert seen.status == 1
    assert "error[VM90" in seen.stdout


OBJECT = f"{{apiVersion: v1, kind: Pod, spec: {{{CONTAINERS}}}}}"
OWNED = "{{name: p, ownerReferences: [{{kind: {}, name: {}}}]}}"
HARMLESS = """---
apiVersion: apps/v1
kind: {}
metadata: {{name: r}}
spec: {{template: {{spec: {{containers: [{{image: 'example.org/app:1'}}]}}}}}}
"""
JUDGED = {
    "a Pod in a list that has another kind": f"apiVersion: v1\nkind: ConfigMap\nitems: [{OBJECT}]",
    "Pods of a PodList, which are not named": f"apiVersion: v1\nkind: PodList\nitems: [{{spec: {{{CONTAINERS}}}}}]",
    "a list in a list": f"kind: List\nItems: [{{kind: List, items: [{OBJECT}]}}]",
    "a Deployment with objects": f"apiVersion: apps/v1\nkind: Deployment\nspec: {{}}\nitems: [{OBJECT}]",
    "a flag of one letter": POD.replace("privileged: true", "privileged: y"),
    "a flag of one capital letter": POD.replace("privileged: true", "privileged: Y"),
    "a Pod that is its own owner": POD.replace("{name: p}", OWNED.format("Pod", "p")),
    "a Pod with an owner that asks for less": (
        POD.replace("{name: p}", OWNED.format("ReplicaSet", "r")) + HARMLESS.format("ReplicaSet")
    ),
    "a Pod with an owner that makes no Pods": (
        POD.replace("{name: p}", OWNED.format("Deployment", "r")) + HARMLESS.format("Deployment")
    ),
    "a Pod with an owner whose name a template fills in": (
        POD.replace("{name: p}", OWNED.format("ReplicaSet", "'{{ r }}'"))
        + HARMLESS.format("ReplicaSet").replace("name: r", "name: '{{ r }}'")
    ),
    "a Pod that is privileged and a process of Windows": POD.replace(
        "privileged: true", "privileged: true, windowsOptions: {hostProcess: true}"
    ),
}


@pytest.mark.parametrize("name", JUDGED)
def test_what_the_tool_reads_is_judged(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    (tmp_path / "objects.yaml").write_text(JUDGED[name])
    seen = vmlint("check", "--no-cache", "--format", "json", "objects.yaml")
    assert "VM407" in [each["code"] for each in json.loads(seen.stdout)["findings"] if each["accepted"] is None]


def test_a_flag_that_is_no_flag_is_not_the_default(vmlint: Vmlint, tmp_path: Path) -> None:
    odd = POD.replace("privileged: true", "privileged: maybe").replace("spec: {", "spec: {hostPID: 1, ")
    (tmp_path / "pod.yaml").write_text(odd)
    seen = vmlint("facts", "pod.yaml")
    assert "privileged" not in "".join(line for line in seen.stdout.splitlines() if "#" not in line)


@pytest.mark.parametrize("said", ["metadata: {name: p, annotations: {kubernetes.io/config.source: file}}", "priority"])
def test_what_a_pod_says_of_itself_hides_nothing_uncounted(vmlint: Vmlint, tmp_path: Path, said: str) -> None:
    text = (
        POD.replace("metadata: {name: p}", said)
        if said.startswith("meta")
        else POD.replace("spec: {", "spec: {priorityClassName: system-node-critical, ")
    )
    (tmp_path / "pod.yaml").write_text(text)
    seen = vmlint("check", "--no-cache", "pod.yaml")
    assert seen.status == 0
    assert "1 hidden by hints" in seen.stdout


@pytest.mark.parametrize("name", ["compose.override.yaml", "docker-compose.prod.yml", "compose.yaml"])
def test_services_that_another_file_completes(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("services: {web: {privileged: true}}\n")
    assert "VM407" in vmlint("check", "--no-cache", name).stdout


@pytest.mark.parametrize("text", ["volumes: {h: {driver_opts: {device: /}}}\n", "secrets: {a: {file: /etc/shadow}}\n"])
def test_a_file_that_completes_another_is_told(vmlint: Vmlint, tmp_path: Path, text: str) -> None:
    (tmp_path / "compose.override.yaml").write_text(text)
    assert "it completes another Compose file" in vmlint("check", "--no-cache", ".").stderr
    (tmp_path / "compose.override.yaml").rename(tmp_path / "volumes.yaml")
    assert "Compose" not in vmlint("check", "--no-cache", ".").stderr


MERGED = {
    "below the key": "{privileged: false, <<: {privileged: true}}",
    "of an alias": "{privileged: false, <<: *a}",
    "the first of several": "{privileged: false, <<: [*a, {privileged: false}]}",
    "with the tag of no kind": "{privileged: false, ! <<: {privileged: true}}",
    "of a block with a merge of its own": "{<<: {privileged: false, <<: *a}}",
    "below a key that is set again": "{privileged: false, privileged: false, <<: *a}",
    "below a key that is set again to something else": "{privileged: true, privileged: false, <<: *a}",
    "the second": "{<<: {privileged: false}, <<: *a}",
    "of a block that sets it again": "{<<: {privileged: false, privileged: true}}",
    "the later one": "{privileged: false, <<: {privileged: false}, '<<': 1, <<: *a}",
}


@pytest.mark.parametrize("name", MERGED)
def test_kubectl_takes_a_merge_where_it_stands(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    """And Compose takes it before all keys of the block, wherever it stands."""
    text = POD.replace("metadata:", "x-a: &a {privileged: true}\nmetadata:").replace(
        "{privileged: true}", MERGED[name], 2
    )
    text = text.replace(f"&a {MERGED[name]}", "&a {privileged: true}")
    (tmp_path / "pod.yaml").write_text(text)
    assert "VM407" in vmlint("check", "--format", "concise", "pod.yaml").stdout
    above = text.replace("privileged: false, <<", "<<").replace("}}]}", ", privileged: false}}]}")
    assert above != text
    (tmp_path / "pod.yaml").write_text(above)
    assert "VM407" not in vmlint("check", "--format", "concise", "pod.yaml").stdout
    service = "x-a: &a {privileged: true}\nservices: {a: {image: 'a:1', privileged: false, <<: *a}}\n"
    (tmp_path / "compose.yaml").write_text(service)
    assert "VM407" not in vmlint("check", "--format", "concise", "compose.yaml").stdout


INCUS = "config: {security.privileged: 'true', security.nesting: 'true'}\n"
CONFIG = """config = {
    "security.privileged" = "true"
    "security.nesting" = "true"
  }"""
INSTANCE = f"""resource "incus_instance" "a" {{
  name = "a"
  {CONFIG}
}}
"""
PVE = "ostype: debian\narch: amd64\nhostname: a\nrootfs: local:1,size=8G\n"
XL = 'name = "x"\ntype = "pv"\nmemory = 1024\nkernel = "/vmlinuz"\ndisk = [ "phy:/dev/vg/x,xvda,w" ]\n'
OTHERS = {
    "the root of the host from far below": (
        "compose.yaml",
        f"services: {{a: {{image: 'a:1', volumes: ['{'../' * 30}etc:/h']}}}}\n",
    ),
    "the root of the host from a home": ("compose.yaml", "services: {a: {image: 'a:1', volumes: ['~/../..:/h']}}\n"),
    "the root of a process": ("compose.yaml", "services: {a: {image: 'a:1', volumes: ['/proc/self/root:/h']}}\n"),
    "a pod with a list that only kubectl takes for it": ("pod.yaml", f"{POD}items: []\n"),
    "a mount on a folder whose name ends like an option": (
        "a.container",
        "[Container]\nImage=a:1\nMount=type=bind,source=/,destination=/h:ro\n",
    ),
    "a unit whose image stands in a drop-in": ("a.container", "[Container]\nPodmanArgs=--privileged\n"),
    "a flag in another word": ("101.conf", f"{PVE}unprivileged: no\nfeatures: nesting=YES\n"),
    "lines of both spellings in their order": (
        "101.conf",
        f"{PVE}lxc.apparmor.profile = generated\nlxc.apparmor.profile: unconfined\n"
        "lxc.cgroup2.devices.allow: a\nlxc.cap.drop:\n",
    ),
    "cards that are added": ("x.cfg", f'{XL}vif = ["mac=00:16:3e:00:00:01"]\nvif += ["mac=00:16:3e:00:00:01"]\n'),
    "an address in another spelling": (
        "x.cfg",
        f'{XL}vif = ["mac=00:16:3e:00:00:01", "mac=0:16:3E:0:0x0:\\x31"]\n',
    ),
    "the root of the host in another spelling": (
        "c.xml",
        "<domain type='lxc'><name>a</name><memory>1</memory><os><type>exe</type><init>/a</init></os><devices>"
        "<filesystem type='mount'><source dir='//.'/><target dir='/'/></filesystem></devices></domain>",
    ),
    "a disk of an instance whose pool is empty": (
        "a.yaml",
        "type: container\nname: c\nconfig: {security.privileged: 'false', boot.autostart: 'true'}\n"
        "devices: {r: {type: disk, source: /, path: /h, pool: ''}}\n",
    ),
    "a service that others extend": ("common.yaml", "services: {b: {privileged: true}}\n"),
    "a service that another file completes, with an extension": (
        "prod.yml",
        "services: {web: {privileged: true, x-a: 1}, db: {pid: host}}\n",
    ),
    "services in a second document": (
        "app.yaml",
        "services: {web: {image: 'a:1', command: [a]}}\n---\nservices: {web: {privileged: true, command: [b]}}\n",
    ),
    "a volume in a second document": (
        "compose.yaml",
        "services: {web: {image: 'a:1', volumes: ['h:/h']}}\n---\nservices: {}\n"
        "volumes: {h: {driver_opts: {type: none, o: bind, device: /}}}\n",
    ),
    "a volume whose options have defaults": (
        "compose.yaml",
        "services: {web: {image: 'a:1', volumes: ['h:/h']}}\n"
        "volumes: {h: {driver_opts: {type: none, o: '${X:-bind}', device: '${Y:+/srv}/'}}}\n",
    ),
    "a volume that lays one folder over another": (
        "compose.yaml",
        "services: {web: {image: 'a:1', volumes: [{type: volume, source: h, target: /h}]}}\n"
        "volumes: {h: {driver_opts: {type: overlay, device: overlay, o: 'lowerdir=/a,upperdir=/,workdir=/w'}}}\n",
    ),
    "a mount with what stands only for a variable that is set": (
        "compose.yaml",
        "services: {web: {image: 'a:1', volumes: ['/var/run${X:+foo}/docker.sock:/h']}}\n",
    ),
    "objects in one of two lists": ("l.yaml", f"kind: List\nItems: []\nitems: [{OBJECT}]\n"),
    "an object of a list whose kind is empty": (
        "l.yaml",
        f"apiVersion: v1\nkind: PodList\nitems: [{{kind: '', apiVersion: null, spec: {{{CONTAINERS}}}}}]\n",
    ),
    "a text that looks like a tag of merging": (
        "compose.yaml",
        'x-a: !override []\nservices:\n  a:\n    image: a:1\n    labels: {l: "x: !reset "}\n    privileged: true\n',
    ),
    "a service of a provider": (
        "compose.yaml",
        "services: {a: {provider: {type: x}, image: 'a:1', privileged: true}}\n",
    ),
    "a secret out of the project": (
        "compose.yaml",
        "services: {a: {image: 'a:1', secrets: [s]}}\nsecrets: {s: {file: x/../../../var/run/docker.sock}}\n",
    ),
    "an owner whose rights are open": (
        "pods.yaml",
        POD.replace("{name: p}", OWNED.format("StatefulSet", "r"))
        + HARMLESS.format("StatefulSet").replace("spec: {containers", "spec: {hostUsers: false, containers"),
    ),
    "an instance with a merge below": (
        "a.yaml",
        "config: {security.nesting: 'true', security.privileged: 'false', <<: {security.privileged: 'true'}}\n",
    ),
    "an instance with a key of its own": ("a.yaml", f"{INCUS}x: 1\n"),
    "an instance in a preseed with a key of its own": ("a.yaml", f"x: 1\ninstances:\n- name: a\n  {INCUS}"),
    "a here-document whose end has many blanks": (
        "main.tf",
        f"locals {{\n  a = <<EOF\nEOF{' ' * 300}\n}}\n{INSTANCE}/*\nEOF\n}}\n*/\n",
    ),
    "a comment within a template of a text": (
        "main.tf",
        f'locals {{\n  a = "${{ 1 # {{{{\n  }}" # "\n}}\n{INSTANCE}# }}" }}\n',
    ),
    "a here-document within a template of a text": (
        "main.tf",
        f'locals {{\n  a = "${{<<EOF\n{{\nEOF\n  }}"\n}}\n{INSTANCE}',
    ),
    "a section behind a form feed": (
        "101.conf",
        "arch: amd64\nhostname: a\nostype: debian\nrootfs: local:1,size=8G\nfeatures: nesting=1\nunprivileged: 0\n"
        "[snap]\f\nunprivileged: 1\n",
    ),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_no_spelling_hides_it(vmlint: Vmlint, tmp_path: Path, kind: str) -> None:
    name, text = OTHERS[kind]
    (tmp_path / name).write_text(text)
    seen = vmlint("check", "--no-cache", "--format", "json", name)
    codes = {each["code"] for each in json.loads(seen.stdout)["findings"] if each["accepted"] is None}
    assert codes & {"VM407", "VM408", "VM419", "VM816"}


OUT_OF_SIGHT = ["/etc/x.yaml", "../x.yaml", "${F:-/etc/x.yaml}", "${F}", "github.com/a/compose.yaml", "~/x.yaml"]


@pytest.mark.parametrize("path", OUT_OF_SIGHT)
def test_what_no_search_finds_is_told(vmlint: Vmlint, tmp_path: Path, path: str) -> None:
    (tmp_path / "compose.yaml").write_text(f"include: ['{path}']\n")
    assert "where no search looks" in vmlint("check", "--no-cache", ".").stderr
    (tmp_path / "compose.yaml").write_text(f"services: {{a: {{extends: {{service: b, file: '{path}'}}}}}}\n")
    assert "where no search looks" in vmlint("check", "--no-cache", ".").stderr
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "compose.yaml").write_text("include: ['../b/x.yaml']\n")
    (tmp_path / "compose.yaml").write_text("include: ['${F:-b}/x.yaml']\n")
    assert "where no search looks" not in vmlint("check", "--no-cache", ".").stderr


def test_a_file_of_very_many_here_documents_takes_linear_work(vmlint: Vmlint, tmp_path: Path) -> None:
    rows = "".join(f"RUN a << x{number}\n" for number in range(40_000))
    (tmp_path / "Dockerfile").write_text(f"FROM debian:12\n{rows}")
    assert vmlint("check", "--no-cache", "Dockerfile").status == 0


UNIT = "[Container]\nImage=a:1\n{}\n"
MORE = {
    "a mount beside one that is filled in": (
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes: [{name: a, hostPath: {path: /srv/$x}},"
        " {name: b, hostPath: {path: /}}]\n  containers: [{name: c, image: 'a:1', volumeMounts:"
        " [{name: a, mountPath: /a}, {name: b, mountPath: /b}]}]\n",
    ),
    "a capability beside one that is filled in": (
        "pod.yaml",
        POD.replace("{privileged: true}", "{capabilities: {add: [SYS_ADMIN, '$X']}}"),
    ),
    "a variable behind the source of a mount": (
        "compose.yaml",
        "services: {a: {image: 'a:1', volumes: ['/var/run/docker.sock:/s/$X']}}\n",
    ),
    "an option as the value of another": ("a.container", UNIT.format("PodmanArgs=--label -v --privileged")),
    "an option behind very many": ("a.container", UNIT.format(f"PodmanArgs={'--label=a ' * 1_000}--privileged")),
    "a class of a runtime that hands on to the usual one": (
        "pod.yaml",
        POD.replace("spec: {", "spec: {runtimeClassName: nvidia, "),
    ),
    "a pod with a section that Podman passes on": ("a.pod", "[Pod]\nVolume=/:/host\n[Container]\nImage=a:1\n"),
    "a mount in quotes": ("a.container", UNIT.format('Mount="type=bind,source=/,destination=/h"')),
    "a mount behind another": ("a.container", UNIT.format("Mount=type=tmpfs,dst=/x type=bind,source=/,destination=/h")),
    "a mount of all that a pattern matches": ("a.container", UNIT.format("Mount=type=glob,source=/*,destination=/h")),
    "a volume that is a folder of the host": ("a.volume", "[Volume]\nDevice=/\nType=none\nOptions=bind\n"),
    "a socket in the folder for what runs": ("a.container", UNIT.format("Volume=%t/podman/podman.sock:/h")),
    "the name of no instance": ("a.container", UNIT.format("Volume=/%i:/h")),
    "the name of no instance behind an option": ("a.container", UNIT.format("PodmanArgs=--privileged%I")),
    "the namespace of the first process": ("a.container", UNIT.format("PodmanArgs=--pid=ns:/proc/1/ns/pid")),
    "the root of the host": ("a.container", "[Container]\nRootfs=/\n"),
    "a form feed before a value": ("a.container", UNIT.format("PodmanArgs=\f--privileged")),
    "a vertical tab before a key": ("a.container", UNIT.format("\vPodmanArgs=--privileged")),
}


WIN7 = "bios: ovmf\nmemory: 2048\nscsihw: virtio-scsi-pci\nostype: win7\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            ("100.conf", f"{WIN7}{line}\n")
            for line in ("ostype: frob", 'ostype: "l26"', "ostype: l26 # x", "[PENDING]\nostype: x")
        ),
        ("t.json", '{"builders": [{"type": "vmware-iso", "iso_url": "a", "Guest_OS_Type": "windows7-64"}]}\n'),
    ],
)
def test_a_system_that_gets_no_repairs_is_seen(vmlint: Vmlint, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    seen = vmlint("check", "--no-cache", "--format", "json", name)
    assert "VM704" in {each["code"] for each in json.loads(seen.stdout)["findings"]}


LXC = "lxc.rootfs.path = dir:/var/lib/lxc/x/rootfs\nlxc.uts.name = x\nlxc.net.0.type = veth\n"
OPEN = "lxc.apparmor.profile = unconfined\nlxc.cgroup2.devices.allow = a\nlxc.cap.drop =\n"
SAME = {
    "a capability by its number": "lxc.cap.keep = 16\n",
    "a capability by a number of base 16": "lxc.cap.keep = 0x10\n",
    "a capability by a number of base 8": "lxc.cap.keep = 020\n",
    "a mount on what looks like a comment": "lxc.mount.entry = /run/docker.sock # none bind,create=file 0 0\n",
    "an option that looks like a comment": "lxc.mount.entry = /run/docker.sock run/docker.sock none #x,bind 0 0\n",
    "a mount whose source is relative": "lxc.mount.entry = ../run/docker.sock a none bind,create=file 0 0\n",
    "an id map that keeps root": f"{OPEN}lxc.idmap = u 0 0 65536\nlxc.idmap = g 0 0 65536\n",
    "an id map that keeps root in base 16": f"{OPEN}lxc.idmap = u 0 0x0 65536\n",
    "a namespace of the first process": "lxc.namespace.share.pid = 1\n",
    "a namespace by its path": "lxc.namespace.share.pid = /proc/1/ns/pid\n",
    "the namespaces that are new": "lxc.namespace.clone = mnt net ipc uts\n",
    "rights in another order": OPEN.replace("= a", "= a *:* mrw"),
    "devices of both kinds": OPEN.replace("= a", "= b *:* rwm").replace(
        "lxc.cap.drop", "lxc.cgroup2.devices.allow = c *:* rwm\nlxc.cap.drop"
    ),
    "a rule for the other version of control groups": f"{OPEN}lxc.cgroup.devices.deny = a\n",
}


@pytest.mark.parametrize("kind", SAME)
def test_lxc_takes_it_as_its_usual_spelling(vmlint: Vmlint, tmp_path: Path, kind: str) -> None:
    (tmp_path / "config").write_text(LXC + SAME[kind])
    seen = vmlint("check", "--no-cache", "--format", "json", "config")
    assert {each["code"] for each in json.loads(seen.stdout)["findings"]} & {"VM407", "VM408"}


@pytest.mark.parametrize(
    ("lines", "privileged"),
    [
        ("lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 65536\n", "false"),
        ("lxc.idmap = u 0 0x186a0 65536\n", "false"),
        ("lxc.idmap = g 0 100000 65536\n", None),
        ("lxc.idmap = u 1 100000 65536\n", None),
        ("lxc.idmap = u 0 100000 1000\nlxc.idmap = u 1000 0 1\n", None),
        ("lxc.idmap = u 0 100000 65536\nlxc.idmap = x\n", None),
        ("lxc.idmap = x\nlxc.idmap =\nlxc.idmap = u 0 100000 65536\n", "false"),
        (f"{OPEN}lxc.cgroup2.devices.deny = a\n", None),
    ],
)
def test_who_root_is(vmlint: Vmlint, tmp_path: Path, lines: str, privileged: str | None) -> None:
    (tmp_path / "config").write_text(LXC + lines)
    seen = [line.strip() for line in vmlint("facts", "config").stdout.splitlines()]
    assert [line.removeprefix("privileged: ") for line in seen if line.startswith("privileged:")] == (
        [privileged] if privileged else []
    )


@pytest.mark.parametrize("kind", MORE)
def test_what_is_certain_is_judged(vmlint: Vmlint, tmp_path: Path, kind: str) -> None:
    name, text = MORE[kind]
    (tmp_path / name).write_text(text)
    seen = vmlint("check", "--no-cache", "--format", "json", name)
    assert {each["code"] for each in json.loads(seen.stdout)["findings"]} & {"VM407", "VM408"}


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  b: {image: a, environment: {"
        + ", ".join(f"A{number}: x" for number in range(1000))
        + "}}\n"
        + "".join(f"  s{number}: {{extends: b}}\n" for number in range(1000)),
        "x-vmlint:\n  waivers: ["
        + ", ".join(f"'ignore[VM407] reason {number}'" for number in range(900))
        + "]\nservices:\n"
        + "".join(f"  s{number}: {{image: a}}\n" for number in range(1000)),
    ],
    ids=["extends", "waivers"],
)
def test_what_each_service_takes_is_bounded(vmlint: Vmlint, tmp_path: Path, text: str) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    assert "VM904" in vmlint("check", "--no-cache", "--format", "concise", "compose.yaml").stdout
