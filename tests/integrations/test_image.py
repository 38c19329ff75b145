"""The image: what its Dockerfile promises, and, where an engine answers, the image itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Vmlint

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
LABELS = ("title", "description", "licenses", "version", "revision", "created", "source")
MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: legacy-hmi}
spec:
  guest: {os: win2k22}
  deployment: {architecture: paravirtualization, platform: xen}
"""


def test_it_runs_as_nobody_and_says_what_it_is(vmlint: Vmlint) -> None:
    text = DOCKERFILE.read_text("utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 65534:65534$", last, re.M)
    assert re.findall(r"org\.opencontainers\.image\.(\w+)=", last) == list(LABELS)
    assert vmlint("check", str(DOCKERFILE)).status == 0


def test_what_a_wheel_is_built_from_is_in_the_context() -> None:
    kept = {
        line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    }
    assert {name for name in kept if not (ROOT / name).exists()} == set()
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert {"rules", "schemas", "vmlint", "share", "setup.py", "pyproject.toml", "README.md", "LICENSE"} <= kept
    for pattern in re.findall(r'= \["(share)/', text):
        assert pattern in kept


@pytest.fixture(scope="module")
def image() -> Iterator[tuple[str, str]]:
    """An engine that answers, and the image that it built."""
    for engine in ("docker", "podman"):
        if shutil.which(engine) and not subprocess.run([engine, "info"], capture_output=True, check=False).returncode:
            break
    else:
        pytest.skip("no engine for containers answers here")
    name = "vmlint-tested"
    command = [engine, "build", "--quiet", "--tag", name, "--build-arg", "VERSION=0.1.0", str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and re.search(r"resolve|pull|dial|lookup|registry", built.stderr):
        pytest.skip("the base image cannot be had here")
    assert built.returncode == 0, built.stderr
    yield engine, name
    subprocess.run([engine, "image", "rm", name], capture_output=True, check=False)


@pytest.mark.network
@pytest.mark.slow
def test_image_lints_without_network_and_without_a_place_to_write(image: tuple[str, str], tmp_path: Path) -> None:
    engine, name = image
    (tmp_path / "hmi.vmlint.yaml").write_text(MANIFEST, "utf-8")
    tmp_path.chmod(0o755)
    closed = ("--rm", "--network", "none", "--read-only", "--volume", f"{tmp_path}:/work:ro")
    done = subprocess.run([engine, "run", *closed, name], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "VM301" in done.stdout
    shown = subprocess.run([engine, "inspect", name], capture_output=True, text=True, check=False).stdout
    assert '"org.opencontainers.image.version": "0.1.0"' in shown
