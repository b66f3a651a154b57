#!/bin/sh
# Removes the containers, networks and volumes of test runs that were killed: those with the label of a project
# `liaison-test-<pid>` whose process is gone. A Docker engine that starts would start such containers again.
set -eu
label=com.docker.compose.project
docker ps -a --format "{{.Label \"$label\"}}" | sed -n 's/^liaison-test-//p' | sort -u | while read -r pid; do
  [ ! -d "/proc/$pid" ] || continue
  of="--quiet --filter label=$label=liaison-test-$pid"
  docker ps --all $of | xargs -r docker rm --force --volumes >/dev/null
  docker network ls $of | xargs -r docker network rm >/dev/null
  docker volume ls $of | xargs -r docker volume rm >/dev/null
done
docker network ls --format '{{.Name}}' | sed -n 's/^liaison-test-\([0-9]*\)$/\1/p' | while read -r pid; do
  [ -d "/proc/$pid" ] || docker network rm "liaison-test-$pid" >/dev/null
done
