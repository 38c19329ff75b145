"""Values that a manifest writes as text: versions, quantities, durations, platforms.

Every ``parse`` raises ``ValueError`` with a sentence that names what was expected.
"""

from __future__ import annotations

import re

from vmlint import limits
from vmlint.patterns import lazy_pattern

_NUMBERS = r"[0-9]{1,12}(?:\.[0-9]{1,12})*"


class Version:
    """A dotted version as vendors write it (``6.1.0-18-amd64``, ``8.0U2``, ``10.0.20348``).

    Compared by its leading numbers only, so that a distribution's suffix never decides; ``8`` and ``8.0`` are equal.
    """

    __slots__ = ("numbers", "text")

    # Whole numbers only, followed by a separator or a letter; 0x6 and 1e5 are other numbers.
    _SHAPE = lazy_pattern(
        rf"v?(?!0[a-zA-Z])({_NUMBERS})(?![0-9]|\.[0-9]|[eE][+-]?[0-9])"
        r"(?:[ ._-]?[uU]([0-9]{1,12})(?![0-9])|(?![ ._-]?[uU][0-9]))(?:[-+._ ~a-zA-Z][ -~]*)?"
    )

    def __init__(self, text: str) -> None:
        match = self._SHAPE.fullmatch(text) if len(text) <= 64 else None
        if not match:
            raise ValueError("expected a version such as 6.1, 8.0U2 or 10.0.20348")
        parts = match[1].split(".")
        if match[2]:
            parts = [*[*parts, "0"][:2], match[2]]  # 8.0U2: the update is the third number
        self.text = text
        self.numbers = tuple(int(part) for part in parts)

    @property
    def has_suffix(self) -> bool:
        """Whether more stands behind the numbers by which it is compared: ``-alpha.80``."""
        match = self._SHAPE.fullmatch(self.text)
        return match is not None and match.end(2 if match[2] else 1) < len(self.text)

    def _key(self) -> tuple[int, ...]:
        numbers = self.numbers
        while numbers and numbers[-1] == 0:
            numbers = numbers[:-1]
        return numbers

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key() == other._key()

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def __le__(self, other: Version) -> bool:
        return self._key() <= other._key()

    def __gt__(self, other: Version) -> bool:
        return self._key() > other._key()

    def __ge__(self, other: Version) -> bool:
        return self._key() >= other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"

    def startswith(self, other: Version) -> bool:
        """Whether this is ``other`` or a release inside it: ``8.0.3``, ``8.0U2`` and ``8`` start with ``8.0``."""
        count = len(other.numbers)
        return (*self.numbers[:count], *(0,) * (count - len(self.numbers))) == other.numbers

    def is_coarser_than(self, other: Version) -> bool:
        """Whether this may mean ``other`` or its neighbours: ``6.1`` against ``6.1.5``, but not against ``6.1.0``."""
        key, count = other._key(), len(self.numbers)
        return count < len(key) and key[:count] == self.numbers


class VersionRange:
    """A comma-separated list of bounds, all of which must hold: ``>=5.10, <6``.

    ``version in wanted`` is false only where the version certainly breaks a bound: ``6.1`` may be 6.1.90, so
    ``>=6.1.5`` does not exclude it. :meth:`decides` distinguishes such a version from one that certainly fits.
    """

    __slots__ = ("bounds", "text")

    _BOUND = lazy_pattern(r"(>=|<=|==|=|!=|<|>|~)?\s*([^\s,]+)")

    def __init__(self, text: str) -> None:
        parts = text.split(",", limits.RANGE_BOUNDS) if len(text) <= limits.RANGE_CHARACTERS else []
        if not 0 < len(parts) <= limits.RANGE_BOUNDS:
            raise ValueError(f"expected at most {limits.RANGE_BOUNDS} bounds such as '>=5.10, <6'")
        bounds = []
        for part in parts:
            match = self._BOUND.fullmatch(part.strip())
            if not match:
                raise ValueError("expected bounds such as '>=5.10, <6'")
            bounds.append((match[1] or ">=", Version(match[2])))
        self.text = text
        self.bounds = tuple(bounds)

    def __contains__(self, version: Version) -> bool:
        return self.decides(version) is not False

    def decides(self, version: Version) -> bool | None:
        """Whether a version is in the range; ``None`` where it is too coarse to decide, as ``6.1`` for ``>=6.1.5``."""
        answers = [
            None if version.is_coarser_than(bound) else self._holds(version, operator, bound)
            for operator, bound in self.bounds
        ]
        return False if False in answers else None if None in answers else True

    @staticmethod
    def _holds(version: Version, operator: str, bound: Version) -> bool:
        match operator:
            case ">=":
                return version >= bound
            case "<=":
                return version <= bound or version.startswith(bound)
            case "<":
                return version < bound
            case ">":
                return version > bound and not version.startswith(bound)
            case "!=":
                return not version.startswith(bound)
            case _:  # "=", "==" and "~": the bound or a release inside it
                return version.startswith(bound)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"VersionRange({self.text!r})"


