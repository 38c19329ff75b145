"""``vmlint check --fix``, ``--unsafe-fixes`` and ``--diff``: what is written, what is not, and what is said."""

from __future__ import annotations

import codecs
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from vmlint.api import Finding, Severity, Workload, finding, rule
from vmlint.catalog import Catalog
from vmlint.extend import plugins

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Golden = Callable[[str, str], None]
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.json").read_text("utf-8"))

FAULTY = """\
apiVersion: vmlint/v1
knid: Workload
metadata:
  name: reports  # of every night
  labels: {owner: no, "floor": 017, room: 1}
spec:
  kind: batsh
  environment: "Prodction"
  environment: "Prodction"
  instances: 010
  guset: {os: windows11, kernel: {modules: virtio}}
  deployment:
    platform: vmware-esix
    privileged: yes   # for now
    tuning: {hugepages: "true", hugepages: "true"}
"""
MENDED = """\
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: reports  # of every night
  labels: {owner: "no", "floor": "017", room: "1"}
spec:
  kind: batch
  environment: "production"
  instances: 10
  guest: {os: win11, kernel: {modules: [virtio]}}
  deployment:
    platform: vmware-esxi
    privileged: true   # for now
    tuning: {hugepages: true}
"""
TYPO = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  environment: prodction
"""
ON_XEN = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: hmi}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: xen}
  host: {virtualized: false}
"""


def of(name: str) -> str:
    return Path(name).read_bytes().decode()


def write(name: str, text: str | bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_what_is_safe_is_shown_and_mended(vmlint: Vmlint, golden: Golden) -> None:
    write("w.vmlint.yaml", FAULTY)
    golden("fix/safe.txt", vmlint("check", "w.vmlint.yaml").stdout)
    patch = vmlint("check", "--diff", "w.vmlint.yaml")
    golden("fix/safe-diff.txt", patch.stdout)
    assert (patch.status, of("w.vmlint.yaml")) == (1, FAULTY)
    seen = vmlint("check", "--fix", "w.vmlint.yaml")
    assert of("w.vmlint.yaml") == MENDED
    assert seen.stderr == "vmlint: applied 15 fixes to w.vmlint.yaml\n"
    golden("fix/safe-after.txt", seen.stdout)


def test_fixing_again_changes_nothing(vmlint: Vmlint) -> None:
    write("w.vmlint.yaml", MENDED)
    before = Path("w.vmlint.yaml").stat()
    for option in ("--fix", "--diff"):
        seen = vmlint("check", option, "w.vmlint.yaml")
        assert (option in seen.stderr, "appl" in seen.stderr) == (False, False)
    assert Path("w.vmlint.yaml").stat().st_mtime_ns == before.st_mtime_ns
    assert vmlint("check", "--diff", "w.vmlint.yaml")[:2] == (0, "")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_encoding_and_line_ends_stay(vmlint: Vmlint, ending: str, mark: bytes, encoding: str) -> None:
    before, after = (text.replace("\n", ending).rstrip() + " # Zürich 東京" for text in (FAULTY, MENDED))
    write("w.vmlint.yaml", mark + before.encode(encoding))
    vmlint("check", "--fix", "w.vmlint.yaml")
    assert Path("w.vmlint.yaml").read_bytes() == mark + after.encode(encoding)


def test_mixed_line_ends_stay_where_they_are(vmlint: Vmlint) -> None:
    write("w.vmlint.yaml", "kind: Workload\r\nmetadata: {name: web}\nspec:\r\n  environment: Prodction\n  kind: batch")
    vmlint("check", "--fix", "w.vmlint.yaml")
    assert of("w.vmlint.yaml") == (
        "apiVersion: vmlint/v1\r\nkind: Workload\r\nmetadata: {name: web}\nspec:\r\n  environment: production\n"
        "  kind: batch"
    )


@pytest.mark.parametrize("word", ["prodaction", "dev2", "xyz", "tst"])
def test_a_word_that_may_mean_another_is_not_safe(vmlint: Vmlint, word: str) -> None:
    write("w.vmlint.yaml", TYPO.replace("prodction", word))
    assert vmlint("check", "--diff", "w.vmlint.yaml").stdout == ("" if word != "prodaction" else _patch(word))


def _patch(word: str) -> str:
    return (
        "--- a/w.vmlint.yaml\n+++ b/w.vmlint.yaml\n@@ -2,4 +2,4 @@\n kind: Workload\n metadata: {name: web}\n spec:\n"
        f"-  environment: {word}\n+  environment: production\n"
    )


def test_a_setting_is_changed_only_where_that_is_asked_for(vmlint: Vmlint, golden: Golden) -> None:
    write("w.vmlint.yaml", ON_XEN)
    assert vmlint("check", "--fix", "w.vmlint.yaml").stdout == vmlint("check", "w.vmlint.yaml").stdout
    assert of("w.vmlint.yaml") == ON_XEN
    golden("fix/unsafe.txt", vmlint("check", "--unsafe-fixes", "w.vmlint.yaml").stdout)
    seen = vmlint("check", "--fix", "--unsafe-fixes", "w.vmlint.yaml")
    assert of("w.vmlint.yaml") == ON_XEN.replace("platform: xen}", "platform: xen, mode: pvhvm}")
    assert (seen.status, seen.stderr) == (0, "vmlint: applied 1 fix to w.vmlint.yaml\n")


BLOCK = ON_XEN.replace(
    "  deployment: {architecture: paravirtualization, platform: xen}\n",
    "  deployment:\n    architecture: paravirtualization\n    platform: xen  # in the old rack\n\n",
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BLOCK, BLOCK.replace("old rack\n", "old rack\n    mode: pvhvm\n")),
        (BLOCK.replace("\n\n", "\n    mode: 'pv'\n"), BLOCK.replace("\n\n", "\n    mode: 'pvhvm'\n")),
        (BLOCK.replace("\n\n", '\n    mode: "pv"  # old\n'), BLOCK.replace("\n\n", '\n    mode: "pvhvm"  # old\n')),
        (
            BLOCK.replace("\n\n", "\n    devices:\n      disk: ide\n"),
            BLOCK.replace("\n\n", "\n    devices:\n      disk: ide\n    mode: pvhvm\n"),
        ),
        (
            json.dumps({"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": {"name": "hmi"}, "spec": {
                "guest": {"os": "win2k22"}, "deployment": {"architecture": "paravirtualization", "platform": "xen"},
            }}),
            json.dumps({"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": {"name": "hmi"}, "spec": {
                "guest": {"os": "win2k22"},
                "deployment": {"architecture": "paravirtualization", "platform": "xen", "mode": "pvhvm"},
            }}),
        ),
    ],
    ids=["block", "single-quoted", "double-quoted", "below-a-block", "json"],
)  # fmt: skip
def test_a_setting_is_written_as_its_neighbours_are(vmlint: Vmlint, before: str, after: str) -> None:
    write("w.vmlint.yaml", before)
    vmlint("check", "--fix", "--unsafe-fixes", "w.vmlint.yaml")
    assert of("w.vmlint.yaml") == after


