"""Waivers in comments of every format, for a line, a workload and a file; and in formats without comments."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tests.waived import SETTINGS, bare, check_bytes, lint, mended, split

NATIVE = Path(__file__).parents[2] / "examples" / "native"
SIGNS = {".xml": "<!-- {} -->", ".vbox": "<!-- {} -->", ".pvs": "<!-- {} -->", ".ovf": "<!-- {} -->", ".json": "// {}"}
WITHOUT_COMMENTS = {"firecracker"}
FLAGGED = sorted(file for file in NATIVE.glob("*/flagged*") if file.parent.name not in WITHOUT_COMMENTS)
SLASHES = {".tf": "// {}", ".hcl": "/* {} */"}


def comment(file: Path, text: str, signs: dict[str, str] = SIGNS) -> str:
    return signs.get(file.suffix, "# {}").format(f"vmlint: {text}") + "\n"


def inserted(text: str, line: int, what: str) -> str:
    """Return a text with another line before one of its lines."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line - 1], what, *lines[line - 1 :]])


@pytest.mark.parametrize("file", FLAGGED, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_a_comment_accepts_what_is_below_it_and_nothing_else(file: Path) -> None:
    text = file.read_text()
    before = lint(file.name, text).diagnostics
    assert before
    for found in before:
        waived = inserted(text, found.place.line, comment(file, f"ignore[{found.code}] as agreed until 2027-03-01"))
        counting, accepted, about = split(lint(file.name, waived))
        covered = [each for each in before if (each.code, each.place.line) == (found.code, found.place.line)]
        assert bare(accepted) == bare(covered)
        assert {each.accepted and each.accepted[:3] for each in accepted} == {("waiver", "as agreed", "2027-03-01")}
        assert {each.accepted.place.line for each in accepted if each.accepted and each.accepted.place} == {
            found.place.line
        }
        assert bare(counting) == bare(each for each in before if each not in covered)
        assert about == []


@pytest.mark.parametrize("file", FLAGGED, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_a_comment_accepts_by_name_in_a_workload_and_in_a_file(file: Path) -> None:
    text = file.read_text()
    before = lint(file.name, text).diagnostics
    first = before[0]
    same = [each for each in before if each.code == first.code and each.workload == first.workload]
    for scope, covered in (("workload", same), ("file", [each for each in before if each.code == first.code])):
        waived = inserted(text, first.place.line, comment(file, f"ignore-{scope}[{first.name}]"))
        counting, accepted, about = split(lint(file.name, waived))
        assert bare(accepted) == bare(covered)
        assert bare(counting) == bare(each for each in before if each not in covered)
        assert about == []


@pytest.mark.parametrize("file", FLAGGED, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_an_unused_comment_is_removed_by_its_fix(file: Path) -> None:
    text = file.read_text()
    before = lint(file.name, text).diagnostics
    line = before[0].place.line
    counting, accepted, about = split(lint(file.name, inserted(text, line, comment(file, "ignore[VM801] x"))))
    assert (bare(counting), accepted) == (bare(before), [])
    assert [each.code for each in about] == ["VM923"]  # VM801 is no rule any more
    idle = comment(file, "ignore[VM917] nothing here contradicts it")
    _, _, about = split(lint(file.name, inserted(text, line, idle)))
    assert [(each.code, each.place.line) for each in about] == [("VM922", line)]
    assert mended(inserted(text, line, idle), about) == text


@pytest.mark.parametrize("file", [file for file in FLAGGED if file.suffix in SLASHES], ids=lambda file: file.name)
def test_every_kind_of_comment_of_a_language(file: Path) -> None:
    text = file.read_text()
    first = lint(file.name, text).diagnostics[0]
    waived = inserted(text, first.place.line, comment(file, f"ignore[{first.code}]", SLASHES))
    _, accepted, about = split(lint(file.name, waived))
    assert (len(accepted), about) == (1, [])


BEHIND = {
    "compose.yaml": "services:\n  a:\n    image: debian:12\n    privileged: true{}\n",
    "box.tf": 'resource "vsphere_virtual_machine" "a" {{{}\n  guest_id = "windows11_64Guest"\n  firmware = "efi"\n}}\n',
    "a.cfg": 'name = "a"{}\nkernel = "/boot/vmlinuz"\nmemory = 512\ndisk = ["phy:/dev/a,xvda,w"]\n',
}


@pytest.mark.parametrize("name", BEHIND)
def test_a_comment_behind_a_line_covers_that_line(name: str) -> None:
    (first, *_) = lint(name, BEHIND[name].format("")).diagnostics
    waived = BEHIND[name].format(f"  # vmlint: ignore[{first.code}] it's agreed")
    _, accepted, about = split(lint(name, waived))
    assert [each.code for each in accepted] == [first.code]
    assert about == []
    idle = BEHIND[name].format("  # vmlint: ignore[VM917] it's agreed")
    assert mended(idle, split(lint(name, idle))[2]) == BEHIND[name].format("")


# -- where a format has no comments, or a tool drops them ------------------------------------------------------------

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    vmlint/waivers: {}
spec:
  containers: [{{name: a, image: "debian:12", securityContext: {{privileged: true}}}}]
"""
DOMAIN = """\
<domain type='kvm'>
  <name>a</name><memory unit='GiB'>4</memory>
  <metadata><v:spec xmlns:v="urn:vmlint:v1" environment="production">{}</v:spec></metadata>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <metadata><x:libosinfo xmlns:x="http://libosinfo.org/xmlns/libvirt/domain/1.0"><x:os id="http://microsoft.com/win/11"/></x:libosinfo></metadata>
</domain>
"""
COMPOSE = """\
services:
  a: {{image: "debian:12", privileged: true, x-vmlint: {{waivers: {}}}}}
  b: {{image: "debian:12", privileged: true}}
"""


def test_an_annotation_accepts_for_its_workload() -> None:
    counting, accepted, about = split(lint("pod.yaml", POD.format("ignore[VM407] as agreed until 2027-03-01")))
    assert [each.code for each in accepted] == ["VM407"]
    assert (counting, about) == ([], [])
    several = POD.format("|\n      ignore[VM407] as agreed\n      ignore[VM408] not needed")
    counting, accepted, about = split(lint("pod.yaml", several))
    assert [each.code for each in accepted] == ["VM407"]
    assert [(each.code, each.message) for each in about] == [
        ("VM922", "this waiver accepts nothing: VM408 finds nothing in this workload")
    ]


def test_an_annotation_that_is_malformed_accepts_nothing() -> None:
    counting, accepted, about = split(lint("pod.yaml", POD.format("VM407 as agreed")))
    assert ([each.code for each in counting], accepted) == (["VM407"], [])
    assert [(each.code, each.place.line, each.help) for each in about] == [
        ("VM923", 6, ("write ignore[VM407] with the reason behind it",))
    ]


def test_metadata_of_a_domain_accepts_for_it() -> None:
    before = lint("a.xml", DOMAIN.format("")).diagnostics
    code = before[0].code
    counting, accepted, about = split(lint("a.xml", DOMAIN.format(f"<v:waiver>ignore[{code}] as agreed</v:waiver>")))
    assert [each.code for each in accepted] == [code] * len(accepted) != []
    assert bare([*counting, *accepted]) == bare(before)
    assert about == []


def test_a_service_accepts_for_itself() -> None:
    for given in ('"ignore[VM407] as agreed"', '["ignore[VM407] as agreed", "ignore-workload[VM401]"]'):
        counting, accepted, _ = split(lint("compose.yaml", COMPOSE.format(given)))
        assert [(each.code, each.workload) for each in accepted] == [("VM407", "a")]
        assert [(each.code, each.workload) for each in counting] == [("VM407", "b")]


def test_notes_of_a_guest_accept_for_it() -> None:
    text = (NATIVE / "proxmox" / "flagged.conf").read_text()
    before = lint("104.conf", text).diagnostics
    counting, accepted, about = split(lint("104.conf", f"#vmlint%3A ignore[VM311] it's agreed\n{text}"))
    assert bare(accepted) == bare(each for each in before if each.code == "VM311")
    assert bare(counting) == bare(each for each in before if each.code != "VM311")
    assert about == []


def test_json_without_comments_has_no_waivers() -> None:
    file = NATIVE / "firecracker" / "flagged-too-many-cpus.json"
    text = file.read_text().replace("{", '{"_": "# vmlint: ignore-file[VM615] x",', 1)
    counting, accepted, _ = split(lint(file.name, text))
    assert (len(counting), accepted) == (1, [])


# -- in which workload a comment stands ------------------------------------------------------------------------------

TWO = """\
# vmlint: ignore-file[VM408] above all
services:
  a:
    image: debian:12
    privileged: true
{}  b:
    image: debian:12
    privileged: true
volumes:
{}  x: {{}}
"""


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        (TWO.format("    # vmlint: ignore-workload[VM407] x\n", ""), ["a"]),
        (TWO.format("  # vmlint: ignore-workload[VM407] x\n", ""), ["b"]),
        (TWO.format("  # vmlint: ignore-workload[VM407] x\n  # and why\n", ""), ["b"]),
        (TWO.format("", "  # vmlint: ignore-workload[VM407] x\n"), []),
        (TWO.format("", "  # vmlint: ignore-file[VM407] x\n"), ["a", "b"]),
    ],
)
def test_workloads_of_a_file_are_told_apart(text: str, covered: list[str]) -> None:
    counting, accepted, _ = split(lint("compose.yaml", text))
    assert [each.workload for each in accepted] == covered
    assert [each.workload for each in counting] == [name for name in ("a", "b") if name not in covered]


DOCUMENTS = "---\n".join(
    f"apiVersion: v1\nkind: Pod\n{{{number}}}metadata: {{{{name: {name}}}}}\n"
    "spec: {{containers: [{{name: x, image: 'debian:12', securityContext: {{privileged: true}}}}]}}\n"
    for number, name in enumerate("ab")
)


@pytest.mark.parametrize("number", [0, 1])
def test_documents_of_a_file_are_told_apart(number: int) -> None:
    comments = ["", ""]
    comments[number] = "# vmlint: ignore-workload[VM407] x\n"
    _, accepted, about = split(lint("pods.yaml", DOCUMENTS.format(*comments)))
    assert ([each.workload for each in accepted], about) == (["ab"[number]], [])


MACHINES = (
    'Vagrant.configure("2") do |config|\n  config.vm.box = "debian/bookworm64"\n'
    + "".join(
        f"{{}}  config.vm.define '{name}' do |m|\n{{}}    m.vm.provider 'virtualbox' do |v|\n      v.memory = 2048\n"
        "    end\n  end\n"
        for name in "ab"
    )
    + "  # vmlint: environment=production\nend\n"
)


@pytest.mark.parametrize(("number", "name"), [(0, "a"), (1, "a"), (2, "b"), (3, "b")])
def test_machines_of_a_file_are_told_apart(number: int, name: str) -> None:
    comments = [""] * 4
    comments[number] = "  # vmlint: ignore-workload[VM201] x\n"
    counting, accepted, about = split(lint("Vagrantfile", MACHINES.format(*comments)))
    assert [each.workload for each in accepted] == [name]
    assert {"a", "b"} - {each.workload for each in counting if each.code == "VM201"} == {name}
    assert about == []


# -- what a fix leaves -----------------------------------------------------------------------------------------------


DOMAIN_OF = "<domain type='kvm'>{}<name>a</name>|  <os><type>hvm</type></os>{}|</domain>|"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("compose.yaml", "services: {a: {image: 'debian:12', restart: always}}|# vmlint: ignore-file[VM917] x", "{}|"),
        ("compose.yaml", "# vmlint: ignore-file[VM917] x|services: {a: {image: 'debian:12', restart: always}}", "{}"),
        ("compose.yaml", "services: {a: {image: 'debian:12', restart: always}} # vmlint: ignore[VM917] x|", "{}|"),
        ("a.xml", DOMAIN_OF.format("<!-- vmlint: ignore[VM917] x -->", ""), DOMAIN_OF.format("", "")),
        ("a.xml", DOMAIN_OF.format("", " <!-- vmlint: ignore[VM917] x -->"), DOMAIN_OF.format("", "")),
    ],
)  # fmt: skip
def test_a_removed_comment_leaves_the_rest_as_it_was(name: str, before: str, after: str, end: str) -> None:
    text = before.replace("|", end)
    _, _, about = split(lint(name, text))
    assert [each.code for each in about] == ["VM922"]
    service = "services: {a: {image: 'debian:12', restart: always}}"
    assert mended(text, about) == after.replace("{}", service).replace("|", end)


def test_a_comment_in_an_archive_accepts_nothing() -> None:
    descriptor = (NATIVE / "ovf" / "flagged-old-server.ovf").read_text()
    line = lint("a.ovf", descriptor).diagnostics[0].place.line
    waived = inserted(descriptor, line, "<!-- vmlint: ignore-file[VM704] x -->\n").encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        member = tarfile.TarInfo("a.ovf")
        member.size = len(waived)
        archive.addfile(member, io.BytesIO(waived))
    counting, accepted, about = split(check_bytes("a.ova", packed.getvalue(), SETTINGS))
    assert ([each.code for each in counting], accepted) == (["VM704"], [])
    assert [(each.code, each.message) for each in about] == [("VM923", "a comment inside an archive accepts nothing")]
