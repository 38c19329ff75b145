"""Hints in comments, through the whole of vmlint: scripts for guests, repeated hints, malformed hints, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vmlint.api import limits

if TYPE_CHECKING:
    from tests.formats.conftest import Look, Seen

HINT = "# vmlint: environment=production\n"


def environment(seen: Seen) -> str | None:
    assert len(seen.formats) == 1
    return seen.facts().get("environment")


def problems(seen: Seen) -> list[tuple[int, int, str, tuple[str, ...]]]:
    return [
        (found.place.line, found.place.column, found.message, found.help)
        for found in seen.checked.diagnostics
        if found.code == "VM916"
    ]


# -- texts of whole lines ----------------------------------------------------------------------------------------------

TERRAFORM = 'resource "libvirt_domain" "a" {{\n  name = "a"\n  memory = 512\n{}}}\n'
PACKER = 'source "qemu" "a" {{\n  accelerator = "kvm"\n{}}}\n'
VAGRANTFILE = 'Vagrant.configure("2") do |config|\n  config.vm.box = "debian/bookworm64"\n{}end\n'
DOCKERFILE = "FROM debian:12\n{}"
WITHIN = [
    ("main.tf", TERRAFORM, "  x = <<EOT\n{}EOT\n"),
    ("main.tf", TERRAFORM, "  x = <<EOT\n{}  EOT\n"),
    ("main.tf", TERRAFORM, "  x = <<-EOT\n{}  EOT\n"),
    ("main.tf", TERRAFORM, '  x = f("a # b", <<-EOT-2\n{}  EOT-2\n  )\n'),
    ("main.tf", TERRAFORM, "  x = [\n<<A\n{}A\n,<<B\n{}B\n]\n"),
    ("main.tf", TERRAFORM, "  x = <<EOT\n  config.vm.box = 'a'\n{}    EOT\n"),
    ("a.pkr.hcl", PACKER, "  x = <<EOT\n{}EOT\n"),
    ("<stdin>", TERRAFORM, "  x = <<EOT\n{}EOT\n"),
    ("a.pkr.hcl", PACKER, "  x = <<-EOT\r\n{}  EOT\r\n"),
    ("Vagrantfile", VAGRANTFILE, "  config.vm.provision 'shell', inline: <<~SH\n{}  SH\n"),
    ("Vagrantfile", VAGRANTFILE, "  config.vm.provision 'shell', inline: <<-SH\n{}  SH\n"),
    ("Vagrantfile", VAGRANTFILE, "  config.vm.provision 'shell', inline: <<SH\n{}  SH\nSH\n"),
    ("Vagrantfile", VAGRANTFILE, "  config.vm.provision 'shell', inline: <<~'sh'\n{}  sh\n"),
    ("Vagrantfile", VAGRANTFILE, '  config.vm.provision "shell", inline: <<"sh", args: "it\'s"\n{}sh\n'),
    ("Vagrantfile", VAGRANTFILE, "  x = [<<~A, <<-B]\nB\n{}  A\n{}  B\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = <<~SH  # runs <<~XX\n{}  SH\n"),
    ("Dockerfile", DOCKERFILE, "RUN <<EOF\n{}EOF\n"),
    ("Dockerfile", DOCKERFILE, "RUN <<-EOF sh\n{}\tEOF\n"),
    ("Dockerfile", DOCKERFILE, 'RUN cat <<"EOF" > /x\n{}EOF\n'),
    ("Dockerfile", DOCKERFILE, "COPY <<-'A.b' <<C /x/\n{}\t\tA.b\n{}C\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = [<<~A, <<~A]\n{}  A\n{}  A\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = <<~SH\nlocals {\n{}  SH\n"),
    ("Vagrantfile", "loop {{\n  break\n}}\n" + VAGRANTFILE, "  x = <<~SH\n{}  SH\n"),
    ("Dockerfile", "from debian:12\n{}", "run <<EOF\n{}EOF\n"),
    ("Dockerfile", "# head\n\nARG v=12\nfrom debian:$v\n{}", "run 3<<EOF\n{}EOF\n"),
]


@pytest.mark.parametrize(("name", "file", "script"), WITHIN)
def test_a_script_for_the_guest_holds_no_hints(look: Look, name: str, file: str, script: str) -> None:
    text = file.format(script.replace("{}", f"{HINT}# vmlint: see docs\n"))
    seen = look(name, text)
    assert (environment(seen), problems(seen)) == (None, [])
    seen = look(name, f"{text}# vmlint: environment=dev\n")
    assert (environment(seen), problems(seen)) == ("dev", [])
    assert seen.at("environment") == (len(text.splitlines()) + 1, 11)


OUTSIDE = [
    ("main.tf", TERRAFORM, "  # as in <<EOT\n{}  x = <<EOT\n  b\nEOT\n"),
    ("main.tf", TERRAFORM, "  y = 1 // <<EOT\n{}  x = <<EOT\n  b\nEOT\n"),
    ("main.tf", TERRAFORM, '  y = "<<EOT"\n{}  x = <<EOT\n  b\nEOT\n'),
    ("main.tf", TERRAFORM, "  x = <<EOT\nEOT\n{}  y = <<EOT\n  b\nEOT\n"),
    ("Vagrantfile", 'Vagrant.configure("2") do |config|\nend\n{}', "  x = <<~SH\n{}  EOS\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = <<SH\n{}  SH\n"),
    ("Vagrantfile", VAGRANTFILE, "  # <<~SH\n{}  x = <<~SH\n  b\n  SH\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = '<<~SH' \n{}  y = <<~SH\n  b\n  SH\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = a<<LIMIT\n{}LIMIT\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = 1 << LIMIT\n{}LIMIT\n"),
    ("Vagrantfile", VAGRANTFILE, "  x = a <<limit\n{}limit\n"),
    ("Dockerfile", DOCKERFILE, "# RUN <<EOF\n{}RUN <<EOF\nls\nEOF\n"),
    ("Dockerfile", DOCKERFILE, 'RUN echo "a <<EOF b"\n{}RUN <<EOF\nls\nEOF\n'),
    ("Dockerfile", DOCKERFILE, "RUN x=$((1 << 2)); y<<EOF\n{}EOF 1\n"),
    ("m.xml", "<domain type='kvm'><name>a</name><os><type>hvm</type></os>{}</domain>",
     "<title><![CDATA[\ncat <<EOF\n]]></title><!-- vmlint: environment=production --><os>\nEOF\n</os>"),
    ("a.conf", 'guest_os="linux"\ndisk_img="a/disk.qcow2"\n{}', "x=1 <<EOF\n{}EOF\n"),
    ("100.conf", "name: a\nsmbios1: uuid=7b10d7af-b932-4c66-b2c3-3996152ec465\n{}", "args: <<EOF\n{}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file", "lines"), OUTSIDE)
def test_what_is_no_such_text_hides_no_hint(look: Look, name: str, file: str, lines: str) -> None:
    assert environment(look(name, file.replace("{}", lines).replace("{}", HINT).replace("{{", "{"))) == "production"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.tf", TERRAFORM.format("".join(f"  x{n} = <<E{n}\n" for n in range(10_000)))),
        ("main.tf", TERRAFORM.format("  x = 1\n" + "# <<A\n  A\n" * 10_000)),
        ("Vagrantfile", VAGRANTFILE.format("  x = <<A\n  A\n" * 5_000)),
        ("Vagrantfile", VAGRANTFILE.format("  x = " + '"\\' * 20_000 + "<<~A\n")),
        ("Vagrantfile", VAGRANTFILE.format("  x = " + "<<~A " * 10_000 + "\n  A\n")),
        ("Dockerfile", DOCKERFILE.format("RUN " + "<<A " * 200_000 + "\n" + "A\n" * 50_000)),
        ("Dockerfile", DOCKERFILE.format("RUN <<A\n" + " A\n" * 100_000)),
    ],
)
def test_time_grows_with_the_length_only(look: Look, name: str, text: str) -> None:
    """The time is not asserted: quadratic code would hang."""
    assert look(name, f"# vmlint: environment=dev\n{text}").checked.crashes == ()


# -- repeated hints ----------------------------------------------------------------------------------------------------

XL = 'name = "a"\ntype = "pv"\nkernel = "/k"\nmemory = 512\n'


def test_of_two_hints_the_first_counts(look: Look) -> None:
    seen = look("a.cfg", f"{HINT}# vmlint: instances=2\n# vmlint: spec.environment = dev\n{XL}")
    assert seen.facts()["environment"] == "production"
    assert seen.at("environment") == (1, 11)
    message = "the hint environment=dev differs from environment=production in line 1, which counts"
    assert problems(seen) == [(3, 11, message, ("keep one of the two",))]


@pytest.mark.parametrize(
    "lines",
    [
        "# vmlint: environment=production\n# vmlint: environment='production'",
        "# vmlint: guest.drivers=[virtio-win, xen-pv]\n# vmlint: guest.drivers=[virtio-win,'xen-pv']",
        "# vmlint: labels.a=x\n# vmlint: labels.b=y\n# vmlint: labels.a=x",
    ],
)
def test_two_equal_hints_are_accepted(look: Look, lines: str) -> None:
    assert problems(look("a.cfg", f"{XL}{lines}\n")) == []


def test_a_hint_is_reported_once_in_a_file_of_several_formats(look: Look) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: x}]}\n"
    machine = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: b}\nspec: {template: {spec: {}}}\n"
    seen = look("k.yaml", f"# vmlint: colour=red\n# vmlint: what\n{pod}---\n{machine}")
    assert seen.formats == ("kubernetes", "kubevirt")
    assert [each[:2] for each in problems(seen)] == [(1, 11), (2, 11)]


# -- malformed hints ---------------------------------------------------------------------------------------------------

NONE = "the hint `{}` is not understood: a hint is path=value"
GENERAL = "write path=value, as in environment=production"
NO_VALUE = "the hint environment has no value"
MALFORMED = {
    "environment: production": (NONE, "write environment=production"),
    "spec.environment:production": (NONE, "write environment=production"),
    "`environment=production`": (NONE, "write environment=production"),
    "{environment: production}": (NONE, "write environment=production"),
    "- environment: 'production'": (NONE, "write environment=production"),
    "enviroment: production": (NONE, "write environment=production"),
    "environment production": (NONE, "write environment=production"),
    "guest.os: debian12": (NONE, "write guest.os=debian12"),
    "environment: nowhere": (NONE, GENERAL),
    "environment is production": (NONE, GENERAL),
    "enviroment production": (NONE, GENERAL),
    "memory: 4Gi": (NONE, GENERAL),
    "requirements: high": (NONE, GENERAL),
    "deployment.cpuModel host by default": (NONE, GENERAL),
    "offline: true": (NONE, GENERAL),
    "see docs": (NONE, GENERAL),
    "ok": (NONE, GENERAL),
    "environment": (NO_VALUE, "write environment=value, as in environment=production"),
    "environment = ": (NO_VALUE, "write environment=value, as in environment=production"),
    "colour=": ("the hint colour has no value", GENERAL),
}


@pytest.mark.parametrize("hint", MALFORMED)
def test_a_malformed_hint_is_reported(look: Look, hint: str) -> None:
    message, help = MALFORMED[hint]
    ((line, column, seen, (helped,)),) = problems(look("a.cfg", f"{XL}x = 1  # vmlint: {hint}\n"))
    assert (line, column, seen) == (5, 18, message.format(hint))
    assert helped.startswith(help)


def test_a_broken_hint_is_shown_in_part(look: Look) -> None:
    ((_, _, message, help),) = problems(look("a.cfg", f"{XL}# vmlint: environment: {'production ' * 50}\n"))
    assert message == NONE.format(f"environment: {'production ' * 50}"[:60] + "…")
    assert help == (GENERAL,)


DOMAIN = "<domain type='kvm'>{}<name>a</name><memory unit='GiB'>1</memory><os><type>hvm</type></os></domain>\n"
CONTINUED = {
    "#": ("a.cfg", XL + "# vmlint:\n#   environment=production\n", (5, 3)),
    "##": ("a.cfg", XL + "## vmlint: \n## environment: production\n", (5, 4)),
    "//": ("main.tf", TERRAFORM.format("") + "// vmlint:\n// environment=production\n", (5, 4)),
    "# ": ("compose.yaml", "# vmlint:\n# environment=production\nservices: {a: {image: x}}\n", (1, 3)),
    "<!-- --": ("a.xml", DOMAIN.format("<!-- vmlint:\n environment=production -->"), (1, 25)),
    "<!--": ("a.xml", DOMAIN.format("\n<!--\n  vmlint: environment=production\n-->"), (3, 11)),
    "/*": ("main.tf", "/*\n * vmlint: environment=production\n */\n" + TERRAFORM.format(""), (2, 12)),
}


@pytest.mark.parametrize("kind", CONTINUED)
def test_a_hint_is_a_comment_in_one_line(look: Look, kind: str) -> None:
    name, text, place = CONTINUED[kind]
    seen = look(name, text)
    assert environment(seen) is None
    ends = {"<": " -->", "/*": " */"}.get(kind[0] if kind[0] == "<" else kind, "")
    sign = kind.split()[0]
    help = f"write {sign} vmlint: environment=production{ends}"
    assert problems(seen) == [(*place, "a hint is a comment in one line", (help,))]


SILENT = [
    ("a.cfg", XL + "# run vmlint: it checks\n"),
    ("a.cfg", XL + "# see vmlint: environment\n"),
    ("a.cfg", XL + "# checked -- vmlint: it is fine\n"),
    ("a.cfg", XL + "# first this ; vmlint: then that\n"),
    ("a.cfg", XL + "# not a hint: # vmlint: something\n"),
    ("a.cfg", XL + 'x = "a # vmlint: see docs"\n'),
    ("a.cfg", XL + "x = 1 -- vmlint: see docs\n"),
    ("a.cfg", XL + "# vmlint:\n"),
    ("a.cfg", XL + "# vmlint:\n# image: debian\n# environment:\n"),
    ("a.cfg", XL + "# vmlint:\nenvironment = 'dev'\n"),
    ("a.cfg", XL + "# vmlint:\n# kind: service\n"),
    ("a.cfg", XL + "# vmlint:\n# enviroment: production\n"),
    ("a.cfg", XL + "# vmlint:\n\n# environment=production\n"),
    ("a.cfg", XL + "# vmlint://docs\n"),
    ("a.yaml", "services:\n  a:\n    image: x\n    command: vmlint:see\n#  vmlint:\n#    image: ghcr.io/a/vmlint:1\n"),
    ("compose.yaml", "# vmlint:\nservices: {a: {image: x}}\n"),
    ("compose.yaml", "# vmlint:\nservices: {a: {image: x}}\n# environment=production\n"),
    ("Dockerfile", "FROM debian:12\nCOPY a/* /b\nRUN echo \\\n  vmlint: environment=dev\n"),
    ("a.yaml", "services: {a: {image: x}}\nx-a: |\n  # vmlint: see docs\nx-b: \"# vmlint: see docs\"\n"),
    ("a.xml", DOMAIN.format("<description>\n# vmlint: see docs\n</description>")),
    ("a.xml", DOMAIN.format("<!-- about\n vmlint: see docs -->")),
    ("a.xml", DOMAIN.format("<!-- a --><description>\nvmlint: environment=dev\n</description>")),
    ("main.tf", TERRAFORM.format('  x = "a/*"\n') + "// vmlint:\n\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), SILENT)
def test_prose_about_vmlint_is_left_alone(look: Look, name: str, text: str) -> None:
    seen = look(name, text)
    assert len(seen.formats) == 1
    assert problems(seen) == []


@pytest.mark.parametrize("line", ["# vmlint: a b" * 20_000, "# vmlint:\n" * 50_000, "# vmlint: " + "-*'" * 100_000])
def test_broken_hints_cost_no_time(look: Look, line: str) -> None:
    assert len(problems(look("main.tf", f"{line}\n{TERRAFORM.format('')}"))) <= 1
    assert len(problems(look("a.cfg", XL + "# vmlint: what\n" * 300))) == 200
    half = "".join(f"# vmlint: labels.n{number}=x\n" for number in range(150))
    assert len(problems(look("a.cfg", f"{XL}{half}" + "# vmlint: what\n" * 100))) == 50


# -- the notes of Proxmox VE -------------------------------------------------------------------------------------------

MACHINE = "name: a\nsmbios1: uuid=7b10d7af-b932-4c66-b2c3-3996152ec465\n{}\n"
CONTAINER = "arch: amd64\nhostname: a\nostype: alpine\n{}\nrootfs: local:101/a.raw\n"
NOTES = {
    "#vmlint%3A environment=production": 12,
    "#vmlint%3aenvironment = production": 11,
    "##vmlint%3A environment=production": 13,
    "## vmlint%3A environment=production": 14,
    "#<!-- vmlint%3A environment=production -->": 17,
    "#/* vmlint%3A environment=production */": 15,
    "#one%0D%0Avmlint%3A environment=production": 21,
    "description: vmlint%3A environment=production": 24,
    "description: vmlint: environment=production": 22,
    "description: web%0A%0A# vmlint%3A environment=production%0A": 35,
    "description: web%0A# vmlint: environment=production": 30,
    "description: # vmlint: environment=production": 24,
    "#vmlint: environment=production": 10,
}


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize(("name", "file", "line"), [("100.conf", MACHINE, 3), ("101.conf", CONTAINER, 4)])
def test_hints_in_notes(look: Look, name: str, file: str, line: int, note: str) -> None:
    seen = look(name, file.format(note))
    assert (environment(seen), seen.at("environment"), problems(seen)) == ("production", (line, NOTES[note]), [])
    place = seen.native().place("environment")
    assert note[place.column - 1 : place.end_column - 1].replace(" ", "") == "environment=production"


def test_several_hints_in_a_note(look: Look) -> None:
    line = "description: vmlint%3A environment=dev%0Avmlint%3A requirements.devices.pci=10de%3A20f1%0Aend"
    seen = look("100.conf", MACHINE.format(line))
    facts = seen.facts()
    assert (facts["environment"], facts["requirements.devices.pci"]) == ("dev", "10de:20f1")
    place = seen.native().place("requirements.devices.pci")
    assert (place.line, place.column) == (3, 52)
    assert line[place.column - 1 : place.end_column - 1] == "requirements.devices.pci=10de%3A20f1"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("%C3%A4%3Ab", "ä:b"),
        ("%ZZ%4", "%ZZ%4"),
        ("a%FF", "a%FF"),
        ("a%1B[31m", "a%1B[31m"),
        ("a%E2%80%AEb", "a%E2%80%AEb"),
        ("100%25", "100%"),
    ],
)
def test_notes_are_decoded_where_that_gives_a_text(look: Look, text: str, label: str) -> None:
    seen = look("100.conf", MACHINE.format(f"#vmlint%3A labels.owner={text}"))
    assert seen.native().workload.labels == {"owner": label}


@pytest.mark.parametrize(
    "note",
    [
        "#see vmlint%3A environment=dev",
        "description: see vmlint%3A environment=dev",
        "tags: vmlint%3A environment=dev",
        "[snapshot]\n#vmlint%3A environment=dev",
        "[snapshot]\ndescription: vmlint%3A environment=dev",
        "#vmlint%3A//docs",
        "#vmlint%3A",
        "#%76mlint%3A environment=dev",
    ],
)
def test_other_notes_are_ignored(look: Look, note: str) -> None:
    seen = look("100.conf", MACHINE.format(note))
    assert (environment(seen), problems(seen)) == (None, [])


def test_a_wrong_note_is_reported_at_its_place(look: Look) -> None:
    lines = "#vmlint%3A environment%3A dev\n#vmlint%3A instances=2\n#vmlint%3A instances='2'\n#vmlint%3A instances=3"
    seen = look("100.conf", MACHINE.format(lines))
    assert seen.facts()["instances"] == "2"
    differs = "the hint instances=3 differs from instances=2 in line 4, which counts"
    assert problems(seen) == [
        (3, 12, NONE.format("environment: dev"), ("write environment=dev",)),
        (6, 12, differs, ("keep one of the two",)),
    ]


def test_a_note_may_not_contradict_a_comment(look: Look) -> None:
    seen = look("100.conf", MACHINE.format("#vmlint%3A environment=production\n# vmlint: environment=dev"))
    assert environment(seen) == "dev"
    assert seen.at("environment") == (4, 11)
    message = "the hint environment=production differs from environment=dev in line 4, which counts"
    assert problems(seen) == [(3, 12, message, ("keep one of the two",))]


@pytest.mark.parametrize(
    "note",
    [
        "#vmlint: what",
        "#<!-- vmlint: what -->",
        "description: # vmlint: what",
        "description: <!-- vmlint: what -->",
        "description:\t# vmlint: what",
        "description: web%0A<!-- vmlint: what -->",
        "#vmlint%3A what",
    ],
)
def test_a_note_is_read_once(look: Look, note: str) -> None:
    assert len(problems(look("100.conf", MACHINE.format(note)))) == 1


def test_an_endless_note_takes_no_time(look: Look) -> None:
    for note in ("vmlint%3A a=b%0A" * 50_000, "%0A" * 300_000 + "vmlint%3A a=b", "vmlint" + " " * 900_000 + "x"):
        assert len(problems(look("100.conf", MACHINE.format(f"#{note}")))) <= 200
        assert len(problems(look("100.conf", MACHINE.format(f"description:{note}")))) <= 200
    seen = look("100.conf", MACHINE.format("description: " + "vmlint%3A what%0A" * 300))
    assert len(problems(seen)) == 200


def test_hints_to_many_workloads_are_bounded(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    hints = "# vmlint: environment=dev\n# vmlint: guest.platform=linux/amd64\n"
    services = "".join(f"  s{number}: {{image: 'a:1'}}\n" for number in range(10))
    monkeypatch.setattr(limits, "HINTED", 20)
    assert look("compose.yaml", f"{hints}services:\n{services}").problems == []
    monkeypatch.setattr(limits, "HINTED", 19)
    found = look("compose.yaml", f"{hints}services:\n{services}")
    assert [code for code, *_ in found.problems] == ["VM904"]
    assert len(found.names) == 9
