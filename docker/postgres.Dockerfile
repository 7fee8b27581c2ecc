# PostgreSQL from Debian, with a database for the service and one for Prosody's archive. Build context: the project's root.
FROM debian:trixie-slim
RUN groupadd --gid 10001 parley && useradd --system --gid parley --home-dir /var/lib/postgresql --uid 10002 postgres \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends locales postgresql-common tini \
 # No cluster at installation: the entry point makes one in the volume.
 && sed -i 's/^#\? *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o postgres -g parley -m 0700 /var/lib/postgresql/data /run/postgresql
COPY docker/postgres-entrypoint.sh /usr/local/bin/postgres-entrypoint

USER postgres
ENV PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
EXPOSE 5432
# Over the network, as the others come: while the first start is still making databases, only the socket answers.
HEALTHCHECK --interval=2s --timeout=3s --retries=30 CMD ["pg_isready", "--quiet", "--host=127.0.0.1", "--dbname=parley"]
STOPSIGNAL SIGINT
ENTRYPOINT ["tini", "--", "postgres-entrypoint"]
