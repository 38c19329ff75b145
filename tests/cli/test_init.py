"""``vmlint init``: a first manifest that lints clean, and nothing overwritten."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from vmlint.extend import plugins
from vmlint.extend.plugins import Plugin

if TYPE_CHECKING:
    from tests.conftest import Vmlint

ROOT = Path(__file__).parents[2]
FILES = ["workload.vmlint.yaml", ".vmlint/workload.json", ".vmlint/host.json", ".vmlint/manifest.json"]


def test_files(vmlint: Vmlint) -> None:
    seen = vmlint("init")
    assert (seen.status, seen.stdout) == (0, "")
    assert re.findall(r"wrote (\S+)", seen.stderr) == FILES
    assert all(Path(name).is_file() for name in FILES)


def test_manifest_lints_clean(vmlint: Vmlint) -> None:
    vmlint("init")
    seen = vmlint("check", "--fail-on", "note")
    assert seen.status == 0, seen.stdout
    assert "nothing found: 1 workload in 1 file" in seen.stdout


def test_manifest_names_a_schema_that_accepts_it(vmlint: Vmlint) -> None:
    vmlint("init")
    text = Path("workload.vmlint.yaml").read_text("utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named
    jsonschema.validate(yaml.safe_load(text), json.loads(Path(named[1]).read_text("utf-8")))


def test_everything_that_is_commented_out_is_valid_too(vmlint: Vmlint) -> None:
    vmlint("init")
    path = Path("workload.vmlint.yaml")
    text = re.sub(r"^( *)# (?=(startup|density|mobility|hostRef):)", r"\1", path.read_text("utf-8"), flags=re.M)
    assert text.count("hostRef: host.yaml\n") == 1
    path.write_text(text, "utf-8")
    Path("host.yaml").write_text(vmlint("host").stdout, "utf-8")
    found = json.loads(vmlint("check", "--format", "json").stdout)["findings"]
    assert [each for each in found if each["code"].startswith("VM9")] == []


def test_again_does_nothing(vmlint: Vmlint) -> None:
    vmlint("init")
    seen = vmlint("init")
    assert (seen.status, seen.stderr) == (0, "vmlint: nothing to do: all files are there\n")


def test_nothing_is_overwritten(vmlint: Vmlint) -> None:
    Path("workload.vmlint.yaml").write_text("mine\n", "utf-8")
    seen = vmlint("init")
    assert (seen.status, seen.stdout) == (2, "")
    assert "workload.vmlint.yaml exists already and was left as it is; --force overwrites it" in seen.stderr
    assert not Path(".vmlint").exists()
    assert vmlint("init", "--force").status == 0
    assert "billing-db" in Path("workload.vmlint.yaml").read_text("utf-8")


def test_links_are_not_followed(vmlint: Vmlint) -> None:
    Path("elsewhere").mkdir()
    Path(".vmlint").symlink_to("elsewhere")
    seen = vmlint("init", "--force")
    assert seen.status == 2
    assert "is reached through a link" in seen.stderr
    assert list(Path("elsewhere").iterdir()) == []


def test_folder(vmlint: Vmlint) -> None:
    Path("team").mkdir()
    assert vmlint("init", "team").status == 0
    assert Path("team/workload.vmlint.yaml").is_file()
    seen = vmlint("init", "nowhere")
    assert seen.status == 2
    assert "nowhere is not a folder" in seen.stderr


def test_folder_that_cannot_hold_files(vmlint: Vmlint) -> None:
    Path(".vmlint").write_text("in the way", "utf-8")
    seen = vmlint("init", "--force")
    assert seen.status == 2
    assert "cannot be written" in seen.stderr


def test_hook(vmlint: Vmlint) -> None:
    Path(".git").mkdir()
    Path("deep").mkdir()
    seen = vmlint("init", "deep")
    (hook,) = yaml.safe_load(seen.stdout)["repos"][0]["hooks"]
    (published,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook == published | {"language": "system"}
    assert ".pre-commit-config.yaml:" in seen.stderr
    assert not Path(".pre-commit-config.yaml").exists()


def test_hook_beside_others(vmlint: Vmlint) -> None:
    Path(".git").mkdir()
    config = Path(".pre-commit-config.yaml")
    config.write_text("repos:\n  - repo: meta\n    hooks: [{id: identity}]\n", "utf-8")
    added = vmlint("init").stdout
    assert len(yaml.safe_load(config.read_text("utf-8") + added)["repos"]) == 2
    config.write_text(config.read_text("utf-8") + added, "utf-8")
    assert vmlint("init").stdout == ""


def test_hook_without_a_plugin_that_did_not_load(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".git").mkdir()
    whole = plugins.load()
    broken = Plugin("racks", "racks", "1.0", error="SyntaxError: no")
    monkeypatch.setattr(plugins, "load", lambda: whole._replace(plugins=(*whole.plugins, broken)))
    seen = vmlint("init")
    assert seen.status == 4
    assert "plugin racks (racks 1.0) did not load" in seen.stderr
    assert "files: >-" in seen.stdout


@pytest.mark.parametrize("broken", [b"\xff\xfe", b"\0"])
def test_files_that_are_no_text_are_kept(vmlint: Vmlint, broken: bytes) -> None:
    Path("workload.vmlint.yaml").write_bytes(broken)
    assert vmlint("init").status == 2
    assert Path("workload.vmlint.yaml").read_bytes() == broken
