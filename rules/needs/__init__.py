"""Needs and offers: what a workload needs of the layers below it, and which layer does not give it."""