def test_a_version_keeps_its_quotes(vmlint: Vmlint) -> None:
    manifest = (
        ON_XEN[: ON_XEN.index("spec:")]
        + "spec:\n  deployment: {architecture: type1, platform: {id: proxmox-ve, version: '8'}}\n"
    )
    write("w.vmlint.yaml", manifest)
    vmlint("check", "--fix", "--unsafe-fixes", "w.vmlint.yaml")
    assert of("w.vmlint.yaml") == manifest.replace("'8'", "'9'")


def test_no_other_platform_is_ever_chosen(vmlint: Vmlint) -> None:
    text = ON_XEN.replace("{architecture: paravirtualization, platform: xen}", "{platform: kata}")
    write("w.vmlint.yaml", text)
    seen = vmlint("check", "--unsafe-fixes", "--fix", "w.vmlint.yaml")
    assert "platform: " in seen.stdout.partition("fits")[2]
    assert (seen.status, of("w.vmlint.yaml")) == (1, text)


def test_an_anchor_that_others_share_stays(vmlint: Vmlint) -> None:
    shared = ON_XEN.replace("deployment: {", "deployment: &xen {") + "---\n" + ON_XEN.replace("hmi", "two")
    write("w.vmlint.yaml", shared.replace("\n  host", "\n  x-same: *xen\n  host", 1))
    vmlint("check", "--fix", "--unsafe-fixes", "w.vmlint.yaml")
    assert of("w.vmlint.yaml").count("mode: pvhvm") == 2


