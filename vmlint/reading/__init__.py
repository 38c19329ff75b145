"""From a file to workloads: manifests, host documents, files of other tools, hints and overlays."""
