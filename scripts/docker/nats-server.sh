#!/bin/sh
# Runs `nats-server` with these arguments while another server of its cluster answers (docs/adr/0018). An
# isolated server serves no client, and on its return its elections would depose the leaders of the cluster.
# PEERS holds the monitoring URLs of the other servers.
set -u

# Returns success also for a refused connection: that host is reachable, and its script may be waiting like
# this one.
answers() {
  said=$(LC_ALL=C timeout 1 wget -O /dev/null "$1" 2>&1) && return
  case $said in *refused*) return 0 ;; esac
  return 1
}

somebody_answers() {
  asked=
  for peer in $PEERS; do
    answers "$peer" &
    asked="$asked $!"
  done
  for one in $asked; do wait "$one" && return; done
  return 1
}

# Returns when no peer answered in two rounds in a row; waits until a peer answered once before it begins to
# count.
watch() {
  until somebody_answers; do sleep 1; done
  silent=0
  while [ "$silent" -lt 2 ]; do
    sleep 0.5
    if somebody_answers; then silent=0; else silent=$((silent + 1)); fi
  done
}

server=
watcher=
trap 'kill -TERM $server $watcher 2>/dev/null; wait $server; exit' TERM INT
while :; do
  nats-server "$@" &
  server=$!
  # Ignores TERM once the decision is made, as the main shell would otherwise take this stop for an exit of
  # the server.
  (watch && trap '' TERM && echo 'no other server answers: stopped until one does' >&2 && kill -TERM "$server") &
  watcher=$!
  wait "$server"
  code=$?
  kill "$watcher" 2>/dev/null
  # A watcher that did not stop the server fails here: the server exited by itself.
  wait "$watcher" || exit "$code"
  until somebody_answers; do sleep 1; done
done
