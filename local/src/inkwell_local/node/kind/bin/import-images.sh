#!/bin/bash
# Puts the control plane's images into containerd's store at the node's first start.
set -euo pipefail
shopt -s nullglob
for archive in /kind/images/*.tar; do
  ctr --namespace=k8s.io images import "$archive"
  rm -f "$archive"
done
