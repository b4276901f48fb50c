#!/bin/sh
# Runs a verb of the local platform on a machine that may have nothing but a shell: installs what the
# verb itself needs (Python, certificates, git and make for people) and hands over.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

install() {
  if ! command -v apt-get >/dev/null; then
    echo "error: $* cannot be installed here: this system has no apt-get" >&2
    echo "       install it by this system's own means, or use Debian 12 or newer" >&2
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    echo "error: missing: $*" >&2
    echo "       run as root: apt-get install $*" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || {
    dpkg --configure -a
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  }
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  for python in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if is_new_enough "$python"; then
      echo "$python"
      return
    fi
  done
}

python=$(find_python)
if [ -z "$python" ]; then
  install python3
  python=$(find_python)
fi
if [ -z "$python" ]; then
  echo "error: Python 3.11 or newer is needed, and this system has an older one" >&2
  echo "       use Debian 12 or newer, or put a newer python3 on the PATH" >&2
  exit 1
fi

case "${1:-}" in
up)
  missing=
  command -v ip >/dev/null || missing="$missing iproute2"
  command -v git >/dev/null || missing="$missing git"
  command -v make >/dev/null || missing="$missing make"
  command -v openssl >/dev/null || missing="$missing openssl"
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing="$missing ca-certificates"
  # shellcheck disable=SC2086  # one word a package
  [ -z "$missing" ] || install $missing
  ;;
esac

PYTHONPATH="$here/src${PYTHONPATH:+:$PYTHONPATH}" PYTHONDONTWRITEBYTECODE=1 \
  exec "$python" -P -m inkwell_local "$@"
