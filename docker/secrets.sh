#!/bin/sh
# Makes the secrets that the containers share, once; readable for the group of their users and for nobody else.
set -eu
cd /secrets
for name in component database-parley database-prosody; do
  [ -s "$name" ] || (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$name.new" && mv "$name.new" "$name")
  chgrp 10001 "$name"
  chmod 0440 "$name"
done
chgrp 10001 . && chmod 0750 .
