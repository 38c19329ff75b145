"""What it is to need something of the layers below."""

from __future__ import annotations

from vmlint.model.features import FeatureNeed
from vmlint.record import NamedTuple


class Need(NamedTuple):
    """One feature that a workload needs, and why."""

    feature: FeatureNeed
    who: str
    """What needs it, as a message begins: ``MongoDB 7.0``."""
    path: str
    """The field from which that follows."""
    must: bool = True
    """Whether it does not work without; otherwise it works worse."""
    sure: bool = True
    """Whether the need is certain, rather than that of a copy of an image, or of whatever its tag means today."""
    help: str = ""
    """A way out that is the program's own."""
    errors: tuple[str, ...] = ()
    """Error texts that its users see."""
    source: str = ""
    image: str = ""
    """The reference of the image that it follows from, which tells the container of a pod."""
    entry: str = ""
    """The entry of a list in the field that it follows from; otherwise the feature is taken for one."""
