"""Words of other tools: the tables, the traps in them, and how they are understood where an id is expected."""

from __future__ import annotations

from typing import Any

import pytest

from vmlint.catalog import Catalog, DataFile, table, words
from vmlint.catalog.osinfo import Database
from vmlint.catalog.words import GuestWord

CATALOG = Catalog()
FILE: Any = table("guest_words").data["vocabularies"]
WORDS = [(vocabulary, word, meaning) for vocabulary, about in FILE.items() for word, meaning in about["words"].items()]


def test_every_release_is_known() -> None:
    ids = [(vocabulary, meaning.get("id", "*")) for vocabulary, _, meaning in WORDS]
    named = {(vocabulary, id) for vocabulary, id in ids if not id.endswith("*")}
    assert {each for each in named if each[1] not in CATALOG.guests} == set()


def test_releases_that_share_a_word_are_known_and_have_dates() -> None:
    for vocabulary, word, meaning in WORDS:
        for id in meaning.get("oneOf", ()):
            guest = CATALOG.guests[id]
            assert guest.family == meaning["family"], (vocabulary, word)
            assert guest.has("lifecycle"), (vocabulary, word)


def test_every_stem_begins_ids_of_its_family() -> None:
    for vocabulary, word, meaning in WORDS:
        if "stem" in meaning:
            ids = [id for id, guest in CATALOG.guests.items() if guest.family == meaning["family"]]
            known = CATALOG.guests.stems.get(meaning["stem"]) == meaning["family"]
            assert known or any(id.startswith(meaning["stem"]) for id in ids), (vocabulary, word)


def test_no_two_words_of_a_vocabulary_are_read_alike() -> None:
    for vocabulary, about in FILE.items():
        read = words.read_vocabulary(vocabulary, about["words"])
        assert len(read.words) == len(about["words"]), vocabulary


def test_words_that_are_spellings_too_mean_the_same() -> None:
    for vocabulary, word, meaning in WORDS:
        if vocabulary in words.UNDERSTOOD and "id" in meaning and word.lower() in CATALOG.guests.words:
            assert CATALOG.guests.words[word.lower()] == meaning["id"], (vocabulary, word)


def test_vocabularies_are_whole() -> None:
    assert set(FILE["cim"]["words"]) == {str(number) for number in range(116)}
    assert len(FILE["vmware"]["words"]) > 200
    assert len(FILE["virtualbox"]["words"]) > 200


