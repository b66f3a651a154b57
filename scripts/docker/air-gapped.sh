#!/bin/sh
# Builds every image of docker-compose.yml except Prometheus and Grafana without an image registry, from
# Debian packages and, for the build, npm packages. Needs root, debootstrap and a Docker engine. Prints the
# variables for docker-compose.yml:
#   eval "$(scripts/docker/air-gapped.sh)" && docker compose up -d --wait
set -eu
cd "$(dirname "$0")/../.."
# Takes nats-server from forky, as the version in trixie is not safe in a cluster (docs/adr/0019).
bare=liaison-bare:trixie nats=liaison-nats:forky node=liaison-node:trixie
scripts/docker/bare-image.sh "$nats" nats-server wget >&2 &
broker=$!
scripts/docker/bare-image.sh "$bare" >&2

# Copies the certificate authorities this machine trusts into the build, for a local proxy or mirror.
trust=/etc/ssl/certs/ca-certificates.crt
if ! docker image inspect "$node" >/dev/null 2>&1; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  cp "$trust" "$scratch/trust.crt"
  printf 'FROM %s\nCOPY trust.crt %s\nENV NODE_EXTRA_CA_CERTS=%s NPM_CONFIG_CAFILE=%s\n' "$bare" "$trust" "$trust" "$trust" \
    >"$scratch/Dockerfile"
  docker build -q -t "$node" "$scratch" >&2
fi

# Tags the image with the digest of its sources, so that the same sources are built only once.
made_of='package.json package-lock.json .npmrc tsconfig.json scripts proto services policies'
files=$(git ls-files -c -o --exclude-standard -- $made_of)
image=liaison:$(printf '%s\n' "$files" | xargs sha256sum | sha256sum | cut -c 1-16)
if ! docker image inspect "$image" >/dev/null 2>&1; then
  docker build -q --network=host --build-arg NODE_IMAGE="$node" -f scripts/docker/Dockerfile -t "$image" . >&2
fi
wait "$broker"
echo "export LIAISON_IMAGE=$image NATS_IMAGE=$nats NODE_IMAGE=$node"
