#!/bin/bash
# Make the database cluster, once and wholly; then become the server.
set -euo pipefail
bin=/usr/lib/postgresql/17/bin
config=/etc/inkwell/postgres
data=/var/lib/postgresql/data/cluster
making=$data.making
if [ ! -d "$data" ]; then
  # What an earlier start has left half made is of no use.
  rm -rf "$making"
  "$bin/initdb" --pgdata="$making" --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=peer --auth-host=reject --no-sync
  # Nobody can reach it yet, the probes neither, and it is safe to lose: it becomes the real one when
  # it is complete.
  mkdir -p /tmp/setup
  "$bin/pg_ctl" --pgdata="$making" --wait --silent start \
    --options="-c listen_addresses='' -c unix_socket_directories=/tmp/setup -c fsync=off -c log_min_error_statement=panic"
  "$bin/psql" --host=/tmp/setup --username=postgres --dbname=postgres --no-psqlrc --quiet \
    --set=ON_ERROR_STOP=1 --file="$config/setup.sql"
  "$bin/pg_ctl" --pgdata="$making" --wait --silent stop
  sync
  mv "$making" "$data"
fi
exec "$bin/postgres" -c "config_file=$config/postgresql.conf"
