"""The message for each mistake in a settings file: its place, what was expected, and the nearest right thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmlint.extend.plugins import load
from vmlint.project.lookup import Lookup
from vmlint.project.setting import ConfigError

RULES = load().rules


pytestmark = pytest.mark.usefixtures("project")


def refusal(file: Path, text: str) -> str:
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as raised:
        Lookup(RULES).config("x.yaml")
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"a = 1\n{'a.' * 40}b = 1", "2:1: it is not valid TOML: a key of more than 32 parts"),
        (f"[{'a.' * 40}b]", "1:1: it is not valid TOML: a key of more than 32 parts"),
        (f"profile = 0x{'f' * 1000}", "1:11: it is not valid TOML: a number of more than a thousand digits"),
        (f"# {'.' * 40}\nprofile = '{'.' * 40}'", "2:11: profile: expected one of min"),
        ("catalg = []", "1:1: unknown key catalg; did you mean `catalog`?"),
        ("zzz = []", "1:1: unknown key zzz; the keys are extends, profile, select, "),
        (
            'catalog = "ops/catalog"',
            "1:11: catalog: expected a list of texts, not 'ops/catalog'; write [\"ops/catalog\"]",
        ),
        ('catalog = ["ops/catalog", 1]', "1:27: catalog: expected a list of texts, not the number 1"),
        ("catalog = {}", "1:11: catalog: expected a list of texts, not a table"),
        ('catalog = ["ops/catalgo"]', "1:12: catalog: there is no folder 'ops/catalgo'; did you mean `ops/catalog`?"),
        ('catalog = ["ops/zzz"]', "1:12: catalog: there is no folder 'ops/zzz'"),
        ('catalog = ["deploy"]', "1:12: catalog: the folder 'deploy' holds no document (*.yaml)"),
        ('catalog = [".."]', "1:12: catalog: the folder '..' leads out of the project (project/)"),
        ('catalog = ["/etc"]', "1:12: catalog: '/etc' is not written relative to this file"),
        ('catalog = [""]', "1:12: catalog: '' is not written relative to this file"),
        (
            'profile = "strikt"',
            "1:11: profile: expected one of minimal, default, strict, not 'strikt'; did you mean `str",
        ),
        ("profile = true", "1:11: profile: expected one of minimal, default, strict, not the flag true"),
        ("profile = [1]", "1:11: profile: expected one of minimal, default, strict, not a list"),
        ("profile = 2026-01-01", "1:11: profile: expected one of minimal, default, strict, not date 2026-01-01"),
        ('select = ["VM4O7"]', "1:11: select: no rule matches 'VM4O7'; did you mean `VM4"),
        ('ignore = ["privileged-contaner"]', "1:11: ignore: no rule matches 'privileged-contaner'; did you mean `priv"),
        ('ignore = ["VM801"]', "1:11: ignore: VM801 is no rule: a general rule reports it"),
        ('ignore = ["VM903"]', "1:11: ignore: VM903 (invalid-syntax) cannot be ignored: it marks what could not be"),
        ('ignore = ["accepted-risk"]', "1:11: ignore: VM629 (accepted-risk) cannot be ignored: local data suppresses"),
        ('[severity]\nVM40 = "note"', "2:1: severity: 'VM40' stands for several rules; write the code of"),
        ('[severity]\nVM407 = "info"', "2:9: severity.VM407: expected one of note, warning, error, not 'info'"),
        ('[severity]\nVM903 = "note"', "2:1: severity: VM903 (invalid-syntax) is always an error: it marks what could"),
        ("severity = 1", "1:12: severity: expected a table: [severity], not the number 1"),
        (
            "[thresholds.VM205]\nsmal-scale = 1",
            "2:1: thresholds: VM205 has no threshold 'smal-scale'; did you mean `sm",
        ),
        ("[thresholds.VM407]\nx = 1", "2:1: thresholds: VM407 has no threshold 'x'; it has none"),
        ("[thresholds.VM205]\nsmall-scale = 1.5", "2:15: thresholds.VM205.small-scale: expected a whole number up"),
        ("[thresholds.VM205]\nsmall-scale = -1", "2:15: thresholds.VM205.small-scale: expected a whole number up"),
        ("[thresholds.VM205]\nsmall-scale = true", "2:15: thresholds.VM205.small-scale: expected a whole number up"),
        ("[thresholds.VM604]\nmargin = nan", "2:10: thresholds.VM604.margin: expected a number up to 1000000, no"),
        ('exclude = ["[a"]', "1:12: exclude: expected a pattern as in .gitignore, not '[a'"),
        ('host = "../../x.yaml"', "1:8: host: '../../x.yaml' leads out of the project (project/)"),
        ('baseline = "/x.json"', "1:12: baseline: '/x.json' is not written relative to this file"),
        ('docs-url = "https://docs.example.org/"', "1:12: docs-url: expected an address with {code} in it"),
        ('fail-on = "fatal"', "1:11: fail-on: expected one of error, warning, note, not 'fatal'"),
        ("[waiver-policy]\nreson = true", "2:1: unknown key waiver-policy.reson; did you mean `reason`?"),
        ("[waiver-policy]\nreason = 1", "2:10: waiver-policy.reason: expected true or false, not the number 1"),
        ("[waiver-policy]\nwarn-days = -1", "2:13: waiver-policy.warn-days: expected a whole number from 0 to"),
        ('[waiver-policy]\nforbid = ["VM4O1"]', "2:11: waiver-policy.forbid: no rule matches 'VM4O1'; did you mean"),
        ("waivers = 1", "1:11: waivers: expected tables, each under [[waivers]], not the number 1"),
        ('[[waivers]]\nreason = "x"', "1:3: waivers: `rules` is missing"),
        ('[[waivers]]\nrules = ["VM4"]', "2:10: waivers.rules: 'VM4' stands for several rules; write the code of"),
        ('[[waivers]]\nrules = ["VM4O7"]', "2:10: waivers.rules: no rule matches 'VM4O7'; did you mean `VM4"),
        ('[[waivers]]\nrules = ["VM407"]\nuntil = "soon"', "3:9: waivers.until: expected a date such as 2027-03-01, n"),
        ("[[waivers]]\nrules = ['VM407']\nuntil = 2027-03-01T10:00:00", "3:9: waivers.until: expected a date such as"),
        ("[[waivers]]\nrules = ['VM407']\nuntil = '2027-02-30'", "3:9: waivers.until: expected a date such as"),
        ("[[overrides]]\npath = ['a']", "2:1: unknown key overrides.path; did you mean `paths`?"),
        ("[[overrides]]\nprofile = 'strict'", "1:3: overrides: `paths` is missing"),
        ("[[overrides]]\npaths = []", "2:9: overrides.paths: expected at least one pattern, not an empty list"),
        ("[[overrides]]\npaths = ['a']\nfail-on = 'note'", "3:1: fail-on holds for all files of a project and cannot"),
        (
            "[[overrides]]\npaths = ['a']\n[overrides.severity]\nVM4 = 1",
            "4:1: overrides.severity: 'VM4' stands for seve",
        ),
        ("[overrides]\npaths = ['a']", "1:2: overrides: expected tables, each under [[overrides]], not a table"),
        ('[context]\nlabels.a = [["x"]]', "2:13: context.labels.a: expected an entry that is one value, not a list"),
        ("[context]\nhost.cpu.features = [{ a = 1 }]", "2:22: context.host.cpu.features: expected an entry that is"),
        ("x = [", "1:6: it is not valid TOML: invalid value"),
        ("x = 1\nx = 2", "2:6: it is not valid TOML: cannot overwrite a value"),
    ],
)
def test_mistakes(project: Path, text: str, message: str) -> None:
    found = refusal(project / "vmlint.toml", text)
    assert found[: len(message) + len("../../vmlint.toml:")] == f"../../vmlint.toml:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = " + "[" * 5000, ": it is not valid TOML: it is nested too deeply"),
        ("#" * (1024 * 1024 + 1), ": it is larger than 1 MiB"),
        (f"exclude = {['a'] * 2001}", ":1:1: exclude: the file has more than 2000 entries"),
        ("[[overrides]]\npaths = ['a']\n" * 1500, ":1002:1: overrides.paths: the file has more than 2000 entries"),
    ],
)
def test_files_beyond_all_bounds(project: Path, text: str, message: str) -> None:
    assert refusal(project / "vmlint.toml", text).startswith(f"../../vmlint.toml{message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.vmlint]\nprofle = 1", "2:1: unknown key tool.vmlint.profle; did you mean `profile`?"),
        ("[tool]\nvmlint = 1", "2:1: tool.vmlint is no table; write [tool.vmlint]"),
        ("[tool.vmlint", "1:13: it is not valid TOML: "),
        ("[[tool.vmlint.overrides]]", "1:15: tool.vmlint.overrides: `paths` is missing"),
    ],
)
def test_mistakes_in_a_shared_file(project: Path, text: str, message: str) -> None:
    assert refusal(project / "pyproject.toml", text).startswith(f"../../pyproject.toml:{message}")
