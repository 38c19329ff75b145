"""What stands in a value is no comment: it accepts nothing, states nothing, and no fix takes it away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Vmlint

WAIVER = "vmlint: ignore-file[VM999] not needed"
HINT = "vmlint: environmen=dev"

VMX = 'config.version = "8"\nvirtualHW.version = "19"\nguestOS = "debian12-64"\nmemsize = "2048"\n'
PVE = "name: a\nostype: l26\nsmbios1: uuid=7b10d7af-b932-4c66-b2c3-3996152ec465\nmemory: 2048\ncores: 2\n"
XL = 'name = "a"\ntype = "hvm"\nmemory = 512\nvcpus = 2\ndisk = ["phy:/dev/x,xvda,w"]\nvif = [""]\nnestedhvm = 0\n'
HCL = 'resource "hyperv_machine_instance" "a" {\n  name       = "a"\n  generation = 1\n'
LXC = "lxc.uts.name = a\nlxc.rootfs.path = dir:/a\n"
QUICKEMU = 'guest_os="linux"\ndisk_img="a.qcow2"\niso="a.iso"\n'
QEMU = '[machine]\n  type = "q35"\n[drive "a"]\n  file = "a.qcow2"\n'
DOMAIN = "<domain type='kvm'>\n<name>a</name>\n<os><type arch='x86_64'>hvm</type></os>\n"
VAGRANT = 'Vagrant.configure("2") do |config|\n  config.vm.box = "debian/bookworm64"\n'

VALUES = {
    "cdata.xml": DOMAIN + "<description><![CDATA[\n<!-- HERE -->\n]]></description></domain>\n",
    "instruction.xml": DOMAIN + "<?note\n<!-- HERE -->\n?></domain>\n",
    "a.cfg": XL + 'extra = """\n# HERE\n"""\n',
    "b.cfg": XL + "extra = '''\n# HERE\n'''\n",
    "c.cfg": XL + "extra = 'a\\'b # HERE'\n",
    "a.tf": HCL + "  notes = <<-EOT\n  # HERE\n  EOT\n}\n",
    "b.tf": HCL + '  notes = "${lower("a")} # HERE"\n}\n',
    "compose.yaml": 'services:\n  a:\n    image: nginx:1.29\n    labels:\n      x: "it\n        # HERE"\n',
    "block-compose.yaml": "services:\n  a:\n    image: nginx:1.29\n    labels:\n      x: |\n        # HERE\n",
    "json-compose.yaml": '{"services": {"a": {"image": "nginx:1.29", "labels": {"x": "say \\" // HERE"}}}}\n',
    "devcontainer.json": '{\n  // it\n  "image": "debian:12", "name": "say \\"b\\" // HERE"\n}\n',
    "Vagrantfile": VAGRANT + "  config.vm.post_up_message = %q(\n# HERE\n)\nend\n",
    "b.Vagrantfile": VAGRANT + '  config.vm.post_up_message = "\n# HERE\n"\nend\n',
    "c.Vagrantfile": VAGRANT + "  config.vm.provision :shell, inline: <<-SH\n# HERE\n  SH\nend\n",
    "Dockerfile": "FROM debian:12\nRUN <<EOT\n# HERE\nEOT\nRUN echo ok\n",
    "b.Dockerfile": "FROM debian:12\nLABEL note=it\\'s # HERE\n",
    "a.vmx": VMX + 'annotation = "one # HERE"\n',
    "100.conf": PVE + "tags: a # HERE\n",
    "lxc.conf": LXC + "lxc.environment = A=b # HERE\n",
    "quick.conf": QUICKEMU + 'extra_args="\n# HERE\n"\n',
    "q.conf": QEMU + '  serial = "a # HERE"\n',
}
"""Name of a file -> a file in which a value looks like a comment."""

COMMENTS = {
    "a.xml": DOMAIN + "<!-- HERE -->\n</domain>\n",
    "a.cfg": XL + "extra = 'a' # HERE\n",
    "a.tf": HCL + "  # HERE\n}\n",
    "b.tf": HCL + "  /* HERE */\n}\n",
    "compose.yaml": "services:\n  a:\n    image: nginx:1.29 # HERE\n",
    "devcontainer.json": '{\n  "image": "debian:12" // HERE\n}\n',
    "Vagrantfile": VAGRANT + "end # HERE\n",
    "Dockerfile": "FROM debian:12\n# HERE\nRUN echo ok\n",
    "a.vmx": VMX + "# HERE\n",
    "100.conf": "# HERE\n" + PVE,
    "lxc.conf": LXC + "# HERE\n",
    "quick.conf": QUICKEMU + "# HERE\n",
    "q.conf": QEMU + "# HERE\n",
}
"""Name of a file -> a file with a comment. It is still read, and mended."""


def _written(folder: Path, table: dict[str, str], text: str) -> dict[str, str]:
    files = {name: content.replace("HERE", text) for name, content in table.items()}
    for name, content in files.items():
        (folder / name).write_text(content)
    return files


@pytest.mark.parametrize("text", [WAIVER, HINT])
def test_a_value_is_no_comment(vmlint: Vmlint, tmp_path: Path, text: str) -> None:
    files = _written(tmp_path, VALUES, text)
    ran = vmlint("check", "--format", "concise", *sorted(files))
    assert (ran.status in (0, 1), "skipped" in ran.stderr) == (True, False)
    assert re.findall(r"^(\S+?):.*(?:VM916|VM92[0-9])", ran.stdout, re.MULTILINE) == []
    vmlint("check", "--fix", *sorted(files))
    assert {name: (tmp_path / name).read_text() for name in files} == files


def test_a_comment_is_one(vmlint: Vmlint, tmp_path: Path) -> None:
    files = _written(tmp_path, COMMENTS, HINT)
    ran = vmlint("check", "--format", "concise", *sorted(files))
    assert set(re.findall(r"^(\S+?):.*VM916", ran.stdout, re.MULTILINE)) == set(files)
    vmlint("check", "--fix", *sorted(files))
    assert {name: (tmp_path / name).read_text() for name in files} == {
        name: text.replace("environmen=", "environment=") for name, text in files.items()
    }
    waived = _written(tmp_path, COMMENTS, WAIVER)
    ran = vmlint("check", "--format", "concise", *sorted(waived))
    assert set(re.findall(r"^(\S+?):.*VM92[0-9].*VM999", ran.stdout, re.MULTILINE)) == set(waived)
