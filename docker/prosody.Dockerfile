# Prosody 13 with Parley's configuration. Build context: the project's root.
FROM debian:trixie-slim

# CVE-2026-43504…43507 (memory exhaustion and XML amplification before sign-in) are fixed in Debian's 13.0.1-1+deb13* updates and
# upstream in 13.0.5; an older package is refused here, so that an outdated mirror cannot go unnoticed.
ARG PROSODY_AT_LEAST=13.0.1-1+deb13

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prosody lua-dbi-sqlite3 lua-dbi-postgresql lua-unbound tini \
 && rm -rf /var/lib/apt/lists/* \
 && dpkg --compare-versions "$(dpkg-query -W -f '${Version}' prosody)" ge "$PROSODY_AT_LEAST" \
 # Secrets of the containers are readable for this group.
 && groupadd --gid 10001 parley && usermod --append --groups parley prosody \
 && install -d -o prosody -g parley -m 0770 /var/lib/parley

COPY prosody/ /etc/parley/prosody/

USER prosody
ENV PARLEY_DATA=/var/lib/parley \
    PARLEY_LISTEN=0.0.0.0 \
    PROSODY_COMPONENT_LISTEN=0.0.0.0
VOLUME /var/lib/parley
EXPOSE 5222 5280 5347
HEALTHCHECK --interval=5s --timeout=3s --retries=12 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PARLEY_WS_PORT:-5280} && printf 'GET /xmpp-websocket HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["tini", "--"]
CMD ["prosody", "--config", "/etc/parley/prosody/prosody.cfg.lua", "-F"]
