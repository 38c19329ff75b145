"""The table of fields: each is a field of the manifest, and every command stands alone on a line of a shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from vmlint.catalog import Catalog, table
from vmlint.catalog.fields import command_for, fields_of
from vmlint.model.features import FEATURE_LAYERS
from vmlint.model.paths import field_exists

FIELDS = table("fields").data["fields"]


@pytest.mark.parametrize("path", FIELDS)
def test_a_field_of_the_manifest(path: str) -> None:
    assert field_exists(path)
    assert FIELDS[path].keys() <= {"show", "features"}
    assert command_for(path) or FIELDS[path]["features"]
    assert path.startswith("host.") or not command_for(path)
    assert {each.partition(".")[0] for each in FIELDS[path].get("features", ())} <= {*FEATURE_LAYERS}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_commands_are_words_of_a_shell() -> None:
    script = "\n".join(filter(None, map(command_for, FIELDS)))
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("feature", "fields"),
    [
        ("cpu.avx", ("host.cpu.features",)),
        ("cpu.x86-64-level", ("host.cpu.level",)),
        ("kernel.sysctl.vm.max_map_count", ("host.kernel.sysctls",)),
        ("kernel.syscall.clone3", ("host.kernel.version", "deployment.platform.version")),
        ("cgroup.v1", ("host.cgroup.version",)),
        ("vm.pmu", ()),
        ("cpu", ()),
    ],
)
def test_the_field_of_a_feature(feature: str, fields: tuple[str, ...]) -> None:
    assert fields_of(feature) == fields


def test_every_named_feature_is_known() -> None:
    features = Catalog().features
    named = [each for entry in FIELDS.values() for each in entry.get("features", ())]
    unknown = [each for each in named if not each.endswith("*") and features.find(each) is None]
    assert unknown == []
