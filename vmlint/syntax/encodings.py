"""Encodings by the names that products write into their files: those of ICU, Java, IBM and Windows."""

from __future__ import annotations

import codecs

from vmlint.patterns import lazy_pattern
from vmlint.syntax.text import UNREADABLE, forbidden

_DECLARED = lazy_pattern(rb"""\s*\.encoding\s*=\s*"([\w.:-]{1,40})\"""")
"""The first line of VMware's settings."""

_PAGE = lazy_pattern(r"(?:x-)?(?:windows|microsoft|ms|cp|ibm|x-ibm|csibm)-?(\d{3,5})(?:[-_,].*)?")
"""A code page by its number, perhaps with the version of a table: ``windows-949-2000``, ``ibm-943_P15A-2003``."""
_OTHER_NUMBERS = {
    "943": "cp932", "942": "cp932", "1386": "cp936", "1363": "cp949", "970": "euc_kr", "1370": "cp950",
    "1375": "big5hkscs", "33722": "euc_jp", "5050": "euc_jp", "1392": "gb18030", "5488": "gb18030", "54936": "gb18030",
    "51932": "euc_jp", "51949": "euc_kr", "20932": "euc_jp", "20866": "koi8_r", "878": "koi8_r", "1168": "koi8_u",
    "21866": "koi8_u", "819": "latin_1", "912": "iso8859_2", "913": "iso8859_3", "914": "iso8859_4", "915": "iso8859_5",
    "1089": "iso8859_6", "813": "iso8859_7", "916": "iso8859_8", "920": "iso8859_9", "921": "iso8859_13",
    "923": "iso8859_15", "5346": "cp1250", "5347": "cp1251", "5348": "cp1252", "5349": "cp1253", "5350": "cp1254",
    "9447": "cp1255", "9448": "cp1256", "9449": "cp1257", "5354": "cp1258", "9066": "cp874", "1162": "cp874",
    "1208": "utf-8", "65001": "utf-8", "20127": "ascii", "367": "ascii",
}  # fmt: skip
"""Numbers of IBM's and Windows' code pages that Python has under another name. Those from 28591 on are ISO 8859."""
_OTHER_NAMES = {
    "windows-31j": "cp932", "ms_kanji": "cp932", "x-sjis": "cp932", "x-ms-cp932": "cp932", "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949", "x-gbk": "gbk", "x-euc-jp": "euc_jp", "x-mac-roman": "mac_roman", "x-macroman": "mac_roman",
    "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "tis-620": "cp874", "big5-hkscs": "big5hkscs",
}  # fmt: skip
_TEXT = lazy_pattern(
    r"ascii|utf-8|cp\d{3,5}|iso8859-\d{1,2}|koi8-[ru]|mac-(?:roman|cyrillic|greek|turkish|latin2)|gb2312|gbk|gb18030|big5"
    r"|big5hkscs|euc_(?:jp|kr|jis_2004|jisx0213)|shift_jis(?:x0213|_2004)?|johab|tis-620"
)
"""Python's names of the encodings in which a byte of ASCII's is that character, so that lines and marks are found."""

_MARKS = b'<="#'
"""Marks of the formats read here, which are other characters in EBCDIC."""


def codec(name: str) -> str | None:
    """Return Python's name of an encoding; ``None`` for an unknown one, and for one that is no superset of ASCII."""
    folded = name.strip().lower()
    page = _PAGE.fullmatch(folded)
    if page:
        number = page[1]
        iso = int(number) - 28590 if 28591 <= int(number) <= 28605 else 0
        folded = f"iso8859-{iso}" if iso else _OTHER_NUMBERS.get(number, f"cp{number}")
    try:
        found = codecs.lookup(_OTHER_NAMES.get(folded, folded)).name
    except (LookupError, ValueError):
        return None
    return found if _TEXT.fullmatch(found) and _MARKS.decode(found) == _MARKS.decode("ascii") else None


_UTF_7 = lazy_pattern(r"(?:.*[^a-z])?(?:cs)?u(?:tf|nicode11utf)[-_]?7(?:[-_]imap)?")
_UNLIKE_ASCII = lazy_pattern(r"utf-7|hz|cp\d{3,5}")
_ESCAPED = {"java": "raw_unicode_escape", "c99": "raw_unicode_escape"}
"""Encodings of libiconv in which a character may be written by its number."""


def unlike_ascii(name: str) -> str | None:
    """Return Python's name of an encoding with one byte a character or less, in which bytes of ASCII may be another
    character than in ASCII: UTF-7, EBCDIC. ``None`` for all others.
    """
    folded = name.strip().lower()
    if _UTF_7.fullmatch(folded):
        return "utf-7"
    if folded in _ESCAPED:
        return _ESCAPED[folded]
    page = _PAGE.fullmatch(folded)
    try:
        found = codecs.lookup(f"cp{page[1]}" if page else folded).name
    except (LookupError, ValueError):
        return None
    return found if _UNLIKE_ASCII.fullmatch(found) and codec(name) is None else None


def readable(data: bytes) -> str | None:
    """Return the text of settings in the encoding that they declare, or else in UTF-8, with marks for what is no text.

    ``None`` where so little of it is text that the file is something else.
    """
    declared = _DECLARED.match(data[:200])
    encoding = codec(declared[1].decode("ascii", "replace")) if declared else None
    text = data.decode(encoding or "utf-8", "replace").replace("\f", " ").replace("\v", " ")  # to most tools, blanks
    while (position := forbidden(text)) is not None:
        text = text.replace(text[position], UNREADABLE)
    return text if text.count(UNREADABLE) * 10 <= len(text) else None
