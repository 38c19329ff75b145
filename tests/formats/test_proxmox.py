"""Proxmox VE's machines and containers: what is read of their files, and which files are not recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

MACHINE = """\
# web server
agent: 1
bios: ovmf
boot: order=net0;ide2;scsi0
cores: 4
cpu: x86-64-v2-AES,flags=+aes
efidisk0: local-lvm:vm-100-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M
hostpci0: 0000:01:00,pcie=1
hostpci1: mapping=gpu0
ide2: local:iso/debian-12.iso,media=cdrom,size=600M
machine: q35
memory: 8192
meta: creation-qemu=9.0.2,ctime=1725975013
name: web
net0: virtio=BC:24:11:2C:69:EC,bridge=vmbr0,firewall=1
ostype: l26
scsi0: local-lvm:vm-100-disk-1,iothread=1,size=32G
scsihw: virtio-scsi-single
smbios1: uuid=b3247ab1-1fe6-428e-965b-08a1b64a8746
sockets: 2
tpmstate0: local-lvm:vm-100-disk-2,size=4M,version=v2.0
vga: qxl,memory=32

[PENDING]
description: about to change

[before-upgrade]
cores: 1
kvm: 0
memory: 512
ostype: win7
"""


def test_a_machine(look: Look) -> None:
    seen = look("100.conf", MACHINE)
    assert seen.formats == ("proxmox",)
    assert seen.facts("web") == {
        "deployment.cpuFlags": "aes",
        "deployment.cpuModel": "x86-64-v2-AES",
        "deployment.cpuSockets": "2",
        "deployment.devices.drives": "ide,virtio-scsi",
        "deployment.firmware.variableStore": "true",
        "deployment.hotAdd": "",
        "deployment.network.macAddresses": "bc:24:11:2c:69:ec",
        "deployment.storage.cache": "",
        "deployment.devices.disk": "virtio-scsi",
        "deployment.network.cards": "1",
        "deployment.storage.disks": "1",
        "deployment.devices.nic": "virtio",
        "deployment.devices.video": "qxl",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.hostDevices": "0000:01:00.*,gpu0",
        "deployment.machine": "q35",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "proxmox-ve",
        "guest.os.family": "linux",
        "resources.cpu": "8.0",
        "resources.disk": "32Gi",
        "resources.memory": "8192Mi",
    }
    assert seen.at("deployment.cpuModel") == (6, 6)
    assert seen.at("deployment.firmware.secureBoot") == (7, 64)
    assert seen.at("deployment.devices.disk") == (18, 9)
    assert seen.at("deployment.firmware.tpm") == (21, 52)
    assert seen.native().defaults["deployment.mode"] == "a machine runs on KVM unless `kvm: 0`"
    assert seen.found() == []


BASE = "name: a\nsmbios1: uuid=7b10d7af-b932-4c66-b2c3-3996152ec465\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", {"resources.cpu": "1.0", "resources.memory": "512Mi", "deployment.firmware.type": "bios"}),
        ("", {"deployment.cpuModel": "kvm64", "deployment.firmware.tpm": "none"}),
        ("kvm: 0", {"deployment.mode": "emulation", "deployment.architecture": "full-virtualization"}),
        ("kvm: 0", {"deployment.cpuModel": "qemu64"}),
        ("kvm: 1", {"deployment.mode": "hw-assisted"}),
        ("ostype: win11", {"guest.os.family": "windows"}),
        ("arch: aarch64", {"guest.arch": "arm64"}),
        ("cpu: cputype=host", {"deployment.cpuModel": "host"}),
        ("cpu: host,flags=+aes;+nested-virt", {"requirements.nested": "true"}),
        ("memory: current=2048", {"resources.memory": "2048Mi"}),
        ("cores: 4\nvcpus: 2", {"resources.cpu": "2.0"}),
        ("affinity: 0,5,8-11", {"deployment.tuning.cpuPinning": "true"}),
        ("hugepages: 1024", {"deployment.tuning.hugepages": "true"}),
        ("amd-sev: type=snp", {"requirements.isolation.level": "confidential"}),
        ("amd-sev: std,no-debug=1", {"requirements.isolation.level": "confidential"}),
        ("bios: ovmf\nefidisk0: local:1/d.raw,size=1M", {"deployment.firmware.secureBoot": "false"}),
        ("scsi0: local:1/d.raw,size=8G", {"deployment.devices.disk": "lsi", "resources.disk": "8Gi"}),
        ("scsi0: local:1/d.raw\nscsihw: lsi53c810", {"deployment.devices.disk": "lsi53c810"}),
        ("boot: order=sata1;scsi0\nsata1: local:1/d.raw\nscsi0: local:2/d.raw", {"deployment.devices.disk": "sata"}),
        (
            "boot: cdn\nbootdisk: virtio1\nide0: local:1/d.raw\nvirtio1: local:2/d.raw",
            {"deployment.devices.disk": "virtio"},
        ),
        ("ide0: none,media=cdrom\nide2: local:1/d.raw", {"deployment.devices.disk": "ide"}),
        ("net0: model=e1000,macaddr=A2:C0:43:77:08:A0", {"deployment.devices.nic": "e1000"}),
        ("net0: e1000e", {"deployment.devices.nic": "e1000e"}),
        ("machine: type=q35,viommu=intel", {"deployment.machine": "q35"}),
        ("hostpci0: host=d0:13.1;d0:14", {"deployment.hostDevices": "0000:d0:13.1,0000:d0:14.*"}),
        ("hostpci0: f0:43", {"deployment.hostDevices": "f0:43"}),  # no such slot: told as it is written
        ("tpmstate0: local:1/t.raw,version=v1.2", {"deployment.firmware.tpm": "1.2"}),
    ],
)  # fmt: skip
def test_settings(look: Look, lines: str, expected: dict[str, str]) -> None:
    facts = look("100.conf", f"{BASE}{lines}\n").facts()
    assert expected.items() <= facts.items(), facts


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("cpu: custom-mine", "deployment.cpuModel"),
        ("args: -cpu host,-hypervisor", "deployment.cpuModel"),
        ("tpmstate0: local:1/t.raw,size=4M", "deployment.firmware.tpm"),
        ("bios: ovmf\nefidisk0: local:1/d.raw,efitype=4m", "deployment.firmware.secureBoot"),
        ("ide0: local:1/d.raw\nscsi0: local:2/d.raw", "deployment.devices.disk"),
    ],
)
def test_what_depends_on_more_is_unknown(look: Look, lines: str, missing: str) -> None:
    seen = look("100.conf", f"{BASE}{lines}\n")
    assert missing not in seen.facts()
    assert seen.native().unknowns[missing]


def test_rules_report_the_line(look: Look) -> None:
    windows = f"{BASE}# vmlint: guest.os.id=win11\nostype: win11\nmemory: 8192\ncores: 4\nbios: seabios\n"
    seen = look("100.conf", windows)
    assert ("VM622", 7, 7) in seen.found()
    old = f"{BASE}# vmlint: guest.os.id=rhel9.0\ncpu: kvm64\nostype: l26\n"
    assert ("VM603", 4, 6) in look("100.conf", old).found()
    unsaid = f"{BASE}# vmlint: guest.os.id=rhel9.0\nostype: l26\n"
    assert [code for code, *_ in look("100.conf", unsaid).found("VM603")] == ["VM603"]
    moving = f"{BASE}# vmlint: requirements.mobility.liveMigration=required\nhostpci0: 01:00.0\ncpu: host\n"
    findings = look("100.conf", moving).found()
    assert ("VM611", 4, 11) in findings
    moving = f"{BASE}# vmlint: requirements.mobility.liveMigration=required\n# vmlint: host.cluster.homogeneous=false\n"
    assert ("VM616", 5, 6) in look("100.conf", f"{moving}cpu: host\n").found()
    old = f"{BASE}# vmlint: guest.os.id=winxp\nmachine: q35\nvirtio0: local:1/d.raw\nnet0: rtl8139\nmemory: 1024\n"
    assert [code for code, *_ in look("100.conf", old).found("VM504")]
    slow = f"{BASE}# vmlint: guest.os.id=debian12\nnet0: e1000=A2:C0:43:77:08:A0,bridge=vmbr0\ncpu: host\n"
    assert ("VM311", 4, 7) in look("100.conf", slow).found()


CONTAINER = """\
arch: amd64
cores: 2
features: nesting=1
hostname: files
memory: 1024
mp0: /tank/media,mp=/media,ro=1
mp1: local-lvm:vm-101-disk-1,mp=/var/data,size=8G
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:2C:69:EC,ip=dhcp,type=veth
ostype: debian
rootfs: local-lvm:vm-101-disk-0,size=8G
swap: 512
unprivileged: 1
lxc.mount.entry: /dev/net/tun dev/net/tun none bind,create=file 0 0

