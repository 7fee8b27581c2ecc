#!/bin/bash
# Makes the cluster with both databases on the first start, then runs PostgreSQL.
set -euo pipefail
binaries=$(echo /usr/lib/postgresql/*/bin)

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  rm -rf "${PGDATA:?}"/*
  "$binaries/initdb" --username=postgres --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  # Through the socket alone, so that nobody finds half a database.
  "$binaries/pg_ctl" --wait --options="-c listen_addresses=''" start
  for name in parley prosody; do
    password=$(cat "/run/secrets-of-parley/database-$name")
    psql --quiet --set=ON_ERROR_STOP=1 --username=postgres \
      --command="CREATE ROLE $name LOGIN PASSWORD '$password'" --command="CREATE DATABASE $name OWNER $name"
  done
  "$binaries/pg_ctl" --wait --mode=fast stop
fi

exec "$binaries/postgres" -c listen_addresses='*'
