"""The beginning of an XML file, read without parsing the file."""

from __future__ import annotations

import re

from vmlint.findings.problem import Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.syntax.encodings import codec, unlike_ascii
from vmlint.syntax.text import at, encoding_of

_QUOTED = r"""[^<>"']++|"[^"]*+"|'[^']*+'"""
"""What a declaration holds: a tag in a quoted value is no element."""
_PASSED_OVER = r"<!--.*?-->|<\?.*?\?>"
# No quantifier gives back what it took, so that each character is looked at once.
_PROLOG = lazy_pattern(
    rf"(?:[\ufeff \t\r\n]++|{_PASSED_OVER}|<![a-z](?:{_QUOTED}|{_PASSED_OVER}|<![a-z](?:{_QUOTED})*+>)*+>)*+",
    re.DOTALL | re.IGNORECASE,
)
"""What may stand before the first element: comments, processing instructions, and a document type with declarations."""
_TAG = lazy_pattern(
    r"""<(?:[\w.-]{1,100}:)?([A-Za-z_][\w.-]{0,100})(?=[\s/>])((?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+)"""
)
_ENCODING = lazy_pattern(rb"""\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DOCTYPE = lazy_pattern(r"<!DOCTYPE\s+(?:[\w.-]{1,100}:)?([\w.-]{1,100})", re.IGNORECASE)
EBCDIC = b"\x4c\x6f\xa7\x94"
"""``<?xm`` in the encodings of IBM's mainframes."""
_WITHOUT_MARK = (
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
"""How encodings without a byte order mark begin, as appendix F of the standard of XML lists them."""


def first_tag(data: bytes) -> tuple[str, str]:
    """Return the first element's name, without prefix, and the text of its attributes, even if the rest is broken.

    Both are empty if the text does not begin with an element. Of a document type that is never closed, the name is that
    of the element that it is for. This shows the format of a file that cannot be parsed.
    """
    text = text_of(data)
    start = _PROLOG.match(text).end()  # type: ignore[union-attr]
    found = _TAG.match(text, start)
    if found:
        return found[1], found[2]
    named = _DOCTYPE.match(text, start)
    return (named[1], "") if named else ("", "")


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding in the XML declaration of a text, if it is one whose characters of ASCII are that."""
    found = _ENCODING.match(data)
    return codec(found[1].decode("ascii", "replace")) if found else None


def text_of(data: bytes) -> str:
    """Return the text in the encoding that a parser of XML would take, with a mark for each byte that is none in it."""
    mark, encoding = encoding_of(data, "")
    if not encoding:
        encoding = _unusual(data) or declared_encoding(data) or "utf-8"
    return data[len(mark) :].decode(encoding, "replace")


def hidden(data: bytes) -> str | None:
    """Return the text of XML whose bytes do not show it, since its encoding is not like ASCII; else ``None``."""
    encoding = None if encoding_of(data, "")[1] else _unusual(data)
    return data.decode(encoding, "replace") if encoding else None


def _unusual(data: bytes) -> str | None:
    """Return the encoding of XML without a byte order mark, unless characters of ASCII are that in it."""
    if data.startswith(EBCDIC):
        declared = _ENCODING.match(data[:300].decode("cp037").encode("ascii", "replace"))
        return (declared and unlike_ascii(declared[1].decode())) or "cp037"
    found = next((encoding for start, encoding in _WITHOUT_MARK if data.startswith(start)), None)
    if found is None and (declared := _ENCODING.match(data)):
        found = unlike_ascii(declared[1].decode())
    return found


def refuse_unlike_ascii(data: bytes, text: str) -> None:
    """Raise ``Unreadable`` (VM902) for a text of XML that its tools read in another encoding than it was read in here.

    An encoding that is not like ASCII is accepted where the text is the same in it.
    """
    declared = None if encoding_of(data, "")[1] else _ENCODING.match(data)
    encoding = unlike_ascii(declared[1].decode()) if declared else None
    if declared is None or encoding is None or text == data.decode(encoding, "replace"):
        return
    name = declared[1].decode()
    message = f"the encoding {name} is not read: bytes of ASCII are other characters in it"
    raise Unreadable(at("VM902", message, text, text.find(name), "save the file as UTF-8", len(name)))
