"""Programs, documents and playbooks that have a machine's file inside are not that machine's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

DOMAIN = """\
<domain type="kvm">
  <name>a</name>
  <memory unit="GiB">1</memory>
  <os><type arch="x86_64">hvm</type></os>
</domain>
"""
ENVELOPE = """\
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1">
  <VirtualSystem><VirtualHardwareSection/></VirtualSystem>
</Envelope>
"""
VBOX = '<VirtualBox version="1.19"><Machine name="a"><Hardware/></Machine></VirtualBox>\n'
PVS = "<ParallelsVirtualMachine><Identification/></ParallelsVirtualMachine>\n"
VMX = 'config.version = "8"\nvirtualHW.version = "19"\nguestOS = "debian12-64"\nmemsize = "512"\n'
QUICKEMU = 'guest_os="linux"\ndisk_img="a/disk.qcow2"\niso="a/a.iso"\n'
BHYVE = 'loader="uefi"\ncpu=1\nmemory=1G\nnetwork0_type="virtio-net"\ndisk0_type="nvme"\ndisk0_name="disk0.img"\n'
XL = 'name = "a"\ntype = "pvh"\nmemory = 512\nvcpus = 2\ndisk = ["phy:/dev/vg/a,xvda,w"]\nvif = ["bridge=br0"]\n'
QEMU = '[machine]\n  type = "q35"\n[device "d"]\n  driver = "virtio-net-pci"\n[drive "x"]\n  if = "none"\n'
LXC = (
    "lxc.uts.name = a\nlxc.rootfs.path = dir:/srv/a\nlxc.include = /usr/share/lxc/config/common.conf\nlxc.tty.max = 4\n"
)
TERRAFORM = 'resource "libvirt_domain" "a" {\n  name   = "a"\n  memory = 512\n}\n'
ALL = {
    "libvirt": ("x.xml", DOMAIN),
    "ovf": ("x.ovf", ENVELOPE),
    "virtualbox": ("x.vbox", VBOX),
    "parallels": ("config.pvs", PVS),
    "vmx": ("x.vmx", VMX),
    "quickemu": ("x.conf", QUICKEMU),
    "vm-bhyve": ("x.conf", BHYVE),
    "xl": ("x.cfg", XL),
    "qemu-config": ("x.cfg", QEMU),
    "lxc": ("config", LXC * 5),
    "terraform": ("main.tf", TERRAFORM),
}
"""Format -> usual name and text of a machine."""


@pytest.mark.parametrize("format_", ALL)
def test_the_file_alone_is_recognised(look: Look, format_: str) -> None:
    name, text = ALL[format_]
    assert look(name, text).formats == (format_,)
    assert look("machine", text).formats == (format_,), "whatever its name is"


@pytest.mark.parametrize("format_", ALL)
@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("make.sh", "#!/bin/sh\ncat > x <<EOF\n{}EOF\n"),
        ("make", "#!/usr/bin/env bash\nset -e\ncat > x <<EOF\n{}EOF\n"),
        ("make", "#!/usr/bin/python3\nTEXT = '''{}'''\n"),
        ("make.go", "package main\n\nconst text = `{}`\n"),
        ("make.ps1", '$text = @"\n{}"@\n'),
        ("README.md", "# A machine\n\n```\n{}```\n"),
        ("page.rst", "A machine::\n\n{}\nand so on.\n"),
        ("page.html", "<html><body><pre>\n{}</pre></body></html>\n"),
        ("change.patch", "--- a/x\n+++ b/x\n{}"),
    ],
)
def test_what_carries_one_is_not(look: Look, format_: str, name: str, around: str) -> None:
    assert look(name, around.format(ALL[format_][1])).formats == ()


@pytest.mark.parametrize(
    ("name", "around"),
    [("up.sh", "#!/bin/sh\nkubectl apply -f - <<EOF\n{}EOF\n"), ("README.md", "# A pod\n\nIt is:\n\n```\n{}```\n")],
)
def test_a_script_with_a_pod_is_no_broken_yaml(look: Look, name: str, around: str) -> None:
    seen = look(name, around.format("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec: {}\n"))
    assert (seen.formats, seen.problems) == ((), [])


@pytest.mark.parametrize("format_", ALL)
def test_a_playbook_is_not_recognised(look: Look, format_: str) -> None:
    lines = "".join(f"        {line}\n" for line in ALL[format_][1].splitlines())
    assert look("tasks.yml", f"- copy:\n    dest: /srv/x\n    content: |\n{lines}").formats == ()


def test_a_template_is_recognised_after_any_first_line(look: Look) -> None:
    seen = look("guest.xml.j2", "{% set name = 'a' %}\n" + DOMAIN)
    assert seen.formats == ("libvirt",)
    assert "template" in seen.checked.skipped
    assert look("capture.xml", "virsh # dumpxml a\n" + DOMAIN).formats == ("libvirt",)


def test_programs_of_the_tools_themselves(look: Look) -> None:
    assert look("x.conf", "#!/usr/bin/quickemu --vm\n" + QUICKEMU).formats == ("quickemu",)
    assert look("x", "#!/usr/bin/vmware\n" + VMX).formats == ("vmx",)


@pytest.mark.parametrize("format_", ["libvirt", "ovf", "virtualbox", "parallels"])
def test_the_differences_of_two_files_are_neither(look: Look, format_: str) -> None:
    _, text = ALL[format_]
    lines = text.splitlines()
    changed = [f" {lines[0]}", "-  <name>b</name>", "+  <name>c</name>", *(f" {line}" for line in lines[1:])]
    seen = look("change.xml", "\n".join([*changed, "", "Domain 'c' defined successfully."]) + "\n")
    assert "differences" in seen.checked.skipped
    assert seen.checked.diagnostics == ()
    commented = "\n".join([*lines, "<!--", "- <a>", "+ <b>", "-->"])
    assert look("machine.xml", commented).formats == (format_,)
    assert look("machine.xml", commented).checked.skipped == ""
