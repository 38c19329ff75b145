"""Xen's guests: what is read of xl.cfg and of the older xm files, and which files are not recognised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from tests.formats.conftest import Look

PV = """\
# an old guest of the mail team
name = 'mail'
memory = 2048 ; vcpus = 2
bootloader = "/usr/lib/xen/bin/pygrub"
vif = [ 'mac=00:16:3e:00:00:01, bridge=xenbr0',
        'bridge=xenbr1' ]   # the second for backups
disk = [ 'phy:/dev/vg/cd,hdc:cdrom,r', 'phy:/dev/vg/mail,xvda,w' ]
pci = [ '01:10.*', '0000:02:00.1,permissive=1' ]
cpus = "2-3"
"""

HVM = """\
type = "hvm"
name = "desk"
memory = 0x1000
maxvcpus = 8
vcpus = 04
firmware = "ovmf"
nestedhvm = 1
vga = "stdvga"
hdtype = "ahci"
disk = [ "format=raw, vdev=hda, access=rw, target=/dev/vg/desk", ]
vif = [ "bridge=xenbr0,model=e1000" ]
"""


def test_a_pv_guest(look: Look) -> None:
    seen = look("mail.cfg", PV)
    assert seen.formats == ("xl",)
    assert seen.facts("mail") == {
        "deployment.devices.disk": "xen-blkfront",
        "deployment.devices.drives": "xen-blkfront,xen-blkfront",
        "deployment.storage.cache": "",
        "deployment.devices.nic": "xen-netfront",
        "deployment.hostDevices": "0000:01:10.*,0000:02:00.1",
        "deployment.mode": "pv",
        "deployment.network.macAddresses": "00:16:3e:00:00:01",
        "deployment.platform.id": "xen",
        "deployment.tuning.cpuPinning": "true",
        "deployment.xen.ignoredOptions": "",
        "deployment.xen.pvshim": "false",
        "deployment.xen.typeOption": "none",
        "resources.cpu": "2.0",
        "resources.memory": "2048Mi",
    }
    native = seen.native()
    assert native.defaults["deployment.mode"] == "an xl.cfg without `type` is a PV guest on x86"
    assert seen.at("resources.memory") == (3, 10)
    assert seen.at("resources.cpu") == (3, 25)
    assert seen.at("deployment.devices.nic") == (5, 10)
    assert seen.at("deployment.devices.disk") == (7, 41)
    assert seen.at("deployment.hostDevices") == (8, 10)
    assert seen.at("deployment.mode") == (2, 9), "what the file does not say is shown at the guest's name"


def test_an_hvm_guest(look: Look) -> None:
    seen = look("desk.cfg", HVM)
    assert seen.facts() == {
        "deployment.devices.disk": "sata",
        "deployment.devices.drives": "sata",
        "deployment.storage.cache": "",
        "deployment.devices.nic": "e1000",
        "deployment.devices.video": "stdvga",
        "deployment.firmware.type": "uefi",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "xen",
        "deployment.xen.ignoredOptions": "",
        "deployment.xen.typeOption": "type",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.memory": "4096Mi",
    }
    assert seen.found("VM606") == [("VM606", 7, 13)], "nesting is experimental on Xen"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("builder = 'hvm'", {"deployment.mode": "hw-assisted", "deployment.xen.typeOption": "builder"}),
        ("builder = 'generic'", {"deployment.mode": "pv", "deployment.xen.typeOption": "builder"}),
        ("builder = 'linux'", {"deployment.mode": "pv"}),
        ("type = 'pvh'", {"deployment.mode": "pvh", "deployment.xen.typeOption": "type"}),
        ("type = 'pvh'\npvshim = 1", {"deployment.mode": "pv", "deployment.xen.pvshim": "true"}),
        (
            "type = 'pv'\npvshim = 1",
            {"deployment.xen.pvshim": "false", "deployment.xen.ignoredOptions": "pvshim"},
        ),
        (
            "type = 'pv'\nviridian = 1\nstdvga = 0\nnestedhvm = 1\nsoundhw = ''",
            {"deployment.xen.ignoredOptions": "nestedhvm,viridian"},
        ),
        ("type = 'pv'\nfirmware = 'ovmf'", {"deployment.xen.ignoredOptions": "firmware"}),
        ("firmware = 'pvgrub32'", {"guest.arch": "386", "deployment.xen.ignoredOptions": ""}),
        ("kernel = '/usr/lib/xen/boot/pv-grub-x86_64.gz'", {"guest.arch": "amd64"}),
        ("type = 'hvm'\ndisk = ['phy:/dev/a,ioemu:hda,w']", {"deployment.devices.disk": "ide"}),
        ("type = 'hvm'\ndisk = ['phy:/dev/a,sda,w']", {"deployment.devices.disk": "scsi"}),
        ("type = 'hvm'\ndisk = ['/dev/a,raw,xvda,rw']", {"deployment.devices.disk": "xen-blkfront"}),
        ("type = 'hvm'\nvif = ['']", {"deployment.devices.nic": "rtl8139"}),
        ("type = 'hvm'\nvif = ['type=vif']", {"deployment.devices.nic": "xen-netfront"}),
        ("type = 'hvm'", {"deployment.firmware.type": "bios"}),
        ("maxvcpus = 6", {"resources.cpu": "6.0"}),
        ("memory = 256\nmemory = 512", {"resources.memory": "512Mi"}),
    ],
)
def test_options(look: Look, lines: str, expected: dict[str, str]) -> None:
    seen = look("guest.cfg", f"name = 'a'\non_crash = 'restart'\nkernel = '/boot/vmlinuz'\n{lines}\n")
    facts = seen.facts()
    assert expected.items() <= facts.items(), facts
    assert seen.problems == []


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("type = kind", "deployment.mode"),
        ("type = 'micro'", "deployment.mode"),
        ("kernel = '/boot/Image'", "deployment.mode"),
        ("gic_version = 'v3'", "deployment.mode"),
        ("memory = 2 * 512", "resources.memory"),
        ("vcpus = int(n)", "resources.cpu"),
        ("if big:\n    memory = 4096", "resources.memory"),
        ("type = 'hvm'\nfirmware = '/srv/own.fd'", "deployment.firmware.type"),
        ("type = 'hvm'\ndisk = [ base + 'a,hda,w' ]", "deployment.devices.disk"),
    ],
)
def test_what_is_computed_or_depends_on_more_is_unknown(look: Look, lines: str, missing: str) -> None:
    seen = look("guest.cfg", f"name = 'a'\nvif = ['bridge=x']\non_crash = 'restart'\n{lines}\n")
    assert missing not in seen.facts()
    assert seen.native().unknowns[missing]


PYTHON = """\
import os, re
arch = os.uname()[4]
if re.search('64', arch):
    libdir = 'lib64'
    memory = 4096