NATIVE = {
    "vm.xml": (
        "<domain type='kvm'>\r\n  <!-- vmlint: guest.os.id=win2k19 -->\r\n  <!-- vmlint: guest.drivers=[] -->\r\n"
        "  <name>desk</name>\r\n  <memory unit='GiB'>8</memory>\r\n"
        "  <os><type arch='x86_64' machine='q35'>hvm</type></os>\r\n"
        "  <devices>\r\n    <disk><target dev=\"vda\" bus=\"virtio\"/></disk>\r\n  </devices>\r\n</domain>\r\n",
        ('bus="virtio"', 'bus="sata"'),
    ),
    "101.conf": (
        "# vmlint: guest.os.id=rhel9.4\ncores: 4\nname: reports\nostype: l26\nscsi0: store:vm-101-disk-0,size=64G\n"
        "scsihw: virtio-scsi-pci\n\n[before]\ncores: 2\nname: reports\n",
        ("name: reports\nostype", "name: reports\ncpu: x86-64-v2-AES\nostype"),
    ),
    "old.vmx": (
        '.encoding = "UTF-8"\nconfig.version = "8"\nvirtualHW.version = "20"\ndisplayName = "till"\n'
        '# vmlint: guest.os.id=msdos6.22\nfirmware = "efi"\nmemSize = "64"\n'
        'ide0:0.present = "TRUE"\nide0:0.fileName = "/vmfs/volumes/a/till.vmdk"\n',
        ('"efi"', '"bios"'),
    ),
    "guest.cfg": (
        "# vmlint: guest.os.id=msdos6.22\nname = 'g'\ntype = 'hvm'\nfirmware = 'ovmf'\nmemory = 64\n"
        "disk = ['/dev/vg/g,raw,hda,rw']\n",
        ("'ovmf'", "'seabios'"),
    ),
    "compose.yaml": (
        "services:\n  runner:\n    image: debian:12\n"
        "    x-vmlint:\n      requirements: {isolation: {untrustedCode: true}}\n  web: {image: nginx}\n",
        ("  runner:\n", "  runner:\n    runtime: io.containerd.kata.v2\n"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NATIVE)
def test_files_of_other_tools_are_changed_where_the_fact_stands(vmlint: Vmlint, name: str) -> None:
    before, change = NATIVE[name]
    write(name, before)
    seen = vmlint("check", "--fix", "--unsafe-fixes", name)
    assert of(name) == before.replace(*change, 1) != before, vmlint("check", name).stdout
    assert "applied 1 fix to" in seen.stderr
    assert vmlint("check", "--diff", "--unsafe-fixes", name)[:2] == (0, "")


def overlaid() -> None:
    write(".git/HEAD", "")
    write("vm.xml", NATIVE["vm.xml"][0])
    write(
        "vm.vmlint.yaml",
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: desk}\nspec:\n  deployment: {source: vm.xml}\n",
    )


def test_what_a_manifest_reports_is_mended_in_the_file_that_it_annotates(vmlint: Vmlint) -> None:
    overlaid()
    seen = vmlint("check", "--fix", "--unsafe-fixes")
    assert (seen.stderr, 'bus="sata"' in of("vm.xml")) == ("vmlint: applied 1 fix to vm.xml\n", True)


def test_a_file_that_was_not_named_is_not_written(vmlint: Vmlint) -> None:
    overlaid()
    seen = vmlint("check", "--fix", "--unsafe-fixes", "vm.vmlint.yaml")
    assert (seen.status, seen.stderr, of("vm.xml")) == (1, "", NATIVE["vm.xml"][0])


def test_a_repair_that_contradicts_a_manifest_is_none(vmlint: Vmlint) -> None:
    overlaid()
    write("vm.vmlint.yaml", of("vm.vmlint.yaml").replace("vm.xml}", "vm.xml, devices: {disk: virtio}}"))
    vmlint("check", "--fix", "--unsafe-fixes")
    assert of("vm.xml") == NATIVE["vm.xml"][0]  # else the manifest would contradict it (VM917)


def test_hints_are_mended(vmlint: Vmlint) -> None:
    text = "# vmlint: environment: production\n# vmlint: enviroment=dev\nservices:\n  web: {image: nginx}\n"
    write("compose.yaml", text.replace("# vmlint: enviroment=dev\n", ""))
    vmlint("check", "--fix")
    assert of("compose.yaml").startswith("# vmlint: environment=production\n")
    write("compose.yaml", text.replace("# vmlint: environment: production\n", ""))
    vmlint("check", "--fix")
    assert of("compose.yaml").startswith("# vmlint: environment=dev\n")


HEAD = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{HEAD}spec: {{kind: batch}}", None),
        (HEAD.replace("/v1", "/V1") + "spec: {kind: batch}", f"{HEAD}spec: {{kind: batch}}"),
        (HEAD.replace("/v1", "/v2") + "spec: {kind: batch}", None),
        (HEAD.replace("Workload", "workload") + "spec: {kind: batch}", f"{HEAD}spec: {{kind: batch}}"),
        (
            HEAD.replace("kind: Workload\n", "") + "spec: {guest: {os: win11}}",
            f"{HEAD}spec: {{guest: {{os: win11}}}}",
        ),
        (
            HEAD.replace("kind: Workload\n", "") + "spec: {memory: 8Gi}",
            HEAD.replace("Workload", "Host") + "spec: {memory: 8Gi}",
        ),
        (HEAD.replace("kind: Workload\n", "") + "spec: {x-own: 1}", None),
        (
            '{"apiVersion": "vmlint/v1", "metadata": {"name": "w"}, "spec": {"kind": "batch"}}',
            '{"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": {"name": "w"}, "spec": {"kind": "batch"}}',
        ),
        (f"{HEAD}spec:\n  kind: batch\n  kind: service", None),
        (f"{HEAD}spec:\n  kind: batch\n  kind: batch  # why twice?", None),
        (f"{HEAD}spec: {{kind: &k batsh, x-k: *k}}", None),
        (f'{HEAD}spec: {{kind: "bat\\x73h"}}', None),
        (f"{HEAD}spec: {{environment: dev, enviroment: dev}}", None),
        (f"{HEAD}spec:\n  instances: 0o10", f"{HEAD}spec:\n  instances: 8"),
        (f"{HEAD}spec:\n  x-own: on\n  kind: batch", f'{HEAD}spec:\n  x-own: "on"\n  kind: batch'),
        (f"{HEAD}spec:\n  x-own: 0_1\n  kind: batch", f'{HEAD}spec:\n  x-own: "0_1"\n  kind: batch'),
    ],
)
def test_only_what_is_certain_is_safe(vmlint: Vmlint, before: str, after: str | None) -> None:
    write("w.vmlint.yaml", before)
    vmlint("check", "--fix", "w.vmlint.yaml")
    assert of("w.vmlint.yaml") == (before if after is None else after)


