"""OVA: the descriptor is read from the archive's bytes; nothing is unpacked, and hostile archives are refused."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.formats.test_ovf import envelope, hardware, item, quantity, system

if TYPE_CHECKING:
    from tests.formats.conftest import Look

DESCRIPTOR = envelope(system(hardware(item(3, 1, quantity(2))))).encode()


def archive(*members: tuple[str, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def forged(name: bytes = b"m.ovf", size: bytes = b"00000000010\0", kind: bytes = b"0") -> bytes:
    header = bytearray(512)
    header[: len(name)] = name
    header[124:136], header[156:157], header[257:265] = size, kind, b"ustar\x0000"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["web.ovf", "images/Web.OVF", f"{'long' * 40}.ovf"])
def test_descriptor(look: Look, form: int, name: str) -> None:
    if form == tarfile.USTAR_FORMAT and len(name) > 100:
        name = f"{'long' * 20}/{name[-60:]}"
    seen = look("web.ova", archive((name, DESCRIPTOR), ("disk.vmdk", b"\0" * 4096), form=form))
    assert seen.formats == ("ova",)
    assert seen.facts() == {
        "deployment.machine": "vmx-17",
        "deployment.network.cards": "0",
        "deployment.storage.disks": "0",
        "resources.cpu": "2.0",
    }
    assert seen.at("resources.cpu")[0] == 9
    assert seen.found() == []


def test_descriptor_after_others(look: Look) -> None:
    assert look("m.ova", archive(("m.mf", b"x"), ("m.ovf", DESCRIPTOR))).names == ["web"]


def test_cut_behind_the_descriptor(look: Look) -> None:
    data = archive(("m.ovf", DESCRIPTOR), ("disk.vmdk", b"\1" * 100_000))
    assert look("m.ova", data[:20_000]).names == ["web"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (archive(("../../etc/m.ovf", DESCRIPTOR)), "outside"),
        (archive(("/etc/m.ovf", DESCRIPTOR)), "outside"),
        (archive(("C:\\m.ovf", DESCRIPTOR)), "outside"),
        (archive(("a/..\\m.ovf", DESCRIPTOR)), "outside"),
        (archive(("../evil", b"x"), ("m.ovf", DESCRIPTOR)), "outside"),
        (archive(("m.ovf", DESCRIPTOR))[:700], "ends within"),
        (forged(size=b"77777777777\0"), "ends within"),
        (forged(size=b"\x80" + b"\xff" * 11), "ends within"),
        (forged(size=b"zzzzzzzzzzz\0"), "damaged"),
        (forged()[:148] + b"000000\0 " + forged()[156:], "damaged"),
        (archive(("m.ovf", b"no descriptor")), "no OVF descriptor"),
        (archive(("m.ovf", b"<Envelope><Body/></Envelope>")), "no OVF descriptor"),
    ],
)
def test_broken(look: Look, data: bytes, expected: str) -> None:
    seen = look("m.ova", data)
    assert seen.checked.crashes == ()
    assert not seen.natives
    assert [(code, line) for code, line, _ in seen.problems] == [("VM903", 1)]
    assert expected in seen.problems[0][2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (archive(("disk.vmdk", b"x" * 5_000)), "no OVF descriptor"),
        (archive(*((f"f{number}", b"") for number in range(1_200)), ("m.ovf", DESCRIPTOR)), "no OVF descriptor"),
        (archive(("m.ovf.gz", gzip.compress(DESCRIPTOR))), "no OVF descriptor"),
        (forged(size=b"00000000000\0", kind=b"2"), "no ordinary file"),
        (forged(kind=b"S"), "no ordinary file"),
        (forged(name=b"disk.vmdk", size=b"\x80" + b"\xff" * 11), "no OVF descriptor"),
    ],
)
def test_skipped(look: Look, data: bytes, reason: str) -> None:
    seen = look("m.ova", data)
    assert seen.checked.crashes == ()
    assert not seen.problems
    assert reason in seen.checked.skipped


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("backup.tar", archive(("m.ovf", DESCRIPTOR))),
        ("m.tgz", gzip.compress(archive(("m.ovf", DESCRIPTOR)))),
        ("m.zip", b"PK\3\4 ustar"),
    ],
)
def test_other_files(look: Look, name: str, data: bytes) -> None:
    seen = look(name, data)
    assert seen.formats == ()
    assert seen.checked.crashes == ()


@pytest.mark.parametrize("data", [gzip.compress(archive(("m.ovf", DESCRIPTOR))), b"PK\3\4 ustar"])
def test_a_file_that_is_called_an_archive_and_is_none(look: Look, data: bytes) -> None:
    seen = look("m.ova", data)
    assert seen.formats == ("ova",)
    assert seen.checked.diagnostics or seen.checked.skipped


def test_template_in_the_archive(look: Look) -> None:
    seen = look("m.ova", archive(("m.ovf", DESCRIPTOR.replace(b'ovf:id="web"', b'ovf:id="@@NAME@@"'))))
    assert "template" in seen.checked.skipped


def test_broken_descriptor_has_its_own_lines(look: Look) -> None:
    seen = look("m.ova", archive(("m.ovf", DESCRIPTOR.replace(b"</VirtualSystem>", b""))))
    assert seen.problems[0][0] == "VM903"
    assert seen.problems[0][1] > 1
    assert seen.checked.texts[0].text.startswith("<?xml")


HINTED = DESCRIPTOR.replace(
    b"<References/>", b"<!-- vmlint: guest.os.id=winxp -->\n<!-- vmlint: deployment.platform=virtualbox -->"
)


def test_findings_and_hints_are_in_the_descriptor(look: Look) -> None:
    seen = look("m.ova", archive(("m.mf", b"x"), ("m.ovf", HINTED), ("disk.vmdk", b"\xff" * 4096)))
    assert seen.facts()["guest.os.id"] == "winxp"
    assert seen.at("guest.os.id") == (5, 14)
    expected = next(found for found in seen.checked.diagnostics if found.code == "VM704")
    [text] = seen.checked.texts
    assert (expected.place.file, text.name) == ("m.ova", "m.ova")
    assert text.text.splitlines()[expected.place.line - 1][expected.place.column - 1 :].startswith("guest.os.id=winxp")
    wrong = HINTED.replace(b"guest.os.id", b"guest.os.ident")
    assert seen.problems == []
    assert [problem[:2] for problem in look("m.ova", archive(("m.ovf", wrong))).problems] == [("VM916", 5)]
