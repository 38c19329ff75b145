"""Images of which nothing is known: what they need is not judged, which has to be told where a host is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.catalog.images import is_distribution

if TYPE_CHECKING:
    from vmlint.model.workload import Workload


def unknown_images(workload: Workload) -> tuple[str, ...]:
    """Return the references of a workload's images that the catalogue has no entry for, each once.

    A distribution's own image needs what the distribution does. Whoever states ``requirements.features`` has said what
    the workload needs.
    """
    if workload.requirements.features is not None:
        return ()
    deployment, software = workload.deployment, workload.catalog.software
    first = (deployment.image.ref,) if deployment.image.knows("ref") else ()
    references = dict.fromkeys((*first, *deployment.get("other_images", ())))
    return tuple(each for each in references if not software.of_image(each) and not is_distribution(each))