def test_an_encoding_that_xml_declares_stays(vmlint: Vmlint) -> None:
    domain = NATIVE["vm.xml"][0].replace("<domain", '<?xml version="1.0" encoding="ISO-8859-1"?>\n<domain', 1)
    text = domain.replace("desk", "Empfang Köln")
    write("vm.xml", text.encode("latin-1"))
    vmlint("check", "--fix", "--unsafe-fixes", "vm.xml")
    assert Path("vm.xml").read_bytes() == text.replace('bus="virtio"', 'bus="sata"').encode("latin-1")


def test_a_misspelt_format_is_mended_and_a_misspelt_name_is_not(vmlint: Vmlint) -> None:
    overlaid()
    manifest = of("vm.vmlint.yaml")
    write("vm.vmlint.yaml", manifest.replace("vm.xml", "{file: vm.xml, format: libvrit}"))
    vmlint("check", "--fix")
    assert "format: libvirt}" in of("vm.vmlint.yaml")
    wrong = manifest.replace("vm.xml", "{file: vm.xml, name: dsk}")
    write("vm.vmlint.yaml", wrong)
    vmlint("check", "--fix")
    assert of("vm.vmlint.yaml") == wrong
    vmlint("check", "--fix", "--unsafe-fixes", "vm.vmlint.yaml")
    assert "name: desk}" in of("vm.vmlint.yaml")


def test_an_archive_is_not_written(vmlint: Vmlint) -> None:
    disk = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
    descriptor = (
        '<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1">\n<!-- vmlint: enviroment=dev -->\n'
        f'<VirtualSystem id="till" xmlns:rasd="{disk}"><Info>a till</Info></VirtualSystem>\n</Envelope>\n'
    ).encode()
    for name, is_archive in (("till.ova", True), ("till.ovf", False)):
        if is_archive:
            with tarfile.open(name, "w", format=tarfile.USTAR_FORMAT) as archive:
                member = tarfile.TarInfo("till.ovf")
                member.size = len(descriptor)
                archive.addfile(member, BytesIO(descriptor))
        else:
            write(name, descriptor)
        before = Path(name).read_bytes()
        assert "VM916" in vmlint("check", name).stdout
        vmlint("check", "--fix", name)
        assert (Path(name).read_bytes() == before) is is_archive


