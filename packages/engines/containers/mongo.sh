#!/usr/bin/env bash
# As the official image: arguments that begin with a hyphen are mongod's own; data lies in /data/db.
set -euo pipefail
case ${1:-} in -*) set -- mongod "$@" ;; esac
exec "$@"