[before-upgrade]
memory: 256
unprivileged: 0
"""


def test_a_container(look: Look) -> None:
    seen = look("101.conf", CONTAINER)
    assert seen.formats == ("proxmox-ct",)
    assert seen.facts("files") == {
        "deployment.granted": "",
        "deployment.hostDevices": "/dev/net/tun",
        "deployment.hostNamespaces": "",
        "deployment.mode": "lxc",
        "deployment.mounts": "/dev/net/tun:/dev/net/tun,/tank/media:/media:ro",
        "deployment.nesting": "true",
        "deployment.platform.id": "proxmox-ve",
        "deployment.privileged": "false",
        "deployment.unconfined": "",
        "guest.arch": "amd64",
        "guest.os.family": "linux",
        "guest.platform": "linux/amd64",
        "resources.cpu": "2.0",
        "resources.disk": "8Gi",
        "resources.memory": "1024Mi",
    }
    assert seen.at("deployment.mounts") == (6, 6)
    assert seen.at("deployment.privileged") == (12, 15)
    assert seen.at("guest.os.family") == (9, 9)
    assert seen.found() == []


def test_what_a_container_is_given(look: Look) -> None:
    base = "arch: amd64\nhostname: a\nostype: alpine\nrootfs: local:101/a.raw\n"
    seen = look("101.conf", base)
    assert seen.facts()["deployment.privileged"] == "true"
    assert seen.native().defaults["deployment.privileged"]
    assert seen.found() == [], "an ordinary container that root started: AppArmor holds it"
    taken = "lxc.apparmor.profile: unconfined\nlxc.cgroup2.devices.allow: a\nlxc.cap.drop:\n"
    assert ("VM407", 6, 28) in look("101.conf", base + taken).found()
    assert ("VM408", 5, 6) in look("101.conf", f"{base}mp0: /var/run/docker.sock,mp=/var/run/docker.sock\n").found()


OTHERS = {
    "app.conf": "user: www\nname: shop\nmemory: 512\n",
    "vars.yaml": "ostype: l26\nscsihw: virtio-scsi-pci\nmemory: 2048\n",
    "play.conf": "- hosts: all\n  tasks:\n    - name: x\n      ostype: l26\n",
    "nginx.conf": "worker_processes 4;\nhttp { server { listen 80; } }\n",
    "storage.cfg": "dir: local\n\tpath /var/lib/vz\n\tcontent iso\n",
    "user.cfg": "user:root@pam:1:0:::root@example.com::\nacl:1:/:root@pam:Administrator:\n",
    "headers.conf": "Host: example.com\nAccept: text/plain\n",
    "machine.conf": "name: a\nmachine: lathe\nmemory: big\n",
    "100.conf.cmd": "/usr/bin/kvm \\\n  -id 8006 \\\n  -name 'simple' \\\n",
    "debian.conf": "hostname: test1\nnameserver: 8.8.8.8\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_tools_are_not_taken_for_guests(look: Look, name: str) -> None:
    seen = look(name, OTHERS[name])
    assert seen.formats == ()


def test_templates_and_broken_files(look: Look) -> None:
    seen = look("100.conf", "memory: {{ memory }}\nostype: l26\nscsihw: virtio-scsi-pci\n")
    assert "template" in seen.checked.skipped
    seen = look("101.conf", "memory: ${memory}\nostype: debian\nrootfs: local:1/a.raw\n")
    assert "template" in seen.checked.skipped
    bad = look("100.conf", b"ostype: l26\nname: \xff\xfe\nmemory: 1\xff\ncores: 2\n")
    assert bad.names == ["\ufffd\ufffd"], "one bad byte does not cost the file"
    assert bad.facts()["resources.cpu"] == "2.0"
    assert "resources.memory" not in bad.facts()
    cut = look("100.conf", MACHINE[:300])
    assert cut.formats == ("proxmox",)
    assert cut.checked.crashes == ()
    odd = "net0:\nscsi0:\nboot: order=\ncpu:\nhostpci0: ,,=,\nmemory: many\ncores: -1\nbootdisk: ide9\nvga:\nmachine:\n"
    assert look("100.conf", f"smbios1: uuid=1\n{odd}").checked.crashes == ()


@pytest.mark.slow
def test_a_huge_file_is_read_or_refused(look: Look) -> None:
    disks = "".join(f"scsi{number}: local:1/d.raw\n" for number in range(10_000))
    assert look("100.conf", BASE + "net0: virtio=A2:C0:43:77:08:A0," + "," * 900_000).checked.crashes == ()
    assert look("100.conf", BASE + disks).checked.crashes == ()
    assert look("101.conf", "ostype: debian\n" + "lxc.idmap: u 0 100000 65536\n" * 10_000).checked.crashes == ()


@pytest.mark.parametrize(
    ("word", "names", "day"),
    [
        ("wxp", "Windows XP or Windows Server 2003, whichever it is", "2015-07-14"),
        ("w2k", "Windows 2000", "2010-07-13"),
        ("w2k8", "Windows Vista or Windows Server 2008, whichever it is", "2020-01-14"),
        ("win7", "Windows 7 or Windows Server 2008 R2, whichever it is", "2020-01-14"),
        (
            "win8",
            "Windows 8, Windows 8.1, Windows Server 2012 or Windows Server 2012 R2, whichever it is",
            "2023-10-10",
        ),
    ],
)
def test_a_word_for_several_releases_that_all_have_ended(look: Look, word: str, names: str, day: str) -> None:
    [finding] = look("100.conf", f"ostype: {word}\nmemory: 4096\n").checked.diagnostics
    assert (finding.code, finding.place.line, finding.place.column) == ("VM704", 1, 9)
    assert finding.message.startswith(f"{names}: ")
    assert day in finding.message
    assert (str(finding.severity), str(finding.confidence)) == ("warning", "medium")


@pytest.mark.parametrize(
    ("hint", "severity"),
    [
        ("deployment.network.exposure=none", "note"),
        ("deployment.network.exposure=private", "warning"),
        ("guest.licences=[microsoft-esu]", "warning"),  # whose years are over too
    ],
)
def test_how_grave_it_is(look: Look, hint: str, severity: str) -> None:
    found = look("100.conf", f"# vmlint: {hint}\nostype: win8\nmemory: 4096\n").checked.diagnostics
    assert [str(each.severity) for each in found if each.code == "VM704" and each.accepted is None] == [severity]


def test_words_that_also_name_supported_releases(look: Look) -> None:
    for word in ("win10", "win11", "l26"):
        assert look("100.conf", f"ostype: {word}\nmemory: 4096\n").found("VM704") == []
    hint = "# vmlint: guest.os.id=win2k19\n"
    assert look("100.conf", f"{hint}ostype: win8\nmemory: 4096\n").found("VM704") == []
    exposed = "# vmlint: environment=production\n# vmlint: deployment.network.exposure=public\n"
    found = look("100.conf", f"{exposed}ostype: win7\nmemory: 4096\n").checked.diagnostics
    [finding] = [each for each in found if each.code == "VM704" and each.accepted is None]
    assert str(finding.severity) == "error"
    assert [each.path for each in finding.because] == ["environment", "deployment.network.exposure"]


def test_devices_that_a_container_is_handed(look: Look) -> None:
    seen = look("101.conf", f"dev0: /dev/dri/renderD128,gid=104\ndev1: path=/dev/kvm\n{CONTAINER}")
    assert seen.facts("files")["deployment.hostDevices"] == "/dev/dri/renderD128,/dev/kvm,/dev/net/tun"


def test_what_waits_for_the_next_start_counts(look: Look) -> None:
    text = MACHINE.replace(
        "description: about to change", "bios: seabios\n kvm: 0\nostype: win11\ndelete: tpmstate0,!net0"
    )
    seen = look("100.conf", text)
    facts = seen.facts("web")
    assert facts["deployment.firmware.type"] == "bios"
    assert facts["guest.os.family"] == "windows"
    assert "deployment.devices.nic" not in facts
    assert facts["deployment.mode"] == "hw-assisted"  # an indented line is none, and those of snapshots do not count
    assert seen.at("deployment.firmware.type", "web") == (text[: text.index("seabios")].count("\n") + 1, 7)


def test_what_waits_for_a_container(look: Look) -> None:
    above = "arch: amd64\nhostname: db\nostype: debian\nrootfs: local:subvol,size=8G\nunprivileged: 1\n"
    assert look("101.conf", above).facts("db")["deployment.privileged"] == "false"
    assert look("101.conf", f"{above}\n[pve:pending]\nunprivileged: 0\n").facts("db")["deployment.privileged"] == "true"
    assert look("101.conf", f"{above}\n[old]\nunprivileged: 0\n").facts("db")["deployment.privileged"] == "false"
