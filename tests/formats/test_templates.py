"""Templates are recognised outside of comments and strings, document by document; the rest of a file is linted."""

from __future__ import annotations

import pytest

from tests.formats.conftest import Look
from vmlint.model.as_manifest import stated_fields

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  containers: [{{name: c, image: "centos:6", securityContext: {{privileged: true}}}}]
"""
MACHINE = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {{name: {name}}}
spec: {{template: {{spec: {{domain: {{devices: {{}}}}}}}}}}
"""
PLAIN = POD.format(name="b")


@pytest.mark.parametrize("kind", [POD, MACHINE])
@pytest.mark.parametrize("before", [True, False])
def test_an_object_with_a_filled_in_name_hides_no_other(look: Look, kind: str, before: bool) -> None:
    documents = [kind.format(name="'{{ x }}'"), kind.format(name="b")]
    seen = look("k.yaml", "---\n".join(documents if before else documents[::-1]))
    assert seen.names == ["b"]
    assert (
        seen.checked.skipped == "one of its documents is a template (Helm, Jinja or the like): lint what it renders to"
    )


@pytest.mark.parametrize("broken", ["{{ x }}\n", "{{- if y }}\nkind: Pod\n{{- end }}\n", "a: {{ b }}\n", "{% x %}\n"])
def test_a_document_that_is_a_template_hides_no_other(look: Look, broken: str) -> None:
    for text in (f"{broken}---\n{PLAIN}", f"{PLAIN}---\n{broken}", f"{broken}---\n{PLAIN}---\n{broken}"):
        seen = look("k.yaml", text)
        assert seen.names == ["b"]
        assert "template" in seen.checked.skipped
        at = [each.place.line for each in seen.checked.diagnostics if each.code == "VM707"]
        assert [text.splitlines()[line - 1].startswith("  containers:") for line in at] == [True]


def test_a_broken_document_hides_no_other(look: Look) -> None:
    seen = look("k.yaml", f"a: [\n---\n{PLAIN}")
    assert seen.names == ["b"]
    assert [(each.code, each.place.line) for each in seen.checked.diagnostics if each.code == "VM903"] == [("VM903", 1)]


@pytest.mark.parametrize("mark", ["{{ x }}", "{% x %}", "<% x %>"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", "services: {a: {image: 'centos:6'}}\n# MARK\n"),
        ("k.yaml", f"# MARK\n{PLAIN}"),
        ("k.yaml", PLAIN + "  # MARK\n"),
        ("a.vmx", '# MARK\nguestOS = "centos6"\n'),
        ("a.vmx", 'guestOS = "centos6"\nannotation = "MARK"\n'),
        ("a.vmx", 'guestOS = "centos6"\nannotation = "a\n'.replace("a\n", 'a" # MARK\n')),
        ("x.cfg", "x = 'MARK'\nbuilder = 'hvm'\nname = 'a'\nmemory = 100\nvcpus = 2\non_crash = 'restart'\n"),
        ("x.cfg", "name = 'MARK'\nbuilder = 'hvm'\nextra = 'MARK'\nmemory = 100\nvcpus = 2\non_crash = 'restart'\n"),
        ("x.cfg", "name = 'a#MARK'\nbuilder = 'hvm' # MARK\nmemory = 100\nvcpus = 2\non_crash = 'restart'\n"),
        ("d.xml", "<domain type='kvm'><name>a</name><os/><!-- MARK --></domain>"),
        ("config", "# MARK\nlxc.uts.name = a\nlxc.rootfs.path = /a\n"),
        ("config", "lxc.uts.name = MARK\nlxc.rootfs.path = /a\nlxc.environment = MARK\n"),
        ("100.conf", "#MARK\nname: MARK\nostype: l26\nscsihw: virtio-scsi-pci\n"),
        ("a.container", "[Container]\nImage=a\n# MARK\nExec=sh \\\n  MARK\n"),
        ("a.conf", '# MARK\nx="MARK"\nguest_os="linux"\ndisk_img="a"\niso="b"\n'),
        ("devcontainer.json", '{"image": "a"} // MARK'),
        ("Dockerfile", "# MARK\nFROM a\nLABEL b=MARK\n"),
        ("Vagrantfile", "Vagrant.configure('2') do |c|\n  c.vm.box = 'a'\n  # MARK\nend\n=begin\nMARK\n=end\n"),
        ("Vagrantfile", "$s = <<-X\nMARK\nX\nVagrant.configure('2') do |c|\n  c.vm.box = 'a'\nend\n"),
    ],
)
def test_marks_in_comments_and_strings(look: Look, name: str, text: str, mark: str) -> None:
    seen = look(name, text.replace("MARK", mark))
    assert seen.checked.skipped == ""
    assert len(seen.natives) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", "services:\n{% if x %}\n  a: {image: 'centos:6'}\n{% endif %}\n"),
        ("k.yaml", "{{- if x }}\n" + PLAIN + "{{- end }}\n"),
        ("a.vmx", '{% if x %}\nguestOS = "centos6"\n{% endif %}\n'),
        (
            "x.cfg",
            "{% if x %}\nbuilder = 'hvm'\n{% endif %}\nname = 'a'\nmemory = 100\nvcpus = 2\non_crash = 'restart'\n",
        ),
        ("d.xml", "<domain type='kvm'><name>a</name><vcpu>{{ n }}</vcpu><os/></domain>"),
        ("config", "lxc.uts.name = a\nlxc.rootfs.path = {{ path }}\n"),
        ("100.conf", "memory: {{ memory }}\nostype: l26\nscsihw: virtio-scsi-pci\n"),
        ("a.container", "[Container]\n{% if x %}\nImage=a\n{% endif %}\n"),
        ("a.conf", '{% if x %}\nguest_os="linux"\n{% endif %}\ndisk_img="a"\niso="b"\nram="4G"\n'),
        ("Dockerfile", "{% if x %}\nFROM a\n{% endif %}\n"),
        ("Vagrantfile", "<% if x %>\nVagrant.configure('2') do |c|\n  c.vm.box = 'a'\nend\n<% end %>\n"),
    ],
)
def test_marks_elsewhere(look: Look, name: str, text: str) -> None:
    assert "template" in look(name, text).checked.skipped


