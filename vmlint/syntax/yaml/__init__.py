"""YAML and JSON."""

from vmlint.syntax.yaml.pyyaml import import_yaml

import_yaml()