def test_standard_input_is_mended_onto_standard_output(vmlint: Vmlint) -> None:
    seen = vmlint("check", "--fix", "-", "--stdin-filename", "w.vmlint.yaml", stdin=FAULTY)
    assert seen.stdout == MENDED
    assert seen.stderr.startswith("vmlint: applied 15 fixes to w.vmlint.yaml\n")
    assert "\nnothing found: 1 workload in 1 file\n" in seen.stderr
    seen = vmlint("check", "--diff", "-", "--stdin-filename", "w.vmlint.yaml", stdin=FAULTY)
    assert seen.stdout.startswith("--- a/w.vmlint.yaml\n+++ b/w.vmlint.yaml\n@@ ")
    clean = vmlint("check", "--fix", "-", stdin=MENDED)
    assert clean.stdout == MENDED


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    "name",
    ["a b/w.vmlint.yaml", 'odd"\\\tname.vmlint.yaml', "./über/w.vmlint.yaml", "##[error]\u202e.vmlint.yaml"],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.skipif(os.name == "nt", reason="such names do not exist there")
def test_git_applies_the_patch(vmlint: Vmlint, name: str, ending: str) -> None:
    text = f"# {'x' * 40}\n" * 30 + TYPO.rstrip() + "\n---\n" + "# y\n" * 30 + TYPO.rstrip()
    write(name, text.replace("\n", ending))
    patch = vmlint("check", "--diff", name).stdout
    subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True, env={**os.environ, "GIT_DIR": os.devnull})
    assert of(name) == text.replace("prodction", "production").replace("\n", ending)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("# a \u202e b", " # a \\u202e b"),
        ("# a \x85#b", " # a \\x85#b"),
        ("# ##[error]x", " # \\x23#[error]x"),
        ("# ##vso[task.complete]x", " # \\x23#vso[task.complete]x"),
        ("labels: {a: 'x\n  ::error::y'}", "   : :error::y'}"),
    ],
)
def test_a_patch_is_inert(vmlint: Vmlint, line: str, shown: str) -> None:
    write("w.vmlint.yaml", TYPO.replace("{name: web}", f"\n  name: web\n  {line}"))
    seen = vmlint("check", "--diff", "w.vmlint.yaml")
    assert "production" in seen.stdout
    assert shown.strip() in map(str.strip, seen.stdout.split("\n"))
    assert "spells out what a log obeys, and cannot be applied; --fix makes the changes" in seen.stderr


def test_a_patch_holds_what_is_merely_invisible(vmlint: Vmlint) -> None:
    write("w.vmlint.yaml", TYPO.replace("spec:", "# \u26a0\ufe0f take care\nspec:"))
    seen = vmlint("check", "--diff", "w.vmlint.yaml")
    assert " # \u26a0\ufe0f take care\n" in seen.stdout
    assert "cannot be applied" not in seen.stderr


def test_what_cannot_be_written_is_said_and_the_rest_is_done(vmlint: Vmlint, golden: Golden) -> None:
    for name in ("a", "b", "c", "d", "e"):
        write(f"p/{name}.vmlint.yaml", TYPO)
    write("p/.git/HEAD", "")
    Path("p/a.vmlint.yaml").chmod(0o444)
    os.link("p/b.vmlint.yaml", "b.other")
    write("outside.yaml", TYPO)
    Path("p/c.vmlint.yaml").unlink()
    Path("p/c.vmlint.yaml").symlink_to("../outside.yaml")
    names = [f"p/{name}.vmlint.yaml" for name in ("a", "b", "c", "d", "e")]
    seen = vmlint("check", "--fix", "--follow-links", "--format", "concise", *names)
    assert seen.status == 2
    golden("fix/refused.txt", seen.stderr + seen.stdout)
    assert [of(name) == TYPO for name in names] == [True, True, True, False, False]
    assert sorted(os.listdir("p")) == [".git", *(f"{name}.vmlint.yaml" for name in ("a", "b", "c", "d", "e"))]


def test_a_link_inside_the_project_stays_a_link(vmlint: Vmlint) -> None:
    write(".git/HEAD", "")
    write("deep/w.vmlint.yaml", TYPO)
    Path("deep/w.vmlint.yaml").chmod(0o640)
    Path("link.vmlint.yaml").symlink_to("deep/w.vmlint.yaml")
    seen = vmlint("check", "--fix", "link.vmlint.yaml")
    assert seen.stderr == "vmlint: applied 1 fix to link.vmlint.yaml\n"
    assert (Path("link.vmlint.yaml").is_symlink(), "production" in of("deep/w.vmlint.yaml")) == (True, True)
    assert Path("deep/w.vmlint.yaml").stat().st_mode & 0o777 == 0o640


