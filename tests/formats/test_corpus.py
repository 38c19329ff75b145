"""Real files of every format, where they are available: each is recognised, or skipped for a reason; none crashes.

The files are no part of the project. Their folder is named by VMLINT_CORPUS, or lies beside the project; where it is
absent these tests are skipped.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

CORPUS = Path(os.environ.get("VMLINT_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
FORMATS = {
    "bhyve-conf": "vm-bhyve", "compose": "compose", "devcontainer-json": "devcontainer", "dockerfile": "dockerfile",
    "firecracker": "firecracker",
    "kubernetes": "kubernetes", "kubevirt": "kubevirt", "libvirt-domain-xml": "libvirt", "lima": "lima",
    "lxc-conf": "lxc", "lxd-incus-yaml": "incus", "ovf": "ovf", "packer-hcl": "packer", "packer-json": "packer",
    "parallels-pvs": "parallels", "proxmox-conf": "proxmox", "proxmox-lxc-conf": "proxmox-ct",
    "qemu-readconfig": "qemu-config", "quickemu-conf": "quickemu", "terraform": "terraform",
    "vagrantfile": "vagrantfile", "vbox": "virtualbox", "vmx": "vmx", "xl-cfg": "xl", "xm-cfg": "xl",
}  # fmt: skip
"""Folder of the corpus -> the reader that its files are for."""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the files are not here")


@pytest.mark.slow
@pytest.mark.parametrize("folder", FORMATS)
def test_files_are_read_or_skipped(folder: str, look: Look, capsys: pytest.CaptureFixture[str]) -> None:
    reader = FORMATS[folder]
    tally: Counter[str] = Counter()
    facts = 0
    for file in sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file()):
        seen = look(file.name, file.read_bytes()[: 16 * 2**20 + 1])
        assert seen.checked.crashes == (), file
        tally["files"] += 1
        if reader in seen.formats:
            tally["recognised"] += 1
            tally["workloads"] += len(seen.natives)
            facts += sum(
                len(seen.facts(native.workload.name)) if seen.names.count(native.workload.name) == 1 else 0
                for native in seen.natives
            )
            if seen.checked.skipped:
                tally["skipped"] += 1
        else:
            tally["other content"] += 1
    with capsys.disabled():
        print(f"\n{folder:20} {dict(tally)} {facts / max(tally['workloads'], 1):.1f} facts a workload")  # noqa: T201
    assert tally["recognised"]
