"""Lines that only a linter would see, or that only a linter would stumble over: the tool's own lines decide."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Vmlint
from tests.formats.test_carriers import BHYVE, LXC, QEMU, QUICKEMU, VMX, XL

BREAKS = {"LS": "\u2028", "PS": "\u2029", "NEL": "\u0085", "CR": "\r", "VT": "\v", "FF": "\f"}
"""Characters that end a line for ``str.splitlines``, and for none of these tools."""

DOCKERFILE = "FROM debian:10\nRUN true\n"
UNIT = "[Container]\nImage=example.org/app:1\nPodmanArgs=--privileged\n"
CONTAINER = LXC + "lxc.cap.drop =\nlxc.cgroup2.devices.allow = a\n"
SERVICES = "services:\n  web:\n    image: example.org/app:1\n    privileged: true\n"
PVE = (
    "boot: order=sata0\ncores: 4\nmachine: q35\nmemory: 16384\nnet0: e1000=BC:24:11:5E:10:02,bridge=vmbr0\n"
    "ostype: l26\nsata0: local-zfs:vm-104-disk-0,size=64G\nhostpci0: 0000:41:00.0,pcie=1\n"
)
PCT = (
    "arch: amd64\ncores: 8\nhostname: runner\nmemory: 8192\nmp0: /var/run/docker.sock,mp=/var/run/docker.sock\n"
    "net0: name=eth0,bridge=vmbr0,ip=dhcp,type=veth\nostype: debian\nrootfs: local-zfs:subvol-111-disk-0,size=64G\n"
)


ADDED = "\nx = 1" * 40
"""Settings that the tools do not know."""


class Linted(NamedTuple):
    """What vmlint says of a file."""

    formats: str
    facts: str
    codes: list[str]


def lint(vmlint: Vmlint, tmp_path: Path, name: str, text: str) -> Linted:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    seen = vmlint("facts", name)
    head = seen.stdout.partition("\n")[0]
    known = "\n".join(line for line in seen.stdout.splitlines() if not line.lstrip().startswith("#"))
    found = json.loads(vmlint("check", "--no-cache", "--format", "json", name).stdout)["findings"]
    return Linted(head, known, [each["code"] for each in found])


FORGED = {
    "Dockerfile": (DOCKERFILE, "FROM debian:13", "base: debian:10"),
    "a.container": (UNIT, "PodmanArgs=", "privileged: true"),
    "a.lxc": (CONTAINER, "lxc.idmap = u 0 100000 65536", "privileged: true"),
    "104.conf": (PVE, "cores: 16", "cpu: '4'"),
    "111.conf": (PCT, "unprivileged: 1", "privileged: true"),
    "a.xl": (XL, "vcpus = 16", "cpu: '2'"),
    "quick.conf": (QUICKEMU, 'tpm="on"', "tpm: none"),
    "bhyve.conf": (BHYVE, "cpu=16", "cpu: '1'"),
    "qemu.cfg": (QEMU, '[smp-opts]\n  cpus = "9"', "machine: q35"),
    "a.vmx": (VMX, 'memsize = "1024"', "memory: 512Mi"),
}
"""Name -> text, a line that a break forges in a comment, and what holds without it."""


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("kind", BREAKS)
def test_a_comment_holds_no_line(vmlint: Vmlint, tmp_path: Path, name: str, kind: str) -> None:
    text, forged, holds = FORGED[name]
    before = lint(vmlint, tmp_path, name, text)
    assert holds in before.facts
    after = lint(vmlint, tmp_path, name, f"{text}# x{BREAKS[kind]}{forged}\n")
    if (name, kind) == ("a.vmx", "CR"):  # VMware's products end a line there
        assert "memory: 512Mi" not in after.facts
    else:
        assert after == before


@pytest.mark.parametrize("blank", ["\u00a0", "\u2028", "\u3000"])
def test_only_the_blanks_of_ascii_stand_before_a_setting(vmlint: Vmlint, tmp_path: Path, blank: str) -> None:
    forged = f"{CONTAINER}{blank}lxc.idmap = u 0 100000 65536\n"
    assert "privileged: true" in lint(vmlint, tmp_path, "a.lxc", forged).facts


@pytest.mark.parametrize(("before", "line"), [("# x\u2028# y\u0085# z\n", 1), ("# x\r# y\n", 2), ("# x\r\n", 1)])
def test_places_are_those_of_editors(vmlint: Vmlint, tmp_path: Path, before: str, line: int) -> None:
    (tmp_path / "a.lxc").write_bytes(f"{before}{CONTAINER}".encode())
    (tmp_path / "compose.yaml").write_bytes(f"{before}{SERVICES}".encode())
    for name, code, at in (("a.lxc", "VM407", line + 6), ("compose.yaml", "VM407", line + 4)):
        found = json.loads(vmlint("check", "--format", "sarif", name).stdout)["runs"][0]["results"]
        regions = {each["ruleId"]: each["locations"][0]["physicalLocation"]["region"] for each in found}
        assert regions[code]["startLine"] == at
        text = (tmp_path / name).read_bytes().decode()
        ended = io.StringIO(text, newline="").readlines()
        assert "privileged" in ended[at - 1] or "devices.allow" in ended[at - 1]
        quality = json.loads(vmlint("check", "--format", "gitlab", name).stdout)
        assert at in [each["location"]["lines"]["begin"] for each in quality if "VM407" in str(each)]
        assert f"line={at}," in vmlint("check", "--format", "github", name).stdout


def test_words_to_vmlint_stand_where_they_seem_to(vmlint: Vmlint, tmp_path: Path) -> None:
    hidden = f"{UNIT}# x\u2028# vmlint: ignore-file[VM407] hidden\n"
    assert "VM407" in lint(vmlint, tmp_path, "a.container", hidden).codes
    (tmp_path / "b.container").write_text(
        f"# \u2028\n{UNIT}".replace("Podman", "# vmlint: ignore[VM407] a test\nPodman")
    )
    found = json.loads(vmlint("check", "--no-cache", "--format", "json", "b.container").stdout)["findings"]
    assert [each["accepted"]["by"] for each in found if each["code"] == "VM407" and each["accepted"]]


LAST = {
    "a doubled escape at the end of a line": "FROM debian:13\nRUN echo a\\\\\nFROM debian:10\n",
    "a doubled backtick": "# escape=`\nFROM debian:13\nRUN echo a``\nFROM debian:10\n",
    "a doubled escape and blanks": "FROM debian:13\nRUN echo a\\\\ \t\nFROM debian:10\n",
    "a single-quoted here-document": "FROM debian:13\nRUN echo ' <<EOF '\nFROM debian:10\n",
    "a double-quoted here-document": 'FROM debian:13\nRUN x "a <<B c"\nFROM debian:10\nRUN B\n',
    "a here-document behind an escaped quote": "FROM debian:13\nRUN x \\' <<B '\nFROM debian:10\n",
    "a quote that is never closed": 'FROM debian:13\nRUN it\'s <<"USER root"\nFROM debian:10\nUSER root\n',
    "a variable that is none": 'FROM debian:13\nRUN ${x^} <<"USER root"\nFROM debian:10\nUSER root\n',
    "a here-document of two words": "FROM debian:13\nRUN <<'A B'\nFROM debian:12\nA B\nFROM debian:10\n",
    "a quoted name in parts": 'FROM debian:13\nRUN <<E"O"F\nFROM debian:12\nEOF\nFROM debian:10\n',
    "arithmetic": "FROM debian:13\nRUN echo $((1 << 2)) $((1<<2))\nFROM debian:10\n",
    "an escape at the end of the file": "FROM debian:10 \\",
    "a comment behind an escape at the end": "FROM debian:10 \\\n# x\n",
    "a default in a variable": 'FROM debian:13\nRUN x "${a:-"b c"}" <<E\nFROM debian:12\nE\nFROM debian:10\n',
}


@pytest.mark.parametrize("name", LAST)
def test_the_last_stage_of_a_dockerfile(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    assert "base: debian:10" in lint(vmlint, tmp_path, "Dockerfile", LAST[name]).facts


@pytest.mark.parametrize("opened", ["RUN cat <<EOF > /x", "COPY <<-A <<B /x\n\tA", "ONBUILD RUN <<EOF"])
def test_a_here_document_that_never_ends_is_an_error(vmlint: Vmlint, tmp_path: Path, opened: str) -> None:
    text = f"FROM debian:10\n{opened}\nFROM debian:13\n"
    (tmp_path / "Dockerfile").write_text(text)
    seen = vmlint("check", "--no-cache", "Dockerfile")
    assert seen.status == 1
    assert "VM903" in seen.stdout
    assert "Dockerfile:2:" in seen.stdout


def test_thousands_of_stages_share_their_variables(vmlint: Vmlint, tmp_path: Path) -> None:
    stages = "".join(f"FROM s{number} AS s{number + 1}\nENV V{number}=a\n" for number in range(20_000))
    text = f"FROM debian:10 AS s0\nENV A=1 B=1\n{stages}FROM s20000\nENV B=2\n"
    began = time.monotonic()
    assert "base: debian:10" in lint(vmlint, tmp_path, "Dockerfile", text).facts
    assert time.monotonic() - began < 60, "copies of the variables take minutes, and gigabytes"


@pytest.mark.parametrize(
    "folder", ["a.container.d", "container.d", "web-.container.d", "sub/app@.container.d", "a.pod.d"]
)
def test_a_drop_in_is_a_part_of_a_unit(vmlint: Vmlint, tmp_path: Path, folder: str) -> None:
    kind = "Pod" if "pod" in folder else "Container"
    seen = lint(vmlint, tmp_path, f"{folder}/10-x.conf", f"[{kind}]\nVolume=/run/podman/podman.sock:/s\n")
    assert seen.codes == ["VM408"]
    assert "privileged" not in seen.facts
    everything = vmlint("facts", f"{folder}/10-x.conf").stdout
    assert "deployment.privileged: this is a drop-in" in everything or kind == "Pod"


@pytest.mark.parametrize("name", ["a.service.d/x.conf", "x.conf", "a.container.d/x.txt", "network.d/x.conf"])
def test_other_files_are_no_drop_ins(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("[Container]\nPodmanArgs=--privileged\n")
    assert vmlint("check", "--no-cache", name).status == 3


MACHINES = {
    "a.xl": XL,
    "a.cfg": XL,
    "xen/a": XL,
    "a.lxc": CONTAINER,
    "lxc/a/config": CONTAINER,
    "lxc.conf": CONTAINER,
    "a.container": UNIT,
    "quick.conf": QUICKEMU,
    "bhyve.conf": BHYVE,
    "qemu.cfg": QEMU,
    "104.conf": PVE,
    "111.conf": PCT,
}


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("first", ["#!/bin/sh", "#!/usr/bin/env python3", "#! /bin/bash -e"])
def test_the_first_line_takes_nothing_out_of_sight(vmlint: Vmlint, tmp_path: Path, name: str, first: str) -> None:
    before = lint(vmlint, tmp_path, name, MACHINES[name])
    assert lint(vmlint, tmp_path, name, f"{first}\n{MACHINES[name]}") == before


@pytest.mark.parametrize(("name", "text"), [("quick.conf", QUICKEMU), ("bhyve.conf", BHYVE)])
def test_a_shell_sources_settings_that_call_themselves_a_script(
    vmlint: Vmlint, tmp_path: Path, name: str, text: str
) -> None:
    before = lint(vmlint, tmp_path, name, text)
    assert lint(vmlint, tmp_path, name, f"#!/bin/bash\n{text}echo hello\n") == before


@pytest.mark.parametrize("text", [XL, CONTAINER, QUICKEMU, BHYVE, QEMU, UNIT], ids=range(6))
@pytest.mark.parametrize("name", ["setup.conf", "setup.cfg", "setup"])
def test_a_script_that_writes_settings_is_none(vmlint: Vmlint, tmp_path: Path, text: str, name: str) -> None:
    script = f"#!/bin/bash\nset -e\nname=x\ncat > /etc/x <<-'EOF'\n{text}EOF\necho done\n"
    (tmp_path / name).write_text(script)
    seen = vmlint("check", "--no-cache", name)
    assert seen.status == 3
    assert "neither a manifest nor a known format" in seen.stderr


IGNORED = {
    "a.cfg": (XL, ADDED),
    "lxc.conf": (CONTAINER, "\njunk\n x\n[y]\nz = 1" * 20),
    "quick.conf": (QUICKEMU, ADDED),
    "bhyve.conf": (BHYVE, ADDED),
    "104.conf": (PVE, "\n x\n[a b]\njunk" * 20 + "\nrootfs: a:b\n unprivileged: 1"),
    "111.conf": (PCT, "\n x\n[a b]\njunk" * 20 + "\nboot: a\n unprivileged: 1"),
}
"""Name -> text, and lines that the tool ignores, at most with a warning."""


@pytest.mark.parametrize("name", IGNORED)
def test_ignored_lines_take_nothing_out_of_sight(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    text, ignored = IGNORED[name]
    before = lint(vmlint, tmp_path, name, text)
    assert before.facts
    assert lint(vmlint, tmp_path, name, text + ignored.lstrip("\n") + "\n") == before


def test_lines_in_front_are_ignored_as_well(vmlint: Vmlint, tmp_path: Path) -> None:
    before = lint(vmlint, tmp_path, "104.conf", PVE)
    assert lint(vmlint, tmp_path, "104.conf", f"[a b]\n x\n{PVE}") == before


def test_what_only_looks_like_a_guest_is_told(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "9.conf").write_text("cores: 4\nmemory: 512\nostype: l26\njunk\n x\n")
    seen = vmlint("check", "--no-cache", "9.conf")
    assert "it looks like a guest of Proxmox VE" in seen.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.conf", "name: x\nmemory: 512\nnet0:\n  bridge: a\nboot: y\n"),
        ("app.conf", "lxc.note = 1\nlog = x\nport = 3\n"),
        ("app.cfg", 'name = "x"\nmemory = 512\nkernel = "y"\nport = 3\nhost = "z"\n'),
        ("app.conf", 'loader="x"\nmemory=4G\ncpu=2\nrun me\n'),
    ],
)
def test_settings_of_other_tools_stay_others(vmlint: Vmlint, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert vmlint("check", "--no-cache", name).status == 3
