"""From what a reader states to a workload: facts, defaults and unknowns with their places, for any reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from vmlint import limits
from vmlint.catalog import Catalog
from vmlint.findings.diagnostic import Derived
from vmlint.findings.finding import Finding, finding
from vmlint.findings.problem import Unreadable
from vmlint.findings.severity import Severity
from vmlint.lint.rule import Rule, rule
from vmlint.model.workload import Workload
from vmlint.reading import hints
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.reading.hosts import with_hosts
from vmlint.reading.native import natives, recognised
from vmlint.reading.reader import Reader, Skipped
from vmlint.reading.spec import Spec
from vmlint.reading.subject import Document, Subject
from vmlint.run.check import Checked, check
from vmlint.run.settings import Settings

CATALOG = Catalog()
TODAY = date(2026, 11, 22)
TEXT = "box web\n  memory 4096\n  system win2022\n  cpu x86_64\n"
HOST = b"apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: h}\nspec: {memory: 64Gi, os: {id: %s}}\n"
Fill = Callable[[Spec, File], None]


def no_reference(name: str, reference: str) -> File:
    raise ValueError("no files here")


def boxes(fill: Fill, **more: str) -> Reader:
    def read(file: File) -> Iterator[Spec]:
        spec = Spec("web", file.span(1, 5))
        fill(spec, file)
        yield spec

    return Reader("boxes", "box files", ("*.box",), lambda file: file.base == "a.box", (b"box",), read, more)


def document(fill: Fill, host: bytes | None = None, **more: str) -> Document:
    default = (File("h.yaml", host),) if host else ()
    context = with_hosts(Context(CATALOG, TODAY, no_reference, default))
    ((_, found),) = natives(File("dir/a.box", TEXT.encode()), boxes(fill, **more), context)
    return found


def one(fill: Fill, host: bytes | None = None, **more: str) -> Subject:
    found = document(fill, host, **more).subject
    assert found is not None
    return found


def at(found: Subject, path: str) -> tuple[str, int, int]:
    place = found.place(path)
    return place.file, place.line, place.column


# -- facts, defaults, unknowns ---------------------------------------------------------------------------------------


def test_what_cannot_be_taken_is_unknown() -> None:
    def fill(spec: Spec, file: File) -> None:
        spec.fact("resources.memory", "4096", file.span(2, 10))  # no unit
        spec.fact("deployment.mode", "warp")
        spec.fact("resources.cpu", None)
        spec.fact("deployment.mounts", ["/srv"])

    assert document(fill).faults == ()
    found = one(fill)
    assert not found.workload.resources.knows("memory")
    assert not found.workload.resources.knows("cpu")
    assert found.unknowns["resources.memory"].startswith("'4096' is not understood: expected a quantity of bytes")
    assert found.unknowns["deployment.mode"].startswith("'warp' is not understood: expected one of hw-assisted, pv,")
    assert found.workload.deployment.mounts == ("/srv",)


def test_a_field_that_does_not_exist_is_the_readers_fault() -> None:
    with pytest.raises(ValueError, match=r"the reader boxes states 'resources.memmory': .* mean `resources.memory`\?"):
        one(lambda spec, _: spec.fact("resources.memmory", "4Gi"))


def test_a_stated_fact_wins_over_a_default() -> None:
    def fill(spec: Spec, file: File) -> None:
        spec.default("deployment.mode", "pv", "nothing else is stated")
        spec.fact("deployment.mode", "pvh", file.span(2))
        spec.default("deployment.mode", "pvhvm", "too late")
        spec.default("deployment.generation", "2", "the tool's own default")

    found = one(fill)
    assert found.workload.deployment.mode == "pvh"
    assert found.defaults == {"deployment.generation": "the tool's own default"}


def test_what_is_known_is_not_left_open() -> None:
    def fill(spec: Spec, _: File) -> None:
        spec.fact("resources.cpu", "2")
        spec.unknown("resources.cpu", "computed")
        spec.unknown("resources.memory", "computed")

    assert one(fill, environment="no such word in it").unknowns == {
        "resources.memory": "computed",
        "environment": "no such word in it",
    }


# -- guests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "id", "family", "platform"),
    [
        ([("vmware", "debian12-64")], "debian12", "linux", "linux/amd64"),
        ([("vmware", "otherlinux-64")], None, "linux", "linux/amd64"),
        ([("vmware", "nothing-known")], None, None, None),
        ([("vmware", "nothing-known"), ("vmware", "debian12-64")], "debian12", "linux", "linux/amd64"),
        ([("image", "debian:12-slim")], "debian12", "linux", None),
        ([("image", "postgres:15")], None, None, None),
    ],
)
def test_words_for_guests(
    words: list[tuple[str, str]], id: str | None, family: str | None, platform: str | None
) -> None:
    def fill(spec: Spec, file: File) -> None:
        for vocabulary, word in words:
            spec.guest(vocabulary, word, file.span(3, 10))

    found = one(fill)
    guest = found.workload.guest
    assert (guest.os.get("id"), guest.os.get("family")) == (id, family)
    assert str(guest.get("platform")) == str(platform)
    if platform:
        assert at(found, "guest.platform") == ("dir/a.box", 3, 10)


def test_a_stated_system_wins_over_words() -> None:
    def fill(spec: Spec, file: File) -> None:
        spec.guest("vmware", "debian12-64", file.span(3, 10))
        spec.fact("guest.os", "win2k22", file.span(4))

    found = one(fill)
    assert (found.workload.guest.os.id, str(found.workload.guest.platform)) == ("win2k22", "windows/amd64")


def test_cpu_and_family_make_a_platform() -> None:
    def fill(spec: Spec, file: File) -> None:
        spec.fact("guest.arch", "arm64", file.span(4, 7))
        spec.base_image("debian:12", file.span(3, 10), "what the tool takes")

    found = one(fill)
    assert str(found.workload.guest.platform) == "linux/arm64"
    assert at(found, "guest.platform") == ("dir/a.box", 4, 7)
    assert found.defaults == {"guest.os.id": "what the tool takes"}


@pytest.mark.parametrize(("arch", "family"), [("arm64", "unikernel"), ("z80", "linux")])
def test_an_impossible_platform_is_not_made(arch: str, family: str) -> None:
    def fill(spec: Spec, _: File) -> None:
        spec.fact("guest.arch", arch)
        spec.fact("guest.os.family", family)

    assert "platform" not in one(fill).workload.guest.stated()


# -- hosts -----------------------------------------------------------------------------------------------------------


def test_the_given_host_is_filled_in() -> None:
    found = one(lambda spec, _: spec.fact("resources.cpu", "2"), HOST % b"debian12")
    assert str(found.workload.host.memory) == "64Gi"
    assert at(found, "host.memory") == ("h.yaml", 4, 16)
    assert at(found, "host.os.id") == ("h.yaml", 4, 31)
    assert found.workload.host.os.family == "linux"
    assert at(found, "host.os.family") == ("h.yaml", 4, 31)  # follows from the id
    assert [text.name for text in found.texts] == ["dir/a.box", "h.yaml"]


def test_a_stated_host_is_left_alone() -> None:
    found = one(lambda spec, file: spec.fact("host.memory", "8Gi", file.span(2)), HOST % b"debian12")
    assert (str(found.workload.host.memory), len(found.texts)) == ("8Gi", 1)
    assert not found.workload.host.os.knows("id")


@pytest.mark.parametrize(
    ("host", "guest", "kept"),
    [
        (b"debian12", "debian12", True),
        (b"win2k22", "debian12", False),
        (b"win2k22", "win2k22", True),  # host and guest are of one family
        (None, "win2k22", True),
    ],
)
def test_a_default_holds_on_its_hosts(host: bytes | None, guest: str, kept: bool) -> None:
    def fill(spec: Spec, _: File) -> None:
        spec.fact("guest.os", guest)
        spec.default("deployment.platform.id", "docker", "so the tool says", on=["linux"])

    found = one(fill, HOST % host if host else None)
    assert ("id" in found.workload.deployment.platform.stated()) is kept
    assert ("deployment.platform.id" in found.defaults) is kept
    if not kept:
        why = "on this host it may be another than docker, the default elsewhere"
        assert found.unknowns == {"deployment.platform.id": why}
        assert not found.workload.deployment.knows("architecture")  # nothing that followed from it is left


# -- places ----------------------------------------------------------------------------------------------------------


def test_places_walk_up() -> None:
    def fill(spec: Spec, file: File) -> None:
        spec.fact("deployment.platform", "xen@4.18", file.span(2, 3))
        spec.fact("guest.os", "win2k22", file.span(3, 10))

    found = one(fill)
    assert at(found, "deployment.platform.version") == ("dir/a.box", 2, 3)
    assert found.workload.guest.os.family == "windows"
    assert at(found, "guest.os.family") == ("dir/a.box", 3, 10)
    assert found.workload.guest.kernel.modifiable is False
    assert at(found, "guest.kernel.modifiable") == ("dir/a.box", 3, 10)  # the place of its source
    assert at(found, "resources.memory") == ("dir/a.box", 1, 5)
    assert at(found, "name") == ("dir/a.box", 1, 5)


@rule("TEST001", "paravirtual", Severity.ERROR, sources=("T-1",))
def paravirtual(workload: Workload) -> Iterator[Finding]:
    """A guest in mode PV."""
    if workload.deployment.mode == "pv":
        yield finding("deployment.mode", "it is PV", because=("resources.cpu",))


def checked(reader: Reader, data: bytes, rules: tuple[Rule, ...] = ()) -> Checked:
    context = Context(CATALOG, TODAY, no_reference, (), (reader,))
    return check(File("dir/a.box", data), Settings(rules, rules, context))


def test_a_finding_marks_a_default() -> None:
    def fill(spec: Spec, file: File) -> None:
        spec.default("deployment.mode", "pv", "nothing else is stated", file.span(1, 5))
        spec.fact("resources.cpu", "2", file.span(4, 7))

    found = checked(boxes(fill), TEXT.encode(), (paravirtual,))
    (diagnostic,) = found.diagnostics
    assert (diagnostic.place.line, diagnostic.place.column, diagnostic.workload) == (1, 5, "web")
    assert diagnostic.derived == Derived("pv", (), "a default of the format: nothing else is stated")
    assert [(each.place.line, each.derived) for each in diagnostic.because] == [(4, None)]


# -- files -----------------------------------------------------------------------------------------------------------


def test_which_readers_are_asked() -> None:
    asked: list[str] = []

    def recognises(file: File) -> bool:
        asked.append(file.name)
        return True

    reader = boxes(lambda _spec, _file: None)._replace(recognises=recognises)
    assert list(recognised(File("a", b"nothing of it"), (reader,))) == []
    assert asked == []
    assert list(recognised(File("b", b"a box"), (reader,))) == [reader]
    assert list(recognised(File("c", "a box".encode("utf-16")), (reader,))) == [reader]
    assert list(recognised(File("d", b"\xff\xfe\x00\xd8box"), (reader,))) == [reader]  # perhaps
    assert asked == ["b", "c", "d"]


def test_a_hint_that_is_wrong_for_all_is_reported_once() -> None:
    def read(file: File) -> Iterator[Spec]:
        for name in "abc":
            spec = Spec(name, file.span(1))
            spec.hint("colour", "red", file.span(2, 3))
            yield spec

    reader = boxes(lambda _spec, _file: None)._replace(read=read)
    found = checked(reader, TEXT.encode())
    assert [(each.code, each.place.line) for each in found.diagnostics] == [("VM916", 2)]


def test_most_workloads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WORKLOADS", 3)

    def read(file: File) -> Iterator[Spec]:
        while True:
            yield Spec("again", file.span(1))

    found = checked(boxes(lambda _spec, _file: None)._replace(read=read), TEXT.encode())
    assert len(found.subjects) == 3
    assert [(each.code, each.message) for each in found.diagnostics] == [
        ("VM904", "it holds more than 3 workloads; the rest was not read")
    ]


def test_a_broken_or_passed_file_keeps_what_was_found_before() -> None:
    def read(file: File) -> Iterator[Spec]:
        yield Spec("one", file.span(1))
        if file.data.endswith(b"!"):
            raise Skipped("the rest is a template")
        assert File("", b"\xff").text

    reader = boxes(lambda _spec, _file: None)._replace(read=read)
    with pytest.raises(Unreadable):
        list(natives(File("a.box", TEXT.encode()), reader, Context(CATALOG, TODAY, no_reference)))
    broken, passed = checked(reader, TEXT.encode()), checked(reader, TEXT.encode() + b"!")
    assert [each.code for each in broken.diagnostics] == ["VM902"]
    assert (len(broken.subjects), len(passed.subjects)) == (1, 1)
    assert passed.skipped == "the rest is a template"


def test_hints_of_a_file_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may hold thousands of workloads, and its comments apply to all of them."""

    def read(file: File) -> Iterator[Spec]:
        for number in range(1000):
            yield Spec(str(number), file.span(1))

    looks: list[str] = []

    def counted(file: File) -> hints.Hints:
        looks.append(file.name)
        return look(file)

    look = hints._hints
    monkeypatch.setattr(hints, "_hints", counted)
    data = b"box\n# vmlint: environment=dev\n"
    reader = boxes(lambda _spec, _file: None)._replace(read=read)
    found = [
        document.subject.workload.environment
        for _, document in natives(File("a.box", data), reader, Context(CATALOG, TODAY, no_reference))
        if document.subject
    ]
    assert (found, looks) == (["dev"] * 1000, ["a.box"])
