#!/bin/bash
# Run a class of Kafka, with the environment variables that the distribution's script knows.
set -euo pipefail
home=$(dirname "$(dirname "$(readlink -f "$0")")")
read -r -a heap <<<"${KAFKA_HEAP_OPTS:--Xmx256M}"
read -r -a tuning <<<"${KAFKA_JVM_PERFORMANCE_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC}"
read -r -a logging <<<"${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$home/config/log4j2.properties}"
read -r -a more <<<"${KAFKA_OPTS:-}"
exec java "${heap[@]}" "${tuning[@]}" "${logging[@]}" "${more[@]}" -cp "$home/libs/*" "$@"
