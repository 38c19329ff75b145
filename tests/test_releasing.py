"""What releases are made with: pinned, and listed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pinned(file: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / file).read_text("utf-8")))


def test_what_builds_a_release_is_pinned_with_hashes() -> None:
    text = (ROOT / "build-requirements.txt").read_text("utf-8")
    entries = re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]
    assert all(re.fullmatch(r"\S+==\S+( \\\n    --hash=sha256:[0-9a-f]{64})+\n", entry) for entry in entries)
    assert pinned("build-requirements.txt").items() <= pinned("constraints.txt").items()
    asked = {re.split(r"[<>=]", each)[0].lower() for each in PROJECT["build-system"]["requires"]}
    assert asked | {"build"} <= {name.lower() for name in pinned("build-requirements.txt")}
    assert "://" not in text


def test_no_workflow_installs_what_is_not_pinned() -> None:
    release = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    assert [line.strip() for line in release.splitlines() if "pip install" in line] == [
        "pip install --require-hashes --only-binary :all: --requirement build-requirements.txt"
    ]
    assert "build --no-isolation" in release
    for file in (ROOT / ".github/workflows").iterdir():
        text = file.read_text("utf-8")
        assert "\npermissions: {}\n" in text
        used = re.findall(r"uses: (\S+)", text)
        assert all(each == "./" or re.search(r"@[0-9a-f]{40}$", each) for each in used)


def sbom() -> str:
    made = subprocess.run([sys.executable, ROOT / "releasing/sbom.py"], capture_output=True, check=True, text=True)
    return made.stdout


def test_bill_of_materials() -> None:
    text = sbom()
    assert text == sbom()
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert not {"serialNumber", "timestamp"} & {*bill, *bill["metadata"]}  # the same versions, the same bytes
    parts = {each["name"]: each for each in bill["components"]}
    assert all(each["purl"] == each["bom-ref"] == f"pkg:pypi/{name}@{each['version']}" for name, each in parts.items())
    declared = {re.split(r"[<>=]", each)[0].lower() for each in PROJECT["project"]["dependencies"]}
    required = {name for name, each in parts.items() if each["scope"] == "required"}
    assert declared <= required
    assert {"markdown-it-py", "referencing"} <= required  # what these need
    assert {"pygls", "cattrs"} <= parts.keys() - required
    assert not {"pytest", "mypy", "ruff"} & parts.keys()
    own = bill["metadata"]["component"]["bom-ref"]
    links = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert links.keys() == {own, *(each["bom-ref"] for each in parts.values())}
    assert {on for each in links.values() for on in each} == links.keys() - {own}
