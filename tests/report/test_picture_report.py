"""The picture of ``vmlint suggest`` as a pure function, on a made-up workload's ways of running."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vmlint.advice.picture import Cell, Picture, Row
from vmlint.report.picture import picture

Golden = Callable[[str, str], None]

ROWS = (
    Row("type1", "hw-assisted", "fits", ("kvm", "proxmox-ve", "xen", "hyperv"), {"startup": Cell("weak")}),
    Row("type1", "pvh", "fits if", ("xen",), {"host": Cell("if")}),
    Row(
        "container",
        "runc",
        "ruled out",
        (),
        {"isolation": Cell("no", ("VM401", "VM626")), "guest": Cell("no", ("VM402",))},
    ),
    Row("container", "hyperv", "fits", ("windows-containers",), {}),
)
ASKED = {
    "isolation": (("requirements.isolation.tenancy", "untrusted-multi"), ("requirements.isolation.level", "vm")),
    "startup": (("requirements.startup", "300ms"),),
    "budget": (("requirements.budget.licence", "none\x1b[31m"),),
    "guest": (("guest.os.id", "debian12"),),
    "host": (),
}
PRESENT = ROWS[2]._replace(cells={"isolation": Cell("no", ("ACMELONG001",))})


def shown(found: Picture, columns: int = 80) -> str:
    return "".join("".join(part for part, _ in line).rstrip() + "\n" for line in picture(found, columns))


def test_whole_picture(golden: Golden) -> None:
    seen = shown(Picture(ASKED, PRESENT, ROWS))
    golden("suggest/picture.txt", seen)
    assert max(map(len, seen.splitlines())) <= 80


@pytest.mark.parametrize("columns", [40, 60, 79, 80, 200])
def test_any_width(columns: int) -> None:
    many = {f"demand{number}": (("requirements.startup", "1s"),) for number in range(12)}
    cells = {name: Cell("no", ("VM401",)) for name in many}
    seen = shown(Picture(many, None, (*ROWS, ROWS[0]._replace(cells=cells))), columns)
    assert max(map(len, seen.splitlines())) <= columns
    assert seen.count("VM401") == len(many)


def test_nothing_is_left_to_distinguish() -> None:
    seen = shown(Picture({"startup": ASKED["startup"]}, None, (ROWS[3],)))
    assert "met by every way: start\n" in seen
    assert seen.endswith("ok: no rule objects\n\n")


def test_colour_only_repeats_what_the_words_say() -> None:
    for line in picture(Picture(ASKED, PRESENT, ROWS), 80):
        for part, style in line:
            assert part.strip() or style in ("", "bold")
