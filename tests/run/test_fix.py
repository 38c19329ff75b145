"""What must hold of every fix, over generated manifests: what was meant comes back, and nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.advice.test_properties import Manifest, checking, follow, manifests
from tests.properties import examples
from vmlint.findings.codes import CODES
from vmlint.reading.file import File
from vmlint.run.check import Checked, Memory, check
from vmlint.run.files import Files
from vmlint.run.fix import fix, wanted
from vmlint.run.repairs import change_of, with_repairs
from vmlint.run.runner import run
from vmlint.run.settings import Same
from vmlint.syntax.edit import changed_bytes

WHOLE = """\
# what it is for
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: reports
  labels: {owner: "no", 'floor': "017"}
spec:
  kind: batch   # once a night
  environment: "production"
  instances: 10
  guest: {os: win11, kernel: {modules: [virtio]}}
  requirements:
    isolation: {tenancy: untrusted-multi, untrustedCode: false}
    startup: 2s
  deployment:
    platform: vmware-esxi
    privileged: true
    firmware:
      secureBoot: true
"""
WORDS = (
    "batch", "production", "environment", "kind", "guest", "requirements", "isolation", "untrusted-multi",
    "untrustedCode", "deployment", "platform", "vmware-esxi", "privileged", "firmware", "secureBoot", "instances",
)  # fmt: skip
FLAGS = {"privileged: true": ("yes", "on", "'true'", '"true"'), "secureBoot: true": ("yes", "On", "'true'")}


def mended(text: str, *, unsafe: bool = False) -> str:
    """Return a manifest after all of its fixes."""
    data = text.encode()
    only = wanted(run(["-"], Same(checking()), repairs=unsafe, stdin=data), unsafe=unsafe)
    done = list(fix(["-"], Same(checking()), Files(stdin=data), only, unsafe=unsafe))
    assert not [each.fault for each in done if each.fault]
    return done[0].after.decode() if done else text


def checked(text: str) -> Checked:
    return check(File("w.vmlint.yaml", text.encode()), checking())


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    """A word with one typing error."""
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from("aeinrstx"))
    return draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
                word.upper(),
            ]
        )
    )


@given(st.data(), st.sampled_from(["\n", "\r\n"]), st.booleans())
@examples(8)
def test_a_slip_is_mended_to_what_was_there_or_left_alone(data: st.DataObject, ending: str, end: bool) -> None:
    whole = (WHOLE if end else WHOLE.rstrip()).replace("\n", ending)
    assert [found.code for found in checked(whole).diagnostics if found.code in CODES] == []
    wrong = whole
    for word in data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)):
        wrong = wrong.replace(word, data.draw(slips(word)), 1)
    after = mended(wrong)
    allowed = {wrong, whole}
    assert after in allowed or _between(wrong, after, whole)
    assert mended(after) == after


def _between(wrong: str, after: str, whole: str) -> bool:
    """Whether each line is what it was, or what it should be."""
    lines = zip(wrong.splitlines(), after.splitlines(), whole.splitlines(), strict=True)
    return all(now in (was, right) for was, now, right in lines)


@given(st.data())
@examples(8)
def test_flags_quotes_and_copies_keep_what_was_meant(data: st.DataObject) -> None:
    wrong = WHOLE
    for flag, others in FLAGS.items():
        wrong = wrong.replace(flag, flag.replace("true", data.draw(st.sampled_from([*others, "true"]))))
    if data.draw(st.booleans()):
        wrong = wrong.replace("[virtio]", "virtio")
    if data.draw(st.booleans()):
        wrong = wrong.replace("instances: 10\n", "instances: 10\n  instances: 10\n")
    if data.draw(st.booleans()):
        wrong = wrong.replace("win11,", "windows11,")
    unquoted = wrong.replace('owner: "no"', "owner: no").replace('"017"', "017")
    wrong = data.draw(st.sampled_from([wrong, unquoted]))
    assert mended(wrong) == WHOLE
    assert mended(WHOLE) == WHOLE


@st.composite
def texts(draw: st.DrawFn) -> tuple[Manifest, str]:
    """A manifest, and how it is written."""
    manifest = draw(manifests)
    how = draw(st.sampled_from(["block", "flow", "both", "json"]))
    if how == "json":
        return manifest, json.dumps(manifest, indent=draw(st.sampled_from([None, 2])))
    style = {"block": False, "flow": True, "both": None}[how]
    return manifest, yaml.safe_dump(manifest, default_flow_style=style, sort_keys=False)


@given(texts())
@examples(8)
def test_a_repair_does_what_it_announces_and_nothing_else(written: tuple[Manifest, str]) -> None:
    manifest, text = written
    file, before = File("w.vmlint.yaml", text.encode()), checked(text)
    found = [each for each in with_repairs(file, checking(), (), before, Memory(checking())).diagnostics if each.fixes]
    assume(found)
    for each in found:
        (repair,) = (fix for fix in each.fixes if not fix.safe)
        ((path, value),) = repair.changes
        assert not path.startswith(("deployment.platform.id", "deployment.architecture", "host."))
        after = changed_bytes(file.data, file.text, map(change_of, repair.edits)).decode()
        assert _texts(yaml.safe_load(after)) == _texts(follow(manifest, {path: value}))
        left = checked(after).diagnostics
        assert (each.code, each.path, each.entry) not in {(one.code, one.path, one.entry) for one in left}
        assert {one.code for one in left} <= {one.code for one in before.diagnostics} | {"VM690"}
    after = mended(text, unsafe=True)
    assert mended(after, unsafe=True) == after != text


def _texts(value: Any) -> Any:
    """Return a document whose single values are texts: a suggestion gives them as such."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