@pytest.mark.parametrize(
    ("vocabulary", "word", "meaning"),
    [
        # One product behind the name.
        ("vmware", "windows9_64Guest", GuestWord("win10", "windows", "amd64")),
        ("vmware", "windows9Guest", GuestWord("win10", "windows", "386")),
        ("vmware", "windows9Server64Guest", GuestWord("win2k16", "windows", "amd64")),
        ("vmware", "windows2019srvNext_64Guest", GuestWord("win2k22", "windows", "amd64")),
        ("vmware", "windows2022srvNext_64Guest", GuestWord("win2k25", "windows", "amd64")),
        # One word for two releases, or for a product without its release.
        ("vmware", "windows8Server64Guest", GuestWord(None, "windows", "amd64", "win2k12", ("win2k12", "win2k12r2"))),
        ("vmware", "windows12_64Guest", GuestWord(None, "windows", "amd64")),
        ("vmware", "ubuntu64Guest", GuestWord(None, "linux", "amd64", "ubuntu")),
        ("vmware", "otherGuest64", GuestWord(arch="amd64")),
        # The spelling of .vmx files, of Arm, and without capitals.
        ("vmware", "windows9-64", GuestWord("win10", "windows", "amd64")),
        ("vmware", "windows9srv-64", GuestWord("win2k16", "windows", "amd64")),
        ("vmware", "rhel9-64", GuestWord("rhel9.0", "linux", "amd64")),
        ("vmware", "arm-windows11-64", GuestWord("win11", "windows", "arm64")),
        ("vmware", "arm-ubuntu-64", GuestWord(None, "linux", "arm64", "ubuntu")),
        ("vmware", "WINDOWS11_64GUEST", GuestWord("win11", "windows", "amd64")),
        ("vmware", "vmkernel65Guest", GuestWord(None, "other", "amd64")),
        ("vmware", "darwin20_64Guest", GuestWord("macos11", "darwin", "amd64")),
        ("vmware", "windows13_64Guest", None),
        ("vmware", "arm-nothing-64", None),
        ("virtualbox", "Windows11_arm64", GuestWord("win11", "windows", "arm64")),
        ("virtualbox", "Ubuntu24_LTS_64", GuestWord("ubuntu24.04", "linux", "amd64")),
        ("virtualbox", "Windows2012_64", GuestWord(None, "windows", "amd64", "win2k12", ("win2k12", "win2k12r2"))),
        ("virtualbox", "debian12_64", GuestWord("debian12", "linux", "amd64")),
        # Its numbers stop in 2013, and newer servers are written as older ones.
        ("cim", "102", GuestWord()),
        ("cim", "112", GuestWord(None, "windows")),
        ("cim", "103", GuestWord("win2k8r2", "windows")),
        ("cim", "94", GuestWord(None, "linux", None, "ubuntu")),
        ("cim", "116", None),
        # A set of defaults, not a release.
        ("proxmox", "win11", GuestWord(None, "windows", one_of=("win11", "win2k22", "win2k25"))),
        ("proxmox", "l26", GuestWord(None, "linux")),
        ("proxmox", "other", GuestWord()),
        ("kubevirt", "windows.2k25.virtio", GuestWord("win2k25", "windows")),
        ("kubevirt", "rhel.9.s390x", GuestWord("rhel9.0", "linux", "s390x")),
        ("kubevirt", "debian", GuestWord(None, "linux", None, "debian")),
        ("kubevirt", "legacy", GuestWord()),
        ("parallels", "win-11", GuestWord("win11", "windows")),
        ("parallels", "centos", GuestWord(None, "linux")),
        # Prefixes of many words, the longest first.
        ("libosinfo", "http://microsoft.com/win/11", GuestWord("win11", "windows")),
        ("libosinfo", "http://debian.org/debian/12", GuestWord("debian12", "linux")),
        ("libosinfo", "https://suse.com/sle/15.6/", GuestWord("sle15sp6", "linux")),
        ("libosinfo", "http://suse.com/sle/15", GuestWord("sle15", "linux")),
        ("libosinfo", "http://fedoraproject.org/fedora/rawhide", GuestWord("fedora-rawhide", "linux")),
        ("libosinfo", "http://centos.org/centos-stream/9", GuestWord("centos-stream9", "linux")),
        ("libosinfo", "http://debian.org/debian/99", GuestWord("debian99", "linux")),
        ("libosinfo", "http://debian.org/debian/", None),
        ("libosinfo", "http://debian.org/debian/../x", None),
        ("libosinfo", "http://example.org/win/11", None),
    ],
)
def test_meaning(vocabulary: str, word: str, meaning: GuestWord | None) -> None:
    assert CATALOG.guest_word(vocabulary, word) == meaning


def test_an_unknown_vocabulary() -> None:
    with pytest.raises(KeyError):
        words.meaning("openstack", "linux")


def test_what_is_understood_as_an_id() -> None:
    for word, id in (
        ("windows2019srvNext_64Guest", "win2k22"),
        ("Debian12_arm64", "debian12"),
        ("rhel.9.arm64", "rhel9.0"),
    ):
        found = CATALOG.guest(word)
        assert found is not None
        assert (found.id, CATALOG.guest_id(word), found.known) == (id, id, True)


@pytest.mark.parametrize(
    ("word", "family", "name"), [("ubuntu64Guest", "linux", "Ubuntu"), ("windows8Server64Guest", "windows", None)]
)
def test_a_word_without_a_release_has_a_family(word: str, family: str, name: str | None) -> None:
    found = CATALOG.guest(word)
    assert found is not None
    assert (found.family, found.known, CATALOG.guest_id(word)) == (family, False, None)
    assert name is None or found.name == name


@pytest.mark.parametrize("word", ["102", "l26", "win-2099", "otherGuest64", "legacy", "windows13_64guest", ""])
def test_what_is_not_understood_as_an_id(word: str) -> None:
    assert CATALOG.guest_id(word) is None
    assert words.understood(word) is None


def test_a_word_that_is_an_id_already_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(word: str) -> None:
        raise AssertionError(word)

    monkeypatch.setattr(words, "understood", parsed)
    fresh = Catalog(database=Database(()))
    assert [fresh.guest(word) is not None for word in ("win2k22", "windows-server-2022", "bookworm")] == [True] * 3


def test_the_file_is_parsed_for_no_word_that_is_not_in_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DataFile, "data", property(lambda file: pytest.fail(f"parsed {file.path}")))
    assert words.understood("zorb99") is None


def test_families_are_those_of_guests() -> None:
    from vmlint.reading.schemas import schema

    families = schema("guest")["properties"]["family"]["enum"]
    assert schema("guest_words")["$defs"]["meaning"]["properties"]["family"]["enum"] == families
