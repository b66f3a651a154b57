#!/bin/sh
# Builds a minimal Debian image with the given packages, without an image registry: by default `liaison-bare`
# with nodejs, npm and git. The tag of the image selects the Debian release. Needs root, debootstrap and a
# Docker engine; does nothing if the image exists.
#   scripts/docker/bare-image.sh [image [package…]]
set -eu
image=${1:-liaison-bare:trixie}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- nodejs npm git ca-certificates
docker image inspect "$image" >/dev/null 2>&1 && exit 0

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mirror=$(sed -n 's/^URIs: *\(http[^ ]*\/debian\) *$/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
debootstrap --variant=minbase "${image##*:}" "$tree" ${mirror:+"$mirror"} >/dev/null
# Accepts package lists past their expiry date, as an air-gapped mirror may be old; their signatures are still
# verified.
chroot "$tree" apt-get update -q -o Acquire::Check-Valid-Until=false >/dev/null
chroot "$tree" apt-get install -y -q --no-install-recommends "$@" >/dev/null
chroot "$tree" apt-get clean
rm -rf "$tree"/var/lib/apt/lists/*
tar -C "$tree" -c . | docker import - "$image" >/dev/null
