"""Nothing that was not read answers 0: a file of a known format that cannot be read is a finding, whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint import limits
from vmlint.cli import run

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: b}
spec:
  containers: [{name: c, image: "centos:6", securityContext: {privileged: true}}]
"""
FILES = {
    "Dockerfile": "FROM centos:6\n",
    "app.Dockerfile": "FROM centos:6\n",
    "pod.yaml": POD,
    "pod.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "spec": {"containers": []}}\n',
    "vm.yaml": "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: a}\nspec: {template: {}}\n",
    "compose.yaml": "services:\n  a:\n    image: centos:6\n    privileged: true\n",
    "stack.yml": "services:\n  a:\n    image: centos:6\n    privileged: true\n",
    "lima.yaml": 'minimumLimaVersion: 1.0.0\nimages: [{location: "a"}]\n',
    "incus.yaml": "config: {security.privileged: 'true', limits.cpu: '2'}\ndevices: {}\nname: a\n",
    "fc.json": '{"boot-source": {"kernel_image_path": "a"}, "drives": []}\n',
    "packer.json": '{"builders": [{"type": "qemu"}]}\n',
    "a.pkr.hcl": 'source "qemu" "a" {\n}\n',
    "main.tf": 'resource "libvirt_domain" "a" {\n}\n',
    "Vagrantfile": "Vagrant.configure('2') do |c|\n  c.vm.box = 'a'\nend\n",
    "d.xml": "<domain type='kvm'><name>a</name><os><type>hvm</type></os></domain>\n",
    "m.vbox": "<VirtualBox><Machine name='a'></Machine></VirtualBox>\n",
    "m.pvs": "<ParallelsVirtualMachine></ParallelsVirtualMachine>\n",
    "m.ovf": "<Envelope xmlns:ovf='http://schemas.dmtf.org/ovf/envelope/1'><VirtualSystem/></Envelope>\n",
    "devcontainer.json": '{"image": "centos:6", "runArgs": ["--privileged"]}\n',
    "w.vmlint.yaml": "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {}\n",
    "w.yaml": "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {}\n",
    "a.vmx": 'config.version = "8"\nguestOS = "centos6"\n',
    "x.cfg": "builder = 'hvm'\nname = 'a'\nmemory = 100\nvcpus = 2\non_crash = 'restart'\n",
    "config": "lxc.uts.name = a\nlxc.rootfs.path = /a\n",
    "100.conf": "ostype: l26\nscsihw: virtio-scsi-pci\nmemory: 512\n",
    "101.conf": "ostype: debian\nrootfs: local:1/a.raw\nmemory: 512\n",
    "q.conf": 'guest_os="linux"\ndisk_img="a"\niso="b"\n',
    "b.conf": 'loader="uefi"\ndisk0_type="virtio-blk"\ndisk0_name="a"\nnetwork0_type="virtio-net"\n',
    "q.cfg": '[machine]\n  type = "q35"\n[device "a"]\n  driver = "b"\n',
    "a.container": "[Container]\nImage=centos:6\n",
}


OF_REAL_SIZE = frozenset({"Dockerfile", "pod.yaml", "d.xml", "x.cfg"})
"""Names of files that are tested with the bound as it is. That of the others is lower, since each takes long."""


def commented(name: str) -> str:
    if name.endswith((".xml", ".vbox", ".pvs", ".ovf")):
        return "<!-- MARK -->"
    return "// MARK" if name == "devcontainer.json" else "# MARK"


def first(name: str, text: str, mark: bytes) -> bytes:
    """A comment with some bytes in front."""
    return commented(name).encode().replace(b"MARK", mark) + b"\n" + text.encode()


def last(name: str, text: str, mark: bytes) -> bytes:
    return text.encode() + commented(name).encode().replace(b"MARK", mark) + b"\n"


