"""A description of a host that was cut off says less than the whole one, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples

if TYPE_CHECKING:
    from tests.conftest import Vmlint

FLAGS = (
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss ht syscall "
    "nx rdtscp lm constant_tsc pni pclmulqdq vmx ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand "
    "hypervisor lahf_lm abm bmi1 avx2 bmi2 avx512f avx512dq avx512cd avx512bw avx512vl"
)
"""Those of a real list, in its order, with words that begin as others do."""
ARM_FLAGS = "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp"


def _x86(number: int) -> str:
    return (
        f"processor\t: {number}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel name\t: Intel(R) Core(TM) i7-8700\n"
        f"siblings\t: 12\nflags\t\t: {FLAGS}\nbugs\t\t: spectre_v1\nbogomips\t: 6399.96\npower management:\n\n"
    )


def _arm(number: int) -> str:
    return (
        f"processor\t: {number}\nBogoMIPS\t: 108.00\nFeatures\t: {ARM_FLAGS}\nCPU implementer\t: 0x41\n"
        "CPU architecture: 8\nCPU variant\t: 0x4\nCPU part\t: 0xd0b\nCPU revision\t: 1\n\n"
    )


_LSCPU = {
    "Architecture": "x86_64", "CPU(s)": "12", "Vendor ID": "GenuineIntel", "Model name": "Intel(R) Core(TM) i7-8700",
    "Flags": FLAGS, "L1d cache": "192 KiB", "NUMA node0 CPU(s)": "0-11", "Vulnerability Meltdown": "Not affected",
}  # fmt: skip
_FACTS = {
    "ansible_architecture": "x86_64", "ansible_cmdline": {"ro": True}, "ansible_flags": FLAGS.split(),
    "ansible_hostname": "n1", "ansible_kernel": "6.8.0-51-generic", "ansible_processor_vcpus": 12,
    "ansible_system": "Linux",
}  # fmt: skip
WHOLE = {
    "cpuinfo": "".join(map(_x86, range(12))),
    "cpuinfo-arm": "".join(map(_arm, range(4))),
    "lscpu": "".join(f"{key + ':':<28}{value}\n" for key, value in _LSCPU.items()),
    "lscpu-inside": "".join(
        f"{'' if key in ('Architecture', 'CPU(s)') else '  '}{key + ':':<28}{value}\n" for key, value in _LSCPU.items()
    ),
    "lscpu-json": json.dumps({"lscpu": [{"field": f"{key}:", "data": value} for key, value in _LSCPU.items()]}),
    "ansible": f"n1 | SUCCESS => {json.dumps({'ansible_facts': _FACTS, 'changed': False}, indent=4)}\n",
    "ansible-cache": json.dumps(_FACTS, indent=4),
    "ansible-yaml": yaml.safe_dump(_FACTS),
    "ansible-yaml-last": yaml.safe_dump(
        {key: _FACTS[key] for key in _FACTS if key != "ansible_flags"} | {"ansible_flags": FLAGS.split()},
        sort_keys=False,
    ),
    "pve-status": json.dumps(
        {"cpuinfo": {"cpus": 12, "flags": FLAGS, "model": "i7"}, "pveversion": "pve-manager/9.0.3/abc"}
    ),
}
"""A file of each kind that lists flags, as its tool writes it."""


def _printed(vmlint: Vmlint, text: str) -> dict[str, Any] | None:
    """Return what is read of a host; nothing where it is refused, with a message."""
    Path("host").write_text(text, encoding="utf-8")
    found = vmlint("host", "--from", "host")
    if found.status:
        assert found.stderr.startswith("vmlint host: error: --from host: "), found.stderr
        return None
    spec: dict[str, Any] = next(yaml.safe_load_all(found.stdout)).get("spec") or {}
    return spec


@pytest.mark.parametrize("kind", WHOLE)
def test_flags(kind: str, vmlint: Vmlint) -> None:
    text = WHOLE[kind]
    whole = _printed(vmlint, text)
    assert whole
    flags = {*whole["cpu"].get("features", ()), *_named(whole)}
    start = text.index("fp")  # of the first list
    inside = st.integers(start, start + 16 * len(FLAGS.split()))

    @given(
        st.one_of(inside, st.integers(0, len(text)), st.sampled_from([start, len(text) - 1, len(text)])), st.booleans()
    )
    @examples(60)
    def less(end: int, ended: bool) -> None:
        # An editor or a shell ends the last line.
        cut = _printed(vmlint, text[:end] + "\n" * (ended and kind != "lscpu" and end > start))
        if cut is None:
            return
        cpu = cut.get("cpu", {})
        assert cpu.get("features", whole["cpu"].get("features")) == whole["cpu"].get("features")
        if cpu.get("features") is None:
            assert _named(cut) <= flags
        assert not cut.get("features", {}).get("absent")
        for key in ("vendor", "level", "model", *(() if kind == "cpuinfo-arm" else ("count",))):  # Arm counts none
            assert cpu.get(key, whole["cpu"].get(key)) == whole["cpu"].get(key), key
        assert cut.get("platform", whole["platform"]) == whole["platform"]

    less()


def _named(spec: dict[str, Any]) -> set[str]:
    return {each.removeprefix("cpu.") for each in spec.get("features", {}).get("present", ()) if each[:4] == "cpu."}


@pytest.mark.parametrize("kind", ["cpuinfo", "lscpu", "lscpu-inside", "ansible-yaml-last"])
def test_a_program_is_not_told_that_flags_are_missing(kind: str, vmlint: Vmlint) -> None:
    Path("compose.yaml").write_text("services:\n  db: {image: 'mongo:7'}\n")
    text = WHOLE[kind]
    for end in (text.index("pni"), text.index("avx"), text.index("bmi1") + 2):
        Path("host").write_text(text[:end])
        seen = vmlint("check", "--select", "VM001", "--host", "host", "compose.yaml")
        assert seen.status == 0, seen.stdout
        assert ("1 check could not be decided" in seen.stdout) == ("avx" not in text[:end]), seen.stdout


_NODE = """\
- apiVersion: v1
  kind: Node
  metadata:
    labels:
      feature.node.kubernetes.io/cpu-cpuid.ADX: "true"
      feature.node.kubernetes.io/cpu-cpuid.AESNI: "true"
      feature.node.kubernetes.io/cpu-cpuid.AVX: "true"
      feature.node.kubernetes.io/cpu-cpuid.AVX2: "true"
      feature.node.kubernetes.io/cpu-cpuid.FMA3: "true"
      feature.node.kubernetes.io/cpu-cpuid.SSE42: "true"
      kubernetes.io/arch: amd64
      kubernetes.io/os: linux
    name: w{}
  status:
    capacity: {{cpu: "8", memory: 32614256Ki}}
    nodeInfo:
      architecture: amd64
      kernelVersion: 6.8.0-51-generic
      kubeletVersion: v1.31.4
      operatingSystem: linux
      osImage: Ubuntu 24.04.1 LTS
