"""Documents of kind Platform and Guest: how they change the catalogue, and what is refused, with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vmlint import limits
from vmlint.catalog import Catalog
from vmlint.catalog.osinfo import Database
from vmlint.extend.documents import Folder
from vmlint.extend.project import with_documents

CATALOG = Catalog()
BOX = """\
name: ACME Box
checked: 2026-11-22
placement: bare-metal
architectures: {type1: hw-assisted}
modes: {hw-assisted: {}}
host: {os: [own]}
"""


def document(kind: str, name: str, spec: str) -> str:
    inside = "".join(f"  {line}\n" for line in spec.splitlines())
    return f"apiVersion: vmlint/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{inside}"


def load(folder: Path, *texts: str, known: Catalog = CATALOG, over_local: bool = True) -> Catalog:
    """Return the catalogue with documents on top, each text a file: a.yaml, b.yaml, ..."""
    for name, text in zip("abc", texts, strict=False):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return with_documents(known, [Folder(folder, "ops", folder)], over_local=over_local)


def test_new_platform(tmp_path: Path) -> None:
    catalog = load(tmp_path, document("Platform", "acme-box", BOX + "aliases: [acme]"))
    box = catalog.platform("acme-box")
    assert box is not None
    assert (box.name, box.placement, box.origin) == ("ACME Box", "bare-metal", "ops/a.yaml")
    assert set(box.local.values()) == {"ops/a.yaml"}
    assert box.data["host"]["source"] == box.data["source"] == ["local"]
    assert box.sources("host") == ("(local: ops/a.yaml)",)
    assert catalog.platform_id("ACME") == "acme-box"
    assert catalog.nearest_platform("acme-bix") == "acme-box"
    assert "acme-box" in [platform.id for platform in catalog.platforms.values()]
    assert catalog.pristine.platform("acme-box") is None
    assert catalog.pristine.platform_id("acme") is None


def test_changed_platform(tmp_path: Path) -> None:
    spec = (
        "nesting: {inner: lab}\nmodes: {hw-assisted: {note: Ours.}}\naliases: [our-kvm]\nlicence: {source: [ACME-HB]}"
    )
    catalog = load(tmp_path, document("Platform", "kvm", spec))
    ours, theirs = catalog.platform("kvm"), catalog.pristine.platform("kvm")
    assert ours is not None
    assert theirs is not None
    assert ours.local == dict.fromkeys(("nesting", "modes", "aliases", "licence"), "ops/a.yaml")
    assert ours.data["nesting"] == {**theirs.data["nesting"], "inner": "lab", "source": ["local"]}
    assert ours.data["modes"].keys() == theirs.data["modes"].keys()
    assert ours.modes["hw-assisted"]["note"] == "Ours."
    assert {**theirs.modes["hw-assisted"], **ours.modes["hw-assisted"]} == ours.modes["hw-assisted"]
    assert ours.data["host"] == theirs.data["host"]
    assert ours.data["source"] == theirs.data["source"]
    assert ours.sources("licence") == ("ACME-HB", "(local: ops/a.yaml)")
    assert ours.sources("host") == theirs.sources("host")
    words = theirs.data.get("aliases", [])
    assert ours.data["aliases"] == [*words, "our-kvm"]  # other spellings add up
    assert {catalog.platform_id(word) for word in ("our-kvm", *words)} == {"kvm"}
    assert theirs.local == {}


def test_guests(tmp_path: Path) -> None:
    catalog = load(
        tmp_path,
        document("Guest", "acmeos", "family: linux\naliases: [acme-os]"),
        document("Guest", "debian12", "kernel: {version: '6.6'}"),
    )
    new, changed = catalog.guest("acme-os"), catalog.guest("debian-12")
    assert new is not None
    assert (new.id, new.family, new.known, new.data["source"]) == ("acmeos", "linux", True, ["local"])
    assert changed is not None
    before = catalog.pristine.guest("debian12")
    assert before is not None
    assert (changed.id, changed.family, changed.fact("kernel", "version")) == ("debian12", "linux", "6.6")
    assert changed.data["released"] == before.data["released"]
    assert changed.sources() == before.sources()
    assert list(catalog.guests) == [*catalog.pristine.guests, "acmeos"]
    assert catalog.guest_id("acme-os") == "acmeos"
    assert catalog.guest("win7") is catalog.pristine.guest("win7")


def test_documents_that_change_documents(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    lower = load(first, document("Platform", "kvm", "nesting: {inner: lab}"))
    (second / "a.yaml").write_text(document("Platform", "kvm", "nesting: {outer: 'no'}"), "utf-8")
    kvm = with_documents(lower, [Folder(second, "own", second)]).platform("kvm")
    assert kvm is not None
    assert (kvm.fact("nesting", "inner"), kvm.fact("nesting", "outer")) == ("lab", "no")
    assert kvm.local == {"nesting": "own/a.yaml"}
    with pytest.raises(ValueError, match=r"own/a\.yaml:3:18: Platform kvm is changed already \(local: ops/a\.yaml\)"):
        with_documents(lower, [Folder(second, "own", second)], over_local=False)


def test_empty_documents_and_several_in_a_file(tmp_path: Path) -> None:
    text = f"---\n# nothing\n---\n{document('Guest', 'acmeos', 'family: linux')}---\n{document('Platform', 'box', BOX)}"
    catalog = load(tmp_path, text)
    assert [entry.id for entry in catalog.local] == ["acmeos", "box"]


FAULTS = {
    "kind": (document("Platfrom", "kvm", BOX), "2:7: `kind` is 'Platfrom'; a catalogue document has `kind: Platform`"),
    "other kind": (
        document("Workload", "kvm", BOX),
        "2:7: `kind` is 'Workload'; a catalogue document has `kind: Platform`, `kind: Guest`, `kind: Software` or",
    ),
    "no version": ("kind: Guest\n", "1:1: `apiVersion` is missing; a catalogue document has `apiVersion: vmlint/v1`"),
    "no document": ("- x\n", "1:1: `apiVersion` is missing"),
    "syntax": ("a: [", "1:4: the [ opened on line 1, column 4 is never closed"),
    "no name": ("apiVersion: vmlint/v1\nkind: Guest\nspec: {family: linux}\n", "1:1: `metadata` is missing"),
    "bad name": (document("Guest", "ACME", "family: linux"), "3:18: `name`: 'ACME' is not well-formed: lower-case"),
    "name is text": (
        document("Guest", "x", "family: linux").replace("{name: x}", "kvm"),
        "3:11: `metadata` is the text 'kvm'; expected a block of fields",
    ),
    "spec is a list": ("apiVersion: vmlint/v1\nkind: Guest\nmetadata: {name: x}\nspec: [x]\n", "4:7: `spec` is a list"),
    "empty": ("apiVersion: vmlint/v1\nkind: Guest\nmetadata: {name: win7}\nspec: {}\n", "4:1: `spec` is empty"),
    "part of a new one": (document("Platform", "box", "name: Box"), "4:1: `checked` is missing in `spec`"),
    "no family": (document("Guest", "x", "name: X"), "4:1: `family` is missing in `spec`"),
    "id": (document("Platform", "box", BOX + "id: box"), "11:3: unknown key `id`"),
    "key": (document("Platform", "kvm", "nestng: {}"), "5:3: unknown key `nestng`; did you mean `nesting`?"),
    "inner key": (
        document("Platform", "kvm", "nesting: {iner: lab}"),
        "5:13: unknown key `iner`; did you mean `inner`?",
    ),
    "word": (document("Platform", "kvm", "nesting:\n  inner: lob"), "6:12: `inner` does not know the word 'lob'"),
    "mode": (document("Platform", "kvm", "modes: {pvm: {}}"), "5:11: unknown key `pvm`; did you mean `pv`?"),
    "nothing": (document("Platform", "kvm", "nesting:"), "5:3: `nesting` has no value"),
    "version": (document("Platform", "kvm", "modes: {hw-assisted: {since: soon}}"), "5:32: `since`: 'soon' is not"),
    "quantity": (document("Guest", "win7", "minimum: {memory: lots}"), "5:21: `memory`: 'lots' is not well-formed"),
    "date": (document("Platform", "kvm", "checked: 2026-13-01"), "5:12: `checked`: '2026-13-01' is not well-formed"),
    "twice": (
        document("Platform", "kvm", "name: A\nname: B"),
        "6:3: key `name` is set again; it was first set on line 5",
    ),
    "parts": (
        document("Platform", "kvm", "architectures: {type1: lxc}"),
        "5:26: architectures.type1: 'lxc' is not one of the platform's modes",
    ),
    "suggested": (document("Platform", "kvm", "suggestAs: [type2]"), "5:3: suggestAs: 'type2' is not one of"),
    "successor": (document("Platform", "kvm", "successor: [nope]"), "5:15: successor: there is no platform 'nope'"),
    "spelling": (document("Platform", "vbox", BOX), "3:18: 'vbox' is another spelling of virtualbox; write virtualbox"),
    "guest spelling": (
        document("Guest", "debian-12", "family: linux"),
        "3:18: 'debian-12' is another spelling of debian12",
    ),
    "taken": (document("Platform", "kvm", "aliases: [vbox]"), "5:13: 'vbox' is taken by a platform already"),
    "taken id": (
        document("Platform", "kvm", "aliases: [xen]"),
        "5:13: 'xen' is taken by a platform already",
    ),
    "guest taken": (
        document("Guest", "win7", "aliases: [winxp]"),
        "5:13: 'winxp' is taken by a guest already",
    ),
    "upper": (
        document("Guest", "win7", "aliases: [Seven]"),
        "5:13: alias 'Seven' is never found; write it in lower case",
    ),
    "tag": (
        document("Guest", "win7", "name: !!python/object:os.system x"),
        "5:9: tag !!python/object:os.system is not",
    ),
    "control": (document("Guest", "win7", "name: \x07"), "5:9: the control character U+0007 is not allowed"),
    "many": (document("Guest", "win7", f"arch: [{'x, ' * 1001}]"), "5:9: it has more than 1000 members"),
    "deep": (document("Guest", "win7", f"arch: {'[' * 100}{']' * 100}"), "5:71: the file nests deeper than 64 levels"),
    "large": (" " * (limits.DOCUMENT_BYTES + 1), " it is larger than 1 MiB"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(tmp_path: Path, name: str) -> None:
    text, message = FAULTS[name]
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared below
        load(tmp_path, text)
    assert str(raised.value).startswith(f"ops/a.yaml:{message}")


def test_aliases_that_explode(tmp_path: Path) -> None:
    bomb = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n" + "".join(
        f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    with pytest.raises(ValueError, match=r"ops/a\.yaml:\d+:\d+: the aliases up to here expand to more than"):
        load(tmp_path, document("Guest", "win7", bomb))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            ("Platform", "kvm", "name: A"),
            ("Platform", "kvm", "name: B"),
            "3:18: Platform kvm has a document already, in",
        ),
        (("Platform", "box", BOX + "aliases: [b]"), ("Platform", "b", BOX), "3:18: 'b' is taken by a platform already"),
        (("Guest", "win7", "aliases: [s]"), ("Guest", "win8", "aliases: [s]"), "5:13: 's' is taken by a guest already"),
    ],
)
def test_two_documents_at_odds(
    tmp_path: Path, first: tuple[str, str, str], second: tuple[str, str, str], message: str
) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared below
        load(tmp_path, document(*first), document(*second))
    assert str(raised.value).startswith(f"ops/b.yaml:{message}")


def test_files_that_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "ops"
    folder.mkdir()
    outside = tmp_path / "outside.yaml"
    outside.write_text("secret", "utf-8")
    (folder / "a.yaml").symlink_to(outside)
    with pytest.raises(ValueError, match=r"^ops/a\.yaml: it is a link that leads out of ops/$"):
        load(folder)
    (folder / "a.yaml").unlink()
    os.mkfifo(folder / "a.yaml")
    with pytest.raises(ValueError, match=r"^ops/a\.yaml: cannot be read: it is not a regular file$"):
        load(folder)
    (folder / "a.yaml").rename(folder / "a.yml")
    with pytest.raises(ValueError, match=r"^ops/a\.yml: rename it to a\.yaml, or it is not read$"):
        load(folder)
    (folder / "a.yml").unlink()
    for number in range(limits.FOLDER_FILES + 1):
        (folder / f"{number}.yaml").touch()
    with pytest.raises(ValueError, match=rf"^ops: it holds more than {limits.FOLDER_FILES} files$"):
        load(folder)


def test_spellings_of_other_tools_lead_to_what_was_changed(tmp_path: Path) -> None:
    word = next(
        word for word in ("debian-bookworm", "Debian 12", "debian12-64", "debian12_64Guest") if CATALOG.guest(word)
    )
    found = CATALOG.guest(word)
    assert found is not None
    changed = load(tmp_path, document("Guest", found.id, "name: Ours")).guest(word)
    assert changed is not None
    assert changed.name == "Ours"


def test_libosinfo_on_this_machine_makes_no_difference(tmp_path: Path) -> None:
    """A guest that only libosinfo's database has is new to the catalogue, on every machine."""
    os = tmp_path / "db" / "os" / "example.com"
    os.mkdir(parents=True)
    (os / "acmeos-1.xml").write_text(
        '<libosinfo version="0.0.1"><os id="http://example.com/acmeos/1"><short-id>acmeos1</short-id>'
        "<name>ACME OS 1</name><family>linux</family></os></libosinfo>",
        "utf-8",
    )
    known = Catalog(database=Database([tmp_path / "db"]))
    assert known.guest("acmeos1") is not None
    folder = tmp_path / "ops"
    folder.mkdir()
    with pytest.raises(ValueError, match="`family` is missing"):
        load(folder, document("Guest", "acmeos1", "name: Ours"), known=known)
    own = load(folder, document("Guest", "acmeos1", "family: linux"), known=known).guest("acmeos1")
    assert own is not None
    assert own.data == {"family": "linux", "source": ["local"]}