def large(name: str, text: str, mark: bytes) -> bytes:
    del mark
    filled = b"x" * 1000 + b"\n" if not name.endswith((".json",)) else b" " * 1000 + b"\n"
    line = commented(name).encode().replace(b"MARK", b"") if filled[:1] == b"x" else b""
    if name.endswith((".xml", ".vbox", ".pvs", ".ovf")):
        line, filled = b"", b" " * 1000 + b"\n"
    return text.encode() + (line + filled) * (limits.FILE_BYTES // 1000)


WAYS: list[tuple[Callable[[str, str, bytes], bytes], bytes]] = [
    (first, b"caf\xe9"), (last, b"caf\xe9"), (first, b"\x0b"), (last, b"\x00"), (last, b"\xff\xfe"), (large, b""),
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("way", "mark"), WAYS)
@pytest.mark.parametrize("folder", [True, False])
def test_a_byte_or_a_size_takes_no_file_out_of_sight(
    name: str,
    way: Callable[[str, str, bytes], bytes],
    mark: bytes,
    folder: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if way is large and (folder or name not in OF_REAL_SIZE):
        monkeypatch.setattr(limits, "FILE_BYTES", 2**21)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_bytes(way(name, FILES[name], mark))
    status = run(["check", "--allow-empty", "--no-cache", "--format", "json", "." if folder else name])
    out = capsys.readouterr().out
    read = re.search(r'"workloads": [1-9]', out) is not None
    assert read or (status == 1 and re.search('"VM90[234]"', out)), out


@pytest.mark.parametrize(
    "name", ["x.cfg", "config", "100.conf", "101.conf", "q.conf", "b.conf", "q.cfg", "a.container"]
)
def test_settings_larger_than_settings_are(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(FILES[name] + ("#" * 1000 + "\n") * 1_100)
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 1
    assert f"{name}:1:1: error VM904" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["x.cfg", "config", "100.conf", "101.conf", "q.conf", "b.conf", "q.cfg", "a.container"]
)
@pytest.mark.parametrize("front", ["#" * 1000 + "\n", "\n" * 1000, " " * 99 + "\n", "# caf\xe9\r\n", "name='a'\n", "#"])
def test_what_stands_in_front_takes_nothing_out_of_sight(
    name: str, front: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if front == "name='a'\n" and name != "x.cfg":
        front = f"{FILES[name].splitlines()[0]}\n"
    monkeypatch.chdir(tmp_path)
    after = "" if front.endswith("\n") else "\n"
    (tmp_path / name).write_bytes((front * (1_200_000 // len(front)) + after + FILES[name]).encode("latin-1"))
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 1
    assert re.search("error VM90[24]", capsys.readouterr().out)


BROKEN = {
    "compose.yaml": "hello: [",
    "docker-compose.prod.yml": "a: b: c",
    "devcontainer.json": "{",
    "main.tf.json": '{"a": ',
    "a.pkr.json": "{]",
    "a.ovf": "<a",
    "a.vbox": "<a></b>",
    "a.pvs": "<a><b></a>",
}
"""Names of formats -> what is broken, and shows nothing of any format."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_with_the_name_of_a_format(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(BROKEN[name])
    assert run(["check", "--allow-empty", "--format", "concise", "."]) == 1
    assert "error VM903" in capsys.readouterr().out
    (tmp_path / name).write_text("{{ all }}\n" + BROKEN[name])
    assert run(["check", "--allow-empty", "--format", "concise", "."]) == 0
    (tmp_path / name).write_text("")
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 0


@pytest.mark.parametrize("name", ["pod.yaml", "100.conf", "d.xml"])
def test_a_file_of_which_nothing_but_comments_was_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    front = "<!--" + "x\n" * 8_500_000 + "-->\n" if name == "d.xml" else "# x\n" * 4_300_000
    (tmp_path / name).write_text(front + FILES[name])
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 1
    assert "holds nothing but comments and blanks" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["key{} = value{}", "key{}: value{}", "{} 10.0.0.{}", "server{} {{ listen {}; }}"])
@pytest.mark.parametrize("name", ["a.conf", "a.cfg", "config", "a.config"])
def test_other_large_files_are_of_no_concern(
    line: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("".join(f"{line.format(number, number)}\n" for number in range(70_000)))
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "name", ["Dockerfile", "compose.yaml", "a.vmx", "m.ovf", "m.vbox", "m.pvs", "main.tf", "a.pkr.hcl", "Vagrantfile"]
)
def test_a_name_is_enough_where_nothing_can_be_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(bytes(range(256)) * 50)
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 1
    assert "VM902" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.xml", "a.conf", "a.cfg", "notes.pod", "a.config"])
def test_other_binary_files_are_of_no_concern(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(bytes(range(256)) * 50)
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "name", ["stack.yml", "compose.yaml", "pod.yaml", "lima.yaml", "incus.yaml", "fc.json", "vm.yaml"]
)
def test_what_is_broken_is_told_with_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(FILES[name] + "]\n")
    assert run(["check", "--allow-empty", "--format", "concise", name]) == 1
    assert re.search(rf"{re.escape(name)}:\d+:\d+: error VM903", capsys.readouterr().out)


def test_what_was_skipped_is_told_under_allow_empty_and_can_be_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "compose.yaml").write_text("services:\n{% if x %}\n  a: {image: centos:6}\n{% endif %}\n")
    assert run(["check", "--allow-empty", "compose.yaml"]) == 0
    assert "skipped compose.yaml: a template of a Compose file" in capsys.readouterr().err
    assert run(["check", "--allow-empty", "--fail-on-skipped", "compose.yaml"]) == 1
    (tmp_path / "vmlint.toml").write_text("fail-on-skipped = true\n")
    assert run(["check", "--allow-empty", "compose.yaml"]) == 1


def escaped(text: str, choose: Callable[[int], int]) -> str:
    """The same text in double quotes, some of its characters as escapes that YAML and JSON have."""
    written = []
    for character in text:
        ways = [character, f"\\u{ord(character):04x}", f"\\u{ord(character):04X}"]
        ways += ["\\/"] if character == "/" else []
        written.append(ways[choose(len(ways))])
    return '"' + "".join(written) + '"'


KEYS = re.compile(r"(?m)(?<![\w\"'./{-])([A-Za-z][\w./-]*)(?=:(?: |$))")
WRITTEN = ("pod.yaml", "vm.yaml", "compose.yaml", "stack.yml", "lima.yaml", "incus.yaml", "w.yaml")


@examples(60)
@given(st.data(), st.sampled_from(WRITTEN))
def test_keys_are_what_their_consumer_sees(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, name: str
) -> None:
    from vmlint.extend.plugins import load
    from vmlint.reading.claim import may_be_manifest
    from vmlint.reading.file import File
    from vmlint.reading.native import recognised

    def choose(most: int) -> int:
        return data.draw(st.integers(0, most - 1))

    text = KEYS.sub(lambda found: escaped(found[1], choose), FILES[name])
    text = re.sub(
        r"(?<=: )(v1|vmlint/v1|kubevirt\.io/v1|Pod|VirtualMachine)$", lambda f: escaped(f[1], choose), text, flags=re.M
    )
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
    before, after = File(name, FILES[name].encode()), File(name, text.encode(encoding))
    readers = load().readers
    assert [each.name for each in recognised(after, readers)] == [each.name for each in recognised(before, readers)]
    assert may_be_manifest(after.name, after.data) or not may_be_manifest(before.name, before.data)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "fRoM centos:6\n"),
        ("Dockerfile", "FR\\\nOM centos:6\n"),
        ("Dockerfile", "# escape=`\nfr`\nom centos:6\n"),
        ("Dockerfile", "\n\n   from\tcentos:6\n"),
        ("a.vmx", 'GUESTOS =  "centos6"\n'),
        ("a.vmx", 'guestos\t=\t"centos6"\n'),
        ("a.vmx", "guestOS = centos6\n"),
        ("copy.txt", 'guestOS =  "centos6"\nMemSize\t=\t"100"\n'),
        ("q.cfg", '[ machine ]\n type = "q35"\n[\tdevice\t"a"]\n driver = "b"\n'),
        ("100.conf", "ostype:l26\nscsihw:virtio-scsi-pci\nmemory:512\n"),
        ("100.conf", "ostype: l26\nscsihw: virtio-scsi-pci\nmemory: 512\ncores: 2\n!!!\n"),
        ("guest.xl", FILES["x.cfg"] + "".join(f"x{number} = 1\n" for number in range(50))),
        ("a.container", "[Container]\nIma\\\nge\t=\tcentos:6\n"),
        ("main.tf", '/**/resource "libvirt_domain" "a" {\n}\n'),
        ("main.tf", 'resource "libvirt_domai\\u006e" "a" {\n}\n'),
        ("a.pkr.hcl", '/**/source "qemu" "a" {\n}\n'),
        ("Vagrantfile", "Vagrant . configure('2') do |c|\n  c.vm.box = 'a'\nend\n"),
        ("pod.yaml", POD.replace("kind: Pod", "kind: ConfigMap\nkind: Pod")),
        ("pod.yaml", POD.replace("kind: Pod", "kind: !!str Pod")),
        ("pod.yaml", POD.replace("kind: Pod", "? kind\n: Pod")),
        ("pod.yaml", POD.replace("kind: Pod", 'x: &kind kind\n*kind : "P\\\n  od"')),
        ("compose.yaml", '? "serv\\\n  ices"\n: {a: {image: "centos:6"}}\n'),
        ("pod.yaml", POD.replace("apiVersion: v1", '"api\\x56ersion": "\\x76\\U00000031"')),
    ],
)
def test_other_ways_to_write_the_same(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    assert run(["check", "--allow-empty", "--no-cache", "--format", "json", name]) in (0, 1)
    assert re.search(r'"workloads": [1-9]', capsys.readouterr().out)


def test_a_tag_of_another_tool_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pod.yaml").write_text("x: !foo bar\n" + POD.replace("kind: Pod", '"\\x6bind": Pod'))
    assert run(["check", "--allow-empty", "--format", "concise", "pod.yaml"]) == 1
    assert "VM905" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Vagrantfile", "::Vagrant.configure('2') do |c|\n  c.vm.box = 'a'\nend\n"),
        ("Vagrantfile", "x = 1; Vagrant.configure('2') do |c|\n  c.vm.box = 'a'\nend\n"),
        ("Vagrantfile", "Vagrant.send(:configure, '2') { |c| c.vm.box = 'a' }\n"),
        ("d.xml", "<domain type='kvm'>\n<name>a</name>\n- <a/>\n+ <b/>\n</domain>\n"),
    ],
)
def test_what_is_not_understood_is_told(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    status = run(["check", "--allow-empty", "--fail-on-skipped", "--format", "json", name])
    said = capsys.readouterr()
    assert (status == 1 and f"skipped {name}: " in said.err) or re.search(r'"workloads": [1-9]', said.out)


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08" + bytes(range(256)) * 4, b"\xff" * 600])
def test_an_appliance_that_is_no_archive(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ova").write_bytes(data)
    assert run(["check", "--allow-empty", "--format", "concise", "a.ova"]) == 1
    assert "VM902" in capsys.readouterr().out
