"""Every bound on what is read, so that no input costs more than it should."""
