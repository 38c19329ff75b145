"""Which release is meant, when its phases end, and how a sentence states it: on invented dates."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tests.rules.made_up import catalog, workload
from vmlint.catalog.lifecycle import Cycle
from vmlint.findings.unknown import Unknown
from vmlint.model.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable

support = import_module("vmlint_rules.shared.support")
platform_eol = import_module("vmlint_rules.lifecycle.vm701_platform_eol")

TODAY = date(2026, 11, 22)
EVE, MORROW = date(2026, 11, 21), date(2026, 11, 23)
PHASES = {"security": "repairs", "paid": "Paid Repairs"}


def cycle(ended: date | None, paid: date | None = None, *, source: str = "S-08", phases: Any = PHASES) -> Cycle:
    return Cycle("debian", "1", None, ended, paid, source, phases, "Toy")


def licensed(*licences: str) -> Workload:
    made = workload()
    made.guest.licences = licences or None
    return made


def release(ended: date | None, paid: date | None = None, licence: str | None = "toy-esu") -> Any:
    return support.Release(cycle(ended, paid), licence, "guest.os.id", "Toy 1")


@pytest.mark.parametrize(("day", "over"), [(EVE, True), (TODAY, False), (MORROW, False), (None, False)])
def test_a_release_is_repaired_on_its_last_day(day: date | None, over: bool) -> None:
    assert support.has_ended(workload(), cycle(day)) is over


@pytest.mark.parametrize(("day", "lasts"), [(EVE, False), (TODAY, True), (MORROW, True), (None, False)])
def test_a_paid_phase_lasts_to_its_last_day(day: date | None, lasts: bool) -> None:
    assert support.paid_lasts(workload(), cycle(EVE, day)) is lasts
    assert support.is_paid(licensed("toy-esu"), release(EVE, day)) is lasts
    assert support.is_paid(licensed("other-esu"), release(EVE, day)) is False
    assert support.is_paid(licensed(), release(EVE, day)) is False
    assert support.is_paid(licensed("toy-esu"), release(EVE, day, None)) is False


DATA = "(endoflife.date, data of 2026-08-22)"


@pytest.mark.parametrize(
    ("licences", "paid", "expected"),
    [
        ((), MORROW, f"repairs ended on 2026-11-21 {DATA}"),
        (("toy-esu",), date(2026, 11, 1), f"Paid Repairs ended on 2026-11-01 {DATA}"),
        (("toy-esu",), MORROW, f"repairs ended on 2026-11-21 {DATA}"),
        (("toy-esu",), None, f"repairs ended on 2026-11-21 {DATA}"),
        (("other",), date(2026, 11, 1), f"repairs ended on 2026-11-21 {DATA}"),
    ],
)
def test_which_phase_ended(licences: tuple[str, ...], paid: date | None, expected: str) -> None:
    assert support.ended(licensed(*licences), release(EVE, paid)) == expected


def test_phases_have_plain_names_where_the_vendor_has_none() -> None:
    plain = cycle(EVE, phases={})
    assert (support.security_phase(plain), support.paid_phase(plain)) == ("support", "paid support")
    assert support.until(cycle(MORROW)) == "repairs until 2026-11-23"
    assert support.until(cycle(None)) == "still supported"


def test_whose_dates_they_are() -> None:
    assert support.credit(catalog(), cycle(EVE)) == "endoflife.date, data of 2026-08-22"
    assert support.credit(catalog(), cycle(EVE, source="judgement")) == "judgement"
    titled = next(each for each in catalog().sources.values() if ":" in each.title and each.read)
    text = support.credit(catalog(), cycle(EVE, source=titled.id))
    assert text == f"{titled.title.partition(':')[0]}, data of {titled.read}"


@pytest.mark.parametrize(
    ("licences", "paid", "licence", "asked"),
    [
        ((), MORROW, "toy-esu", True),
        (("toy-esu",), MORROW, "toy-esu", False),
        ((), EVE, "toy-esu", False),
        ((), None, "toy-esu", False),
        ((), MORROW, None, False),
    ],
)
def test_when_a_licence_is_asked_for(
    licences: tuple[str, ...], paid: date | None, licence: str | None, asked: bool
) -> None:
    found = list(support.ask_for_licence(licensed(*licences), release(EVE, paid, licence)))
    line = "declare toy-esu under guest.licences if Paid Repairs, which lasts until 2026-11-23, is paid for"
    assert found == ([line] if asked else [])


@pytest.mark.parametrize(
    ("today", "newest"),
    [(date(2030, 6, 30), "13"), (date(2030, 7, 1), None), (date(2000, 1, 1), "13")],
)
def test_the_newest_release_that_is_repaired(today: date, newest: str | None) -> None:
    found = support.newest_supported(catalog(), "debian", today)
    assert (found.cycle if found else None) == newest


def test_a_move_to_the_newest_release() -> None:
    (proposed,) = platform_eol.move_to_newest(workload(), Cycle("debian", "9", None, EVE, None, "S-08", {}, "Debian"))
    assert dict(proposed.changes) == {"deployment.platform.version": "13"}
    assert (
        list(platform_eol.move_to_newest(workload(), Cycle("windows-98", "1", None, EVE, None, "S-08", {}, "W"))) == []
    )


@pytest.mark.parametrize(
    ("platform", "version", "expected"),
    [
        ("xcp-ng", "8.2", ("8.2", None)),
        ("xcp-ng", "7.0", ("7.4", "7.4")),  # older than all that the data have
        ("xcp-ng", "7.4", ("7.4", None)),
        ("docker", "1.12", None),
        ("kubernetes", "1.34", ("1.34", None)),
    ],
)
def test_the_release_of_a_platform(platform: str, version: str, expected: tuple[str, str | None] | None) -> None:
    made = workload(deployment__platform__id=platform, deployment__platform__version=version)
    found = support.platform_release(made)
    assert found.path == "deployment.platform.version"
    assert found.name.endswith(version)
    if expected:
        assert (found.cycle.cycle, found.oldest and found.oldest.cycle) == expected


def test_a_platform_without_dates_and_one_without_a_version() -> None:
    assert support.platform_release(workload(deployment__platform__id="lima")) is None
    with pytest.raises(Unknown, match=r"^deployment\.platform\.version$"):
        support.platform_release(workload(deployment__platform__id="docker"))
    with pytest.raises(Unknown, match=r"^deployment\.platform\.version$"):  # of two releases, the finer one decides
        support.platform_release(workload(deployment__platform__id="xenserver", deployment__platform__version="8"))
    with pytest.raises(Unknown, match=r"^catalog\.docker-engine 99 lifecycle$"):
        support.platform_release(workload(deployment__platform__id="docker", deployment__platform__version="99"))


def test_a_product_with_one_release_needs_no_version() -> None:
    found = support.platform_release(workload(deployment__platform__id="hyperv-server"))
    assert (found.path, found.cycle.cycle) == ("deployment.platform.id", "2019")


@pytest.mark.parametrize(
    ("platform", "fields", "elsewhere"),
    [
        ("docker", {"host__os__id": "debian12"}, "host.os.id"),
        ("docker", {"host__os__id": "win2k22"}, ""),
        ("docker", {"host__platform": "linux/amd64"}, ""),
        ("docker", {"host__cloud__provider": "aws"}, ""),
        ("kubernetes", {"host__cloud__provider": "aws"}, "host.cloud.provider"),
        ("kubernetes", {"host__os__id": "debian12", "host__cloud__provider": "aws"}, "host.os.id"),
        ("kubernetes", {}, ""),
        ("virtualbox", {"host__os__id": "debian12"}, ""),
        ("bhyve", {"host__os__id": "freebsd14.4"}, ""),
        ("xcp-ng", {"host__os__id": "debian12"}, ""),
    ],
)
def test_who_else_may_maintain_a_platform(platform: str, fields: dict[str, str], elsewhere: str) -> None:
    version = {"docker": "29", "kubernetes": "1.34", "virtualbox": "7.2", "bhyve": "14.4", "xcp-ng": "8.3"}[platform]
    made = workload(deployment__platform__id=platform, deployment__platform__version=version, **fields)
    assert support.platform_release(made).elsewhere == elsewhere


@pytest.mark.parametrize(
    ("fields", "cycle", "stated"),
    [
        ({"id": "win11"}, "11-25h2-w", ()),
        ({"id": "win11", "edition": "Enterprise"}, "11-25h2-e", ("guest.os.edition",)),
        ({"id": "win11", "edition": "Home"}, "11-25h2-w", ("guest.os.edition",)),
        ({"id": "win11", "version": "24H2"}, "11-24h2-w", ("guest.os.version",)),
        (
            {"id": "win11", "version": "24H2", "edition": "Enterprise"},
            "11-24h2-e",
            ("guest.os.edition", "guest.os.version"),
        ),
        ({"id": "win10", "version": "21H1"}, "10-21h1", ("guest.os.version",)),
        ({"id": "win10", "version": "1909"}, "10-1909-e", ("guest.os.version",)),
        ({"id": "win11", "version": "99H2"}, "11-25h2-w", ()),
        ({"id": "win11", "version": "10.0.22631"}, "11-25h2-w", ()),
        ({"id": "debian12", "version": "12.5"}, "12", ()),
    ],
)  # fmt: skip
def test_the_release_of_a_guest(fields: dict[str, str], cycle: str, stated: tuple[str, ...]) -> None:
    made = workload(**{f"guest__os__{field}": text for field, text in fields.items()})
    found = support.guest_release(made)
    assert (found.cycle.cycle, found.stated, found.path) == (cycle, stated, "guest.os.id")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"host__os__id": "win10", "host__os__edition": "Enterprise LTSC 2021"}, ("10-21h2-e-lts", "Windows 10")),
        ({"host__os__id": "win10"}, ("10-22h2", "Windows 10")),
        ({"host__os__id": "centos6"}, ("6", "CentOS 6")),
        ({"host__os__id": "centos6", "deployment__platform__id": "xcp-ng"}, None),
        ({"host__os__id": "msdos6.22"}, None),
        ({"host__os__id": "of-nobody"}, None),
        ({"host__platform": "linux/amd64"}, None),
    ],
)
def test_the_release_of_a_host(fields: dict[str, str], expected: tuple[str, str] | None) -> None:
    found = platform_eol.host_release(workload(**{"deployment__platform__id": "docker", **fields}))
    assert (found and (found.cycle.cycle, found.name)) == expected
    assert found is None or (found.path, found.licence, found.stated) == ("host.os.id", None, ())


@pytest.mark.parametrize("ask", [support.guest_release])
def test_a_guest_without_dates(ask: Callable[[Workload], Any]) -> None:
    with pytest.raises(Unknown, match="lifecycle"):
        ask(workload(guest__os__id="msdos6.22"))


def test_what_comes_after_a_platform() -> None:
    made = workload(deployment__platform__id="hyperv-server")
    ways = list(support.ways_on(made, release(EVE, MORROW)))
    assert ways[0].startswith("move to ")
    assert " or " in ways[0] or "," not in ways[0]
    assert ways[1].startswith("declare toy-esu")
    assert list(support.ways_on(workload(deployment__platform__id="docker"), release(EVE))) == []
