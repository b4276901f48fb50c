#!/usr/bin/env bash
# Prints what `helm install` would make, for those who install without Helm. `make generate` keeps
# inkwell.yaml in step with the chart.
set -euo pipefail
cd "$(dirname "$0")/../.."

cat <<'HEADER'
# GENERATED from charts/inkwell - do not edit: change the chart and run `make generate`.
#   kubectl apply --server-side -f manifests/install/inkwell.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: inkwell-system
  labels:
    pod-security.kubernetes.io/enforce: restricted
HEADER
# The version only satisfies the chart's own condition: a Helm built from its module knows none.
helm template inkwell charts/inkwell --namespace inkwell-system --kube-version 1.34.0 \
  --include-crds --skip-tests --no-hooks
