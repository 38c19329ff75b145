"""Options, parameters and modules of a kernel that only a project's own documents name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

HEAD = "apiVersion: vmlint/v1\nkind: {}\nmetadata: {{name: {}}}\nspec:\n"
LOOPBACK = """\
  title: the ALSA loopback
  about: A sound card in software.
  show: modinfo snd_aloop
  errors: ["modprobe: FATAL: Module snd-aloop not found"]
  help: linux-modules-extra of the running kernel
"""
CONFIG = "# Linux/x86 6.8.0 Kernel Configuration\nCONFIG_64BIT=y\n{}CONFIG_A=y\nCONFIG_B=y\n# Kernel hacking\n{}"
END = "# end of Kernel hacking\n"


@pytest.fixture
def project(vmlint: Vmlint) -> Vmlint:
    Path("own").mkdir()
    Path("vmlint.toml").write_text('catalog = ["own"]\n')
    Path("own/loopback.yaml").write_text(HEAD.format("Feature", "kernel.config.ACME_LOOP") + LOOPBACK)
    needs = "needs: [{feature: kernel.config.ACME_LOOP}, {feature: 'kernel.sysctl.acme.max_Rooms>=10'}]"
    Path("own/phone.yaml").write_text(
        f"{HEAD.format('Software', 'phone')}  name: Phone\n  images: [phone]\n  {needs}\n"
    )
    Path("own/max.yaml").write_text(
        f"{HEAD.format('Feature', 'kernel.sysctl.acme.max_Rooms')}  title: rooms\n  about: Rooms at a time.\n"
        "  bound: '>=1'\n"
    )
    Path("compose.yaml").write_text("services:\n  a: {image: 'phone:1'}\n")
    return vmlint


@pytest.mark.parametrize(
    ("line", "end", "told", "decided"),
    [
        ("CONFIG_ACME_LOOP=m\n", END, False, True),
        ("# CONFIG_ACME_LOOP is not set\n", END, True, True),
        ("", END, True, True),
        ("", "", False, False),
    ],
    ids=["module", "not set", "not named", "an extract"],
)
def test_an_option(line: str, end: str, told: bool, decided: bool, project: Vmlint) -> None:
    Path("config").write_text(CONFIG.format(line, end))
    seen = project("check", "--select", "VM002", "--host", "config", "compose.yaml")
    assert seen.stderr == ""
    assert ("needs the ALSA loopback (CONFIG_ACME_LOOP), and the host's kernel was" in seen.stdout) is told, seen.stdout
    assert ("could not be decided" not in seen.stdout) is decided


@pytest.mark.parametrize(("value", "told"), [(9, True), (10, False)])
def test_a_parameter(value: int, told: bool, project: Vmlint) -> None:
    Path("sysctl").write_text("".join(f"vm.x{n} = 1\n" for n in range(20)) + f"acme.max_Rooms = {value}\n")
    seen = project("check", "--select", "VM003", "--host", "sysctl", "compose.yaml")
    assert ("needs acme.max_Rooms of at least 10" in seen.stdout) is told, seen.stdout


def test_its_error_text_comes_before_that_of_all_modules(project: Vmlint) -> None:
    seen = project("explain", "modprobe: FATAL: Module snd-aloop not found in directory /lib/modules/6.8.0-51-generic")
    assert seen.stdout.startswith("kernel.config.ACME_LOOP: the ALSA loopback\n")


@pytest.mark.parametrize("name", ["snd-aloop", "nvme_tcp", "nvme-tcp", "zfs", "rbd", "ip_tables", "acme5"])
def test_a_module_that_is_not_found(name: str, vmlint: Vmlint) -> None:
    seen = vmlint("explain", f"modprobe: FATAL: Module {name} not found in directory /lib/modules/6.8.0-51-generic")
    assert seen.stdout.startswith(f"kernel.module.{name}: "), seen.stdout
    assert "loadable modules" not in seen.stdout


def test_a_feature_of_vmlints_own_can_be_changed(project: Vmlint) -> None:
    text = f"{HEAD.format('Feature', 'kernel.config.DEBUG_INFO_BTF')}  help: ask the platform team\n"
    Path("own/btf.yaml").write_text(text)
    seen = project("explain", "kernel.config.DEBUG_INFO_BTF")
    assert (seen.status, seen.stderr) == (0, "")
    assert "ask the platform team" in seen.stdout