class OciPlatform:
    """Operating system and CPU as OCI image indexes name them: ``linux/amd64``, ``linux/arm/v7``. It never changes."""

    __slots__ = ("_parts",)

    def __init__(self, os: str, arch: str, variant: str = "") -> None:
        self._parts = os, arch, variant

    @property
    def os(self) -> str:
        """The operating system: ``linux``."""
        return self._parts[0]

    @property
    def arch(self) -> str:
        """The CPU architecture: ``amd64``."""
        return self._parts[1]

    @property
    def variant(self) -> str:
        """The variant of the architecture: ``v7``; empty if none is named."""
        return self._parts[2]

    @classmethod
    def parse(cls, text: str) -> OciPlatform:
        """Read ``os/arch[/variant]``; usual spellings of the CPU (``x86_64``, ``aarch64``) are normalised."""
        parts = text.strip().lower().split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise ValueError("expected os/arch or os/arch/variant, such as linux/amd64 or linux/arm/v7")
        arch = ARCH_ALIASES.get(parts[1], parts[1])
        os = OS_ALIASES.get(parts[0], parts[0])
        if arch not in ARCHES:
            raise ValueError(f"expected a CPU architecture in OCI words: {', '.join(ARCHES)}")
        if os not in OSES:
            raise ValueError(f"expected an operating system in OCI words: {', '.join(OSES)}")
        return cls(os, arch, parts[2] if len(parts) == 3 else "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OciPlatform) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    def __str__(self) -> str:
        return "/".join(filter(None, self._parts))

    def __repr__(self) -> str:
        return f"OciPlatform({str(self)!r})"


OSES = (
    "linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "illumos", "aix", "dragonfly", "plan9",
)  # fmt: skip
OS_ALIASES = {"macos": "darwin", "win": "windows"}
ARCHES = (
    "amd64", "386", "arm64", "arm", "ppc64le", "ppc64", "ppc", "s390x", "riscv64", "loong64", "mips", "mipsle",
    "mips64", "mips64le", "sparc", "sparc64", "m68k", "alpha", "ia64", "hppa",
)  # fmt: skip
ARCH_ALIASES = {
    "x86_64": "amd64", "x86-64": "amd64", "x64": "amd64", "aarch64": "arm64", "armv8": "arm64", "i386": "386",
    "i486": "386", "i586": "386", "i686": "386", "x86": "386", "ppc64el": "ppc64le", "armhf": "arm", "armv7l": "arm",
    "armv6l": "arm", "loongarch64": "loong64",
}  # fmt: skip


def foreign(guest: str, host: str) -> bool:
    """Whether a host's CPU cannot run a guest's instructions itself: 32-bit x86 runs on 64-bit x86."""
    return guest != host and (guest, host) != ("386", "amd64")


def perhaps_native(guest: str, host: str) -> bool:
    """Whether some CPUs of a host run a guest's instructions: 32-bit Arm, and the byte orders of POWER."""
    return (guest, host) in {("arm", "arm64"), ("ppc64", "ppc64le"), ("ppc64le", "ppc64")}


def cpu_architecture(word: str) -> str | None:
    """Return a CPU architecture in OCI words by any usual spelling (``x86_64``, ``aarch64``); else an empty text."""
    word = word.strip().lower()
    known = ARCH_ALIASES.get(word, word)
    return known if known in ARCHES else None


_UNITS = {
    "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50,
    "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
}  # fmt: skip
_QUANTITY = lazy_pattern(r"([0-9]{1,20})(?:\.([0-9]{1,9}))?\s*([A-Za-z]{1,3})$")
# Few manifests need these, so they are compiled where they are first used: `re` keeps them.
_CPUS = (
    r"(0x[0-9a-fA-F]{1,7}|0o[0-7]{1,9})"
    r"|\+?(?:([0-9]{1,9})m|((?:[0-9]{1,9}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE]-[0-9]{1,3})?))"
)
_DURATION = r"(\d{1,12}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h)"
_DURATIONS = f"(?:{_DURATION})+"
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class Size(int):
    """A number of bytes that remembers how it was written."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Size:
        """Read a Kubernetes quantity (``8Gi``, ``512M``); ``8GB`` and ``8GiB`` are accepted too."""
        match = _QUANTITY.match(text.strip())
        if not match or match[3] not in _UNITS:
            raise ValueError("expected a quantity of bytes such as 8Gi (binary) or 8G (decimal)")
        part = match[2] or ""
        size = cls(int(match[1] + part) * _UNITS[match[3]] // 10 ** len(part))
        size.text = text.strip()
        return size

    def __str__(self) -> str:
        return getattr(self, "text", "") or format_size(self)


class Duration(float):
    """A number of seconds that remembers how it was written."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read a Go duration: ``500ms``, ``1.5s``, ``2m30s``."""
        text = text.strip()
        if not re.fullmatch(_DURATIONS, text):
            raise ValueError("expected a duration with its unit, such as 500ms, 1.5s or 2m30s")
        duration = cls(sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_DURATION, text)))
        duration.text = text
        return duration

    def __str__(self) -> str:
        return getattr(self, "text", "") or f"{float(self):g}s"


def parse_cpu(text: str) -> float:
    """Read a Kubernetes CPU quantity (``4``, ``0.5``, ``500m``), or any number of YAML, as a number of CPUs."""
    match = re.fullmatch(_CPUS, text.strip())
    if not match:
        raise ValueError("expected a number of CPUs such as 4, 0.5 or 500m")
    whole, thousandths, number = match.groups()
    return float(int(whole, 0)) if whole else int(thousandths) / 1000 if thousandths else float(number)


def format_size(size: int) -> str:
    """Write a number of bytes with the largest binary unit that keeps it readable."""
    for unit, factor in (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} bytes"
