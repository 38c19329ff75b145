"""Everything that follows from what was stated, a table for each block of the format.

A derivation runs when an unset fact is read (``vmlint.model.derivation``). It reads other facts, so what it needs and
does not find ends as ``Unknown``, naming the field that would have settled it. Each names the fields that it follows
from, by which a finding about a derived fact finds its place in the file.
"""

from vmlint.model.derive.deployment import DEPLOYMENT
from vmlint.model.derive.engines import ENGINES
from vmlint.model.derive.guest import GUEST
from vmlint.model.derive.host import HOST

DERIVATIONS = {derivation.path: derivation for derivation in (*GUEST, *HOST, *DEPLOYMENT, *ENGINES)}
"""All derivations, by the path of the fact that they yield."""
