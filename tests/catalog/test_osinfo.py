"""libosinfo's database: what is read of it, what is never read, and that vmlint's own facts win."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from vmlint.catalog import Catalog, osinfo
from vmlint.catalog.osinfo import Database, standard_folders
from vmlint.syntax.xml import tree

Write = Callable[..., Path]

FAMILIES = {
    "linux": "linux", "winnt": "windows", "win9x": "windows", "win16": "windows", "freebsd": "freebsd",
    "netbsd": "netbsd", "openbsd": "openbsd", "solaris": "solaris", "illumos": "illumos", "darwin": "darwin",
    "msdos": "dos", "dos": "dos", "netware": "netware", "haiku": "other", "hurd": "other", "dragonflybsd": "other",
}  # fmt: skip


def system(
    *ids: str, name: str = "Zorb OS 1", family: str | None = "haiku", day: str = "2020-02-03", end: str = "2021-01-01"
) -> str:
    short = "".join(f"<short-id>{id}</short-id>" for id in ids)
    element = f"<family>{family}</family>" if family else ""
    return (
        f'<libosinfo version="0.0.1"><os id="http://zorb.example/1">{short}<name xml:lang="de">Nein</name>'
        f"<name>{name}</name>{element}<release-date>{day}</release-date><eol-date>{end}</eol-date>"
        f"<variant id='x'><name>inner</name></variant></os></libosinfo>"
    )


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of a database and returns the database's folder."""

    def writer(content: str | bytes, name: str = "zorb-1.xml", under: str = "osinfo") -> Path:
        folder = tmp_path / under
        file = folder / "os" / "zorb.example" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        (folder / "VERSION").write_text("20301224\n")
        return folder

    return writer


def test_a_release_that_only_the_database_has(write: Write) -> None:
    catalog = Catalog(database=Database([write(system("zorb1", "zorbalpha"))]))
    for word in ("zorb1", " ZORB1 ", "zorbalpha"):
        found = catalog.guest(word)
        assert found is not None
        assert (found.family, found.name, found.known, found.origin) == (
            "other",
            "Zorb OS 1",
            True,
            "osinfo-db 20301224",
        )
        assert found.fact("released") == "2020-02-03"
        assert found.sources() == ("S-07",)
        assert found.fact("lifecycle") == {"until": "2021-01-01"}
        cycle = catalog.guest_cycle(found)
        assert cycle is not None
        assert (cycle.security_until, cycle.source) == (date(2021, 1, 1), "osinfo-db 20301224")
    assert catalog.guest("zorb2") is None
    assert catalog.guest_id("zorb1") is None


@pytest.mark.parametrize(("id", "end"), [("zorb-unknown", "2021-01-01"), ("zorb1", "soon"), ("zorb1", "")])
def test_no_end_of_support(id: str, end: str, write: Write) -> None:
    found = Catalog(database=Database([write(system(id, end=end))])).guest(id)
    assert found is not None
    assert not found.has("lifecycle")


def test_without_a_database(tmp_path: Path) -> None:
    assert Catalog(database=Database([tmp_path / "none"])).guest("zorb1") is None
    assert Catalog(database=Database(())).guest("zorb1") is None


def test_own_facts_win(write: Write) -> None:
    folder = write(system("debian12", "debianzorb", name="Fake", family="winnt", day="1999-01-01"))
    catalog, plain = Catalog(database=Database([folder])), Catalog(database=Database(()))
    for word in ("debian12", "bookworm", "debianzorb"):
        found, own = catalog.guest(word), plain.guest("debian12")
        assert found is not None
        assert own is not None
        assert (found.data, found.origin) == (own.data, "")
    assert plain.guest("debianzorb") is None


def test_what_is_known_of_the_family_wins(write: Write) -> None:
    catalog = Catalog(database=Database([write(system("winnt9.9", family="linux"))]))
    found = catalog.guest("winnt9.9")
    assert found is not None
    assert (found.family, found.known) == ("windows", True)
    assert found.fact("kernel", "modifiable") is False


def test_a_release_without_a_family(write: Write) -> None:
    folder = write(system("zorb1", family=None))
    write(system("elementary9", family=None), "elementary.xml")
    catalog = Catalog(database=Database([folder]))
    assert catalog.guest("zorb1") is None
    found = catalog.guest("elementary9")
    assert found is not None
    assert found.family == "linux"


def test_earlier_folders_hide_later_ones(write: Write) -> None:
    later, earlier = write(system("zorb1")), write(system("zorb1", name="Zorb of the user"), under="user")
    found = Database([earlier, later]).find("zorb1")
    assert found is not None
    assert found.name == "Zorb of the user"


