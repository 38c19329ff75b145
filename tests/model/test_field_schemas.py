"""The schemas of manifests: well-formed, explained, and with patterns that take what the parsers take."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.properties import examples
from vmlint.catalog import Catalog
from vmlint.model.paths import fields
from vmlint.model.schema import host_schema, workload_schema
from vmlint.model.values import Duration, OciPlatform, Size, Version, VersionRange, parse_cpu
from vmlint.reading.schemas import schema
from vmlint.syntax.yaml.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vmlint.catalog import Record

SCHEMAS = {"workload.json": workload_schema(), "host.json": host_schema(), "manifest.json": schema("manifest")}
REGISTRY: Any = Registry().with_resources((name, DRAFT202012.create_resource(each)) for name, each in SCHEMAS.items())


@cache
def validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference}, registry=REGISTRY)


def accepts(reference: str, instance: Any) -> bool:
    return validator(reference).is_valid(instance)


def walk(node: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property of a schema, and every form of one, with the pointer to it."""
    if isinstance(node, dict):
        for key, value in node.items():
            step = key.replace("~", "~0").replace("/", "~1")
            if pointer.endswith(("/properties", "/patternProperties")) and "title" in value:
                yield f"{pointer}/{step}", value
            yield from walk(value, f"{pointer}/{step}")
    elif isinstance(node, list) and pointer.endswith("/anyOf"):
        yield from ((f"{pointer}/{number}", form) for number, form in enumerate(node) if "title" in form)


PROPERTIES = [found for name, whole in SCHEMAS.items() for found in walk(whole, f"{name}#")]


@pytest.mark.parametrize("name", SCHEMAS)
def test_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert "$id" not in SCHEMAS[name]  # an editor would resolve references to other files against it


def test_nothing_is_defined_in_vain() -> None:
    text = json.dumps(list(SCHEMAS.values()))
    assert [name for name in SCHEMAS["workload.json"]["$defs"] if f'/$defs/{name}"' not in text] == []


@pytest.mark.parametrize(("pointer", "member"), PROPERTIES, ids=[pointer for pointer, _ in PROPERTIES])
def test_every_property_is_explained_by_valid_examples(pointer: str, member: dict[str, Any]) -> None:
    assert member["description"].endswith(".")
    assert "patternErrorMessage" in member or "pattern" not in member
    assert member.get("examples") or "/patternProperties/" in pointer
    assert all(accepts(pointer, value) for value in member.get("examples", ()))


@pytest.mark.parametrize("path", [path for path, field in fields().items() if field.group])
def test_groups_state_what_absent_means(path: str) -> None:
    group = fields()[path].group
    assert group is not None
    assert "bsent " in SCHEMAS["workload.json"]["$defs"][group.__name__]["description"]


@pytest.mark.parametrize(
    ("name", "known", "fields"),
    [
        ("KnownPlatform", Catalog().platforms, ("Deployment/properties/platform", "PlatformChoice/properties/id")),
        ("KnownGuest", Catalog().guests, ("Guest/properties/os", "GuestOsFacts/properties/id", "Host/properties/os")),
    ],
)
def test_editors_are_told_every_id_of_the_catalogue_and_may_write_others(
    name: str, known: Mapping[str, Record], fields: Sequence[str]
) -> None:
    *suggested, anything = SCHEMAS["workload.json"]["$defs"][name]["anyOf"]
    assert {each["const"]: each["description"] for each in suggested} == {id: each.name for id, each in known.items()}
    assert anything == {}
    for field in fields:
        pointer = f"workload.json#/$defs/{field}"
        (form,) = (text for found, text in PROPERTIES if found in (pointer, f"{pointer}/anyOf/0") and "allOf" in text)
        assert form["allOf"] == [{"$ref": f"#/$defs/{name}"}]
        assert accepts(pointer, suggested[0]["const"])
        assert accepts(pointer, "nobody-knows-it")


# -- scalars ---------------------------------------------------------------------------------------------------------

PLATFORM = "Deployment/properties/platform/anyOf/0"


def platform_version(text: str) -> object:
    short = fields()["deployment.platform"].declared.short
    assert short is not None
    return Version(short.read(text).get("version", "0"))


