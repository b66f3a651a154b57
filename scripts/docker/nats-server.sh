#!/bin/sh
# Runs `nats-server` with these arguments for as long as another server of its cluster answers (docs/adr/0018). A server
# that is cut off serves no client, and its elections would cost the others their leaders once it is back. PEERS: the
# monitoring URLs of the other servers.
set -u

# Whoever refuses is there, too: it may be waiting like this one.
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

# Ends when nobody answered twice in a row; whoever has never met another is left alone.
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
  # Once decided it says so to the end: a server that ends sooner than it does would count as ended by itself.
  (watch && trap '' TERM && echo 'no other server answers: stopped until one does' >&2 && kill -TERM "$server") &
  watcher=$!
  wait "$server"
  code=$?
  kill "$watcher" 2>/dev/null
  # It ended by itself.
  wait "$watcher" || exit "$code"
  until somebody_answers; do sleep 1; done
done
