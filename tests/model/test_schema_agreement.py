"""The manifest's schemas and the model say the same."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from vmlint.model.facts import Facts, field_name

from vmlint.model import workload
from vmlint.model.aliases import ALIASES, NOT_THIS_WORD
from vmlint.model.derive import DERIVED_ONLY
from vmlint.model.values import Duration, OciPlatform, Size, Version, VersionRange, parse_cpu
from vmlint.model.workload import GROUPS, SHORT_FORMS, Workload, attribute_name
from vmlint.syntax.yaml.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parents[2] / "schemas"
SCHEMAS = {
    name: json.loads((FOLDER / name).read_text("utf-8")) for name in ("workload.json", "host.json", "manifest.json")
}
DEFS = SCHEMAS["workload.json"]["$defs"]
SPEC = SCHEMAS["workload.json"]["properties"]["spec"]["properties"]
LITERALS = {
    name: get_args(words) for name, words in vars(workload).items() if getattr(words, "__origin__", None) is Literal
}
NOT_IN_SPEC = {"name", "labels"}
"""Fields of the model that stand under ``metadata``."""
NOT_IN_MODEL = {"hostRef", "deployment.source"}
"""Fields of a manifest that are gone once it is read."""


def registry() -> Registry[Any]:
    """Find schemas by file name, as editors do."""
    found: Registry[Any] = Registry()
    for name, schema in SCHEMAS.items():
        resource = Resource.from_contents(schema)
        found = found.with_resource(name, resource)
    return found


REGISTRY = registry()


@cache
def validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference}, registry=REGISTRY)


def accepts(reference: str, instance: Any) -> bool:
    return validator(reference).is_valid(instance)


def walk(schema: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property of a schema with the pointer to it."""
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword in ("properties", "patternProperties", "$defs"):
            for name, member in value.items():
                here = f"{pointer}/{keyword}/{name.replace('~', '~0').replace('/', '~1')}"
                if keyword != "$defs":
                    yield here, member
                yield from walk(member, here)
        elif keyword == "anyOf":
            for number, member in enumerate(value):
                yield f"{pointer}/anyOf/{number}", member
                yield from walk(member, f"{pointer}/anyOf/{number}")
        elif keyword in ("then", "else", "items"):
            yield from walk(value, f"{pointer}/{keyword}")


PROPERTIES = [(pointer, member) for name, schema in SCHEMAS.items() for pointer, member in walk(schema, f"{name}#")]


def resolved(member: dict[str, Any]) -> dict[str, Any]:
    """Put what a reference names underneath what stands beside it."""
    if "$ref" not in member:
        return member
    name, _, pointer = member["$ref"].partition("#")
    found: Any = SCHEMAS[name or "workload.json"]
    for step in pointer.split("/")[1:]:
        found = found[step]
    return resolved(found) | {key: value for key, value in member.items() if key != "$ref"}


def fields_of(group: type[Facts]) -> dict[str, str]:
    """Return the fields that a manifest may state in a group, with their types."""
    fields = {field: kind for field, kind in spelled(group) if f"{group.path}.{field}" not in DERIVED_ONLY}
    return {field: kind for field, kind in fields.items() if group is not Workload or field not in NOT_IN_SPEC}


def spelled(group: type[Facts]) -> Iterator[tuple[str, str]]:
    for attribute, kind in group.__annotations__.items():
        yield ("class" if attribute == "class_" else field_name(attribute)), kind


def shape(kind: str) -> dict[str, Any]:
    """Return the keywords that a type of the model asks for."""
    if kind.startswith(("tuple[", "frozenset[")):
        items = shape(kind[kind.index("[") + 1 : -1].removesuffix(", ..."))
        unique = {"uniqueItems": True} if kind.startswith("frozenset") else {}
        return {"type": "array", "items": items} | unique
    plain = {"str": {"type": "string"}, "bool": {"type": "boolean"}, "int": {"$ref": "#/$defs/Count"}}
    return plain.get(kind, {"$ref": f"#/$defs/{kind}"})


