"""Folders of documents that settings name: relative to where they are named, and inside the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.project.root import as_written, project_root
from vmlint.project.setting import ConfigError
from vmlint.words import did_you_mean, nearest, reason

if TYPE_CHECKING:
    from vmlint.extend.documents import Folder


def named_folder(name: str, origin: str, base: Path | None = None, root: Path | None = None) -> Folder:
    """Return a folder of documents by its name, relative to ``base`` and inside ``root``.

    ``origin`` names the setting or option with the name. Without a root the folder can be anywhere; its documents must
    stay inside the project around it.
    """
    folder = (base or Path()) / name
    try:
        inside = folder.resolve()
        if root is not None and not inside.is_relative_to(root):
            raise ConfigError(f"{origin}: the folder {name!r} leads out of the project ({root.name}/)")
        if not inside.is_dir():
            near = nearest(inside.name, [each.name for each in inside.parent.iterdir() if each.is_dir()])
            meant = f"; {did_you_mean(str(Path(name).with_name(near)))}" if near else ""
            raise ConfigError(f"{origin}: there is no folder {name!r}{meant}")
        if not any(inside.glob("*.y*ml")):
            raise ConfigError(f"{origin}: the folder {name!r} holds no document (*.yaml)")
    except (OSError, RuntimeError) as error:  # the second for circular links
        raise ConfigError(f"{origin}: the folder {name!r} cannot be read: {reason(error)}") from None
    from vmlint.extend.documents import Folder  # imported only if there are documents

    return Folder(inside, as_written(folder, Path.cwd()), root or project_root(inside))
