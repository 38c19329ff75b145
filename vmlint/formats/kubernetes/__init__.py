"""Kubernetes objects that run pods."""