PLACE: Any = None
"""No value depends on the place that it stands at."""
GROUP_NAMES = sorted(GROUPS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert "$id" not in SCHEMAS[name]  # an editor would resolve references to other files against it


class TestModel:
    @pytest.mark.parametrize("name", [name for name in GROUP_NAMES if name not in ("Facts", "Workload")])
    def test_groups_have_the_fields_of_their_class(self, name: str) -> None:
        path = GROUPS[name].path
        listed = {field for field in DEFS[name]["properties"] if f"{path}.{field}" not in NOT_IN_MODEL}
        assert listed == set(fields_of(GROUPS[name]))
        assert DEFS[name]["additionalProperties"] is False

    def test_spec_has_the_fields_of_a_workload(self) -> None:
        assert set(SPEC) - NOT_IN_MODEL == set(fields_of(Workload))
        assert set(DEFS["Metadata"]["properties"]) >= NOT_IN_SPEC

    def test_a_host_has_the_fields_of_the_host_block(self) -> None:
        spec = SCHEMAS["host.json"]["properties"]["spec"]["properties"]
        assert spec == {field: {"$ref": f"workload.json#/$defs/Host/properties/{field}"} for field in spec}
        assert set(spec) == set(DEFS["Host"]["properties"])

    def test_nothing_is_defined_in_vain(self) -> None:
        text = "".join(json.dumps(schema) for schema in SCHEMAS.values())
        assert [name for name in DEFS if f'/$defs/{name}"' not in text] == []

    @pytest.mark.parametrize("name", [name for name in GROUP_NAMES if name != "Facts"])
    def test_fields_have_the_type_of_the_model(self, name: str) -> None:
        properties = SPEC if name == "Workload" else DEFS[name]["properties"]
        for field, annotation in fields_of(GROUPS[name]).items():
            kind = annotation.removesuffix(" | None")
            assert attribute_name(field) in GROUPS[name].__annotations__
            member = properties[field]
            if kind in SHORT_FORMS:
                assert [sorted(form)[0] == "$ref" for form in member["anyOf"]] == [False, True]
                assert member["anyOf"][1] == shape(kind)
            elif f"{GROUPS[name].path}.{field}" == "guest.os.version":
                assert member["type"] == ["string", "number"]  # free text, but YAML reads 11 as a number
            else:
                assert member.items() >= shape(kind).items(), field

    @pytest.mark.parametrize("name", [name for name in GROUP_NAMES if name != "Facts"])
    def test_descriptions_say_what_absent_means(self, name: str) -> None:
        properties = SPEC if name == "Workload" else DEFS[name]["properties"]
        for field, annotation in fields_of(GROUPS[name]).items():
            description = resolved(properties[field])["description"]
            if annotation.removesuffix(" | None") in GROUPS:
                assert re.search(r"[Aa]bsent (means|is) ", description), field
            else:
                meaning = "not demanded" if annotation.endswith("| None") else "unknown"
                assert description.endswith(f" Absent means {meaning}."), field


class TestWords:
    @pytest.mark.parametrize("name", LITERALS)
    def test_enums_are_the_models_words_and_their_aliases(self, name: str) -> None:
        words = DEFS[name]["enum"]
        texts = [word for word in words if isinstance(word, str)]
        assert texts == [*LITERALS[name], *ALIASES.get(name, {})]
        assert DEFS[name].get("x-aliases", {}) == ALIASES.get(name, {})
        numbers = [str(word) for word in words if not isinstance(word, str)]  # YAML reads 2.0 as a number
        assert numbers == [word for word in LITERALS[name] if word.replace(".", "").isdigit()]

    @pytest.mark.parametrize("name", sorted({*ALIASES, *NOT_THIS_WORD}))
    def test_aliases_and_near_misses_are_no_words_themselves(self, name: str) -> None:
        aliases, near = ALIASES.get(name, {}), NOT_THIS_WORD.get(name, {})
        assert set(aliases.values()) <= set(LITERALS[name])
        assert not {*aliases, *near} & set(LITERALS[name])
        assert not set(aliases) & set(near)
        assert all(word == word.lower().strip() for word in (*aliases, *near))

    def test_numbers_that_yaml_reads(self) -> None:
        for text in ("2.0", "2", "1.2", '"2.0"', "none"):
            assert accepts("workload.json#/$defs/TpmVersion", yaml.safe_load(text)), text
        for text in ("1", '"2"'):
            assert accepts("workload.json#/$defs/Generation", yaml.safe_load(text)), text
        assert not accepts("workload.json#/$defs/TpmVersion", 1)
        assert not accepts("workload.json#/$defs/Generation", True)


def platform_version(text: str) -> object:
    name, at, version = text.partition("@")
    if not name:
        raise ValueError("expected an id")
    return Version(version) if at else name


PARSERS: dict[str, Callable[[str], object]] = {
    "Version": Version,
    "VersionRange": VersionRange,
    "OciPlatform": OciPlatform.parse,
    "Size": Size.parse,
    "Duration": Duration.parse,
    "Cpus": parse_cpu,
    "Deployment/properties/platform/anyOf/0": platform_version,
}

GOOD = {
    "Version": (
        "6",
        "6.1",
        "v6.1",
        "6.1.0-18-amd64",
        "8.0U2",
        "8.0 U2",
        "8.0.U3e",
        "8u1",
        "10.0.20348",
        "2019 CU4",
        "1." * 31,
        "5.14.0-427.el9",
        "9.1rc1",
        "6.6.87+",
        "6.1~rc1",
        "22H2",
        "2012-r2",
        "0.9",
        "1" * 12 + "U" + "1" * 12,
    ),
    "VersionRange": (
        ">=5.10, <6",
        "5.10",
        "~5.15",
        "==6.1.0-18",
        " > 1 , != 3 ",
        "=1,<=2",
        ">=v8.0U2",
        ",".join("12345678"),
        " " * 199 + "5",
    ),
    "OciPlatform": ("linux/amd64", " Linux/X86_64 ", "linux/arm/v7", "windows/amd64", "macos/aarch64", "linux/386"),
    "Size": ("8Gi", "8G", "8 GiB", "8GB", "0k", "1.5Ti", "512k", "512K", " 1Pi "),
    "Duration": ("500ms", "1.5s", "2m30s", " 1h ", "250us", "250µs", "0s", "1h1h"),
    "Cpus": ("4", "0.5", "500m", " 2 ", ".5", "4.", "+4", "+.5", "0x10", "0o17", "1e-07", "2.00", "007"),
    "Deployment/properties/platform/anyOf/0": ("docker", "vmware-esxi@8.0", "xcp-ng@8.0U2", "kvm@v6"),
}
BAD = {
    "Version": (
        "",
        "six",
        " 6.1",
        ".6",
        "V6",
        "1" * 13,
        "1." + "1" * 13,
        "8U" + "1" * 13,
        "6" + "x" * 64,
        "0x6",
        "v0x6",
        "0b1",
        "0o17",
        "1e5",
        "6e-1",
        "+6",
        "6:1",
        "6,1",
        "6\n",
        "6-\n",
        "6é",
        "6.٣",
        "1.2." + "1" * 13 + "U3",
    ),
    "VersionRange": (
        "",
        ",5",
        "5,",
        "5 6",
        "=>5",
        ">=,5",
        "~>5",
        ">=five",
        ">=" + "1" * 13,
        "5" + "x" * 64,
        ",".join("123456789"),
        "<" + " " * 200 + "5",
        "5" + " " * 60_000,
        "<" + " " * 60_000,
        ">=0x6",
        ">=1e5",
    ),
    "OciPlatform": ("", "linux", "linux/", "linux/amd64/", "linux/z80", "amiga/m68k", "linux /amd64", "linux/arm/v7/x"),
    "Size": ("", "0", "1073741824", "Gi", "8gi", "-1", "8 Gi B", "8Pib", "8PB", "1" * 16, "1.", "1e9", ".5Gi"),
    "Duration": ("", "0", "300", "5 s", "-5s", "1d", "s", "1.s", "1" * 13 + "s", "2m 30s"),
    "Cpus": ("", "0.5m", "-1", "4 cpus", ".", "+", "+-4", "0x", "0xg", "0x" + "1" * 8, "1e3", "e-3", "1" * 10, "1k"),
    "Deployment/properties/platform/anyOf/0": (
        "",
        "@8.0",
        "docker@",
        "docker@latest",
        "docker@@8",
        "kvm@" + "6" * 13,
        "kvm@0x6",
        "kvm@1e5",
        "kvm@6\n",
    ),
}
TOKENS = {
    "Version": [
        *"0123456789",
        ".",
        "..",
        "v",
        "U",
        "u",
        " ",
        "_",
        "-",
        "x",
        "e",
        "~",
        "\n",
        "1" * 12,
        "1" * 13,
        "x" * 60,
    ],
    "VersionRange": [
        ">=",
        "<=",
        "==",
        "=",
        "!=",
        "<",
        ">",
        "~",
        ",",
        ", ",
        " ",
        "\n",
        *"0159",
        ".",
        "v",
        "U2",
        "-x",
        "1" * 12,
        "x" * 60,
    ],
    "OciPlatform": [
        "linux",
        "Linux",
        "win",
        "macos",
        "aix",
        "/",
        "//",
        "amd64",
        "x86-64",
        "X64",
        "arm",
        "386",
        "v7",
        " ",
        "\t",
        "\n",
        "é",
    ],
    "Size": [*"0123456789", ".", "k", "K", "M", "G", "T", "P", "i", "B", "m", " ", "\n", "1" * 9, "1" * 15, "e"],
    "Duration": [*"0123456789", ".", "n", "u", "µ", "m", "s", "h", "ms", " ", "\n", "1" * 12, "d", "-"],
    "Cpus": [*"0123456789", ".", "m", " ", "\n", "1" * 9, "-", "+", "k", "x", "o", "e", "a"],
    "Deployment/properties/platform/anyOf/0": [
        "docker",
        "@",
        "8",
        ".",
        "0",
        "U2",
        " ",
        "\n",
        "v",
        "x",
        "1" * 13,
        "x" * 60,
    ],
}


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


class TestPatterns:
    def test_every_pattern_is_compared(self) -> None:
        with_pattern = {name for name, schema in DEFS.items() if "pattern" in schema}
        assert with_pattern <= set(PARSERS)
        assert all("patternErrorMessage" in member for _, member in PROPERTIES if "pattern" in member)

    @pytest.mark.parametrize(("name", "text"), [(name, text) for name in PARSERS for text in GOOD[name]])
    def test_accept_what_the_parser_accepts(self, name: str, text: str) -> None:
        assert parses(name, text)
        assert accepts(f"workload.json#/$defs/{name}", text)

    @pytest.mark.parametrize(("name", "text"), [(name, text) for name in PARSERS for text in BAD[name]])
    def test_refuse_what_the_parser_refuses(self, name: str, text: str) -> None:
        assert not parses(name, text)
        assert not accepts(f"workload.json#/$defs/{name}", text)

    @settings(max_examples=1000, deadline=None)
    @given(st.sampled_from(list(PARSERS)).flatmap(near))
    @example(("Version", "1.2.1111111111111U3"))
    @example(("Size", "٣Gi"))
    @example(("Cpus", "٣"))
    @example(("Version", "٣"))
    def test_agree_near_the_format(self, case: tuple[str, str]) -> None:
        name, text = case
        assert accepts(f"workload.json#/$defs/{name}", text) is parses(name, text)

    @pytest.mark.parametrize("name", PARSERS)
    def test_cost_grows_with_the_length_only(self, name: str) -> None:
        matches = validator(f"workload.json#/$defs/{name}").is_valid
        for piece in TOKENS[name]:
            for text in GOOD[name]:  # a pattern that backtracks would not come to an end
                for long in (text + piece * 20_000 + "\x00", piece * 20_000 + "\x00"):
                    assert matches(long) is parses(name, long)

    @pytest.mark.parametrize("name", ["Version", "VersionRange", "Cpus"])
    def test_numbers_that_yaml_reads(self, name: str) -> None:
        for text in ("8.0", "8", "5.10", "0.5", "0"):
            assert parses(name, text)
            assert accepts(f"workload.json#/$defs/{name}", yaml.safe_load(text))
        assert not accepts(f"workload.json#/$defs/{name}", -1)
        assert not accepts(f"workload.json#/$defs/{name}", True)

    @pytest.mark.parametrize(
        "text", ["0x10", "0o17", ".5", "4.", "+4", "2.00", "0.30000000000000004", "1e-07", "999999999"]
    )
    def test_any_spelling_of_a_number_of_cpus(self, text: str) -> None:
        number = Scalar(text, True, None, PLACE, PLACE).value()
        assert isinstance(number, (int, float))
        assert accepts("workload.json#/$defs/Cpus", number)
        assert parse_cpu(text) == number

    @pytest.mark.parametrize("name", ["Version", "VersionRange"])
    @pytest.mark.parametrize("number", [10**12 - 1, 10**12, 10.5, 1e16, 0, 0.5])
    def test_numbers_of_a_version_are_as_long_as_its_texts(self, name: str, number: float) -> None:
        assert accepts(f"workload.json#/$defs/{name}", number) is parses(name, str(number))

    def test_a_duration_needs_its_unit(self) -> None:
        assert not accepts("workload.json#/$defs/Duration", 300)


class TestWording:
    @pytest.mark.parametrize(("pointer", "member"), PROPERTIES, ids=[pointer for pointer, _ in PROPERTIES])
    def test_every_property_is_explained(self, pointer: str, member: dict[str, Any]) -> None:
        if "/if/" in pointer:
            return
        whole = resolved(member)
        assert whole["title"]
        assert whole["description"].endswith(".")
        if "/patternProperties/" not in pointer:
            assert whole["examples"]

    @pytest.mark.parametrize(("pointer", "member"), PROPERTIES, ids=[pointer for pointer, _ in PROPERTIES])
    def test_examples_are_valid(self, pointer: str, member: dict[str, Any]) -> None:
        for value in resolved(member).get("examples", ()):
            assert accepts(pointer, value), value


EXAMPLES = """
apiVersion: vmlint/v1
kind: Workload
metadata: {name: till-terminal}
spec:
  environment: production
  guest: {os: {id: win7}}
  deployment: {architecture: container, platform: {id: podman}}
---
apiVersion: vmlint/v1
kind: Workload
metadata: {name: plugin-sandbox}
spec:
  kind: function
  guest: {platform: linux/arm64}
  requirements:
    isolation: {tenancy: untrusted-multi}
    startup: 250ms
    density: {perHost: 300}
---
apiVersion: vmlint/v1
kind: Workload
metadata: {name: ledger, labels: {team: books}, x-owner: [a, b]}
spec:
  guest: {os: win2k22, firmware: {tpm: 2.0}}
  resources: {cpu: 2, memory: 8Gi}
  hostRef: hosts/one.yaml
  host: {kernel: {version: 5.15}}
  deployment: {architecture: type-1, platform: vmware-esxi@8.0U2, image: ledger.ova, generation: 2}
  x-note: {any: thing}
---
apiVersion: vmlint/v1
kind: Host
metadata: {name: rack-7}
spec: {os: debian12, memory: 256Gi, x-rack: 7}
"""


class TestManifest:
    @pytest.mark.parametrize(
        "document", list(yaml.safe_load_all(EXAMPLES)), ids=lambda document: document["metadata"]["name"]
    )
    def test_small_manifests_are_valid(self, document: Any) -> None:
        for reference in ("manifest.json", f"{document['kind'].lower()}.json", "manifest.json"):
            assert list(validator(reference).iter_errors(document)) == []

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
    def test_a_fault_is_one_focused_error(self, change: dict[str, Any], where: str, message: str) -> None:
        document = {"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": {"name": "a"}, "spec": {"guest": {}}}
        errors = list(validator("manifest.json").iter_errors(document | change))
        assert len(errors) == 1
        found = best_match(errors)
        assert found is not None
        assert ".".join(str(step) for step in found.absolute_path) == where
        assert message in found.message

    def test_a_missing_kind_is_said_once(self) -> None:
        document = {"apiVersion": "vmlint/v1", "metadata": {"name": "a"}, "spec": {"guest": {}}}
        errors = [error.message for error in validator("manifest.json").iter_errors(document)]
        assert errors == ["'kind' is a required property"]
