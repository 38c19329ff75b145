"""What is fuzzed: a file of each format, of each kind of description of a host, and of each kind of configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
RULE = "rules/*/vm*.yaml"
SETTINGS = {
    "vmlint.toml": b'profile = "default"\nignore = ["VM407"]\nexclude = ["old/**"]\n[severity]\nVM408 = "note"\n'
    b'[[overrides]]\npaths = ["prod/**"]\ncontext = {environment = "production", labels.owner = "shop"}\n'
    b'[[waivers]]\nrule = "VM409"\npath = "compose.yaml"\nreason = "it is known"\nuntil = 2027-03-01\n',
    "pyproject.toml": b'[tool.vmlint]\nselect = ["VM4"]\nhost = "host.yaml"\n',
    ".gitignore": b"build/\n*.log\n!keep.log\n/a/**/b\n**/c\n[a-z]*.tmp\n\\#x\n",
    "CODEOWNERS": b"* @ops\n/prod/ @ops @security\n*.yaml dev@example.org\n",
    "vmlint-baseline.json": b'{"version": 1, "entries": [{"file": "a.yaml", "code": "VM407", "count": 1}]}\n',
    "catalog/own.yaml": b"apiVersion: vmlint/v1\nkind: Software\nmetadata: {name: shop}\nspec:\n  names: [acme/shop]\n"
    b"  needs:\n  - {feature: cpu.avx, grade: starts}\n",
}


class Subject(NamedTuple):
    """One file to change."""

    kind: str
    """``file``, ``host`` or ``settings``."""
    name: str
    """As what it is read."""
    data: bytes


def subjects() -> list[Subject]:
    """Return all subjects, in the same order everywhere."""
    return [*_files(), *_hosts(), *(Subject("settings", name, data) for name, data in SETTINGS.items())]


def _files() -> Iterator[Subject]:
    for file in sorted((ROOT / "examples/native").glob("*/*")):
        yield Subject("file", file.name, file.read_bytes())
    for file in sorted(ROOT.glob(RULE)):
        first = file.read_bytes().split(b"\n---\n")[0]
        yield Subject("file", f"{file.stem}.vmlint.yaml", first)


def _hosts() -> Iterator[Subject]:
    for file in sorted((ROOT / "tests/formats/hosts").glob("*.in")):
        yield Subject("host", file.stem, file.read_bytes())
