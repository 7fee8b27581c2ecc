# The Parley service with the web page. Build context: the project's root.
FROM debian:trixie-slim AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nodejs npm ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /parley
# Certificates of an organization's own proxy, if its builds go through one (docs/deployment.md).
COPY docker/certificates/ /usr/local/share/ca-certificates/
RUN update-ca-certificates
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.base.json vite.config.ts ./
COPY src/ src/
COPY web/ web/
COPY examples/ examples/
RUN npx tsc --build src/service examples && npx vite build && npm prune --omit=dev

FROM debian:trixie-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nodejs tini \
 && rm -rf /var/lib/apt/lists/* \
 # Secrets of the containers are readable for this group.
 && groupadd --gid 10001 parley && useradd --uid 10001 --gid parley --no-create-home parley \
 && install -d -o parley -g parley -m 0770 /var/lib/parley
WORKDIR /parley
COPY package.json ./
COPY bin/parley.mjs bin/
COPY --from=build /parley/node_modules/ node_modules/
COPY --from=build /parley/dist/ dist/
RUN ln -s /parley/bin/parley.mjs /usr/local/bin/parley
COPY docker/service-entrypoint.sh /usr/local/bin/service-entrypoint

USER parley
ENV NODE_ENV=production \
    PARLEY_DATA=/var/lib/parley \
    PARLEY_LISTEN=0.0.0.0
VOLUME /var/lib/parley
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --retries=24 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PARLEY_ADMIN_PORT || 8081}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "service-entrypoint"]
CMD ["node", "dist/service/main.js"]
