#!/bin/sh
# Starts one server of the Sentinel group of docker-compose.cluster.yml. Whether it is a replica, and whose, stands in the
# configuration in its volume, which Sentinel has it rewrite at each failover; only the very first start goes by
# REDIS_FIRST_PRIMARY. So a start of everything at once never makes the older data the newer.
set -eu
umask 077
conf=/data/redis.conf

role=
if [ -f "$conf" ]; then
  role=$(grep '^replicaof ' "$conf" || true)
elif [ "$(hostname -i)" != "$REDIS_FIRST_PRIMARY" ]; then
  role="replicaof $REDIS_FIRST_PRIMARY 6379"
fi

{
  sed -e "s/>REDIS_PASSWORD/>$REDISCLI_AUTH/" -e "s/>REDIS_INGEST_PASSWORD/>$REDIS_INGEST_PASSWORD/" \
    -e "s/>REDIS_INDEXER_PASSWORD/>$REDIS_INDEXER_PASSWORD/" -e "s/>REDIS_SEARCH_PASSWORD/>$REDIS_SEARCH_PASSWORD/" \
    -e "s/>REDIS_ALERTS_PASSWORD/>$REDIS_ALERTS_PASSWORD/" /etc/wiredesk/redis.conf
  cat <<CONFIG
maxmemory $REDIS_MAXMEMORY
masterauth $REDISCLI_AUTH
# One that has no replica, as an old primary that nobody listens to any more, takes no writes.
min-replicas-to-write 1
min-replicas-max-lag 10
repl-backlog-size 64mb
$role
CONFIG
} >"$conf.new"
mv "$conf.new" "$conf"
exec redis-server "$conf"
