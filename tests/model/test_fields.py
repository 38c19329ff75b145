"""Facts, demands and what follows from them: fields that declare themselves."""

import re
import types
from datetime import date
from typing import Any

import pytest

from vmlint.catalog import Catalog
from vmlint.findings.unknown import Unknown
from vmlint.model.aliases import ALIASES, NOT_THIS_WORD
from vmlint.model.derive import DERIVATIONS
from vmlint.model.fields import Group, demand, fact
from vmlint.model.kinds import Kind
from vmlint.model.paths import assign, derivation_of, fields, is_stated, remove, stated_sources, value_at
from vmlint.model.workload import Workload, clone

CATALOG = Catalog()


@pytest.fixture
def workload() -> Workload:
    return Workload(CATALOG, DERIVATIONS, date(2026, 11, 22))


def test_unstated_fields(workload: Workload) -> None:
    assert workload.requirements.isolation.tenancy is None
    assert workload.requirements.isolation.knows("tenancy")
    with pytest.raises(Unknown, match=r"host\.kernel\.version"):
        _ = workload.host.kernel.version
    assert not workload.host.kernel.knows("version")
    assert workload.host.kernel.get("version", "none") == "none"
    with pytest.raises(AttributeError, match="HostKernel has no field 'versoin'; did you mean `version"):
        workload.host.kernel.knows("versoin")
    with pytest.raises(AttributeError, match="Performance has no field 'klass'; did you mean `class_"):
        _ = workload.requirements.performance.klass
    with pytest.raises(AttributeError, match="DeviceModels has no field 'network'; it has disk, nic, video"):
        _ = workload.deployment.devices.network


def test_a_derived_fact_is_not_stated(workload: Workload) -> None:
    assign(workload, "guest.os", "debian12")
    assert value_at(workload, "guest.os.family") == "linux"
    assert not workload.guest.os.states("family")
    assert workload.guest.os.stated() == {"id": "debian12"}
    assert stated_sources(workload, "guest.kernel.version") == ("guest.os.id",)
    assert derivation_of(workload, "guest.os.family") is DERIVATIONS["guest.os.family"]
    assert derivation_of(workload, "guest.os.id") is None


def test_stating_anything_forgets_what_was_derived(workload: Workload) -> None:
    assert not workload.guest.os.knows("family")
    assign(workload, "guest.os", "debian12")
    assert value_at(workload, "guest.os.family") == "linux"
    assign(workload, "guest.os", "win2k22")
    assert value_at(workload, "guest.os.family") == "windows"
    remove(workload, "guest.os")
    assert not is_stated(workload, "guest.os")
    assert not workload.guest.os.knows("family")


def test_a_copy_follows_its_own_facts(workload: Workload) -> None:
    assign(workload, "guest.os", "debian12")
    assert value_at(workload, "guest.os.family") == "linux"
    copy = clone(workload)
    assign(copy, "guest.os", "win2k22")
    assert (copy.guest.os.family, workload.guest.os.family) == ("windows", "linux")


def test_reading_writes_nothing_into_the_groups(workload: Workload) -> None:
    assign(workload, "guest.os", "debian12")
    before = dict(vars(workload.guest.os))
    assert (workload.guest.os.family, workload.guest.os.get("edition")) == ("linux", None)
    assert vars(workload.guest.os) == before


@pytest.mark.parametrize(
    ("annotation", "declared", "message"),
    [
        (str | None, fact("A", "B."), "the type of a.b must not end in `| None`"),
        (str, demand("A", "B."), "the type of a.b must end in `| None`"),
        (str, None, "a.b is not declared"),
        ("str", fact("A", "B."), "the module of a.b must not import annotations"),
        (bytes, fact("A", "B."), "no kind of value reads <class 'bytes'>"),
    ],
)
def test_a_declaration_that_contradicts_its_type(annotation: Any, declared: Any, message: str) -> None:
    body = {"__annotations__": {"b": annotation}} | ({"b": declared} if declared else {})
    with pytest.raises(TypeError, match=re.escape(message)):
        types.new_class("A", (Group,), {"path": "a", "title": "A", "example": {}}, lambda names: names.update(body))


KINDS = {field.kind for field in fields().values() if field.kind.words}


@pytest.mark.parametrize("kind", sorted(KINDS), ids=lambda kind: kind.name)
def test_other_spellings_and_near_misses_are_no_words_themselves(kind: Kind) -> None:
    aliases, near, words = ALIASES.get(kind.name, {}), NOT_THIS_WORD.get(kind.name, {}), set(kind.words)
    assert set(aliases.values()) <= words
    assert not {*aliases, *near} & words
    assert not set(aliases) & set(near)
    assert all(word == word.lower().strip() for word in (*aliases, *near))


def test_other_spellings_are_of_vocabularies_that_exist() -> None:
    assert {*ALIASES, *NOT_THIS_WORD} <= {kind.name for kind in KINDS}
