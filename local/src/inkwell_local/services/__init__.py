"""The services that Inkwell stands on: their images, secrets, start and checks."""

from __future__ import annotations

from inkwell_local.services.images import build_images
from inkwell_local.services.readiness import report, wait_ready
from inkwell_local.services.rollout import apply
from inkwell_local.services.secret_objects import ensure_secrets

__all__ = ["apply", "build_images", "ensure_secrets", "report", "wait_ready"]
