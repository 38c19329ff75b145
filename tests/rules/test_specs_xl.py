"""What the rules on Xen's guests in files of xl say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.rules.conftest import Said

PV = "deployment: {platform: xen, mode: pv, xen: {typeOption: %s}}"
HVM = "deployment: {architecture: type1, platform: xen, mode: hvm, xen: {typeOption: %s}}"


@pytest.mark.parametrize(
    ("code", "spec", "severity", "message"),
    [
        ("VM811", PV % "none", "note", "no type of guest is chosen, so this is a PV guest"),
        (
            "VM811",
            PV % "none, ignoredOptions: [bios, viridian]",
            "warning",
            "no type of guest is chosen, so this is a PV guest, which does not have bios and viridian: "
            "was an HVM guest meant?",
        ),
        ("VM812", HVM % "builder", "note", 'builder has been deprecated since Xen 4.10; type = "hvm" says the same'),
        ("VM812", PV % "builder", "note", 'builder has been deprecated since Xen 4.10; type = "pv" says the same'),
        (
            "VM813",
            PV % "type, ignoredOptions: [nestedhvm, viridian]",
            "warning",
            "a PV guest does not have nestedhvm and viridian: xl does not apply them",
        ),
        (
            "VM813",
            HVM % "type, ignoredOptions: [pvshim]",
            "warning",
            "an HVM guest does not have pvshim: xl does not apply it",
        ),
        (
            "VM813",
            "deployment: {architecture: type1, platform: xen, mode: pvh, xen: {ignoredOptions: [bios]}}",
            "warning",
            "a PVH guest does not have bios: xl does not apply it",
        ),
    ],
)
def test_what_is_said(
    said: Callable[[str, str], list[Said]], code: str, spec: str, severity: str, message: str
) -> None:
    found = said(code, spec)
    assert [(each.severity, each.message) for each in found] == [(severity, message)]


def test_places_and_help(said: Callable[[str, str], list[Said]]) -> None:
    (plain,) = said("VM811", PV % "none")
    assert (plain.path, plain.because) == ("deployment.mode", ())
    assert plain.help == ('write type = "pv" to say so; nothing changes for the guest',)
    (wrong,) = said("VM811", PV % "none, ignoredOptions: [bios]")
    assert wrong.because == ("deployment.xen.ignoredOptions",)
    assert wrong.help[0].startswith('write type = "hvm" if')
    (old,) = said("VM812", PV % "builder")
    assert (old.path, old.because) == ("deployment.xen.typeOption", ("deployment.mode",))
    (lost,) = said("VM813", PV % "type, ignoredOptions: [pvshim]")
    assert (lost.path, lost.because) == ("deployment.xen.ignoredOptions", ("deployment.mode",))
    assert lost.help == (
        "remove it, or choose the type of guest that has it",
        'the PV shim needs type = "pvh"',
    )
    (lost,) = said("VM813", PV % "type, ignoredOptions: [bios, vga]")
    assert lost.help == ("remove them, or choose the type of guest that has them",)
