#!/bin/bash
# Give Cassandra its administrator and take away the login that it is born with. The kubelet runs this
# right after the container starts and counts the pod as ready only afterwards, so that no Service
# leads to a server that still knows the default password.
set -euo pipefail
umask 077
exec >/proc/1/fd/1 2>&1
export HOME=/tmp SSL_CERTFILE=/etc/inkwell/tls/ca.crt
install -m 0600 /etc/inkwell/credentials/cqlsh /tmp/cqlsh-credentials
cql=(/opt/cassandra/bin/cqlsh --ssl --request-timeout=30 --connect-timeout=30)
admin=("${cql[@]}" --credentials=/tmp/cqlsh-credentials)

patience() { [ "$SECONDS" -lt 600 ] || exit 1; }  # then the kubelet starts the container again
until (exec 3<>/dev/tcp/127.0.0.1/9042) 2>/dev/null; do
  patience
  sleep 0.5
done
until "${admin[@]}" --execute='LIST ROLES' 127.0.0.1 >/dev/null; do
  patience
  "${cql[@]}" --username=cassandra --password=cassandra \
    --file=/etc/inkwell/credentials/create-admin.cql 127.0.0.1 || sleep 1
done
"${admin[@]}" --execute='DROP ROLE IF EXISTS cassandra' 127.0.0.1
rm -f /tmp/cqlsh-credentials
echo 'the administrator is there, the default login is not'