def test_a_file_that_changed_meanwhile_is_left_alone(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    write("w.vmlint.yaml", TYPO)
    synced = os.fsync

    def meanwhile(descriptor: int) -> None:
        write("w.vmlint.yaml", f"{TYPO}  kind: batch\n")
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", meanwhile)
    seen = vmlint("check", "--fix", "w.vmlint.yaml")
    assert (seen.status, seen.stderr) == (2, "vmlint: cannot write w.vmlint.yaml: it was changed meanwhile\n")
    assert (of("w.vmlint.yaml"), os.listdir()) == (f"{TYPO}  kind: batch\n", ["w.vmlint.yaml"])


def test_a_full_disk_leaves_the_file_as_it_was(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    write("w.vmlint.yaml", TYPO)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    seen = vmlint("check", "--fix", "w.vmlint.yaml")
    assert (seen.status, seen.stderr) == (2, "vmlint: cannot write w.vmlint.yaml: No space left on device\n")
    assert (of("w.vmlint.yaml"), os.listdir()) == (TYPO, ["w.vmlint.yaml"])


def test_what_was_remembered_of_a_file_does_not_outlive_its_fix(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.delenv("VMLINT_NO_CACHE")
    monkeypatch.setenv("VMLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    write("w.vmlint.yaml", TYPO)
    assert vmlint("check").status == 1
    assert vmlint("check", "--fix").status == 0
    assert vmlint("check").status == 0
    write("w.vmlint.yaml", TYPO)
    assert vmlint("check", "--diff").status == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--fix", "--diff"), "--diff writes nothing and --fix does; leave one of them out"),
        (("--fix", "--on", "kvm"), "--fix is about the files as they are; leave --on out"),
        (("--diff", "--coverage"), "--diff is about the files as they are; leave --coverage out"),
    ],
)
def test_options_that_contradict_each_other(vmlint: Vmlint, options: tuple[str, ...], message: str) -> None:
    write("w.vmlint.yaml", TYPO)
    assert vmlint("check", *options) == (2, "", f"vmlint check: error: {message}\n")


def test_nothing_to_lint(vmlint: Vmlint) -> None:
    assert vmlint("check", "--fix").status == vmlint("check", "--diff").status == 3


def test_programs_see_the_edits(vmlint: Vmlint) -> None:
    write("w.vmlint.yaml", TYPO + "---\n" + ON_XEN)
    report = json.loads(vmlint("check", "--unsafe-fixes", "--format", "json", "w.vmlint.yaml").stdout)
    jsonschema.validate(report, SCHEMA)
    fixes = [each["fixes"][0] for each in report["findings"] if each["fixes"]]
    assert [(fix["about"], fix["safe"], fix["changes"]) for fix in fixes] == [
        ("replace 'prodction' by 'production'", True, {}),
        ("set deployment.mode to pvhvm", False, {"deployment.mode": "pvhvm"}),
    ]
    assert (report["summary"]["fixable"], report["summary"]["fixableUnsafely"]) == (1, 1)


@rule("TEST091", "not-this-id", Severity.WARNING, sources=("T-1",))
def not_this_id(workload: Workload) -> Iterator[Finding]:
    """Two releases, of which the rule always wants the other one."""
    other = {"debian11": "debian12", "debian12": "debian11"}[workload.guest.os.id]
    yield finding("guest.os.id", f"write {other}", instead=other)


def test_fixes_that_undo_each_other_are_a_fault(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = plugins.Installed((not_this_id._replace(plugin="tests 1.0"),), Catalog(), ())
    monkeypatch.setattr(plugins, "load", lambda: installed)
    text = TYPO.replace("  environment: prodction", "  guest: {os: debian11}")
    write("w.vmlint.yaml", text)
    seen = vmlint("check", "--fix", "w.vmlint.yaml")
    assert (seen.status, of("w.vmlint.yaml")) == (4, text)
    assert seen.stderr == (
        "vmlint: w.vmlint.yaml stays as it was: the fixes of TEST091 undo each other; this is a fault of vmlint or of"
        " a plugin\n"
    )
