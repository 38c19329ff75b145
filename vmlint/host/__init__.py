"""The facts of this machine, as a host document."""
