"""Work grows with the size of a file and no faster, in every reader and every kind of configuration.

A part of a real file is repeated, and the calls of functions are counted, which are the same on every machine. Where
they grow as the square of the size, a file of a few kilobytes stops a gate. What one regular expression costs is no
call, and not seen here.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

from tests.conftest import Vmlint
from tests.properties import TIMES

ROOT = Path(__file__).parent.parent
NATIVE = sorted(ROOT.glob("examples/native/*/flagged*"))
HOSTS = sorted({each.stem.partition("-")[0]: each for each in ROOT.glob("tests/formats/hosts/*.in")}.values())
"""One of each kind."""
WEB = 'services:\n  web:\n    image: "nginx:1.29"\n    privileged: true\n'
MANIFEST = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: hmi, labels: {team: a}}\nspec:\n"
    "  environment: production\n"
    "  guest: {os: win2k22, arch: amd64}\n  resources: {cpu: 4, memory: 8Gi}\n"
    "  requirements: {isolation: {level: strong}, devices: {pci: ['10de:20f1']}}\n"
    "  deployment: {architecture: paravirtualization, platform: xen}\n"
    "# vmlint: ignore[VM301] it is known\n"
)
SETTINGS = {
    "vmlint.toml": 'profile = "default"\nignore = ["VM407"]\nexclude = ["old/**", "*.bak"]\n'
    '[severity]\nVM408 = "note"\n'
    '[[overrides]]\npaths = ["prod/**"]\ncontext = {environment = "production"}\n'
    '[[waivers]]\nrule = "VM409"\npath = "compose.yaml"\nreason = "it is known"\n',
    ".gitignore": "build/\n*.log\n!keep.log\n/a/**/b\n**/c\n[a-z]*.tmp\n",
    "CODEOWNERS": "* @ops\n/prod/ @ops @security\n*.yaml dev@example.org\n",
    "vmlint-baseline.json": '{\n "version": 1,\n "entries": [\n'
    '  {"file": "a.yaml", "code": "VM407", "count": 1}\n ]\n}\n',
    "catalog/own.yaml": "apiVersion: vmlint/v1\nkind: Software\nmetadata: {name: shop}\nspec:\n  names: [acme/shop]\n"
    "  needs:\n  - {feature: cpu.avx, grade: starts}\n",
}
TOKENS = (
    *[
        "[",
        "{",
        "(",
        ")",
        "]",
        "}",
        "<",
        ">",
        "\\",
        "/",
        ".",
        "*",
        "?",
        ":",
        ",",
        "-",
        "&",
        "!",
        "'",
        '"',
        "#",
        "=",
        ";",
        "|",
        "~",
        "%",
        "@",
        "$",
        "^",
        "+",
        "_",
    ],
    *[
        "/\\",
        "${",
        "%(",
        "{{",
        "{%",
        "<%",
        "<a>",
        "</a>",
        "<!--",
        "-->",
        "/*",
        "*/",
        "<<",
        "*a",
        "&a",
        "!a",
        "**/",
        "a/",
        "[[:",
    ],
    *["for", "def", "do", "if", "end", "|a|", "][", "''", "0", "a", "é"],
    *("- ", "? ", ": ", " ", "\t", "a b ", "a=b ", "a: b ", "a: {", "do |a| ", "x do\n", "[a]\n", "- a\n", "a:\n "),
)
"""What nests, quotes, or begins something in one of the languages."""


class Grown(NamedTuple):
    """A text with a part that is repeated."""

    before: str
    part: str
    after: str
    times: int

    def repeated(self, factor: int) -> str:
        """Return the text with its part repeated so many times more."""
        return self.before + self.part * (self.times * factor) + self.after


def parts(name: str, text: str) -> Iterator[Grown]:
    """Yield ways in which a text can grow, always the same ones."""
    chosen = random.Random(name)
    lines = text.splitlines(keepends=True)
    yield Grown("", text.rstrip("\n") + ("\n---\n" if "\n---\n" in text or "yaml" in name else "\n"), "", 10)
    for _ in range(TIMES):
        at = chosen.randrange(len(lines))
        before, line, after = "".join(lines[:at]), lines[at].rstrip("\n"), "".join(lines[at + 1 :])
        word = chosen.choice(line.split() or ["x"])
        start = line.find(word) + len(word)
        before_word, after_word = before + line[:start], f"{line[start:]}\n{after}"
        yield chosen.choice(
            (
                Grown(before, f"{line}\n", after, 50),
                Grown(before_word, f" {word}", after_word, 100),
                Grown(before_word, chosen.choice(TOKENS), after_word, 200),
            )
        )


def calls(vmlint: Vmlint, *arguments: str) -> int:
    """Count the calls of functions of a run."""
    counted = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        vmlint(*arguments)
    finally:
        sys.setprofile(None)
    return counted


def grows_alike(vmlint: Vmlint, name: str, text: str, *arguments: str) -> None:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    vmlint(*arguments)  # imports what it needs
    for grown in parts(name, text):
        counted: list[int] = []
        for factor in (1, 2, 4, 8):
            if factor == 8 and not is_steeper(*counted):
                break
            file.write_bytes(grown.repeated(factor).encode())
            counted.append(calls(vmlint, *arguments))
        # Where something begins at a certain size, there is one step. What grows as a square is steep again.
        assert len(counted) < 4 or not is_steeper(*counted[1:]), (grown.part, counted)


def is_steeper(once: int, twice: int, fourfold: int) -> bool:
    """Whether twice as much more costs far more than twice as much; of a square it is four times."""
    return fourfold - twice > 2.6 * max(twice - once, 0) + 0.1 * fourfold + 3_000


@pytest.mark.parametrize("file", NATIVE, ids=lambda file: file.parent.name)
def test_a_file_of_another_tool(vmlint: Vmlint, file: Path) -> None:
    grows_alike(vmlint, file.name, file.read_text(encoding="utf-8"), "check", "--no-cache", file.name)


@pytest.mark.parametrize("file", HOSTS, ids=lambda file: file.stem)
def test_what_describes_a_host(vmlint: Vmlint, file: Path) -> None:
    if b"\0" not in file.read_bytes():
        text = file.read_text(encoding="utf-8", errors="replace")
        grows_alike(vmlint, file.stem, text, "host", "--from", file.stem)


def test_a_manifest(vmlint: Vmlint) -> None:
    grows_alike(vmlint, "a.vmlint.yaml", MANIFEST, "check", "--no-cache", "a.vmlint.yaml")


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(vmlint: Vmlint, name: str) -> None:
    Path(".git").mkdir()
    Path("compose.yaml").write_text(WEB)
    Path("sub").mkdir()
    Path("sub/compose.yaml").write_text(WEB)
    if name.startswith("catalog/"):
        Path("vmlint.toml").write_text('catalog = ["catalog"]\n')
    form = ("--format", "gitlab") if name == "CODEOWNERS" else ()
    grows_alike(vmlint, name, SETTINGS[name], "check", "--no-cache", *form, ".")


NUMBERED = {
    "mounts of a service": (
        "compose.yaml",
        "services:\n  s:\n    image: nginx:1.29\n    volumes:\n",
        "    - /var/run/{0}/docker.sock:/x{0}\n",
    ),
    "services with a secret": (
        "compose.yaml",
        "services:\n",
        "  s{0}: {{image: 'nginx:1.29', privileged: true, environment: {{DB_PASSWORD: hunter{0}hunter}}}}\n",
    ),
    "containers of a pod": (
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n",
        "  - {{name: c{0}, image: 'i{0}:1', securityContext: {{capabilities: {{add: [CAP{0}]}}}}}}\n",
    ),
    "mounts of a container": (
        "a.lxc",
        "lxc.uts.name = a\nlxc.rootfs.path = dir:/x\nlxc.arch = amd64\n",
        "lxc.mount.entry = /etc etc{0} none bind 0 0\n",
    ),
    "devices of a machine": (
        "a.vmlint.yaml",
        MANIFEST.replace("['10de:20f1']", "[]")
        + "---\n"
        + MANIFEST.partition("    pci")[0].partition("devices")[0]
        + "devices: {pci: [",
        "'10de:{0:04x}', ",
    ),
    "here-documents that never end": ("Vagrantfile", "Vagrant.configure('2') do |c|\n", "x <<A{0}\n"),
    "disks and controllers": (
        "d.xml",
        "<domain type='kvm'><name>a</name><os><type>hvm</type></os><devices>",
        "<disk><target dev='sd{0}' bus='scsi'/><address controller='x'/></disk><controller type='scsi' index='{0}'/>\n",
    ),
    "attributes with a prefix": (
        "d.xml",
        "<domain type='kvm' xmlns:p='urn:p'><name>a</name><os><type>hvm</type></os><devices>",
        "<disk p:a='1' p:b='2' p:c='3' p:d='4' p:e='5' p:f='6' p:g='7' p:h='8' a='{0}'/>\n",
    ),
}
ENDS = {"a.vmlint.yaml": "]}}\n", "d.xml": "</devices></domain>\n", "Vagrantfile": "end\n"}
"""Name of a file, how it begins, and a part that is written with a number of its own each time."""


@pytest.mark.parametrize("kind", NUMBERED)
def test_entries_that_all_differ(vmlint: Vmlint, kind: str) -> None:
    """Each may have a finding of its own, which must not carry all others with it."""
    name, before, part = NUMBERED[kind]
    end = ENDS.get(name, "")
    arguments = ("check", "--no-cache", "--format", "concise", name)
    Path(name).write_text(before + part.format(0) + end)
    vmlint(*arguments)  # imports what it needs
    counted: list[int] = []
    for number in (100, 200, 400, 800):
        Path(name).write_text(before + "".join(map(part.format, range(number))) + end)
        counted.append(calls(vmlint, *arguments))
    assert not is_steeper(*counted[1:]), counted


def test_what_is_steep() -> None:
    assert is_steeper(10_000, 40_000, 160_000)
    assert not is_steeper(10_000, 20_000, 40_000)
    assert not is_steeper(10_000, 10_000, 12_000)
