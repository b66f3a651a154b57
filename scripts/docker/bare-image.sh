#!/bin/sh
# Makes the image `liaison-bare`: Debian with nodejs, npm and git and nothing else, from Debian's packages alone
# (no registry of images is asked). Needs root, debootstrap and a Docker engine; does nothing where the image exists.
set -eu
image=${1:-liaison-bare:trixie}
docker image inspect "$image" >/dev/null 2>&1 && exit 0

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mirror=$(sed -n 's/^URIs: *\(http[^ ]*\/debian\) *$/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
debootstrap --variant=minbase trixie "$tree" ${mirror:+"$mirror"} >/dev/null
chroot "$tree" apt-get update -q >/dev/null
chroot "$tree" apt-get install -y -q --no-install-recommends nodejs npm git ca-certificates >/dev/null
chroot "$tree" apt-get clean
tar -C "$tree" -c . | docker import - "$image" >/dev/null
