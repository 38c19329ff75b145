"""Hints in comments of other tools' files: where they are found, and which comments are not hints."""

from __future__ import annotations

from datetime import date

import pytest

from vmlint import limits
from vmlint.catalog import Catalog
from vmlint.model.as_manifest import stated_fields
from vmlint.model.workload import Workload
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.reading.hints import hints
from vmlint.reading.native import native, text_of
from vmlint.reading.reader import Reader
from vmlint.reading.spec import Spec
from vmlint.reading.subject import Document, Subject

CATALOG = Catalog()


def no_reference(name: str, reference: str) -> File:
    raise ValueError("no files here")


def found(text: str, name: str = "f") -> list[tuple[str, str, int, int]]:
    return [(each.path, each.text, each.at.line, each.at.column) for each in hints(File(name, text.encode())).taken]


def taken(text: str, **stated: str) -> Document:
    file = File("box.cfg", text.encode())
    spec = Spec("box", file.span(1))
    for path, value in stated.items():
        spec.fact(path.replace("__", "."), value)
    reader = Reader("boxes", "boxes", (), lambda _: True, (b"",), lambda _: [spec])
    return native(spec, file, reader, Context(CATALOG, date(2026, 11, 22), no_reference), text_of(file))


def subject(text: str, **stated: str) -> Subject:
    found = taken(text, **stated).subject
    assert found is not None
    return found


def facts(workload: Workload) -> dict[str, str]:
    several = (tuple, frozenset)
    return {
        path: ",".join(sorted(map(str, value))) if isinstance(value, several) else str(value)
        for path, value in stated_fields(workload)
    }


def problems(text: str, **stated: str) -> list[tuple[str, int, int, str]]:
    return [(each.code, each.place.line, each.place.column, each.message) for each in taken(text, **stated).faults]


# -- where they are found --------------------------------------------------------------------------------------------

STYLES = {
    "# vmlint: environment=dev": 11,
    "#vmlint:environment=dev": 9,
    "  ## vmlint:  environment = dev  ": 15,
    "// vmlint: environment=dev": 12,
    "; vmlint: environment=dev": 11,
    "-- vmlint: environment=dev": 12,
    "<!-- vmlint: environment=dev -->": 14,
    "<vcpu>2</vcpu><!-- vmlint: environment=dev --><os>": 28,
    "/* vmlint: environment=dev */": 12,
    "memory = 512 # vmlint: environment=dev": 24,
    "name = 'a' # vmlint: environment=dev": 22,
    "# it's here: # vmlint: environment=dev": 24,
    "# vmlint: spec.environment=dev": 11,
}


@pytest.mark.parametrize("line", STYLES)
def test_styles_of_comments(line: str) -> None:
    assert found(f"first\n{line}\nlast\n") == [("environment", "dev", 2, STYLES[line])]


@pytest.mark.parametrize(
    "line",
    [
        "vmlint: environment=dev",
        "a#vmlint: environment=dev",
        "http://vmlint: environment=dev",
        "# vmlint environment=dev",
        "# about vmlint: environment=dev",
        'extra = "console=hvc0 # vmlint: environment=dev"',
        "extra = 'console=hvc0 # vmlint: environment=dev'",
        "RUN echo '# vmlint: environment=dev' > /etc/x",
    ],
)
def test_comments_that_are_not_hints(line: str) -> None:
    assert found(f"{line}\n") == []


YAML = """\
# vmlint: environment=dev
kind: ConfigMap  # vmlint: instances=2
data:
  script: |  # vmlint: kind=batch
    # vmlint: environment=production
    // vmlint: environment=production
  quoted: "a # vmlint: environment=production"
  folded: 'a
    # vmlint: environment=production'
  plain: a#vmlint:b=c
"""


def test_comments_in_yaml_follow_yaml() -> None:
    assert found(YAML) == [("environment", "dev", 1, 11), ("instances", "2", 2, 28), ("kind", "batch", 4, 24)]


def test_comments_in_json() -> None:
    assert found('{\n  // vmlint: environment=dev\n  "a": [1]\n}\n') == [("environment", "dev", 2, 14)]


def test_a_text_that_is_no_yaml_is_read_line_by_line() -> None:
    assert found("a: {{ b }}\n\t# vmlint: environment=dev\n") == [("environment", "dev", 2, 12)]


def test_any_encoding() -> None:
    file = File("f", "# vmlint: environment=dev\n".encode("utf-16"))
    assert [each.path for each in hints(file).taken] == ["environment"]


def test_most_of_them() -> None:
    lines = "".join(f"# vmlint: labels.n{number}=x\n" for number in range(limits.HINTS + 50))
    assert len(found(lines)) == limits.HINTS == 200
    assert len(found(f"a: 1\n{lines}")) == limits.HINTS


