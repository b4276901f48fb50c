"""Trains a pipeline's own scorer from its corrected documents; no worker imports it."""