else:
    libdir = 'lib'
kernel = "/usr/lib/xen/boot/hvmloader"
builder='hvm'
vcpus=2
name = "guest-%d" % 7
vif = [ 'type=ioemu, bridge=xenbr0' ]
disk = [ 'file:/srv/disk.img,hda,w', ',hdc:cdrom,r' ]
device_model = '/usr/' + libdir + '/xen/bin/qemu-dm'
"""


def test_python_of_the_older_tool_is_never_run(look: Look) -> None:
    seen = look("xmexample.hvm", PYTHON)
    assert seen.formats == ("xl",)
    facts = seen.facts("xmexample.hvm")
    assert facts["deployment.mode"] == "hw-assisted"
    assert facts["deployment.devices.disk"] == "ide"
    assert "resources.memory" not in facts
    assert seen.found("VM812") == [("VM812", 9, 10)]


def test_rules_report_the_line(look: Look) -> None:
    seen = look(
        "old.cfg",
        "name = 'old'\nmemory = 512\nfirmware = 'pvgrub32'\ndisk = ['file:/srv/old.img,xvda,w']\n"
        "# vmlint: guest.os.family=linux\n",
    )
    assert ("VM307", 1, 9) in seen.found()
    seen = look(
        "win.cfg",
        "name = 'win'\ntype = 'pv'\nbootloader = 'pygrub'\nmemory = 512\n# vmlint: guest.os.id=win2k19\n",
    )
    assert ("VM301", 5, 11) in seen.found()


def test_a_healthy_guest_is_left_alone(look: Look) -> None:
    text = (
        "name = 'web'\ntype = 'pvh'\nkernel = '/boot/vmlinuz-6.1'\nmemory = 1024\nvcpus = 2\nvif = ['bridge=xenbr0']\n"
        "disk = ['/dev/vg/web,raw,xvda,rw']\non_crash = 'restart'\n"
    )
    seen = look("web.cfg", text)
    assert seen.found() == []


OTHERS = {
    "setup.cfg": "[metadata]\nname = vmlint\nversion = 1\n\n[options]\npackages = find:\n",
    "tox.cfg": "[tox]\nenvlist = py312\n[testenv]\ndisk = yes\n",
    "mypy.cfg": "[mypy]\nstrict = True\n",
    "ansible.cfg": "[defaults]\ninventory = hosts\nforks = 20\n",
    "nginx.cfg": "worker_processes 4;\nevents { worker_connections 1024; }\nhttp { type text/plain; }\n",
    "haproxy.cfg": "global\n    maxconn 4096\nfrontend web\n    bind *:80\n",
    "gunicorn.cfg": "name = 'web'\nbind = '0.0.0.0:80'\nworkers = 4\nbootloader = 'x'\n",
    "config.cfg": "name = 'model'\nmemory = 2048\ntype = 'linear'\nkernel = 'rbf'\nbuilder = 'adam'\n",
    "box.cfg": 'name = "box"\nmemory = 1024\nvcpus = 2\ntype = "large"\ndisk = ["a", "b"]\n',
    "xl.conf": 'autoballoon="auto"\nvif.default.script="vif-bridge"\nlockfile="/run/lock/xl"\n',
    "pool.cfg": 'name = "Pool-node0"\nsched = "credit"\ncpus = ["0", "1"]\n',
    "grub.cfg": "set default=0\nset timeout=5\nmenuentry 'Linux' {\n  linux /vmlinuz root=/dev/xvda1\n}\n",
    "vm.tfvars": 'name = "vm"\ntype = "hvm"\nmemory = 2048\nvcpus = 2\n',
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_tools_are_not_taken_for_guests(look: Look, name: str) -> None:
    seen = look(name, OTHERS[name])
    assert seen.formats == ()
    assert seen.found() == []


@pytest.mark.parametrize(
    "text",
    [
        "name = '{{ vm_name }}'\nmemory = {{ memory }}\nvif = ['bridge={{ bridge }}']\non_crash = 'restart'\n",
        "kernel = '<%= @kernel %>'\nmemory = 512\nbuilder = 'hvm'\nvcpus = 1\n",
        "kernel = '@KERNEL@'\nmemory = 512\nbuilder = 'hvm'\nvcpus = 1\n",
        "name = '{$hostname}'\nmemory = '{$memory}'\nbuilder = 'hvm'\nvcpus = 1\n",
    ],
)
def test_templates_are_skipped(look: Look, text: str) -> None:
    seen = look("guest.cfg", text)
    assert seen.formats == ("xl",)
    assert "template" in seen.checked.skipped
    assert seen.found() == []


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_strings_in_three_quotes_as_python_has_them(look: Look, quotes: str) -> None:
    disk = f"""{quotes}phy:/dev/vg/one's "two",hda,w{quotes}"""
    seen = look("old.cfg", f"name = 'a'\nbuilder = 'hvm'\nmemory = 1\ndisk = [ 'phy:/dev/c,hdc:cdrom,r', {disk} ]\n")
    assert seen.problems == []
    assert seen.facts()["deployment.devices.disk"] == "ide"
    assert seen.at("deployment.devices.disk")[0] == 4