"""
_NODES = "".join(map(_NODE.format, range(3)))
NODES = {
    "as kubectl writes it": (f"apiVersion: v1\nitems:\n{_NODES}kind: List\n", len("kind: List\n")),
    "with its kind first": (f"apiVersion: v1\nkind: List\nitems:\n{_NODES}", 0),
}


@pytest.mark.parametrize("kind", NODES)
def test_lists_of_nodes(kind: str, vmlint: Vmlint) -> None:
    """A list of which the end is missing is refused as far as that can be seen, and no node lacks what it has."""
    text, end_of_list = NODES[kind]

    @given(st.integers(1, len(text) - 1))
    @examples(80)
    def refused(end: int) -> None:
        Path("nodes.yaml").write_text(text[:end])
        found = vmlint("host", "--from", "nodes.yaml")
        assert found.status in (0, 2), found.stderr
        if end <= len(text) - end_of_list - 1 and end_of_list:
            assert (found.status, found.stdout) == (2, "")
        for printed in yaml.safe_load_all(found.stdout):
            assert "cpu.avx2" not in (printed["spec"] or {}).get("features", {}).get("absent", ())

    refused()


def test_a_cut_list_is_told_with_its_place(vmlint: Vmlint) -> None:
    text = NODES["as kubectl writes it"][0]
    for until in ("kind: List", "    name: w2"):
        Path("nodes.yaml").write_text(text[: text.index(until) + (len(until) if "w2" in until else 0)])
        found = vmlint("check", "--host", "nodes.yaml", ".")
        assert found.status == 2
        assert "nodes.yaml: line " in found.stderr
        assert "the list is cut off: behind its items stands no kind, which kubectl writes there" in found.stderr
    text = NODES["with its kind first"][0]
    Path("nodes.yaml").write_text(text[: text.index("    name: w2") + len("    name: w2\n")])
    assert "the last node has no status, as the others have" in vmlint("host", "--from", "nodes.yaml").stderr
