"""Reading manifests: model and schema agree on what is well-formed, and every field has its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint.catalog import Catalog
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import stated_sources
from vmlint.model.workload import Workload
from vmlint.reading.claim import claims_to_be_manifest, may_be_manifest
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.reading.fill import fill_document
from vmlint.reading.hosts import with_hosts
from vmlint.reading.manifest import read
from vmlint.reading.schemas import validator
from vmlint.reading.subject import Document, Subject
from vmlint.syntax.yaml.nodes import MapNode
from vmlint.syntax.yaml.tree import load

ROOT = Path(__file__).parent.parent.parent
CATALOG = Catalog()
TODAY = date(2026, 11, 22)


def no_reference(name: str, reference: str) -> File:
    raise ValueError("no files here")


def manifests(text: str) -> list[Document]:
    return list(read(File("w.vmlint.yaml", text.encode()), Context(CATALOG, TODAY, no_reference)))


def one(text: str) -> Document:
    (manifest,) = manifests(text)
    return manifest


def subject_of(text: str) -> Subject:
    found = one(text).subject
    assert found is not None
    return found


# -- model and schema ------------------------------------------------------------------------------------------------


def samples() -> list[Any]:
    files = [*sorted((ROOT / "examples").rglob("*.yaml")), *sorted((ROOT / "rules").glob("*/*.yaml"))]
    own = [file for file in files if "native" not in file.parts]  # those are files of other tools
    documents = [each for file in own for each in yaml.load_all(file.read_text("utf-8"), yaml.CSafeLoader)]
    return [document for document in documents if document["kind"] in ("Workload", "Host")]


SAMPLES = samples()
VALUES = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 2, 1.5, 8.0, "", " ", "x", "yes", "true", "none", "linux", "linux/amd64",
        "linux/x", "8Gi", "8 gigs", "500ms", "5", ">=5.10", "~", "docker", "docker@", "docker@29", "win2k22", "type-1",
        "production", "prod", "v2", "2.0", [], ["x"], ["linux/amd64"], [1], ["x", "x"], {}, {"id": "x"}, {"x": 1},
        {"id": 1}, {"class": "high"}, "a" * 70, "Ünï", "two\nlines",
    ]
).map(copy.deepcopy)  # fmt: skip
KEYS = st.sampled_from(
    ["id", "x-own", "guest", "kernel", "arch", "age", "name", "labels", "version", "hostRef", "Guest"]
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in members:
        yield from places(value, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    document = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(0, 2))):
        path = draw(st.sampled_from([path for path in places(document["spec"]) if path]))
        parent = document["spec"]
        for step in path[:-1]:
            parent = parent[step]
        if isinstance(parent, dict) and draw(st.booleans()):
            parent[draw(KEYS)] = draw(VALUES)
        else:
            parent[path[-1]] = draw(VALUES)
    return document


def accepted(document: Any) -> bool:
    root = load(json.dumps(document))[0].root
    assert isinstance(root, MapNode)
    workload = Workload(CATALOG, DERIVATIONS, TODAY)
    return not list(fill_document(workload, root, document["kind"]))


@examples(300)
@given(mutated())
def test_model_and_schema_accept_the_same_documents(document: Any) -> None:
    schema = {"Workload": "workload", "Host": "host"}[document["kind"]]
    errors = [error.message for error in validator(schema).iter_errors(document)]
    assert accepted(document) == (not errors), errors


def test_a_release_that_yaml_reads_as_a_number_is_taken_as_written() -> None:
    found = one(PLACED.replace("os: debian12", "os: {id: win11, version: 11.0}"))
    assert found.subject is not None
    assert found.subject.workload.guest.os.version == "11.0"


# -- places ----------------------------------------------------------------------------------------------------------

PLACED = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: shop}
spec:
  guest:
    os: debian12
    kernel:
      requires: ">=6.2"
  deployment:
    architecture: container
    platform: docker@29
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("guest.os", (6, 9, 6, 17)),
        ("guest.os.id", (6, 9, 6, 17)),  # the short form is in its place
        ("guest.kernel.requires", (8, 17, 8, 24)),
        ("guest.kernel", (7, 5, 7, 11)),  # a block is shown by its key
        ("guest.kernel.version", (6, 9, 6, 17)),  # derived: what it follows from
        ("guest.kernel.source", (7, 5, 7, 11)),  # not stated: the nearest around it
        ("deployment.platform.version", (11, 15, 11, 24)),
        ("deployment.mode", (10, 19, 10, 28)),
        ("deployment.image", (9, 3, 9, 13)),
        ("host.kernel.version", (4, 1, 4, 5)),
        ("name", (3, 18, 3, 22)),
    ],
)
def test_places(path: str, place: tuple[int, int, int, int]) -> None:
    assert subject_of(PLACED).place(path)[1:] == place


def test_a_derived_fact_has_the_place_of_its_source() -> None:
    subject = subject_of(PLACED)
    assert subject.workload.deployment.mode == "runc"
    assert subject.place("deployment.mode")[1:] == (10, 19, 10, 28)
    assert subject.workload.guest.os.family == "linux"
    assert subject.place("guest.os.family")[1:] == (6, 9, 6, 17)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_do_not_depend_on_line_ends_or_marks(newline: str, mark: str) -> None:
    text = mark + PLACED.replace("\n", newline)
    assert subject_of(text).place("guest.kernel.requires")[1:] == (8, 17, 8, 24)


# -- values ----------------------------------------------------------------------------------------------------------


def spec(**fields: str) -> str:
    lines = "".join(f"  {name}: {value}\n" for name, value in fields.items())
    return f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: w}}\nspec:\n{lines}"


def test_an_unquoted_version_keeps_its_text() -> None:
    workload = subject_of(spec(deployment="{platform: {id: xcp-ng, version: 8.10}}")).workload
    assert str(workload.deployment.platform.version) == "8.10"


def test_other_spellings_are_normalised() -> None:
    workload = subject_of(spec(environment="prod", deployment="{architecture: type-1, platform: ESXi@8.0U2}")).workload
    assert (workload.environment, workload.deployment.architecture) == ("production", "type1")
    assert workload.deployment.platform.id == "vmware-esxi"
    assert workload.guest.os.knows("family") is False


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"environment": "no"}, "VM909"),
        ({"instances": "017"}, "VM912"),
        ({"x-note": "on"}, "VM912"),
        ({"deployment": "{privileged: yes}"}, "VM908"),
        ({"deployment": "{platform: zorbstack}"}, "VM913"),
        ({"deployment": "{platform: waydroid}"}, "VM913"),
        ({"hostRef": "hosts/a.yaml"}, "VM914"),
        ({"environment": "dev", "gest": "{}"}, "VM907"),
        ({"guest": "{kernel: {version: newest}}"}, "VM911"),
    ],
)
def test_problems(fields: dict[str, str], code: str) -> None:
    assert [problem.code for problem in one(spec(**fields)).faults] == [code]


def test_documents_of_other_tools_are_skipped() -> None:
    other = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
    text = f"{other}---\n{spec(environment='dev')}---\n{other}"
    found = list(read(File("all.yaml", text.encode()), Context(CATALOG, TODAY, no_reference)))
    assert [document.subject is not None for document in found] == [True]
    assert not may_be_manifest("pod.yaml", other.encode())
    assert may_be_manifest("w.yaml", spec(environment="dev").encode("utf-16"))
    hook = "repos:\n  - repo: ../vmlint\n    hooks: [{id: vmlint}]\n"
    assert list(read(File(".pre-commit-config.yaml", hook.encode()), Context(CATALOG, TODAY, no_reference))) == []
    assert not claims_to_be_manifest(".pre-commit-config.yaml", hook.encode())


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("apiVersion: vmlint/1", "VM915"),
        ("apiVersion: vmlint", "VM915"),
        ("apiversion: vmlint/v1", "VM910"),
        ("apiVerson: vmlint/v1", "VM910"),
        ('"apiVersion": "vmlint\\/v2"', "VM915"),
    ],
)
def test_a_misspelt_envelope_is_no_way_past(head: str, code: str) -> None:
    text = spec(environment="dev").replace("apiVersion: vmlint/v1", head)
    (manifest,) = read(File("any.yaml", text.encode()), Context(CATALOG, TODAY, no_reference))
    assert code in {problem.code for problem in manifest.faults}


def test_a_document_beside_a_manifest_is_one_too() -> None:
    text = f"{spec(environment='dev')}---\nkind: Workload\nmetadata: {{name: x}}\nspec: {{environment: dev}}\n"
    _, second = read(File("any.yaml", text.encode()), Context(CATALOG, TODAY, no_reference))
    assert next(problem.code for problem in second.faults) == "VM910"


def test_a_host_fills_in_what_the_workload_leaves_open() -> None:
    host = b"apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: h}\nspec: {memory: 64Gi, platform: linux/arm64}\n"
    text = spec(host="{platform: linux/amd64}", hostRef="hosts/h.yaml")
    context = Context(CATALOG, TODAY, lambda _name, reference: File(reference, host))
    (manifest,) = read(File("w.vmlint.yaml", text.encode()), context)
    subject = manifest.subject
    assert subject is not None
    assert str(subject.workload.host.memory) == "64Gi"
    assert subject.workload.host.arch == "amd64"
    assert subject.place("host.memory").file == "hosts/h.yaml"
    assert subject.place("host.platform").file == "w.vmlint.yaml"


def test_a_given_host_is_for_workloads_without_any() -> None:
    host = b"apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: h}\nspec: {memory: 64Gi}\n"
    context = with_hosts(Context(CATALOG, TODAY, no_reference, (File("h.yaml", host),)))
    bare, stated = (
        next(read(File("w.vmlint.yaml", text.encode()), context)).subject
        for text in (spec(environment="dev"), spec(host="{platform: linux/amd64}"))
    )
    assert bare is not None
    assert stated is not None
    assert bare.workload.host.knows("memory")
    assert not stated.workload.host.knows("memory")


def test_an_indirectly_derived_fact_has_the_place_of_the_first_source() -> None:
    """The firmware makes the generation, and the generation has no TPM."""
    manifest = one(
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec:\n"
        "  deployment: {platform: hyperv, firmware: {type: bios}}\n"
    )
    subject = manifest.subject
    assert subject is not None
    assert subject.workload.deployment.firmware.tpm == "none"
    assert stated_sources(subject.workload, "deployment.firmware.tpm") == (
        "deployment.firmware.type",
        "deployment.platform.id",
    )
    place = subject.place("deployment.firmware.tpm")
    assert (place.line, place.column) == (5, 51)


@pytest.mark.parametrize(("words", "fits"), [(["vmx", "ept"], True), (["vmx", "vmx"], False), (["", ""], False)])
def test_an_entry_of_a_set_is_kept_once(words: list[str], fits: bool) -> None:
    document: Any = {
        "apiVersion": "vmlint/v1",
        "kind": "Workload",
        "metadata": {"name": "twice"},
        "spec": {"host": {"cpu": {"features": words}}},
    }
    assert accepted(document) is fits
    assert (not list(validator("workload").iter_errors(document))) is fits
