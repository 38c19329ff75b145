"""Options that build modules: a host's configuration tells of modules, and its modules of options."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint.catalog import DATA
from vmlint.catalog.kernel_names import kernel_modules, kernel_options

if TYPE_CHECKING:
    from tests.conftest import Vmlint

MODULES = kernel_modules()
TEXTS = "".join(path.read_text("utf-8") for path in sorted(DATA.glob("*/*.yaml")))
OF_TWO_OPTIONS = {"ip_tables", "ip6_tables"}
"""Of these, newer kernels build the module by another option than older ones (IP_NF_IPTABLES_LEGACY)."""
OF_OTHERS = {"zfs", "gtp5g"}
"""Modules that Linux itself does not have."""


def test_rows() -> None:
    with (DATA / "kernel_modules.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [row["module"] for row in rows] == sorted({row["module"] for row in rows})
    for row in rows:
        assert re.fullmatch(r"[a-z0-9_]+", row["module"])
        assert re.fullmatch(r"[A-Z0-9_]+", row["option"])
        assert row["apart"] in ("", "yes")
        assert re.fullmatch(r"[a-z0-9_/]+/Makefile", row["source"])
        assert re.fullmatch(r"2026-\d\d-\d\d", row["checked"])
        assert row["option"] in kernel_options()


def test_modules_that_are_needed_have_their_option() -> None:
    needed = {each.replace("-", "_") for each in re.findall(r"kernel\.module\.([a-z0-9_-]+)", TEXTS)}
    assert needed - MODULES.keys() - OF_TWO_OPTIONS - OF_OTHERS == {"loadable", "nft_fib_inet"}


def _told(vmlint: Vmlint, feature: str) -> str:
    Path("compose.yaml").write_text(f"services:\n  a:\n    image: b\n    # vmlint: requirements.features={feature}\n")
    seen = vmlint("check", "--select", "VM002", "--host", "host", "--format", "json", "compose.yaml")
    assert seen.stderr == ""
    answer = json.loads(seen.stdout)
    return "flagged" if answer["findings"] else "undecided" if answer["undecided"] else "passing"


CONFIG = """\
#
# Linux/x86 6.8.0 Kernel Configuration
#
CONFIG_64BIT=y
{}
# CONFIG_X is not set
# Kernel hacking
# end of Kernel hacking
"""


@pytest.mark.parametrize("name", MODULES)
def test_a_configuration_tells_of_modules(name: str, vmlint: Vmlint) -> None:
    module = MODULES[name]
    answers = {}
    for value, line in {
        "y": f"CONFIG_{module.option}=y",
        "m": f"CONFIG_{module.option}=m",
        "n": f"# CONFIG_{module.option} is not set",
        "": "CONFIG_OTHER=y",
    }.items():
        Path("host").write_text(CONFIG.format(line))
        answers[value] = _told(vmlint, f"kernel.module.{name}"), _told(vmlint, f"kernel.config.{module.option}")
    assert answers["y"] == ("passing", "passing")
    assert answers["m"] == ("undecided", "passing")
    left_out = ("undecided" if module.apart else "flagged", "flagged")
    assert answers["n"] == answers[""] == left_out


@pytest.mark.parametrize("name", MODULES)
def test_modules_tell_of_options(name: str, vmlint: Vmlint) -> None:
    module = MODULES[name]
    head = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: x}\nspec:\n  platform: linux/amd64\n  kernel: "
    answers = []
    for lists in (f"{{builtin: [{name}]}}", f"{{modules: [{name}]}}", "{modules: [a], builtin: [b]}", "{modules: [a]}"):
        Path("host").write_text(head + lists)
        answers.append(_told(vmlint, f"kernel.config.{module.option}"))
    unsure = ["undecided"] * 4
    assert answers == (unsure if module.apart else ["passing", "passing", "flagged", "undecided"])