@pytest.mark.parametrize("line", ["#" * 200_000, "# vmlint:" * 50_000, "# vmlint: a" + " " * 200_000, '"' * 200_000])
def test_time_grows_with_the_length_only(line: str) -> None:
    assert found(f"{line} vmlint:\n# vmlint: environment=dev\n")[-1] == ("environment", "dev", 2, 11)


# -- their content ---------------------------------------------------------------------------------------------------


def test_values() -> None:
    read = taken(
        "# vmlint: environment='production'\n"
        "# vmlint: requirements.isolation.tenancy=untrusted-multi\n"
        "# vmlint: guest.os=win2k22\n"
        "# vmlint: deployment.platform=xen@4.18\n"
        '# vmlint: guest.drivers=[virtio-win, "xen-pv"]\n'
        "# vmlint: requirements.devices.pci=10de:20f1\n"
        "# vmlint: deployment.mounts=[]\n"
        "# vmlint: labels.owner=ann\n"
        '# vmlint: labels.team="post office"\n'
    )
    assert read.faults == ()
    subject = read.subject
    assert subject is not None
    assert facts(subject.workload) == {
        "environment": "production",
        "guest.os.id": "win2k22",
        "guest.drivers": "virtio-win,xen-pv",
        "requirements.isolation.tenancy": "untrusted-multi",
        "requirements.devices.pci": "10de:20f1",
        "deployment.platform.id": "xen",
        "deployment.platform.version": "4.18",
        "deployment.mounts": "",
    }
    assert subject.workload.labels == {"owner": "ann", "team": "post office"}
    place = subject.place("requirements.isolation.tenancy")
    assert (place.line, place.column, place.end_column) == (2, 11, 57)


@pytest.mark.parametrize(
    ("hint", "message"),
    [
        ("enviroment=dev", "the hint names no field: there is no field 'enviroment'; did you mean `environment`?"),
        ("colour=red", "the hint names no field: there is no field 'colour'; docs/manifest.md lists the fields"),
        ("name=web", "the hint names no field: there is no field 'name'"),
        ("labels=web", "the hint names no field: there is no field 'labels'"),
        ("labels.=web", "the hint names no field: there is no field 'labels.'"),
        ("guest.arch=amd64", "the hint names no field: there is no field 'guest.arch'"),
        ("environment=prodution", "the hint environment=prodution is not understood: expected one of dev, test"),
        ("resources.memory=4", "the hint resources.memory=4 is not understood: expected a quantity"),
        ("requirements=high", "the hint requirements=high is not understood: requirements is a block of fields"),
        ("requirements=[a]", "the hint requirements=[a] is not understood: expected one value"),
        ("environment=", "the hint environment has no value"),
    ],
)
def test_a_bad_hint(hint: str, message: str) -> None:
    ((code, line, column, shown),) = problems(f"x = 1\n# vmlint: {hint}\n")
    assert (code, line, column) == ("VM916", 2, 11)
    assert shown.startswith(message)


def test_a_hint_hides_no_fact_of_the_file() -> None:
    text = "# vmlint: deployment.privileged=false\n"
    assert problems(text, deployment__privileged="true") == [
        (
            "VM916",
            1,
            11,
            "the hint deployment.privileged=false contradicts the file itself: there deployment.privileged is true",
        )
    ]
    assert subject(text, deployment__privileged="true").workload.deployment.privileged is True
    assert problems(text, deployment__privileged="false") == []
    assert [each[2] for each in problems("# vmlint: deployment.platform=docker\n", deployment__platform="xen")] == [11]
    assert taken("# vmlint: guest.os=debian12\n", guest__os__family="linux").faults == ()


def test_of_several_facts_that_a_hint_would_hide_the_first_is_named() -> None:
    (found,) = problems("# vmlint: deployment.platform=xen@4.20\n", deployment__platform="docker@27")
    assert found[-1].endswith("contradicts the file itself: there deployment.platform.id is docker")


def test_a_hint_settles_a_default_and_a_demand() -> None:
    file = File("box.cfg", b"# vmlint: deployment.mode=pvh\n# vmlint: requirements.nested=false\n")
    spec = Spec("box", file.span(1))
    spec.default("deployment.mode", "pv", "nothing else is stated")
    spec.fact("requirements.nested", True)
    spec.unknown("requirements.nested", "nobody knows")
    reader = Reader("boxes", "boxes", (), lambda _: True, (b"",), lambda _: [spec])
    read = native(spec, file, reader, Context(CATALOG, date(2026, 11, 22), no_reference), text_of(file))
    subject = read.subject
    assert subject is not None
    assert (read.faults, dict(subject.defaults), dict(subject.unknowns)) == ((), {}, {})
    assert (subject.workload.deployment.mode, subject.workload.requirements.nested) == ("pvh", False)
