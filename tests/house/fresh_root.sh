#!/usr/bin/env bash
# Runs `./install.sh test` (or another command given as arguments) in a bare Debian made for the purpose: the proof that
# nothing of a developer's machine is needed. As root, with mmdebstrap. Slow; `make fresh-root` calls it, the suite does not.
#
#   FRESH_ROOT_SUITE=bookworm      bookworm (Python 3.11) or trixie (Python 3.13)
#   FRESH_ROOT_VARIANT=minbase     as mmdebstrap knows them; minbase has no more than apt and the essential packages
#   FRESH_ROOT_MIRROR=             where mmdebstrap takes packages from; empty: its own choice
#   FRESH_ROOT_EXTRA=              files of this machine to copy in, as FROM=TO, separated by blanks: certificates, settings
#                                  of pip or apt, whatever this network asks for. (/etc/ssl/certs is written anew inside.)
#   FRESH_ROOT_ENV=                environment variables for the command inside, as NAME=VALUE, separated by blanks
#   FRESH_ROOT_DIR=                where the system is made; empty: a temporary folder
#   FRESH_ROOT_KEEP=               anything: leave the system there afterwards
#
# What runs inside is the last commit, without .git: an archive as a technician would unpack it.

make_system() {
    mmdebstrap --mode=root --variant="${FRESH_ROOT_VARIANT:-minbase}" --quiet \
        "${FRESH_ROOT_SUITE:-bookworm}" "$system" ${FRESH_ROOT_MIRROR:+"$FRESH_ROOT_MIRROR"}
    cp -L /etc/resolv.conf "$system/etc/resolv.conf"
    local extra
    for extra in ${FRESH_ROOT_EXTRA:-}; do
        install -D -m 644 "${extra%%=*}" "$system${extra#*=}"
    done
    mkdir -p "$system/opt/hotline-box"
    git -C "$tree" archive HEAD | tar -x -C "$system/opt/hotline-box"
}

# Kernel file systems live in a mount namespace of their own, processes in a process namespace: both vanish with the run.
run_inside() {
    # shellcheck disable=SC2016,SC2086  # expanded by the inner shell; FRESH_ROOT_ENV is a list of words
    unshare --mount --pid --fork --kill-child bash -euc '
        system=$1
        shift
        mount -t proc proc "$system/proc"
        mount -t sysfs -o ro sysfs "$system/sys"
        mount -t tmpfs -o mode=755 tmpfs "$system/dev"
        for node in null zero full random urandom tty; do
            touch "$system/dev/$node"
            mount --bind "/dev/$node" "$system/dev/$node"
        done
        mkdir "$system/dev/pts" "$system/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$system/dev/pts"
        mount -t tmpfs -o mode=1777 tmpfs "$system/dev/shm"
        ln -s pts/ptmx "$system/dev/ptmx"
        ln -s /proc/self/fd "$system/dev/fd"
        exec chroot "$system" "$@" </dev/null
    ' fresh-root "$system" /usr/bin/env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb CI=true \
        ${FRESH_ROOT_ENV:-} \
        /bin/sh -c 'cd /opt/hotline-box && exec "$@"' fresh-root "$@"
}

main() {
    set -eu
    tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
    system=${FRESH_ROOT_DIR:-$(mktemp -d /var/tmp/hotline-fresh-root.XXXXXX)}
    if [ -z "${FRESH_ROOT_KEEP:-}" ]; then
        trap 'rm -rf --one-file-system "$system"' EXIT
    fi
    [ $# -gt 0 ] || set -- ./install.sh test
    echo "fresh root: making ${FRESH_ROOT_SUITE:-bookworm} in $system" >&2
    make_system
    echo "fresh root: packages before: $(chroot "$system" dpkg-query -f '.' -W | wc -c); running: $*" >&2
    run_inside "$@"
}

main "$@"
