"""What the schemas of manifests hold besides the fields: the document around them, and how scalars are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vmlint.model.features import VARIABLE, WRITTEN_ID
from vmlint.model.labels import LABELS, PREFIX, WORDS
from vmlint.model.values import ARCH_ALIASES, ARCHES, OS_ALIASES, OSES

Schema = dict[str, Any]


def block(title: str, text: str, properties: Mapping[str, Any], example: Any, required: str = "") -> Schema:
    """Return the schema of a block of fields that takes no others."""
    return {
        "title": title,
        "description": text,
        "type": "object",
        "additionalProperties": False,
        **({"required": [required]} if required else {}),
        "properties": properties,
        "examples": [example],
    }


def _text(title: str, description: str, *examples: Any, **keywords: Any) -> Schema:
    """Return the schema of a text that must not be empty, unless the keywords allow it."""
    shape = keywords or {"minLength": 1}
    return {"title": title, "description": description, "type": "string", **shape, "examples": list(examples)}


def _texts(title: str, description: str, example: Mapping[str, str]) -> Schema:
    """Return the schema of a block of texts whose names the user chooses."""
    entries = {"type": "object", "additionalProperties": {"type": "string"}}
    return {"title": title, "description": description, **entries, "examples": [example]}


# The document

EXTENSION: Schema = {
    "^x-": {
        "title": "Extension",
        "description": "Your own key, with any value. vmlint does not read it; absent means nothing.",
    }
}
_IDENTITY: Schema = {
    "name": _text(
        "Name",
        "The name that reports use: lower-case letters, digits and hyphens, at most 63, beginning and ending"
        " with a letter or digit (RFC 1123 label). Must be stated.",
        "billing-db",
        pattern=r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$(?!\n)",
        maxLength=63,
        patternErrorMessage="expected lower-case letters, digits and hyphens, such as billing-db",
    ),
    "labels": {
        "title": "Labels",
        "description": "Your own labels, such as a team, to distinguish workloads and hosts; each value is a text."
        " Those that begin with vmlint/ are for rules. Absent means there are none.",
        "type": "object",
        "properties": {
            label: {
                "title": label,
                "description": f"{about} Absent means no.",
                "type": "string",
                **({"enum": list(WORDS[label])} if label in WORDS else {}),
                "examples": [WORDS.get(label, ("true",))[0]],
            }
            for label, about in LABELS.items()
        },
        "patternProperties": {f"^(?!{PREFIX})": {"type": "string"}},
        "additionalProperties": False,
        "examples": [{"team": "payments"}],
    },
    "annotations": _texts(
        "Annotations",
        "Your own notes, each a text; vmlint ignores them. Absent means there are none.",
        {"example.com/ticket": "OPS-1234"},
    ),
}
WAIVER = block(
    "Waiver",
    "A finding of this workload that is accepted: it stays visible as accepted, and does not count.",
    {
        "rules": {
            "title": "Rules",
            "description": "Codes or names of rules. An entry of a list follows behind a colon, as in VM408:/dev/kvm."
            " Must be stated.",
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "minLength": 1},
            "examples": [["VM407"], ["VM408:/dev/kvm"]],
        },
        "reason": _text(
            "Reason",
            "Why it is accepted, in your own words. Absent means no reason is given.",
            "the driver needs every device",
        ),
        "until": _text(
            "Last day",
            "The last day on which the waiver counts, as year-month-day. Absent means it never ends.",
            "2027-03-01",
            minLength=1,
            format="date",
        ),
        "field": _text(
            "Field",
            "The field at fault, or a block around it, by its path below spec. Absent means any field.",
            "deployment.privileged",
        ),
    },
    {"rules": ["VM407"], "reason": "the driver needs every device", "until": "2027-03-01"},
    required="rules",
)
WAIVERS: Schema = {
    "title": "Waivers",
    "description": "Findings of this workload that are accepted. Absent means there are none.",
    "type": "array",
    "items": {"$ref": "#/$defs/Waiver"},
    "examples": [[{"rules": ["VM407"], "reason": "the driver needs every device", "until": "2027-03-01"}]],
}


def _metadata(of: str, members: Schema) -> Schema:
    text = f"Which {of} this is: its name, and your own labels and annotations."
    example = {"name": "billing-db", "labels": {"team": "payments"}}
    return {**block("Metadata", text, members, example, required="name"), "patternProperties": EXTENSION}


METADATA = _metadata("workload", {**_IDENTITY, "waivers": WAIVERS})
HOST_METADATA = _metadata("host", _IDENTITY)
HOST_REF = _text(
    "Host file",
    "Path of a kind: Host file that describes the machine underneath, relative to this file. Fields of host written"
    " beside it win over the file's. Absent means no such file: what host does not state is unknown.",
    "hosts/prod-a.yaml",
)
SOURCE_BLOCK = block(
    "Native file, in full",
    "The file of another tool that is really deployed, and which of its workloads is meant. Absent means there is no"
    " such file.",
    {
        "file": _text(
            "Path",
            "The file's path, relative to this document, inside the project. Must be stated.",
            "./vm.xml",
            "compose.yaml",
        ),
        "name": _text(
            "Workload",
            "Which of the file's workloads is meant, as the file names it: a Compose service, one of several domains."
            " Absent means the only one that it holds.",
            "web",
        ),
        "format": _text(
            "Format",
            "The file's format, as vmlint facts --formats lists them. Absent means it is recognised by what it holds.",
            "libvirt",
            "compose",
        ),
    },
    {"file": "compose.yaml", "name": "web"},
    required="file",
)
SOURCE: Schema = {
    "title": "Native file",
    "description": "The file of another tool that is really deployed, such as a libvirt domain or a Compose file: its"
    " path relative to this file, or its fields. What it states wins over what this document states of the same; where"
    " the two differ is a finding (VM917). Absent means there is no such file.",
    "anyOf": [
        _text(
            "Short form: the path",
            "The file's path, relative to this document, inside the project.",
            "./vm.xml",
            "compose.yaml",
        ),
        {"$ref": "#/$defs/Source"},
    ],
    "examples": ["./vm.xml", {"file": "compose.yaml", "name": "web"}],
}


# Scalars. The patterns match what the parsers of `vmlint.model.values` accept; a test compares the two.


def _any_case(words: Iterable[str]) -> str:
    return "|".join("".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in word) for word in words)


_NUMBERS = r"v?(?!0[a-zA-Z])[0-9]{1,12}(?:\.[0-9]{1,12})*(?![0-9]|\.[0-9]|[eE][+-]?[0-9])"
_VERSION = _NUMBERS + r"(?:[ ._-]?[uU][0-9]{1,12}(?![0-9])|(?![ ._-]?[uU][0-9]))(?:[-+._ ~a-zA-Z][ -~]*)?"
_BOUND = (
    r"(?:(?:>=|<=|==|!=|=|<|>|~)\s*)?(?![^\s,]{65})"
    + _NUMBERS
    + r"(?:[._-]?[uU][0-9]{1,12}(?![0-9])|(?![._-]?[uU][0-9]))(?:[-+._~a-zA-Z][!-+\--~]*)?"
)
_NUMBER_TOO = {"type": ["string", "number"], "minimum": 0}
SCALARS: dict[str, Schema] = {
    "Version": {
        "$comment": "A dotted version as vendors write it; all that follows the leading numbers is kept. YAML reads"
        " 8.0 as a number.",
        **_NUMBER_TOO,
        "pattern": rf"^{_VERSION}$(?!\n)",
        "maxLength": 64,
        "maximum": 999999999999,
        "patternErrorMessage": "expected a version such as 6.1, 8.0U2 or 10.0.20348",
    },
    "VersionRange": {
        "$comment": "Comma-separated bounds, all of which must hold. A bare version means that one or a later one.",
        **_NUMBER_TOO,
        "pattern": rf"^\s*{_BOUND}\s*(?:,\s*{_BOUND}\s*){{0,7}}$",
        "maxLength": 200,
        "maximum": 999999999999,
        "patternErrorMessage": "expected bounds such as '>=5.10, <6'",
    },
    "FeatureNeed": {
        "$comment": "The id of a feature, with a bound where it has a value.",
        "type": "string",
        "pattern": rf"^{WRITTEN_ID}(?:\s*(?:>=|<=|==|=|!=|<|>)\s*[A-Za-z0-9][A-Za-z0-9._+-]*)?$(?!\n)",
        "maxLength": 200,
        "patternErrorMessage": "expected the id of a feature such as cpu.avx, with a bound where it has a value, as in"
        " kernel.sysctl.vm.max_map_count>=262144",
    },
    "FeatureValue": {
        "$comment": "The id of a feature, with its value behind = where it has one.",
        "type": "string",
        "pattern": rf"^{WRITTEN_ID}(?:=[ -~]+)?$(?!\n)",
        "maxLength": 200,
        "patternErrorMessage": "expected the id of a feature such as net.multicast, or id=value",
    },
    "NamedValue": {
        "$comment": "A name and its value with = between, as sysctl -a prints them.",
        "type": "string",
        "pattern": r"^[A-Za-z0-9_./*-]+=[ -~]*$(?!\n)",
        "maxLength": 200,
        "patternErrorMessage": "expected name=value, such as vm.max_map_count=262144",
    },
    "Variable": {
        "$comment": "An environment variable with its value behind =, its name alone where that is not shown, or *.",
        "type": "string",
        "pattern": rf"^(?:\*|{VARIABLE}(?:=[ -~]*)?)$(?!\n)",
        "maxLength": 200,
        "patternErrorMessage": "expected NAME=value, NAME alone where its value is not shown, or * for all others",
    },
    "OciPlatform": {
        "$comment": "os/arch or os/arch/variant in the words of OCI image indexes, in any case; usual other spellings"
        " of the CPU are accepted.",
        "type": "string",
        "pattern": rf"^\s*(?:{_any_case([*OSES, *OS_ALIASES])})/(?:{_any_case([*ARCHES, *ARCH_ALIASES])})"
        r"(?:/[^/]*[^/\s])?\s*$",
        "patternErrorMessage": "expected os/arch in OCI words, such as linux/amd64 or linux/arm/v7; for a system that"
        " OCI has no word for, leave it out and state guest.os",
    },
    "Size": {
        "$comment": "A Kubernetes quantity of bytes: Ki, Mi, Gi, Ti, Pi are powers of 1024; k, M, G, T, P powers of"
        " 1000.",
        "type": "string",
        "pattern": r"^\s*[0-9]{1,20}(?:\.[0-9]{1,9})?\s*(?:[kKMGTP]|[KMGTP]i|[KMGT]i?B)\s*$",
        "patternErrorMessage": "expected a quantity of bytes such as 8Gi (binary) or 8G (decimal)",
    },
    "Duration": {
        "$comment": "A Go duration. A number without its unit is not a duration.",
        "type": "string",
        "pattern": r"^\s*(?:\d{1,12}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h))+\s*$",
        "patternErrorMessage": "expected a duration with its unit, such as 500ms, 1.5s or 2m30s",
    },
    "Cpus": {
        "$comment": "A Kubernetes CPU quantity: a number of CPUs, or thousandths of one with the suffix m.",
        **_NUMBER_TOO,
        "pattern": r"^\s*(?:0x[0-9a-fA-F]{1,7}|0o[0-7]{1,9}"
        r"|\+?(?:[0-9]{1,9}m|(?:[0-9]{1,9}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE]-[0-9]{1,3})?))\s*$",
        "maximum": 999999999,
        "patternErrorMessage": "expected a number of CPUs such as 4, 0.5 or 500m",
    },
    "Count": {"type": "integer", "minimum": 0, "maximum": 999999999999},
}
INLINE: dict[str, Schema] = {
    "str": {"type": "string"},
    "bool": {"type": "boolean"},
    "OsVersion": {"type": ["string", "number"]},
}
"""Scalars that are too simple for a named schema."""
SHORT_FORMS: dict[str, Schema] = {
    "deployment.platform": {
        "pattern": rf"^[^@]+(?:@(?![\s\S]{{65}}){_VERSION})?$(?!\n)",
        "patternErrorMessage": "expected a platform id such as docker, or id@version such as vmware-esxi@8.0",
    }
}
"""The form of the one word in place of a group, by the path of the group."""
