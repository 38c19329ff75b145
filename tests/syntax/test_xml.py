"""XML trees: places, several roots, and texts that mean harm."""

from __future__ import annotations

import pytest

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.reading.file import File
from vmlint.syntax.lines import split_lines
from vmlint.syntax.xml.tree import Element, parse


def only(text: str) -> Element:
    [root] = parse(text)
    return root


def refused(text: str) -> Problem:
    with pytest.raises(Unreadable) as error:
        parse(text)
    return error.value.problem


def test_elements_and_attributes_know_their_places() -> None:
    root = only("<domain type='kvm'>\n  <name  id = \"a\"\n    note='x &amp; y'>web</name>\n</domain>\n")
    name = root.find("name")
    assert name is not None
    assert root.at == Span(1, 2, 1, 8)
    assert root.attribute("type") == ("kvm", Span(1, 15, 1, 18))
    assert name.at == Span(2, 4, 2, 8)
    assert name.attribute("id") == ("a", Span(2, 16, 2, 17))
    assert name.attribute("note") == ("x & y", Span(3, 11, 3, 20))
    assert (name.text, name.text_at) == ("web", Span(3, 22, 3, 25))
    assert name.attribute("absent") is None
    assert name.get("absent", "else") == "else"


def test_text_inside_another_attribute_is_not_an_attribute() -> None:
    attribute = only("""<a note=' type="no" ' type="yes"/>""").attribute("type")
    assert attribute == ("yes", Span(1, 29, 1, 32))


def test_an_empty_attribute_has_a_place() -> None:
    assert only("<a b=''/>").attribute("b") == ("", Span(1, 7, 1, 8))


def test_prefixes_are_left_out_and_namespaces_are_found() -> None:
    root = only("<m xmlns:v='urn:a' xmlns='urn:b' v:id='1' id='2'><v:x/><y xmlns=''/><z:q/></m>")
    assert [child.name for child in root.children] == ["x", "y", "z:q"]  # a prefix that is not declared is part of it
    assert [child.namespace for child in root.children] == ["urn:a", "", ""]
    assert root.namespace == "urn:b"
    assert root.get("id") == "1"  # the first of that name, as libxml2 and VirtualBox have it
    assert only("<m xmlns:id='urn:a' v:id='1'/>").get("id") == ""  # no attribute of that name, but of another
    assert [(name, value.value) for name, value in root.own_attributes] == [("id", "1"), ("id", "2")]
    assert [name for name, _ in only("<m v:id='1'/>").own_attributes] == ["id"]


def test_paths_of_names() -> None:
    root = only("<a><b><c n='1'/></b><b><c n='2'/><d/></b></a>")
    assert [element.get("n") for element in root.all("b/c")] == ["1", "2"]
    assert root.find("b/d") is not None
    assert root.find("b/e") is None
    assert [element.name for element in root.walk()] == ["a", "b", "c", "b", "c", "d"]


def test_text_is_stripped_and_may_come_in_pieces() -> None:
    root = only("<a>\n\n   one &lt; two\n three<!-- no --> <b/>four\n</a>")
    assert root.text == "one < two\n three four"
    assert root.text_at == Span(3, 4, 3, 7)


def test_several_roots_and_their_declarations() -> None:
    roots = parse("<?xml version='1.0'?>\n<a/>\n\n<?xml version='1.0' encoding='UTF-8'?>\n<b x='1'/>\n")
    assert [root.name for root in roots] == ["a", "b"]
    assert roots[1].attribute("x") == ("1", Span(5, 7, 5, 8))


def test_rare_ends_of_lines_end_none() -> None:
    text = "<a>\r\n<b>\u2028</b>\r<c x='1'/></a>"
    child = only(text).find("c")
    assert child is not None
    assert child.attribute("x") == ("1", Span(3, 7, 3, 8))
    assert split_lines(text)[2][6:7] == "1"


@pytest.mark.parametrize("text", ["", "   ", "just words? no", "<!-- nothing -->"])
def test_texts_without_an_element(text: str) -> None:
    assert parse(text) == []


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("<a>\n <b>", 2, 3, "<b> is never closed"),
        ("<a>\n <b x='", 1, 2, "<a> is never closed"),
        ("<a>\n <b></a>", 2, 7, "this is not well-formed XML: mismatched tag (<b> of line 2 is open)"),
        ("<a x=1/>", 1, 6, "this is not well-formed XML: not well-formed (invalid token)"),
        ("<a>\n&xxe;</a>", 2, 1, "this is not well-formed XML: undefined entity"),
        ("<a x='1' x='2'/>", 1, 10, "this is not well-formed XML: duplicate attribute"),
        ("</roots>", 1, 1, "this is not well-formed XML: no element found"),
    ],
)
def test_broken_texts(text: str, line: int, column: int, message: str) -> None:
    problem = refused(text)
    assert problem.code == "VM903"
    if text != "</roots>":
        assert (problem.at.line, problem.at.column, problem.message) == (line, column, message)


LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
]>
<domain type="kvm"><name>&lol2;</name></domain>
"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LAUGHS, 2),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 1),
        ("<a>\n<!ENTITY x SYSTEM 'http://localhost/'>\n</a>", 2),
        ("<!doctype html>", 1),
        ("<!-- one --><!DOCTYPE a><a/>", 1),
    ],
)
def test_document_types_and_entities_are_refused(text: str, line: int) -> None:
    problem = refused(text)
    assert (problem.code, problem.at.line) == ("VM905", line)


@pytest.mark.parametrize("text", ["<a><!-- <!DOCTYPE a> --></a>", "<a><![CDATA[<!ENTITY a>]]></a>"])
def test_a_document_type_in_a_comment_is_ignored(text: str) -> None:
    assert only(text).name == "a"


def test_bounds() -> None:
    deep = refused("<a>" * 200)
    assert (deep.code, deep.at.column) == ("VM904", 302)
    assert len(list(only("<a>" * 100 + "</a>" * 100).walk())) == 100
    wide = refused("<a " + " ".join(f"a{number}='1'" for number in range(100_000)) + "/>")
    assert (wide.code, wide.at.line, wide.at.column) == ("VM904", 1, 2)
    text = "<a " + " ".join(f"a{number}='{number}'" for number in range(2_000)) + "/>"
    column = text.index("'1999'") + 2
    assert only(text).attribute("a1999") == ("1999", Span(1, column, 1, column + 4))
    many = refused("<a>" + "<b/>" * limits.XML_ELEMENTS + "</a>")
    assert (many.code, many.at.line) == ("VM904", 1)
    lines = refused("<a>" + "\n" * (limits.XML_PIECES + 1) + "</a>")
    assert lines.code == "VM904"


def test_pieces_of_text_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "XML_PIECES", 100)
    assert only("<a>" + "&amp;" * 99 + "</a>").text == "&" * 99
    assert refused("<a>" + "&amp;" * 101 + "</a>").code == "VM904"


def test_long_texts_are_cut() -> None:
    assert 65_536 <= len(only("<a>" + "x&amp;" * 65_536 + "</a>").text) <= 65_540


@pytest.mark.parametrize(
    "text",
    [
        "<a>" + "\n" * 200_000 + "x\n" * 200_000 + "</a>",  # text after blank lines
        "<a>" + "<b c='d' e='f'/>\n" * 50_000 + "</a>",  # attributes far down
        "<a " + " " * 500_000 + "b",  # blanks in a tag that is never closed
        "<!" * 500_000,
        "<!--" * 300_000,
    ],
)
def test_hostile_texts_are_read_or_refused(text: str) -> None:
    try:
        [root] = parse(text)
    except Unreadable:
        pass
    else:
        for child in root.children:
            child.attribute("e")


def test_encodings() -> None:
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a n="é"/>'
    assert File("a.xml", declared.encode("latin-1")).xml[0].attribute("n") == ("é", Span(2, 7, 2, 8))
    assert File("a.xml", declared.encode()).xml[0].get("n") == "é"  # what is UTF-8 was meant so
    assert File("a.xml", declared.replace("ISO-8859-1", "windows-1252").encode("cp1252")).xml[0].get("n") == "é"
    assert File("a.xml", "<a n='é'/>".encode("utf-16")).xml[0].get("n") == "é"
    assert File("a.xml", b"\xef\xbb\xbf<a/>").xml[0].at == Span(1, 2, 1, 3)
    assert File("a.xml", declared.replace("ISO-8859-1", "UTF-16").encode()).xml[0].get("n") == "é"


@pytest.mark.parametrize(
    "encoding", ["UTF-8", "utf-7", "ISO-8859-99", "rot13", "zlib", "shift_jis", "unicode_escape", "x" * 60]
)
def test_bytes_of_no_known_encoding_are_a_finding(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?>\n<a n="'.encode() + b'\xe9"/>'
    with pytest.raises(Unreadable) as error:
        _ = File("a.xml", data).xml
    problem = error.value.problem
    assert (problem.code, problem.at.line, problem.at.column) == ("VM902", 2, 7)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<?xml version='1.0'?><!-- <b/> --><v:a x='1'><b/>", ("a", " x='1'")),
        (b"\xff\xfe" + "<a x='1'>".encode("utf-16-le"), ("a", " x='1'")),
        (b"<!DOCTYPE a><a>", ("a", "")),
        (b"<a x='<%= y %>'>", ("a", " x='")),
        (b"<!-- <a> ", ("", "")),
        (b"words", ("", "")),
        (b"words <a/>", ("", "")),
        (b"\xef\xbb\xbf\n<a/\xff>", ("a", "/\ufffd")),
    ],
)
def test_the_first_tag_of_a_broken_file(data: bytes, expected: tuple[str, str]) -> None:
    assert File("a.xml", data).first_tag == expected
