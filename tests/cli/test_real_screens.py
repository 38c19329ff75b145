"""A few screens with vmlint's own rules, as a user sees them first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Vmlint

Golden = Callable[[str, str], None]

LEGACY = """\
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: legacy-hmi
spec:
  guest:
    os: win2k22
  hostRef: hosts/prod.yaml
  deployment: {architecture: paravirtualization, platform: xen}
"""
HOST = """\
apiVersion: vmlint/v1
kind: Host
metadata: {name: prod-1}
spec:
  platform: linux/amd64
  virtualized: false
  cpu:
    vendor: intel
    features: [sse2, vmx, ept]
"""


def test_readme_screen(vmlint: Vmlint, golden: Golden) -> None:
    Path("legacy").mkdir()
    Path("legacy/hosts").mkdir()
    Path("legacy/hmi.vmlint.yaml").write_text(LEGACY)
    Path("legacy/hosts/prod.yaml").write_text(HOST)
    seen = vmlint("check", "legacy/hmi.vmlint.yaml", "--select", "VM301")
    golden("real/legacy-hmi.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def test_unknown_key_screen(vmlint: Vmlint, golden: Golden) -> None:
    Path("hmi.vmlint.yaml").write_text(LEGACY.replace("deployment:", "deploiment:"))
    seen = vmlint("check")
    golden("real/unknown-key.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def test_syntax_of_another_language(vmlint: Vmlint, golden: Golden) -> None:
    """The second unclosed file has nothing to say below its frame, so the frame ends with the last mark."""
    files = {
        "entity.xml": '<!DOCTYPE domain [<!ENTITY name "till">]>\n<domain type="kvm"><name>&name;</name></domain>\n',
        "open.xml": '<domain type="kvm">\n',
        "opened.xml": '<domain type="xen">\n',
        "typed.xml": '<!DOCTYPE domain>\n<domain type="kvm"/>\n',
    }
    for name, text in files.items():
        Path(name).write_text(text)
    golden("real/syntax-xml.txt", vmlint("check").stdout)


def test_many_conditions_are_a_list(vmlint: Vmlint, golden: Golden) -> None:
    Path("shop.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: shop}\nspec:\n"
        "  requirements: {isolation: {tenancy: untrusted-multi}}\n"
        "  deployment: {architecture: container, platform: docker}\n"
    )
    golden("real/conditions.txt", vmlint("check", "--select", "VM401").stdout)


SHOP = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: shop}
spec:
  guest: {os: debian12}
  requirements: {isolation: {tenancy: untrusted-multi}, performance: {class: high}}
  deployment: {architecture: container, platform: docker}
"""


def test_suggestions_with_their_legend(vmlint: Vmlint, golden: Golden) -> None:
    """What is only a limit does not stand as an advantage, and a lower score before a higher one is explained."""
    Path("shop.yaml").write_text(SHOP)
    golden("real/suggest.txt", vmlint("suggest", "shop.yaml").stdout)


def test_suggestions_say_which_rules_did_not_judge(vmlint: Vmlint) -> None:
    Path("shop.yaml").write_text(SHOP)
    seen = vmlint("suggest", "shop.yaml", "--select", "VM301", "--ignore", "VM102").stdout
    assert "\n        no rule objects (only VM301 checked; VM102 ignored)\n" in seen
    assert ">: the present choice (VM102 ignored)\n" in seen