def test_broken_files(look: Look) -> None:
    seen = look("cut.cfg", "name = 'a'\nbuilder = 'hvm'\nmemory = 1\ndisk = [ 'phy:/dev/a,hda,w',\n")
    assert seen.problems == [("VM903", 4, "this list is never closed")]
    assert look("cut.cfg", "name = 'a\nbuilder = 'hvm'\nmemory = 1\non_crash = 'destroy'\n").checked.crashes == ()
    assert look("bytes.cfg", b"name = 'a'\nbuilder = 'hvm'\xff\nmemory = 1\n").formats == ("xl",)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "builder = 'hvm'\nname = 'a'\nmemory = 1\nvif = " + "[" * 50_000,
        "builder = 'hvm'\nname = 'a'\nmemory = 1\nextra = " + '"\\' * 50_000,
        "builder = 'hvm'\nname = 'a'\nmemory = 1\n" + "'" * 100_001,
        "builder = 'hvm'\n" + "x=" * 15_000,
        "builder='hvm';" * 60_000,
        "builder = 'hvm'\n" * 80_000,
    ],
)
def test_hostile_files_are_read_or_refused(look: Look, text: str) -> None:
    assert look("hostile.cfg", text).checked.crashes == ()


@pytest.mark.parametrize(("host", "codes"), [("linux/amd64", ["VM811"]), ("linux/arm64", [])])
def test_a_guest_without_type_is_pv_on_x86_only(vmlint: Vmlint, host: str, codes: list[str]) -> None:
    Path("a.cfg").write_text('name = "a"\nkernel = "/boot/vmlinuz"\nmemory = 512\ndisk = ["/a,raw,xvda,rw"]\n', "utf-8")
    Path("host.yaml").write_text(
        f"apiVersion: vmlint/v1\nkind: Host\nmetadata: {{name: h}}\nspec: {{platform: {host}}}\n", "utf-8"
    )
    seen = vmlint("check", "--host", "host.yaml", "--format", "concise", "a.cfg")
    assert [code for code in ("VM621", "VM811") if code in seen.stdout] == codes
