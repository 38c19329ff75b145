"""libvirt's domain XML."""
