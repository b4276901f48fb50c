"""Inkwell on one machine: an engine, a cluster, images and services, behind a few verbs."""