PARSERS: dict[str, Callable[[str], object]] = {
    "Version": Version,
    "VersionRange": VersionRange,
    "OciPlatform": OciPlatform.parse,
    "Size": Size.parse,
    "Duration": Duration.parse,
    "Cpus": parse_cpu,
    PLATFORM: platform_version,
}
GOOD = {
    "Version": ["6", "6.1", "v6.1", "6.1.0-18-amd64", "8.0U2", "8.0 U2", "8.0.U3e", "8u1", "10.0.20348", "2019 CU4",
        "1." * 31, "5.14.0-427.el9", "9.1rc1", "6.6.87+", "6.1~rc1", "22H2", "2012-r2", "0.9",
        "1" * 12 + "U" + "1" * 12],
    "VersionRange": [">=5.10, <6", "5.10", "~5.15", "==6.1.0-18", " > 1 , != 3 ", "=1,<=2", ">=v8.0U2",
        ",".join("12345678"), " " * 199 + "5"],
    "OciPlatform": ["linux/amd64", " Linux/X86_64 ", "linux/arm/v7", "windows/amd64", "macos/aarch64", "linux/386"],
    "Size": ["8Gi", "8G", "8 GiB", "8GB", "0k", "1.5Ti", "512k", "512K", " 1Pi "],
    "Duration": ["500ms", "1.5s", "2m30s", " 1h ", "250us", "250µs", "0s", "1h1h"],
    "Cpus": ["4", "0.5", "500m", " 2 ", ".5", "4.", "+4", "+.5", "0x10", "0o17", "1e-07", "2.00", "007"],
    PLATFORM: ["docker", "vmware-esxi@8.0", "xcp-ng@8.0U2", "kvm@v6"],
}  # fmt: skip
BAD = {
    "Version": ["", "six", " 6.1", ".6", "V6", "1" * 13, "1." + "1" * 13, "8U" + "1" * 13, "6" + "x" * 64, "0x6",
        "v0x6", "0b1", "0o17", "1e5", "6e-1", "+6", "6:1", "6,1", "6\n", "6-\n", "6é", "6.٣",
        "1.2." + "1" * 13 + "U3"],
    "VersionRange": ["", ",5", "5,", "5 6", "=>5", ">=,5", "~>5", ">=five", ">=" + "1" * 13, "5" + "x" * 64,
        ",".join("123456789"), "<" + " " * 200 + "5", "5" + " " * 60_000, "<" + " " * 60_000, ">=0x6", ">=1e5"],
    "OciPlatform": ["", "linux", "linux/", "linux/amd64/", "linux/z80", "amiga/m68k", "linux /amd64",
        "linux/arm/v7/x"],
    "Size": ["", "0", "1073741824", "Gi", "8gi", "-1", "8 Gi B", "8Pib", "8PB", "1" * 16, "1" * 21 + "k", "1.", "1e9",
        ".5Gi"],
    "Duration": ["", "0", "300", "5 s", "-5s", "1d", "s", "1.s", "1" * 13 + "s", "2m 30s"],
    "Cpus": ["", "0.5m", "-1", "4 cpus", ".", "+", "+-4", "0x", "0xg", "0x" + "1" * 8, "1e3", "e-3", "1" * 10, "1k"],
    PLATFORM: ["", "@8.0", "docker@", "docker@latest", "docker@@8", "kvm@" + "6" * 13, "kvm@0x6", "kvm@1e5",
        "kvm@6\n"],
}  # fmt: skip
TOKENS = {
    "Version": [*"0123456789", ".", "..", "v", "U", "u", " ", "_", "-", "x", "e", "~", "\n", "1" * 12, "1" * 13,
        "x" * 60],
    "VersionRange": [">=", "<=", "==", "=", "!=", "<", ">", "~", ",", ", ", " ", "\n", *"0159", ".", "v", "U2",
        "-x", "1" * 12, "x" * 60],
    "OciPlatform": ["linux", "Linux", "win", "macos", "aix", "/", "//", "amd64", "x86-64", "X64", "arm", "386",
        "v7", " ", "\t", "\n", "é"],
    "Size": [*"0123456789", ".", "k", "K", "M", "G", "T", "P", "i", "B", "m", " ", "\n", "1" * 9, "1" * 15, "e"],
    "Duration": [*"0123456789", ".", "n", "u", "µ", "m", "s", "h", "ms", " ", "\n", "1" * 12, "d", "-"],
    "Cpus": [*"0123456789", ".", "m", " ", "\n", "1" * 9, "-", "+", "k", "x", "o", "e", "a"],
    PLATFORM: ["docker", "@", "8", ".", "0", "U2", " ", "\n", "v", "x", "1" * 13, "x" * 60],
}  # fmt: skip


def parses(name: str, text: str) -> bool:
    try:
        PARSERS[name](text)
    except ValueError:
        return False
    return True


def near(name: str) -> st.SearchStrategy[tuple[str, str]]:
    pieces = st.sampled_from(TOKENS[name])
    made = st.lists(pieces, max_size=8).map("".join)
    stretched = st.tuples(st.sampled_from(GOOD[name]), pieces, st.integers(0, 12)).map(
        lambda parts: parts[0][: parts[2]] + parts[1] + parts[0][parts[2] :]
    )
    return st.tuples(st.just(name), st.one_of(made, stretched, st.sampled_from(GOOD[name]), st.text(max_size=6)))


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in PARSERS for text in GOOD[name]])
def test_patterns_accept_what_the_parser_accepts(name: str, text: str) -> None:
    assert parses(name, text)
    assert accepts(f"workload.json#/$defs/{name}", text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in PARSERS for text in BAD[name]])
def test_patterns_refuse_what_the_parser_refuses(name: str, text: str) -> None:
    assert not parses(name, text)
    assert not accepts(f"workload.json#/$defs/{name}", text)


