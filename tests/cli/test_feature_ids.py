"""Ids of features that users write: one that there is not is told at its place, wherever it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  requirements: {features: [FEATURES]}
  host: {platform: linux/amd64}
  deployment: {architecture: container, platform: docker, image: "nginx:1.27"}
"""
HOST = """\
apiVersion: vmlint/v1
kind: Host
metadata: {name: old}
spec:
  platform: linux/amd64
  cpu: {complete: true, features: [sse2]}
  features: {present: [net.multicats]}
"""


@pytest.mark.parametrize(
    ("files", "options", "place"),
    [
        ({"web.vmlint.yaml": MANIFEST.replace("FEATURES", "device.tunn")}, [], "web.vmlint.yaml:5:29: warning VM011"),
        (
            {"compose.yaml": "services:\n  web:\n    image: nginx:1 # vmlint: requirements.features=[device.tunn]\n"},
            [],
            "compose.yaml:3:30: warning VM011",
        ),
        (
            {"web.vmlint.yaml": MANIFEST.replace("  requirements: {features: [FEATURES]}\n", "")},
            ["--context", "requirements.features=device.tunn"],
            "web.vmlint.yaml:4:1: warning VM011",
        ),
        (
            {
                "vmlint.toml": '[context.requirements]\nfeatures = ["device.tunn"]\n',
                "compose.yaml": "services: {a: {image: b}}",
            },
            [],
            "vmlint.toml:2:1: warning VM011",
        ),
    ],
    ids=["manifest", "hint", "option", "settings"],
)
def test_a_misspelt_need(files: dict[str, str], options: list[str], place: str, vmlint: Vmlint) -> None:
    for name, text in files.items():
        Path(name).write_text(text)
    seen = vmlint("check", "--select", "VM011", *options, ".")
    assert seen.status == 1
    assert "there is no feature device.tunn, as far as is known" in seen.stdout
    assert "did you mean device.tun?" in seen.stdout
    assert place in vmlint("check", "--format", "concise", "--select", "VM011", *options, ".").stdout


def test_flags_of_a_cpu(vmlint: Vmlint) -> None:
    Path("web.vmlint.yaml").write_text(MANIFEST.replace("FEATURES", "cpu.avxx, cpu.sme"))
    shown = vmlint("check", "--select", "VM011", "web.vmlint.yaml").stdout
    assert "there is no feature cpu.avxx, as far as is known" in shown
    assert "did you mean cpu.avx?" in shown
    assert "cpu.sme," not in shown  # a flag that Linux knows, although nothing describes it


def test_a_feature_of_a_host_that_is_named(vmlint: Vmlint) -> None:
    Path("hosts").mkdir()
    Path("hosts/old.yaml").write_text(HOST)
    Path("compose.yaml").write_text("services: {web: {image: nginx:1}}\n")
    seen = vmlint("check", "--select", "VM011", "--host", "hosts/old.yaml", "compose.yaml")
    assert seen.status == 1
    assert "hosts/old.yaml:7:24" in seen.stdout
    assert "did you mean net.multicast?" in seen.stdout


def test_features_of_the_project_count(vmlint: Vmlint) -> None:
    Path("catalogue").mkdir()
    Path("vmlint.toml").write_text('catalog = ["catalogue"]\n')
    Path("catalogue/card.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Feature\nmetadata: {name: device.tunn}\nspec:\n"
        "  {title: the TUNN card, about: A card of our own.}\n"
    )
    Path("web.vmlint.yaml").write_text(MANIFEST.replace("FEATURES", "device.tunn"))
    assert vmlint("check", "--select", "VM011", "web.vmlint.yaml").status == 0


def test_a_waiver_of_a_feature_that_there_is_not(vmlint: Vmlint) -> None:
    Path("old.yaml").write_text(HOST)
    Path("compose.yaml").write_text("services:\n  db:\n    image: mongo:7 # vmlint: ignore[VM001:cpu.avxx] because\n")
    seen = vmlint("check", "--select", "VM001", "--host", "old.yaml", "compose.yaml")
    assert (
        "VM001:cpu.avxx finds nothing in line 3; there is no feature cpu.avxx; did you mean `cpu.avx`?" in seen.stdout
    )
