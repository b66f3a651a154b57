#!/bin/sh
# Makes an image of Debian with some packages and nothing else, from Debian's packages alone (no registry of images is
# asked): by default `liaison-bare` with nodejs, npm and git. Needs root, debootstrap and a Docker engine; does nothing
# where the image exists. Its tag names the release of Debian.
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
# A mirror behind an air gap may be older than its lists say they are good for; whose they are is looked at as ever.
chroot "$tree" apt-get update -q -o Acquire::Check-Valid-Until=false >/dev/null
chroot "$tree" apt-get install -y -q --no-install-recommends "$@" >/dev/null
chroot "$tree" apt-get clean
rm -rf "$tree"/var/lib/apt/lists/*
tar -C "$tree" -c . | docker import - "$image" >/dev/null
