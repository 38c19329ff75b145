"""Files of XML that their tools read, written so that a linter might overlook them or what they say."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Vmlint

OVF = "xmlns='http://schemas.dmtf.org/ovf/envelope/1' xmlns:ovf='http://schemas.dmtf.org/ovf/envelope/1'"
RASD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
TEXTS = {
    "m.xml": (
        "<domain type='kvm'><name>m</name><memory unit='GiB'>4</memory><os><type arch='x86_64'>hvm</type></os>"
        "<cpu mode='host-passthrough'/><devices/></domain>"
    ),
    "m.vbox": "<VirtualBox version='1.19'><Machine name='m' OSType='Windows11_64'><Hardware/></Machine></VirtualBox>",
    "m.pvs": (
        "<ParallelsVirtualMachine><Hardware><Cpu><Number>2</Number></Cpu></Hardware><Settings><General>"
        "<OsType>8</OsType></General></Settings></ParallelsVirtualMachine>"
    ),
    "m.ovf": (
        f"<Envelope {OVF} xmlns:rasd='{RASD}'><VirtualSystem ovf:id='m'><VirtualHardwareSection>"
        "<Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>"
        "<rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item></VirtualHardwareSection></VirtualSystem></Envelope>"
    ),
}
ROOTS = {"m.xml": "domain", "m.vbox": "VirtualBox", "m.pvs": "ParallelsVirtualMachine", "m.ovf": "Envelope"}
BEFORE = {
    "a tag in an entity": '<!DOCTYPE {} [<!ENTITY a "<foo >">]>',
    "a tag in an entity, between single quotes": "<!DOCTYPE {} [<!ENTITY a '<foo >'><!ENTITY b \"'\">]>",
    "a comment in a document type": "<!DOCTYPE {} [<!-- <foo a='> ' --> ]>",
    "a processing instruction in a document type": "<!DOCTYPE {} [<?foo <foo > ?>]>",
    "a long comment": f"<!-- {'x' * 70_000} --><!DOCTYPE {{}}>",
    "many comments": f"{'<!-- <a> -->' * 7_000}<!DOCTYPE {{}}>",
    "a long processing instruction": f"<?foo {'>' * 600}?><!DOCTYPE {{}}>",
    "a processing instruction with a tag": "<?foo <foo > ?><!DOCTYPE {} >",
    "a style sheet": "<?xml version='1.0'?><?xml-stylesheet href='a>b'?><!DOCTYPE {}>",
    "a name for others": "<!DOCTYPE {} PUBLIC '-//a//b <foo >' \"http://example.org/<foo >\">",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("before", BEFORE)
def test_what_stands_before_the_first_element_hides_no_file(
    vmlint: Vmlint, tmp_path: Path, name: str, before: str
) -> None:
    (tmp_path / name).write_text(BEFORE[before].format(ROOTS[name]) + TEXTS[name])
    seen = vmlint("check", "--no-cache", name)
    assert (seen.status, "VM905" in seen.stdout) == (1, True)


def in_utf_7(text: str) -> bytes:
    return b"<?xml version='1.0' encoding='UTF-7'?>" + text.replace("<", "+ADw-").encode()


ENCODED: dict[str, Callable[[str], bytes]] = {
    "UTF-7": in_utf_7,
    "UTF-7 throughout": lambda text: (
        b"<?xml version='1.0' encoding='UNICODE-1-1-UTF-7'?>+"
        + base64.b64encode(text.encode("utf-16-be")).rstrip(b"=")
        + b"-"
    ),
    "UTF-7 behind a long blank": lambda text: in_utf_7(text).replace(b" encoding", b" " * 400 + b"encoding"),
    "EBCDIC": lambda text: f"<?xml version='1.0' encoding='IBM037'?>{text}".encode("cp037"),
    "EBCDIC of another kind": lambda text: f"<?xml version='1.0' encoding='IBM500'?>{text}".encode("cp500"),
    "UTF-16 without a mark": lambda text: f"<?xml version='1.0' encoding='UTF-16'?>{text}".encode("utf-16-le"),
    "UTF-16 of the other order": lambda text: f"<?xml version='1.0' encoding='UTF-16'?>{text}".encode("utf-16-be"),
    "UTF-32 without a mark": lambda text: f"<?xml version='1.0' encoding='UCS-4'?>{text}".encode("utf-32-be"),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ENCODED)
def test_an_encoding_hides_no_file(vmlint: Vmlint, tmp_path: Path, name: str, encoding: str) -> None:
    (tmp_path / name).write_bytes(ENCODED[encoding](TEXTS[name]))
    seen = vmlint("check", "--no-cache", name)
    assert (seen.status, "VM902" in seen.stdout) == (1, True)


def test_an_encoding_that_the_text_does_not_make_use_of_is_read(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "m.xml").write_text("<?xml version='1.0' encoding='UTF-7'?>" + TEXTS["m.xml"])
    assert "name: m" in vmlint("facts", "m.xml").stdout


def test_a_document_type_of_another_domain_is_none_of_libvirts(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "domain.xml").write_text(
        "<!DOCTYPE domain PUBLIC '-//Sun Microsystems Inc.//DTD' 'a.dtd'>"
        "<domain log-root='a'><applications/><servers><server name='a'/></servers></domain>"
    )
    (tmp_path / "m.xml").write_text(TEXTS["m.xml"])
    seen = vmlint("check", "--no-cache", ".")
    assert (seen.status, "VM905" in seen.stdout) == (0, False)


HIDDEN_TYPES = {
    "a default in the document type": (
        "<domain type='kvm'>",
        "<!DOCTYPE domain [<!ATTLIST domain type CDATA 'kvm'>]><domain>",
    ),
    "an attribute with a sign": ("<domain type='kvm'>", "<!DOCTYPE domain><domain id='>' type='kvm'>"),
    "many attributes before": ("<domain ", f"<!DOCTYPE domain><domain {' ' * 3000}"),
    "a document type that is never closed": ("<domain", "<!DOCTYPE domain [<domain"),
}


@pytest.mark.parametrize("name", HIDDEN_TYPES)
def test_a_type_that_is_not_seen_hides_no_domain(vmlint: Vmlint, tmp_path: Path, name: str) -> None:
    (tmp_path / "m.xml").write_text(TEXTS["m.xml"].replace(*HIDDEN_TYPES[name]))
    seen = vmlint("check", "--no-cache", "m.xml")
    assert (seen.status, "VM905" in seen.stdout) == (1, True)


IGNORED = {
    "a mark in an element of nobody": "<x>{{ y }}</x>",
    "a name to be replaced": "<x>@FOO@</x>",
    "a difference in an element of nobody": "<x>\n- <a/>\n+ <b/>\n</x>",
    "a mark in an attribute of nobody": "<x y='{{ z }}'/>",
    "a mark deep in an element of nobody": "<x><memory>{{ y }}</memory></x>",
    "a mark in an element of another namespace": "<x:memory xmlns:x='urn:x'>{{ y }}</x:memory>",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ignored", IGNORED)
def test_what_a_tool_ignores_makes_no_template(vmlint: Vmlint, tmp_path: Path, name: str, ignored: str) -> None:
    end = f"</{ROOTS[name]}>"
    (tmp_path / name).write_text(TEXTS[name].replace(end, IGNORED[ignored] + end))
    assert "skipped" not in vmlint("check", "--no-cache", name).stderr


SHOWN = {
    "a mark in a text that is read": ("<memory unit='GiB'>4<", "<memory unit='GiB'>{{ memory }}<"),
    "a mark in an attribute that is read": ("mode='host-passthrough'", "mode='@MODE@'"),
    "a part that is left out": ("<devices/>", "<devices>{% if a %}<tpm/>{% endif %}</devices>"),
    "a template that is no XML": ("<devices/>", "<% devices %>"),
    "a difference": ("<devices/>", "\n- <devices/>\n+ <devices/>\n"),
    "a difference that is no XML": ("<devices/>", "\n- <devices>\n+ <devices/>\n"),
}


@pytest.mark.parametrize("shown", SHOWN)
def test_a_template_is_still_told(vmlint: Vmlint, tmp_path: Path, shown: str) -> None:
    (tmp_path / "m.xml").write_text(TEXTS["m.xml"].replace(*SHOWN[shown]))
    assert "skipped m.xml: " in vmlint("check", "--no-cache", "m.xml").stderr


def facts(vmlint: Vmlint, path: Path, text: str) -> str:
    path.write_text(text)
    return vmlint("facts", path.name).stdout


FOREIGN = {
    "a firmware": "<x:os firmware='efi'/>",
    "a CPU": "<x:cpu mode='custom'><x:model>qemu64</x:model></x:cpu>",
    "a whole block": "<os xmlns='urn:x' firmware='efi'><type arch='aarch64'>hvm</type></os>",
    "a prefix that is not declared": "<y:os firmware='efi'/>",
    "an element of QEMU's without its namespace": "<commandline><arg value='-cpu'/></commandline>",
    "an element of QEMU's namespace that it does not have": (
        "<q:os xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0' firmware='efi'/>"
    ),
}


@pytest.mark.parametrize("foreign", FOREIGN)
def test_elements_of_others_are_none_of_libvirts(vmlint: Vmlint, tmp_path: Path, foreign: str) -> None:
    own = facts(vmlint, tmp_path / "m.xml", TEXTS["m.xml"])
    text = TEXTS["m.xml"].replace("<domain ", "<domain xmlns:x='urn:x' ").replace("<name>", f"{FOREIGN[foreign]}<name>")
    assert facts(vmlint, tmp_path / "m.xml", text) == own


def test_qemus_own_elements_count_in_its_namespace(vmlint: Vmlint, tmp_path: Path) -> None:
    arguments = (
        "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><q:arg value='-cpu'/></q:commandline>"
    )
    shown = facts(vmlint, tmp_path / "m.xml", TEXTS["m.xml"].replace("<name>", f"{arguments}<name>"))
    assert "qemu-arguments" in shown


def test_an_attribute_that_libvirt_may_take_for_its_own_is_refused(vmlint: Vmlint, tmp_path: Path) -> None:
    text = TEXTS["m.xml"].replace("<cpu mode=", "<cpu xmlns:x='urn:x' x:mode='custom' mode=")
    (tmp_path / "m.xml").write_text(text)
    seen = vmlint("check", "--no-cache", "m.xml")
    assert (seen.status, "VM905" in seen.stdout) == (1, True)


def test_parallels_reads_names_with_their_prefix(vmlint: Vmlint, tmp_path: Path) -> None:
    foreign = "<x:Hardware xmlns:x='urn:x'><Cpu><Number>9</Number></Cpu></x:Hardware>"
    text = TEXTS["m.pvs"].replace("<Hardware>", f"{foreign}<Hardware>", 1)
    assert "cpu: '2'" in facts(vmlint, tmp_path / "m.pvs", text)


def test_virtualbox_reads_names_in_any_namespace(vmlint: Vmlint, tmp_path: Path) -> None:
    text = TEXTS["m.vbox"].replace("<Hardware/>", "<v:Hardware><v:CPU v:count='3' count='5'/></v:Hardware>")
    text = text.replace("<VirtualBox", "<v:VirtualBox xmlns:v='urn:v'").replace("</VirtualBox", "</v:VirtualBox")
    assert "cpu: '3'" in facts(vmlint, tmp_path / "m.vbox", text)


@pytest.mark.parametrize("item", ["<x:Item xmlns:x='urn:x'>{}</x:Item>", "<Item xmlns='urn:x'>{}</Item>"])
def test_items_of_others_are_none_of_an_ovf(vmlint: Vmlint, tmp_path: Path, item: str) -> None:
    words = "<rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>"
    shadow = item.format(f"{words}<rasd:VirtualQuantity>64</rasd:VirtualQuantity>")
    text = TEXTS["m.ovf"].replace("</VirtualHardwareSection>", f"{shadow}</VirtualHardwareSection>")
    assert "cpu: '2'" in facts(vmlint, tmp_path / "m.ovf", text)
