"""The JSON syntax of Terraform and Packer: the same facts as in the usual syntax, at their places."""

from __future__ import annotations

import json

import pytest

from tests.formats.conftest import Look

CONFIG = '{"security.privileged": "true", "security.nesting": "true"}'
BODY = f'{{"name": "a", "image": "images:debian/13", "config": {CONFIG}}}'
WRITTEN = {
    "objects": f'{{"resource": {{"incus_instance": {{"a": {BODY}}}}}}}',
    "a list at the top": f'[{{"resource": {{"incus_instance": {{"a": {BODY}}}}}}}]',
    "a list of resources": f'{{"resource": [{{"incus_instance": {{"a": {BODY}}}}}]}}',
    "a list of names": f'{{"resource": {{"incus_instance": [{{"a": {BODY}}}]}}}}',
    "a list of bodies": f'{{"resource": {{"incus_instance": {{"a": [{BODY}]}}}}}}',
    "a property that is set again": f'{{"resource": {{}}, "resource": {{"incus_instance": {{"a": {BODY}}}}}}}',
    "a property that is set again later": f'{{"resource": {{"incus_instance": {{"a": {BODY}}}}}, "resource": {{}}}}',
    "a comment": f'{{"//": "x", "resource": {{"//": "x", "incus_instance": {{"//": "x", "a": {BODY}}}}}}}',
    "characters by their numbers": f'{{"resource": {{"incus\\u005finstance": {{"a": {BODY}}}}}}}',
    "a block in a list": f'{{"resource": {{"incus_instance": {{"a": {BODY.replace(CONFIG, f"[{CONFIG}]")}}}}}}}',
    "a key that is a template": (
        f'{{"locals": {{"what": "privileged"}}, "resource": {{"incus_instance": {{"a": {BODY}}}}}}}'.replace(
            '"security.privileged": "true"', '"security.${local.what}": "${true}"'
        )
    ),
    "a local": (
        f'{{"locals": {{"on": "true"}}, "resource": {{"incus_instance": {{"a": {BODY}}}}}}}'.replace(
            '"security.privileged": "true"', '"security.privileged": "${local.on}"'
        )
    ),
}


@pytest.mark.parametrize("name", ["main.tf.json", "override.tofu.json"])
@pytest.mark.parametrize("written", WRITTEN)
def test_resources_however_they_are_written(look: Look, name: str, written: str) -> None:
    seen = look(name, WRITTEN[written])
    assert (seen.formats, seen.names) == (("terraform",), ["incus_instance.a"])
    assert seen.facts()["deployment.privileged"] == "true"


def test_places(look: Look) -> None:
    text = (
        '{"resource": {\n "vsphere_virtual_machine": {\n  "web": {\n   "num_cpus": 4,\n   "memory": "${var.memory}",\n'
        '   "firmware": "efi"\n}}}}\n'
    )
    seen = look("main.tf.json", text)
    assert seen.at("resources.cpu") == (4, 16)
    assert seen.at("deployment.firmware.type") == (6, 16)
    assert seen.native().unknowns["resources.memory"] == "memory is var.memory, a variable that a run may set"


def test_dynamic_blocks_leave_open_how_many_there_are(look: Look) -> None:
    body = {"dynamic": {"disk": {"for_each": "${var.disks}", "content": {}}}, "num_cpus": 2}
    seen = look("main.tf.json", json.dumps({"resource": {"vsphere_virtual_machine": {"a": body}}}))
    assert "deployment.devices.disk" in seen.native().unknowns


@pytest.mark.parametrize(
    ("value", "expected"),
    [("$${x}", "$${x}"), ("%%{x}", "%%{x}"), ("${x.y}", None), ("a-${x.y}", None), ("%{ if x }a%{ endif }", None)],
)
def test_what_is_filled_in_is_computed(look: Look, value: str, expected: str | None) -> None:
    text = json.dumps({"resource": {"vsphere_virtual_machine": {"a": {"guest_id": value}}}})
    unknown = look("main.tf.json", text).native().unknowns.get("guest.os.id", "")
    assert unknown.startswith("guest_id is ") is (expected is None)


@pytest.mark.parametrize("text", ['{"resource": {"incus_instance": {"a": {"name": [}}}', '{"resource": {', "[" * 70])
def test_a_broken_file_is_a_finding(look: Look, text: str) -> None:
    seen = look("main.tf.json", text if text.startswith("{") else f'{{"resource": {text}')
    assert seen.formats == ("terraform",) or seen.problems


def test_a_configuration_without_a_machine(look: Look) -> None:
    seen = look("providers.tf.json", '{"provider": {"aws": {}}, "resource": {"aws_instance": {"x": {}}}}')
    assert (seen.formats, seen.names, seen.problems) == (("terraform",), [], [])


SOURCE = '{"accelerator": "kvm", "memory": 2048, "cpus": 4}'
SOURCES = [
    f'{{"source": {{"qemu": {{"x": {SOURCE}}}}}}}',
    f'{{"source": [{{"qemu": [{{"x": [{SOURCE}]}}]}}]}}',
    f'{{"variable": {{"a": {{}}}}, "source": {{"qemu": {{"x": {SOURCE}}}}}}}',
]


@pytest.mark.parametrize("text", SOURCES)
def test_sources_of_packer(look: Look, text: str) -> None:
    seen = look("x.pkr.json", text)
    assert (seen.formats, seen.names) == (("packer",), ["qemu.x"])
    assert seen.facts()["resources.cpu"] == "4.0"


def test_what_a_build_of_packer_changes_is_open(look: Look) -> None:
    build = '"build": [{"source": {"qemu.x": {"name": "big", "cpus": 16}}}]'
    seen = look("x.pkr.json", SOURCES[0].replace('{"source"', f'{{{build}, "source"', 1))
    assert "resources.cpu" not in seen.facts()
