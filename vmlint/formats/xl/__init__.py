"""Guests of Xen as xl reads them."""
