"""Documents of kind Software and Feature, and offers of platforms: what they add, replace, and are refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extend.test_documents import BOX, document, load
from vmlint.catalog import Catalog
from vmlint.extend.documents import Folder
from vmlint.extend.project import with_documents

CATALOG = Catalog()
CAPTURE = """\
name: ACME Capture
images: [registry.acme.example/capture]
needs:
  - {feature: cpu.avx2, versions: '>=3', arch: [amd64]}
"""
GRABBER = "title: the grabber's driver\nabout: The module of the grabber card.\n"


def test_new_program(tmp_path: Path) -> None:
    catalog = load(tmp_path, document("Software", "capture", CAPTURE))
    (found,) = catalog.software.of_image("registry.acme.example/capture:3.1")
    assert (found.program.id, found.program.name, found.tag, found.own) == ("capture", "ACME Capture", "3.1", True)
    assert found.program.local == dict.fromkeys(("name", "images", "needs"), "ops/a.yaml")
    assert found.program.needs[0]["source"] == "local"
    assert catalog.pristine.software.of_image("registry.acme.example/capture:3.1") == ()


def test_changed_program(tmp_path: Path) -> None:
    catalog = load(
        tmp_path,
        document("Software", "mongodb", "needs: [{feature: cpu.avx512f, source: ACME-7}]"),
        document("Software", "beside", "name: Beside\nimages: [mongo]\nneeds: [{feature: device.kvm}]"),
    )
    found = {each.program.id: each.program for each in catalog.software.of_image("mongo:7")}
    assert {id: [need["feature"] for need in program.needs] for id, program in found.items()} == {
        "mongodb": ["cpu.avx512f"],  # lists are replaced
        "beside": ["device.kvm"],  # what several entries say of one image adds up
    }
    assert found["mongodb"].name == "MongoDB"
    assert found["mongodb"].needs[0]["source"] == "ACME-7"
    assert [each.program.needs for each in catalog.pristine.software.of_image("mongo:7")] != [found["mongodb"].needs]


def test_programs_of_platforms_and_guests(tmp_path: Path) -> None:
    spec = "name: ACME OS\nguests: [debian1*]\nplatforms: [docker]\nneeds: [{feature: cpu.avx}]"
    catalog = load(tmp_path, document("Software", "acme-os", spec))
    assert "acme-os" in [each.id for each in catalog.software.of_guest("debian12")]
    assert "acme-os" in [each.id for each in catalog.software.of_platform("docker")]
    assert "acme-os" not in [each.id for each in catalog.software.of_guest("ubuntu24.04")]


def test_needs_that_depend_on_variables(tmp_path: Path) -> None:
    when = "{environment: {ACME_MODE: ^kernel$}, notEnvironment: {ACME_DRY: '1'}}"
    spec = f"name: ACME Tunnel\nimages: [acme/tunnel]\nneeds: [{{feature: device.tun, when: {when}}}]"
    catalog = load(tmp_path, document("Software", "acme-tunnel", spec))
    assert catalog.software.variables == CATALOG.software.variables | {"ACME_MODE", "ACME_DRY"}


def test_features(tmp_path: Path) -> None:
    catalog = load(
        tmp_path,
        document("Feature", "kernel.module.grabber", GRABBER),
        document("Feature", "cpu.avx", "help: buy a newer rack"),
        document("Feature", "'gpu.acme.*'", "title: 'the {name} unit'\nabout: A unit of the card.\n"),
    )
    grabber, avx, unit = (catalog.feature(id) for id in ("kernel.module.grabber", "cpu.avx", "gpu.acme.npu"))
    assert grabber is not None
    assert avx is not None
    assert unit is not None
    assert (grabber.title, grabber.data["source"], grabber.origin) == ("the grabber's driver", "local", "ops/a.yaml")
    assert (avx.title, avx.help, avx.local) == ("AVX", "buy a newer rack", {"help": "ops/b.yaml"})
    assert (unit.id, unit.title) == ("gpu.acme.npu", "the npu unit")
    other = catalog.feature("kernel.module.wireguard")
    assert other is not None
    assert other.origin == ""
    ids = [feature.id for feature in catalog.features]
    assert len(ids) == len(set(ids))
    assert {"kernel.module.grabber", "gpu.acme.*", "cpu.avx"} <= set(ids)


def test_offers_of_platforms(tmp_path: Path) -> None:
    feature, row = "kernel.syscall.io_uring_setup", "{feature: kernel.syscall.io_uring_setup, is: passes}"
    catalog = load(
        tmp_path,
        document("Platform", "docker", f"offers: [{row}]"),
        document("Platform", "box", f"{BOX}offers: [{{feature: [net.host, net.multicast], is: hides}}]"),
    )
    assert [offer.does for offer in catalog.offers.about("docker", feature)] == ["passes"]
    before = CATALOG.offers.about("docker", feature)
    assert before
    assert {offer.does for offer in before} != {"passes"}
    same = "userns.nested"  # what the document does not speak of stays
    assert [offer.data for offer in catalog.offers.about("docker", same)] == [
        offer.data for offer in CATALOG.offers.about("docker", same)
    ]
    assert [offer.does for offer in catalog.offers.about("box", "net.multicast")] == ["hides"]
    assert catalog.pristine.offers.about("box", "net.multicast") == ()


def test_a_need_may_name_what_another_document_describes(tmp_path: Path) -> None:
    spec = CAPTURE + "  - feature: device.grabber\n"
    catalog = load(tmp_path, document("Software", "capture", spec), document("Feature", "device.grabber", GRABBER))
    assert len(catalog.software.of_image("registry.acme.example/capture")[0].program.needs) == 2


def test_documents_over_documents(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    lower = load(first, document("Software", "capture", CAPTURE))
    (second / "a.yaml").write_text(document("Software", "capture", "name: Capture"), "utf-8")
    changed = with_documents(lower, [Folder(second, "own", second)]).software.find("capture")
    assert changed is not None
    assert (changed.name, len(changed.needs)) == ("Capture", 1)
    with pytest.raises(ValueError, match=r"own/a\.yaml:3:18: Software capture is changed already \(local: ops/a"):
        with_documents(lower, [Folder(second, "own", second)], over_local=False)


def need(row: str) -> str:
    return document("Software", "x", f"name: X\nimages: [x]\nneeds:\n  - {row}")


def offer(row: str) -> str:
    return document("Platform", "docker", f"offers:\n  - {row}")


FAULTS = {
    "no needs": (document("Software", "x", "name: X\nimages: [x]"), "4:1: `needs` is missing in `spec`"),
    "no bearer": (
        document("Software", "x", "name: X\nneeds: [{feature: cpu.avx}]"),
        "4:1: it names none of the `images`, `platforms` or `guests` that bring the program",
    ),
    "key": (need("{feature: cpu.avx, version: '>=3'}"), "8:26: unknown key `version`; did you mean `versions`?"),
    "feature": (need("feature: cpu.avx52f"), "8:16: there is no feature 'cpu.avx52f'; did you mean `cpu.avx512f`?"),
    "bound without a value": (
        need('feature: "device.tun>=2"'),
        "8:16: device.tun is there or not, and has no value that >=2 could bound; write device.tun",
    ),
    "no bound": (
        need("feature: kernel.page-size"),
        "8:16: kernel.page-size is a value, and a need without a bound asks for none; write such as",
    ),
    "case": (need("feature: cpu.AVX"), "8:16: there is no feature 'cpu.AVX'; did you mean `cpu.avx`?"),
    "unheard of": (
        need("feature: vm.flux-capacitor"),
        "8:16: there is no feature 'vm.flux-capacitor'; describe it in a document of kind Feature",
    ),
    "layer": (
        need("feature: kernal.module.wireguard"),
        "8:16: the id of a feature begins with its layer, and 'kernal' is none; did you mean `kernel`?",
    ),
    "no id": (need("feature: cpu"), "8:16: 'cpu': expected the id of a feature such as cpu.avx"),
    "bound": (need("feature: 'kernel.version>=>=5'"), "8:16: 'kernel.version>=>=5': expected the id of a feature"),
    "versions": (need("{feature: cpu.avx, versions: new}"), "8:36: versions: 'new': "),
    "pre-releases": (
        need("{feature: cpu.avx, versions: '>=1.0.0-alpha.80, <1.0.0-alpha.86'}"),
        "8:36: versions: 1.0.0-alpha.80 would count as 1.0.0, as what stands behind the leading numbers is not",
    ),
    "date of a release": (need("{feature: cpu.avx, versions: '<2026.1b3'}"), "8:36: versions: 2026.1b3 would count"),
    "pre-release of an offer": (
        offer("{feature: cpu.avx, is: hides, versions: '<28.0-rc1'}"),
        "6:47: versions: 28.0-rc1 would count as 28.0",
    ),
    "pattern": (
        need("{feature: cpu.avx, tags: '(a+)+$'}"),
        "8:32: `tags`: '(a+)+$' is not well-formed: expected words",
    ),
    "long pattern": (need(f"{{feature: cpu.avx, notTags: {'a' * 201}}}"), "8:35: `notTags`: "),
    "command": (need("{feature: cpu.avx, when: {command: '.*x'}}"), "8:42: `command`: '.*x' is not well-formed"),
    "variable": (
        need("{feature: cpu.avx, when: {environment: {MODE: '(a+)+$'}}}"),
        "8:53: `MODE`: '(a+)+$' is not well-formed: expected words",
    ),
    "variable that is none": (need("{feature: cpu.avx, when: {notEnvironment: {A B: x}}}"), "8:"),
    "range of a variable": (
        need("{feature: cpu.avx, when: {notEnvironment: {MODE: '[z-a]'}}}"),
        "8:56: '[z-a]' is no regular expression: bad character range",
    ),
    "mount": (need("{feature: cpu.avx, when: {notMounts: '.*x'}}"), "8:44: `notMounts`: '.*x' is not well-formed"),
    "range": (need("{feature: cpu.avx, tags: '[z-a]'}"), "8:32: '[z-a]' is no regular expression: bad character range"),
    "grade": (need("{feature: cpu.avx, grade: should}"), "8:33: `grade` does not know the word 'should'"),
    "tag": (
        document("Software", "x", "name: X\nimages: ['acme/x:3']\nneeds: [{feature: cpu.avx}]"),
        "6:12: image 'acme/x:3' has a tag; write 'acme/x', and the tags as `versions`",
    ),
    "hub": (
        document("Software", "x", "name: X\nimages: [docker.io/library/x]\nneeds: [{feature: cpu.avx}]"),
        "6:12: image 'docker.io/library/x' is never found; write it as 'x'",
    ),
    "platform": (
        document("Software", "x", "name: X\nplatforms: [dokcer]\nneeds: [{feature: cpu.avx}]"),
        "6:15: there is no platform 'dokcer'; did you mean `docker`?",
    ),
    "guest": (
        document("Software", "x", "name: X\nguests: [deebian12]\nneeds: [{feature: cpu.avx}]"),
        "6:12: there is no guest 'deebian12'; did you mean `debian12`?",
    ),
    "no title": (document("Feature", "device.x", "about: A device."), "4:1: `title` is missing in `spec`"),
    "layer of a feature": (
        document("Feature", "devices.x", GRABBER),
        "3:18: the id of a feature begins with its layer, and 'devices' is none; did you mean `device`?",
    ),
    "id of a feature": (document("Feature", "device", GRABBER), "3:18: `name`: 'device' is not well-formed: expected"),
    "name of a program": (document("Software", "X Y", CAPTURE), "3:18: `name`: 'X Y' is not well-formed: lower-case"),
    "offered feature": (offer("{feature: cpu.avx52f, is: passes}"), "6:17: there is no feature 'cpu.avx52f'; did you"),
    "one of several": (
        offer("{feature: [net.host, net.hosst], is: hides}"),
        "6:28: there is no feature 'net.hosst'; did you mean `net.host`?",
    ),
    "does": (
        offer("{feature: net.host, is: pases}"),
        "6:31: `is` does not know the word 'pases'; did you mean `passes`?",
    ),
    "mode": (
        offer("{feature: net.host, is: hides, modes: [runk]}"),
        "6:46: there is no mode 'runk'; did you mean `runc`?",
    ),
    "when": (
        offer("{feature: net.host, is: hides, when: {host.os.famly: [linux]}}"),
        "6:45: there is no field 'host.os.famly'; did you mean `host.os.family`?",
    ),
    "when a group": (
        offer("{feature: net.host, is: hides, when: {host.os: [linux]}}"),
        "6:45: host.os is a group of fields; name one of them",
    ),
    "grant": (
        offer("{feature: net.host, is: on-request, grant: [{capabilitys: SYS_ADMIN}]}"),
        "6:65: there is no field 'deployment.capabilitys'; did you mean `deployment.capabilities`?",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(tmp_path: Path, name: str) -> None:
    text, message = FAULTS[name]
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared below
        load(tmp_path, text)
    assert str(raised.value).startswith(f"ops/a.yaml:{message}")