@pytest.mark.parametrize(
    ("word", "family"), [*FAMILIES.items(), ("something-new", "other")], ids=lambda value: str(value)
)
def test_families(write: Write, word: str, family: str) -> None:
    found = Database([write(system("zorb1", family=word))]).find("zorb1")
    assert found is not None
    assert found.family == family


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE libosinfo SYSTEM "http://zorb.example/x.dtd">' + system("zorb1"),
        '<!DOCTYPE libosinfo [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + system("zorb1", name="&b;"),
        '<!DOCTYPE libosinfo [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + system("zorb1", name="&x;"),
        system("zorb1", name="&undefined;"),
        system("zorb1").removesuffix("</libosinfo>"),
        "<!-- <short-id>zorb1</short-id> --><libosinfo/>",
        "<libosinfo><platform><short-id>zorb1</short-id></platform></libosinfo>",
        "<short-id>zorb1</short-id>" + "x" * (1 << 20),
        b"\xff\xfe<short-id>zorb1</short-id>",
        "<os>" * 10_000 + "<short-id>zorb1</short-id>",
    ],
    ids=["dtd", "entities", "external", "undefined", "cut", "comment", "no-os", "large", "bytes", "deep"],
)
def test_empty_or_missing_values(write: Write, content: str | bytes) -> None:
    assert Database([write(content)]).find("zorb1") is None


def test_odd_values_become_plain_ones(write: Write) -> None:
    folder = write(system("zorb1", name="  Zorb\n\n \x7f OS\u202e " + "1" * 200, day="soon"))
    found = Database([folder]).find("zorb1")
    assert found is not None
    assert re.fullmatch(r"Zorb +OS 1{1,100}", found.name)
    assert found.released is None


def test_files_that_only_add_to_a_release_are_not_read(write: Write) -> None:
    folder = write(system("zorb1"))
    deeper = folder / "os" / "zorb.example" / "zorb-1.d" / "more.xml"
    deeper.parent.mkdir()
    deeper.write_text(system("zorb2"))
    assert Database([folder]).ids == ("zorb1",)


@pytest.mark.parametrize("id", ["", "../zorb1", "zorb1<", "z" * 65, "Zorb1", "zorb 1"])
def test_what_is_no_id_is_not_found(write: Write, id: str) -> None:
    assert Database([write(system("zorb1", id))]).find(id) is None


def test_one_file_is_parsed(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        folder = write(system(f"zorb{number}"), f"zorb-{number}.xml")
    parsed: list[str] = []
    parse = tree.parse

    def noted(text: str) -> list[tree.Element]:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(tree, "parse", noted)
    database = Database([folder])
    assert database.find("zorb3") is not None
    assert database.find("zorb9") is None
    assert len(parsed) == 1


def test_most_files(write: Write) -> None:
    for number in range(5):
        folder = write(system(f"zorb{number}"), f"zorb-{number}.xml")
    assert len(Database([folder], most_files=3).ids) == 3


@pytest.mark.parametrize("name", ["read_bytes", "glob"])
def test_an_unreadable_file_is_ignored(name: str, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise PermissionError("no")

    folder = write(system("zorb1"))
    (folder / "os" / "zorb.example" / "folder.xml").mkdir()
    database = Database([folder])
    assert database.ids == ("zorb1",)
    monkeypatch.setattr(osinfo if name == "read_bytes" else Path, name, fails)
    assert Database([folder]).find("zorb1") is None
    assert (database.find("zorb1") is None) == (name == "read_bytes")


def test_usual_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OSINFO_USER_DIR", "OSINFO_LOCAL_DIR", "OSINFO_SYSTEM_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert standard_folders() == (tmp_path / "osinfo", Path("/etc/osinfo"), Path("/usr/share/osinfo"))
    monkeypatch.setenv("OSINFO_SYSTEM_DIR", str(tmp_path / "system"))
    monkeypatch.setenv("OSINFO_LOCAL_DIR", "where/the/linted/files/are")
    assert standard_folders() == (tmp_path / "osinfo", tmp_path / "system")


def test_the_usual_folders_are_those_of_a_catalogue(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSINFO_SYSTEM_DIR", str(write(system("zorb1"))))
    assert Catalog().guest("zorb1") is not None


INSTALLED = Path("/usr/share/osinfo")
OWN = {
    "omnios": "illumos", "openindiana": "illumos", "smartos": "illumos", "freedos1.2": "dos", "freedos1.3": "dos",
    "elementary5.0": "linux",
}  # fmt: skip
"""Families of vmlint that differ from the database's, or are missing there."""


@pytest.mark.skipif(
    not (INSTALLED / "os").is_dir() and os.environ.get("VMLINT_EXPECT_OSINFO") != "1",
    reason="osinfo-db is not installed",
)
def test_every_id_of_the_real_database() -> None:
    database = Database([INSTALLED])
    assert len(database.ids) > 700
    catalog = Catalog(database=Database([INSTALLED]))
    wrong = []
    for id in database.ids:
        release, guest = database.find(id), catalog.guest(id)
        assert release is not None, id
        if not release.family and id not in OWN:
            continue  # an id without meaning ("unknown"), or one whose prefix has a known family
        expected = OWN.get(id, release.family)
        if guest is None or not guest.known or guest.family != expected:
            wrong.append((id, expected, guest and guest.family))
    assert wrong == []
