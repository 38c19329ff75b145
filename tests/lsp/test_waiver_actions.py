"""A finding can be accepted from the editor, by a comment in the syntax of its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, codes
from tests.lsp.test_actions import taken

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: a
    image: b
    securityContext: {privileged: true}
"""
DOMAIN = """\
<domain type='kvm'>
  <name>a</name>
  <!-- vmlint: guest.os.id=win11 -->
  <memory unit='MiB'>64</memory>
  <vcpu>2</vcpu>
  <os><type>hvm</type></os>
</domain>
"""
FLAGGED = {
    "compose.yaml": (
        "services:\n  web:\n    image: nginx\n    privileged: true\n",
        "VM407",
        "    # vmlint: ignore[VM407]",
    ),
    "a.vmlint.yaml": (
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\nspec:\n  guest: {os: win2k3}\n"
        "  deployment: {platform: kvm}\n",
        "VM704",
        "  # vmlint: ignore[VM704]",
    ),
    "Dockerfile": ("FROM debian:10\nRUN true\n", "VM707", "# vmlint: ignore[VM707]"),
    "devcontainer.json": ('{\n  "image": "debian:10"\n}\n', "VM707", "  // vmlint: ignore[VM707]"),
    "pod.yaml": (POD.replace("\n", "\r\n"), "VM407", "    # vmlint: ignore[VM407]"),
    "a.vmx": ('guestOS = "windows11-64"\nnumvcpus = "2"\nmemsize = "2048"\n', "VM614", "# vmlint: ignore[VM614]"),
    "a.xml": (DOMAIN, "VM614", "  <!-- vmlint: ignore[VM614] <reason> -->"),
}


@pytest.mark.parametrize("name", FLAGGED)
@pytest.mark.asyncio
async def test_a_comment_in_the_syntax_of_the_file(editor: Editor, project: Path, name: str) -> None:
    text, code, comment = FLAGGED[name]
    uri = await editor.open(project / name, text)
    found = next(each for each in editor.shown[uri].diagnostics if each.code == code)
    actions = await editor.actions(uri, found.range)
    here = next(each for each in actions if each.title.startswith(f"vmlint: accept {code} here ("))
    after = taken(here, uri, text)
    assert after.splitlines()[found.range.start.line].startswith(comment)
    shown = await editor.write(uri, after)
    assert code not in codes(shown)
    assert "VM923" not in codes(shown)
    await editor.close(uri)


@pytest.mark.asyncio
async def test_a_whole_file(editor: Editor, project: Path) -> None:
    text = """\
name = "a"
# vmlint: guest.os.id=win2k19
bootloader = "pygrub"
disk = ["phy:/dev/a,xvda,w"]
"""
    uri = await editor.open(project / "a.cfg", text)
    found = next(each for each in editor.shown[uri].diagnostics if each.code == "VM301")
    actions = await editor.actions(uri, found.range)
    (action,) = (each for each in actions if each.title == "vmlint: accept VM301 in this file (pv-unmodifiable-guest)")
    after = taken(action, uri, text)
    assert "# vmlint: ignore-file[VM301] <reason>\n" in after
    assert "VM301" not in codes(await editor.write(uri, after))
    await editor.close(uri)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.vmlint.yaml", "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {nam: x}\nspec: {instances: 1}\n"),
        (
            "a.json",
            '{"boot-source": {"kernel_image_path": "a"}, "machine-config": {"vcpu_count": 48, "mem_size_mib": 1}}',
        ),
    ],
)
@pytest.mark.asyncio
async def test_what_cannot_be_accepted(editor: Editor, project: Path, name: str, text: str) -> None:
    """Neither what could not be checked, nor what stands in a format without comments."""
    uri = await editor.open(project / name, text)
    assert editor.shown[uri].diagnostics
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    assert not [each for each in await editor.actions(uri, whole) if "accept" in each.title]
    await editor.close(uri)
