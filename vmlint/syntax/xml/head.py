"""The beginning of an XML file, read without parsing the file."""

from __future__ import annotations

import codecs
import re

_TAG = re.compile(r"<(?:[\w.-]{1,100}:)?([A-Za-z_][\w.-]{0,100})(?=[\s/>])([^<>]{0,2000})")
_ENCODING = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_OF_SINGLE_BYTES = re.compile(
    r"(?:us-)?ascii|(?:iso-?|iso_)8859-?\d{1,2}|latin-?\d{1,2}|(?:windows-|cp)(?:125\d|437|85\d|866|874)|koi8-[ru]"
)


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
    """Return the encoding in the XML declaration of a text, if it is a single-byte encoding."""
    found = _ENCODING.match(data)
    name = found[1].decode("ascii", "replace").lower() if found else ""
    if not _OF_SINGLE_BYTES.fullmatch(name):
        return None
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
