"""Versions, ranges, quantities, durations and platforms as manifests write them."""

from __future__ import annotations

import pytest

from vmlint.model.values import Duration, OciPlatform, Size, Version, VersionRange, format_size, parse_cpu


class TestVersion:
    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("6", (6,)),
            ("v6.1", (6, 1)),
            ("6.1.0-18-amd64", (6, 1, 0)),
            ("5.14.0-427.el9", (5, 14, 0)),
            ("10.0.20348", (10, 0, 20348)),
            ("8.0U2", (8, 0, 2)),
            ("8U2", (8, 0, 2)),
            ("8.0.U3e", (8, 0, 3)),
            ("2019 CU4", (2019,)),
            ("2012-r2", (2012,)),
            ("22H2", (22,)),
            ("9.1rc1", (9, 1)),
            ("6.1~rc1", (6, 1)),
            ("6.6.87.2-microsoft-standard-WSL2", (6, 6, 87, 2)),
            ("4.4.302+", (4, 4, 302)),
            ("0.9", (0, 9)),
        ],
    )
    def test_numbers(self, text: str, numbers: tuple[int, ...]) -> None:
        assert Version(text).numbers == numbers
        assert str(Version(text)) == text

    @pytest.mark.parametrize(
        "text",
        [
            "", "six", ".5", "+6", "-6", "V6", "0x6", "v0x6", "0o17", "1e5", "6,1", "6:1", "6\n", "٣", "6é",
            "1" * 13, "1." + "1" * 13, "1.2." + "1" * 13 + "U3", "8U" + "1" * 13, "6" + "x" * 64,
        ],
    )  # fmt: skip
    def test_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="expected a version"):
            Version(text)

    def test_order(self) -> None:
        ordered = ["5.4", "5.10", "6", "6.1.0-18", "6.1.1", "8.0U2", "8.0U10", "10"]
        assert sorted(map(Version, reversed(ordered))) == [Version(text) for text in ordered]
        assert Version("8") == Version("8.0") == Version("8.0.0-x")
        assert len({Version("8"), Version("8.0")}) == 1
        assert Version("8") <= Version("8.0") >= Version("8")
        assert not Version("8") < Version("8.0")
        assert not Version("8") > Version("8.0")
        assert Version("8") != "8"

    @pytest.mark.parametrize(
        ("version", "release", "inside"),
        [
            ("8.0.3", "8.0", True),
            ("8.0U2", "8.0", True),
            ("8", "8.0", True),
            ("8.0", "8", True),
            ("8.3", "8.0", False),
            ("8.3", "8", True),
            ("80", "8", False),
            ("8", "8.1", False),
        ],
    )
    def test_startswith(self, version: str, release: str, inside: bool) -> None:
        assert Version(version).startswith(Version(release)) is inside


class TestVersionRange:
    @pytest.mark.parametrize(
        ("version", "wanted", "answer"),
        [
            ("6.1", ">=5.10, <6", False),
            ("5.15", ">=5.10, <6", True),
            ("5.10", "5.10", True),
            ("6", "5.10", True),
            ("5.9", "5.10", False),
            ("8", "==8.0", True),
            ("8.0", "==8", True),
            ("8.0.1", "=8.0", True),
            ("8.1", "==8.0", False),
            ("8", "!=8.0", False),
            ("8.0.1", "!=8.0", False),
            ("8.1", "!=8.0", True),
            ("5.15.3", "~5.15", True),
            ("5.16", "~5.15", False),
            ("6.1.9", "<=6.1", True),
            ("6.2", "<=6.1", False),
            ("6.1.9", ">6.1", False),
            ("6.2", ">6.1", True),
            ("6.1", ">=6.1.0", True),
            ("6.1", "<6.1.0", False),
            ("6", ">6.0, <7", False),
            ("6.0", ">=6.1", False),
            ("6.1.0-18-amd64", ">=6.1.5", False),
            # too coarse to decide
            ("6.1", ">=6.1.5", None),
            ("6.1", ">6.1.5", None),
            ("6.1", "<6.1.5", None),
            ("6.1", "<=6.1.5", None),
            ("6.1", "==6.1.5", None),
            ("6.1", "~6.1.5", None),
            ("6.1", "!=6.1.5", None),
            ("6", ">=6.1", None),
            ("8.0", ">=8.0U2", None),
            # one bound is certainly broken, or all the others certainly hold
            ("6.1", ">=6.1.5, <6", False),
            ("6.1", ">=6.1.5, <7", None),
        ],
    )
    def test_decides(self, version: str, wanted: str, answer: bool | None) -> None:
        assert VersionRange(wanted).decides(Version(version)) is answer
        assert (Version(version) in VersionRange(wanted)) is (answer is not False)

    @pytest.mark.parametrize(
        "text", ["", ",", "5,", ",5", "5 6", "=>5", "~>5", ">=", ">=five", ">=0x6", "1" + ",1" * 8]
    )
    def test_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="expected"):
            VersionRange(text)

    def test_eight_bounds_of_two_hundred_characters(self) -> None:
        assert len(VersionRange("1" + ",1" * 7).bounds) == 8
        assert VersionRange(" " * 199 + "5").bounds == ((">=", Version("5")),)
        with pytest.raises(ValueError, match="at most 8 bounds"):
            VersionRange(" " * 200 + "5")

    @pytest.mark.parametrize("filler", [" ", ",", "<", "1", "1.", "U1", "<\t"])
    def test_long_texts_are_refused_at_once(self, filler: str) -> None:
        for kind in (VersionRange, Version):
            with pytest.raises(ValueError, match="expected"):
                kind("<" + filler * 60_000)


