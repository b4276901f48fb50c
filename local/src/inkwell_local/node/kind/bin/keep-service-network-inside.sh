#!/bin/bash
# Refuses packets to a Service's address that would leave the node. kube-proxy rewrites those that it
# knows; one that it does not know yet would follow the default route, and a network that answers for
# any address (a captive portal, an intercepting proxy) would then pose as the Service.
set -euo pipefail
readonly SERVICES=10.96.0.0/16
for chain in OUTPUT FORWARD; do
  iptables -I "$chain" -d "$SERVICES" -o eth0 -j REJECT
done
