"""OVF descriptors, and OVA archives with one inside."""
