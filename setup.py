"""What the build does beyond pyproject.toml.

It keeps in the wheel what no start should have to make again, and writes the same sdist for the same files.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

KEEP = """
from vmlint.catalog.files import DATA, DataFile
from vmlint.api import keep_index

for file in DATA.rglob("*.yaml"):
    DataFile(file).keep()
keep_index("vmlint_rules")
"""


class BuildAndKeep(build_py):
    """Copy the modules and the data; then parse the data of the copy, and list its rules (``catalog/kept.py``)."""

    def run(self) -> None:
        """Build. An editable install copies nothing and keeps nothing: edits count at once."""
        super().run()
        if self.editable_mode:
            return
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run([sys.executable, "-c", KEEP], cwd=self.build_lib, env=environment, check=True)  # noqa: S603

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return what is built."""
        kept = [] if self.editable_mode else [str(file) for file in Path(self.build_lib).rglob("__kept__/*")]
        return [*super().get_outputs(include_bytecode), *kept]


class SameSdist(sdist):
    """Write the same bytes whoever packs the same files, and when, if SOURCE_DATE_EPOCH says which time counts.

    setuptools does that for wheels only.
    """

    def make_archive(
        self,
        base_name: Any,
        format: str,  # noqa: A002 - what setuptools calls it
        root_dir: Any = None,
        base_dir: Any = None,
        **who: Any,
    ) -> str:
        """Pack a folder, as :meth:`distutils.cmd.Command.make_archive` does."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        if epoch is None or format != "gztar" or root_dir is not None:
            return str(super().make_archive(base_name, format, root_dir, base_dir, **who))

        def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
            entry.mtime = int(epoch)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            return entry

        name = f"{base_name}.tar.gz"
        with (
            open(name, "wb") as raw,  # noqa: PTH123 - the commands of setuptools speak of names
            gzip.GzipFile("", "wb", fileobj=raw, mtime=int(epoch)) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for path in sorted([Path(base_dir), *Path(base_dir).rglob("*")]):
                archive.add(path, recursive=False, filter=plain)
        return name


setup(cmdclass={"build_py": BuildAndKeep, "sdist": SameSdist})
