"""Reports go to files of their own."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Vmlint


def test_no_report_replaces_what_vmlint_reads(vmlint: Vmlint, tmp_path: Path) -> None:
    files = {"compose.yaml": "services: {a: {image: 'nginx:1.29'}}\n", "vmlint.toml": "", ".gitignore": "x\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for name in files:
        ran = vmlint("check", "--fix", ".", "-o", f"sarif:{name}")
        assert (ran.status, "would replace" in ran.stderr) == (2, True)
    assert {name: (tmp_path / name).read_text() for name in files} == files
    assert [vmlint("check", ".", "-o", "json:report.json").status for _ in range(2)] == [0, 0]
