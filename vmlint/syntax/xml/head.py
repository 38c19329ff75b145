"""The beginning of an XML file, read without parsing the file."""

from __future__ import annotations

import re

from vmlint.syntax.encodings import codec

_TAG = re.compile(r"<(?:[\w.-]{1,100}:)?([A-Za-z_][\w.-]{0,100})(?=[\s/>])([^<>]{0,2000})")
_ENCODING = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")


def first_tag(data: bytes) -> tuple[str, str]:
    """Return the first element's name, without prefix, and the text of its attributes, even if the rest is broken.

    Both are empty if the text does not begin with an element. This shows the format of a file that cannot be parsed.
    """
    start = data[:65_536].decode("utf-8", "replace") if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else _utf16(data)
    bare = re.sub(r"<!--.*?(?:-->|\Z)|<\?[^>]{0,500}\?>", " ", start, flags=re.DOTALL).lstrip("\ufeff \t\r\n")
    found = _TAG.search(bare) if bare.startswith("<!") else _TAG.match(bare)
    return (found[1], found[2]) if found else ("", "")


def _utf16(data: bytes) -> str:
    return data[:65_536].decode("utf-16", "replace")


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding in the XML declaration of a text, if it is one whose characters of ASCII are that."""
    found = _ENCODING.match(data)
    return codec(found[1].decode("ascii", "replace")) if found else None