LXC = "lxc.uts.name = a\nlxc.rootfs.path = /a\nlxc.mount.entry = /var/run/docker.sock s none bind 0 0\n"
PVE = "memory: 512\nostype: l26\nscsihw: virtio-scsi-pci\ncores: 2\nhostpci0: 01:00.0\n"
PVE_CT = "memory: 512\nostype: debian\nrootfs: local:1/a.raw\nmp0: /etc,mp=/etc\n"
QEMU = '[machine]\n  type = "q35"\n[device "v"]\n  driver = "vfio-pci"\n  host = "01:00.0"\n[drive "b"]\n  file = "b"\n'


@pytest.mark.parametrize("mark", ["{{ x }}", "${x}", "{% x %}", "<%= x %>"])
@pytest.mark.parametrize(
    ("name", "text", "key", "stays"),
    [
        ("config", LXC + "lxc.start.auto = MARK\n", "lxc.start.auto", "deployment.mounts"),
        ("config", LXC.replace("/a", "MARK"), "lxc.rootfs.path", "deployment.mounts"),
        ("config", LXC + "lxc.include = MARK\n", "lxc.include", "deployment.mounts"),
        ("100.conf", PVE.replace("512", "MARK"), "memory", "deployment.hostDevices"),
        ("100.conf", PVE + "net7: MARK\n", "net7", "deployment.hostDevices"),
        ("100.conf", PVE + "onboot: MARK\n", "onboot", "resources.cpu"),
        ("101.conf", PVE_CT.replace("512", "MARK"), "memory", "deployment.mounts"),
        ("101.conf", PVE_CT + "lxc.cap.drop: MARK\n", "lxc.cap.drop", "resources.memory"),
        ("q.cfg", QEMU.replace("q35", "MARK"), "type", "deployment.hostDevices"),
        ("q.cfg", QEMU + '  cache = "MARK"\n', "cache", "deployment.hostDevices"),
    ],
)
def test_a_mark_in_one_setting_hides_no_other(
    look: Look, name: str, text: str, key: str, stays: str, mark: str
) -> None:
    seen = look(name, text.replace("MARK", mark))
    assert seen.checked.skipped.startswith("a template fills in ")
    assert f"`{key}`" in seen.checked.skipped
    assert len(seen.natives) == 1
    known = dict(stated_fields(seen.natives[0].workload))
    assert stays in known
    assert seen.natives[0].defaults.keys() <= {"guest.os.family"}


@pytest.mark.parametrize(
    ("name", "text", "open_field"),
    [
        ("101.conf", PVE_CT + "unprivileged: {{ x }}\n", "deployment.privileged"),
        ("101.conf", PVE_CT + "unprivileged: 0\nlxc.idmap: {{ x }}\n", "deployment.privileged"),
        ("100.conf", PVE + "sockets: {{ x }}\n", "resources.cpu"),
        ("100.conf", PVE + "kvm: {{ x }}\n", "deployment.mode"),
        ("100.conf", PVE + "virtio0: {{ x }}\nscsi0: local:1,size=30G\n", "deployment.devices.disk"),
        ("config", LXC + "lxc.cap.keep = sys_module\nlxc.cap.keep = {{ x }}\n", "deployment.capabilities"),
        ("config", LXC + "lxc.net.0.type = none\nlxc.net.1.type = {{ x }}\n", "deployment.hostNamespaces"),
    ],
)
def test_what_hangs_on_a_setting_with_a_mark_is_open(look: Look, name: str, text: str, open_field: str) -> None:
    seen = look(name, text)
    assert open_field not in dict(stated_fields(seen.natives[0].workload))
    assert open_field in seen.natives[0].unknowns


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config", "lxc.rootfs.path = {{ x }}\nlxc.arch = {{ y }}\n"),
        ("q.cfg", '[machine]\n  type = "{{ x }}"\n[drive]\n  file = "{{ y }}"\n'),
    ],
)
def test_a_file_of_nothing_but_marks(look: Look, name: str, text: str) -> None:
    seen = look(name, text)
    assert seen.natives == []
    assert seen.checked.skipped.startswith("a template of ")