class TestSize:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("8Gi", 8 * 2**30),
            ("8GiB", 8 * 2**30),
            ("8G", 8 * 10**9),
            (" 8 GB ", 8 * 10**9),
            ("1.5Ti", 3 * 2**39),
            ("512k", 512_000),
            ("512K", 512_000),
            ("0k", 0),
            ("18446744073709551.615k", 2**64 - 1),
            ("18446744073709551615Ki", (2**64 - 1) * 1024),
        ],
    )
    def test_good(self, text: str, number: int) -> None:
        assert Size.parse(text) == number
        assert str(Size.parse(text)) == text.strip()

    @pytest.mark.parametrize("text", ["", "0", "8", "8gi", "8PB", "-1Gi", "1e9", ".5Gi", "1.Gi", "1" * 21 + "k"])
    def test_bad(self, text: str) -> None:
        with pytest.raises(ValueError, match="quantity of bytes"):
            Size.parse(text)

    def test_comparisons_and_words(self) -> None:
        assert Size.parse("8G") < Size.parse("8Gi") == Size.parse("8192Mi")
        assert str(Size(3 * 2**30)) == format_size(3 * 2**30) == "3 GiB"
        assert [format_size(size) for size in (1023, 1536, 2**40)] == ["1023 bytes", "1.5 KiB", "1 TiB"]


class TestDuration:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("500ms", 0.5),
            ("1.5s", 1.5),
            ("2m30s", 150),
            (" 1h ", 3600),
            ("250us", 0.00025),
            ("250µs", 0.00025),
            ("0s", 0),
        ],
    )
    def test_good(self, text: str, seconds: float) -> None:
        assert Duration.parse(text) == pytest.approx(seconds)
        assert str(Duration.parse(text)) == text.strip()

    @pytest.mark.parametrize("text", ["", "0", "300", "5 s", "-5s", "1d", "s", "1.s", "2m 30s", "1" * 13 + "s"])
    def test_bad(self, text: str) -> None:
        with pytest.raises(ValueError, match="duration with its unit"):
            Duration.parse(text)

    def test_comparisons_and_words(self) -> None:
        assert Duration.parse("999ms") < Duration.parse("1s") < Duration.parse("1m")
        assert str(Duration(1.5)) == "1.5s"


class TestOciPlatform:
    @pytest.mark.parametrize(
        ("text", "normal"),
        [
            ("linux/amd64", "linux/amd64"),
            (" Linux/X86_64 ", "linux/amd64"),
            ("macos/aarch64", "darwin/arm64"),
            ("win/x64", "windows/amd64"),
            ("linux/arm/v7", "linux/arm/v7"),
            ("linux/i686", "linux/386"),
        ],
    )
    def test_good(self, text: str, normal: str) -> None:
        assert str(OciPlatform.parse(text)) == normal
        assert OciPlatform.parse(text) == OciPlatform.parse(normal)

    @pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "linux/z80", "amiga/m68k", "linux/arm/v7/x"])
    def test_bad(self, text: str) -> None:
        with pytest.raises(ValueError, match="expected"):
            OciPlatform.parse(text)


class TestCpu:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("4", 4),
            ("0.5", 0.5),
            (".5", 0.5),
            ("4.", 4),
            ("+4", 4),
            ("500m", 0.5),
            (" 2 ", 2),
            ("0x10", 16),
            ("0o17", 15),
        ],
    )
    def test_good(self, text: str, number: float) -> None:
        assert parse_cpu(text) == number

    @pytest.mark.parametrize("text", ["", ".", "+", "-1", "0.5m", "4 cpus", "1k", "0xg", "nan", "inf", "1" * 10, "٣"])
    def test_bad(self, text: str) -> None:
        with pytest.raises(ValueError, match="number of CPUs"):
            parse_cpu(text)
