#!/bin/sh
# Starts one Sentinel. It keeps what it knows (who is primary, which replicas and sentinels there are) in the
# configuration in its volume; passwords come from the environment at every start. Services ask it under their own names.
set -eu
umask 077
conf=/data/sentinel.conf

{
  if [ -f "$conf" ]; then
    grep -Ev '^(user |requirepass |sentinel (auth-|sentinel-))' "$conf"
  else
    cat <<CONFIG
port 26379
dir /data
sentinel monitor wiredesk $REDIS_FIRST_PRIMARY 6379 2
sentinel down-after-milliseconds wiredesk 4000
sentinel failover-timeout wiredesk 4000
sentinel parallel-syncs wiredesk 1
CONFIG
  fi
  cat <<CONFIG
sentinel auth-pass wiredesk $REDISCLI_AUTH
sentinel sentinel-user default
sentinel sentinel-pass $REDISCLI_AUTH
user default on >$REDISCLI_AUTH ~* &* +@all
user ingest on >$REDIS_INGEST_PASSWORD -@all +@connection +sentinel|masters
user indexer on >$REDIS_INDEXER_PASSWORD -@all +@connection +sentinel|masters
user search on >$REDIS_SEARCH_PASSWORD -@all +@connection +sentinel|masters
user alerts on >$REDIS_ALERTS_PASSWORD -@all +@connection +sentinel|masters
CONFIG
} >"$conf.new"
mv "$conf.new" "$conf"
exec redis-server "$conf" --sentinel
