#!/bin/bash
# Give the storage its first administrator, once; then become the broker.
set -euo pipefail
config=/etc/inkwell/kafka/server.properties
data=/var/lib/kafka/data
if [ ! -e "$data/.formatted" ]; then
  # What a format that was cut short has left is of no use, and nothing else has written here yet.
  find "$data" -mindepth 1 -delete
  # Arguments from files: what stands on a command line can be read by every process in the pod.
  /opt/kafka/bin/kafka-storage.sh format --config "$config" @/etc/inkwell/credentials/format-arguments
  touch "$data/.formatted"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$config"
