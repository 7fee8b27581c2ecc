#!/bin/sh
# DATABASE_URL from parts, so that the password can come from a file and stands in no configuration.
set -eu
if [ -z "${DATABASE_URL:-}" ] && [ -n "${DATABASE_HOST:-}" ]; then
  password=$(cat "$DATABASE_PASSWORD_FILE")
  DATABASE_URL="postgres://parley:$password@$DATABASE_HOST:5432/parley"
  export DATABASE_URL
fi
exec "$@"
