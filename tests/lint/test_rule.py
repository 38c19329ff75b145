"""Registering a rule: what is refused, and that the message names what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from vmlint.api import Finding, Rule, Severity, Workload, finding, repair, rule
from vmlint.model.paths import field_exists, fields


def made(**parts: Any) -> Rule:
    given: dict[str, Any] = {"code": "ACME001", "name": "acme", "severity": Severity.ERROR, "article": ("G-2",)} | parts

    @rule(given.pop("code"), given.pop("name"), given.pop("severity"), **given)
    def check(workload: Workload) -> Iterator[Finding]:
        """Why.

        And more.
        """
        yield finding("name", "x")

    return check


def test_a_rule_holds_its_declaration() -> None:
    fits_if = {"host.cpu.features": "has {guest.kernel.requires}"}
    registered = made(architectures=["container"], symptoms=["no"], fits_if=fits_if, since="2.0", optional=True)
    assert (registered.code, registered.name, registered.summary) == ("ACME001", "acme", "Why.")
    assert (registered.article, registered.sources, registered.symptoms) == (("G-2",), (), ("no",))
    assert (registered.architectures, registered.fits_if) == (frozenset({"container"}), fits_if)
    assert made(demands=["guest.init"]).demands == ("guest.init",)
    assert (registered.since, registered.optional, registered.module) == ("2.0", True, __name__)


@pytest.mark.parametrize(
    ("parts", "error", "text"),
    [
        ({"code": "acme"}, ValueError, "rule code 'acme': expected capital letters and digits"),
        ({"code": 7}, ValueError, "rule code 7: expected"),
        ({"name": "Acme Rule"}, ValueError, "ACME001: name 'Acme Rule' is not kebab-case"),
        ({"severity": "error"}, TypeError, "severity 'error' is not one of Severity.ERROR, Severity.WARNING, Severity"),
        ({"severity": 3}, TypeError, "severity 3 is not one of"),
        (
            {"article": "G-2"},
            TypeError,
            "article is a list of words, not the text 'G-2'; write ('G-2',) with its comma",
        ),
        ({"sources": "S-1"}, TypeError, "sources is a list of words"),
        ({"symptoms": "kernel too old"}, TypeError, "symptoms is a list of words"),
        ({"architectures": "container"}, TypeError, "architectures is a list of words"),
        ({"architectures": ["containers"]}, ValueError, "architecture 'containers' is not one of type1, type2, "),
        ({"architectures": ["containers"]}, ValueError, "; did you mean `container`?"),
        ({"demands": "guest.init"}, TypeError, "demands is a list of words, not the text 'guest.init'; write ('guest."),
        (
            {"demands": ["guest.inti"]},
            ValueError,
            "demands: there is no field 'guest.inti'; did you mean `guest.init`?",
        ),
        (
            {"demands": ["guest.init", "host.iommu"]},
            ValueError,
            "demands holds 'host.iommu', which is no demand; absent it is unknown, and leaves a rule undecided",
        ),
        (
            {"demands": ["guest.arch"]},
            ValueError,
            "demands holds 'guest.arch', which is no demand; absent it is unknown",
        ),
        ({"demands": ["labels.team"]}, ValueError, "demands holds 'labels.team', which is no demand"),
        (
            {"demands": ["requirements.management"]},
            ValueError,
            "which is no demand; it is a group, with the demands requirements.management.effort, requirements.manage",
        ),
        ({"sources": [7]}, TypeError, "sources holds 7, which is not a word"),
        ({"article": ()}, ValueError, "name a statement of the article or a source"),
        ({"stage": "late"}, ValueError, "stage 'late' is not one of workload, undecided, advice"),
        ({"since": 1.0}, TypeError, "since 1.0 is not the text of a version"),
        ({"fits_if": "host.memory"}, TypeError, "fits_if is a table of fields"),
        ({"fits_if": {"host.memory": 8}}, TypeError, "fits_if holds 'host.memory': 8; both are texts"),
        (
            {"fits_if": {"host.memmory": "is 8Gi"}},
            ValueError,
            "fits_if: there is no field 'host.memmory'; did you mean `host.memory`?",
        ),
        ({"fits_if": {"host.memory": "is over {resources.memroy}"}}, ValueError, "no field 'resources.memroy'"),
    ],
)
def test_what_is_no_rule(parts: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as raised:
        made(**parts)
    assert text in str(raised.value)


def test_a_rule_needs_a_reason() -> None:
    def check(workload: Workload) -> Iterator[Finding]:
        yield finding("name", "x")

    with pytest.raises(ValueError, match="ACME001: a rule needs a docstring that says why"):
        rule("ACME001", "acme", Severity.ERROR, article=("G-2",))(check)


def test_a_rule_is_a_function() -> None:
    nothing: Any = 7
    with pytest.raises(TypeError, match="ACME001: a rule is a generator function, not 7"):
        rule("ACME001", "acme", Severity.ERROR, article=("G-2",))(nothing)


def test_one_where_several_are_meant() -> None:
    with pytest.raises(TypeError, match=r"write because=\('environment',\)"):
        finding("name", "x", because="environment")
    one: Any = repair("y", mode="pvh")
    with pytest.raises(TypeError, match=r"write repairs=\(repair\(\.\.\.\),\)"):
        finding("name", "x", repairs=one)


@pytest.mark.parametrize(
    "path",
    [
        "name", "labels", "labels.team", "metadata.labels.vmlint/role", "environment", "host", "host.kernel",
        "host.kernel.version", "deployment.platform", "deployment.platform.id", "deployment.platform.version",
        "deployment.kernelFamily", "guest.os.age", "guest.arch", "requirements.performance.class",
        "guest.firmware.secureBoot",
    ],
)  # fmt: skip
def test_fields(path: str) -> None:
    assert field_exists(path)


@pytest.mark.parametrize(
    "path",
    [
        "", "spec", "spec.host", "labels.", "host.kernal", "guest.firmware.secure_boot",
        "requirements.performance.class_", "host.kernel.version.major", "host.", "path", "catalog",
    ],
)  # fmt: skip
def test_no_fields(path: str) -> None:
    assert not field_exists(path)
    assert path not in fields()
