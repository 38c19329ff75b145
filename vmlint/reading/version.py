"""The version of the format of manifests and host documents."""

API_VERSION = "vmlint/v1"
