"""``vmlint suggest`` as a command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.json").read_text("utf-8"))
ADVICE = {"$ref": "#/$defs/Advice", "$defs": SCHEMA["$defs"]}
Golden = Callable[[str, str], None]
Manifest = Callable[..., str]
pytestmark = pytest.mark.usefixtures("own_rules")

UNDECIDED_YET = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: new-service, labels: {owner: web}}
spec:
  guest: {os: win2k22}
"""


@pytest.fixture(autouse=True)
def narrow(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_table_beside_a_deployment(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    Path("a.yaml").write_text(manifest())
    seen = vmlint("suggest", "a.yaml")
    golden("suggest/deployed.txt", seen.stdout.partition("\nruled out\n")[0])
    assert (seen.status, seen.stderr) == (0, "")
    assert "\nruled out\n  TEST001 " in seen.stdout
    assert max(map(len, seen.stdout.splitlines())) <= 80


def test_table_without_a_deployment(vmlint: Vmlint, golden: Golden) -> None:
    Path("a.yaml").write_text(UNDECIDED_YET)
    seen = vmlint("suggest", "a.yaml")
    golden("suggest/undeployed.txt", seen.stdout.partition("\nruled out\n")[0])
    assert seen.status == 0


def test_several_workloads_and_one_of_them(vmlint: Vmlint, manifest: Manifest) -> None:
    Path("a.yaml").write_text("---\n".join([manifest(), UNDECIDED_YET]))
    both = vmlint("suggest", "a.yaml").stdout
    assert [line for line in both.splitlines() if line.startswith("workload ")] == [
        "workload hmi (a.yaml)",
        "workload new-service (a.yaml)",
    ]
    one = vmlint("suggest", "a.yaml", "--workload", "new-service").stdout
    assert one in both
    assert "2 workloads in 1 file\n" in both.removeprefix(one)
    assert "hmi" not in one
    assert "workloads in 1 file" not in one
    wrong = vmlint("suggest", "a.yaml", "--workload", "hmo")
    assert wrong.status == 2
    assert "there is no workload 'hmo'; the file's workloads are: hmi, new-service" in wrong.stderr


def test_all_shows_every_candidate(vmlint: Vmlint, manifest: Manifest) -> None:
    Path("a.yaml").write_text(manifest("fine", "debian12"))
    short, long = vmlint("suggest", "a.yaml").stdout, vmlint("suggest", "a.yaml", "--all").stdout
    assert "more; --all shows them" in short
    assert "--all" not in long
    assert len(long.splitlines()) > len(short.splitlines())


def test_nothing_fits(vmlint: Vmlint) -> None:
    Path("a.yaml").write_text(UNDECIDED_YET + "  host: {virtualized: true}\n")
    seen = vmlint("suggest", "a.yaml")
    assert seen.status == 0
    assert "nothing fits; what rules out each candidate is listed below" in seen.stdout


def test_json(vmlint: Vmlint, manifest: Manifest) -> None:
    Path("a.yaml").write_text("---\n".join([manifest(), UNDECIDED_YET]))
    seen = vmlint("suggest", "a.yaml", "--format", "json")
    found = json.loads(seen.stdout)
    jsonschema.Draft202012Validator(ADVICE).validate(found)
    assert [workload["workload"] for workload in found["workloads"]] == ["hmi", "new-service"]
    assert found["workloads"][0]["fitting"][0]["changes"] == {"deployment.mode": "pvhvm"}
    assert found["workloads"][1]["current"] is None


def test_faults_are_shown_and_the_rest_is_advised_on(vmlint: Vmlint, golden: Golden, manifest: Manifest) -> None:
    Path("a.yaml").write_text("---\n".join([manifest().replace("guest:", "gest:"), manifest("second")]))
    seen = vmlint("suggest", "a.yaml")
    assert seen.status == 1
    assert seen.stdout.startswith("error[VM907] unknown-key")
    assert "workload second (a.yaml)" in seen.stdout
    Path("a.yaml").write_text("apiVersion: vmlint/v1\nkind: [Workload\n")
    seen = vmlint("suggest", "a.yaml")
    assert seen.status == 1
    assert seen.stdout.startswith("error[VM903] invalid-syntax")


def test_nothing_to_advise_on(vmlint: Vmlint) -> None:
    Path("a.yaml").write_text("a: b\n")
    seen = vmlint("suggest", "a.yaml")
    assert (seen.status, seen.stdout) == (3, "")
    assert seen.stderr == (
        "vmlint: skipped a.yaml: neither a manifest nor a known format\n"
        "vmlint: nothing to advise on: a.yaml holds no workload\n"
    )


def test_unreadable_file(vmlint: Vmlint) -> None:
    seen = vmlint("suggest", "absent.yaml")
    assert (seen.status, seen.stdout) == (2, "")
    assert "absent.yaml cannot be read: No such file" in seen.stderr


def test_stdin(vmlint: Vmlint, manifest: Manifest) -> None:
    seen = vmlint("suggest", "-", stdin=manifest())
    assert seen.status == 0
    assert seen.stdout.startswith("workload hmi (<stdin>)\n")


def test_crashing_rule(vmlint: Vmlint, manifest: Manifest) -> None:
    Path("a.yaml").write_text(manifest(labels="{crash: now, owner: ot}"))
    seen = vmlint("suggest", "a.yaml")
    assert seen.status == 4
    assert "rule TEST005 of tests 1.0 failed: ZeroDivisionError: on purpose" in seen.stderr
    assert "workload hmi" in seen.stdout


def test_hostile_file_names(vmlint: Vmlint, manifest: Manifest) -> None:
    name = "\x1b[31mevil\n.yaml"
    try:
        Path(name).write_text(manifest())
    except OSError:
        pytest.skip("the file system has no such names")
    assert vmlint("suggest", name).stdout.startswith("workload hmi (\\x1b[31mevil\\n.yaml)\n")