@examples(400)
@given(st.sampled_from(list(PARSERS)).flatmap(near))
@example(("Version", "1.2.1111111111111U3"))
@example(("Size", "٣Gi"))
@example(("Cpus", "٣"))
@example(("Version", "٣"))
def test_patterns_and_parsers_agree_near_the_format(case: tuple[str, str]) -> None:
    name, text = case
    assert accepts(f"workload.json#/$defs/{name}", text) is parses(name, text)


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
def test_patterns_cost_grows_with_the_length_only(name: str) -> None:
    matches = validator(f"workload.json#/$defs/{name}").is_valid
    for piece in TOKENS[name]:
        for text in GOOD[name]:  # a pattern that backtracks would not come to an end
            for long in (text + piece * 20_000 + "\x00", piece * 20_000 + "\x00"):
                assert matches(long) is parses(name, long)


@pytest.mark.parametrize("name", ["Version", "VersionRange", "Cpus"])
def test_numbers_that_yaml_reads(name: str) -> None:
    for text in ("8.0", "8", "5.10", "0.5", "0"):
        assert parses(name, text)
        assert accepts(f"workload.json#/$defs/{name}", yaml.safe_load(text))
    assert not accepts(f"workload.json#/$defs/{name}", -1)
    assert not accepts(f"workload.json#/$defs/{name}", True)


@pytest.mark.parametrize(
    ("name", "text", "taken"),
    [
        *(("TpmVersion", text, True) for text in ("2.0", "2", "1.2", '"2.0"', "none")),
        ("TpmVersion", "1", False),
        *(("Generation", text, True) for text in ("1", '"2"')),
        ("Generation", "true", False),
        ("Duration", "300", False),  # it needs its unit
    ],
)
def test_words_that_yaml_reads_as_numbers(name: str, text: str, taken: bool) -> None:
    assert accepts(f"workload.json#/$defs/{name}", yaml.safe_load(text)) is taken


CPUS = ["0x10", "0o17", ".5", "4.", "+4", "2.00", "0.30000000000000004", "1e-07", "999999999"]


@pytest.mark.parametrize("text", CPUS)
def test_any_spelling_of_a_number_of_cpus(text: str) -> None:
    place: Any = None
    number = Scalar(text, True, None, place, place).value()
    assert isinstance(number, (int, float))
    assert accepts("workload.json#/$defs/Cpus", number)
    assert parse_cpu(text) == number


@pytest.mark.parametrize("name", ["Version", "VersionRange"])
@pytest.mark.parametrize("number", [10**12 - 1, 10**12, 10.5, 1e16, 0, 0.5])
def test_numbers_of_a_version_are_as_long_as_its_texts(name: str, number: float) -> None:
    assert accepts(f"workload.json#/$defs/{name}", number) is parses(name, str(number))


# -- whole documents -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "where", "message"),
    [
        ({"kind": "Wokload"}, "kind", "'Wokload' is not one of ['Workload', 'Host']"),
        ({"kind": "Host"}, "spec", "'guest' does not match any of the regexes: '^x-'"),
        ({"apiVersion": "v1"}, "apiVersion", "'vmlint/v1' was expected"),
        ({"metadata": {}}, "metadata", "'name' is a required property"),
        ({"metadata": {"name": "no\n"}}, "metadata.name", "does not match"),
        ({"metadata": {"name": "a" * 64}}, "metadata.name", "is too long"),
        ({"metadata": {"name": "a", "labels": {"n": 1}}}, "metadata.labels.n", "is not of type 'string'"),
        ({"spec": {}}, "spec", "should be non-empty"),
        ({"spec": {"host": {"x-own": 1}}}, "spec.host", "'x-own' was unexpected"),
        ({"spec": {"guest": {"os": {"age": 3}}}}, "spec.guest.os", "'age' was unexpected"),
        ({"spec": {"deployment": {"architecture": "docker"}}}, "spec.deployment.architecture", "is not one of"),
        ({"spec": {"instances": -1}}, "spec.instances", "is less than the minimum of 0"),
        ({"spec": {"guest": {"drivers": ["virtio-win"] * 2}}}, "spec.guest.drivers", "has non-unique elements"),
        ({"x-own": 1}, "", "'x-own' was unexpected"),
    ],
)
def test_a_fault_is_one_focused_error(change: dict[str, Any], where: str, message: str) -> None:
    document = {"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": {"name": "a"}, "spec": {"guest": {}}}
    errors = list(validator("manifest.json").iter_errors(document | change))
    assert len(errors) == 1
    found = best_match(errors)
    assert found is not None
    assert ".".join(str(step) for step in found.absolute_path) == where
    assert message in found.message


def test_a_missing_kind_is_reported_once() -> None:
    document = {"apiVersion": "vmlint/v1", "metadata": {"name": "a"}, "spec": {"guest": {}}}
    errors = [error.message for error in validator("manifest.json").iter_errors(document)]
    assert errors == ["'kind' is a required property"]
