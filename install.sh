#!/usr/bin/env bash
# Hotline Box: from a bare Debian 12 or 13 (or Raspberry Pi OS) to a running demo or a finished test run.
# Only functions stand here; the last line calls one. So a file that was copied half does nothing.

usage() {
    cat <<'TEXT'
Usage: ./install.sh MODE [--dry-run] [ARGUMENTS]

  demo [OPTIONS]    sample data and simulated telephones on http://127.0.0.1:12345 (options of `hotline demo`)
  test [PYTEST]     the whole test suite; with arguments of pytest only what they name
  bench [OPTIONS]   measure speed and memory, print a table
  soak              the reliability tests with large counts (hours)
  help              this text

  --dry-run         say what would be done and do nothing

Each mode installs what it lacks: Debian packages with apt-get (as root, or through sudo for this step alone),
Python packages into a private .venv beside this file, from a lock file with checksums. Run it as often as you like.
HOTLINE_PYTHON=/path/to/python3 chooses the Python (3.11 to 3.13).
TEXT
}

say() { printf 'install.sh: %s\n' "$*" >&2; }

stop() {
    say "$1"
    exit "${2:-1}"
}

# Runs a command, or with --dry-run only says it.
run() {
    if [ -n "$dry_run" ]; then
        say "would run: $*"
    else
        "$@"
    fi
}

# --- Debian packages ---------------------------------------------------------------------------------------------

can_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null 2>&1 || return 1
    # Without a terminal nobody can type a password.
    [ -t 0 ] || sudo -n true 2>/dev/null
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" </dev/null >>"$apt_log" 2>&1
}

apt_install() {
    local options=(install -y --no-install-recommends) apt_log
    say "installing Debian packages: $*"
    [ -z "$dry_run" ] || return 0
    apt_log=$(mktemp)
    # A fresh system has no package lists, an old one has stale lists: both show as a failure, and new lists mend both.
    if apt_get "${options[@]}" "$@" || { apt_get update && apt_get "${options[@]}" "$@"; }; then
        rm -f "$apt_log"
        return 0
    fi
    say "apt-get failed; the end of what it said ($apt_log):"
    tail -n 15 "$apt_log" >&2
    return 1
}

# What the tests want beside Python. One row: a file that shows it is there (* for the machine's kind), and its package.
test_packages() {
    local file package
    while read -r file package; do
        compgen -G "$file" >/dev/null || printf '%s\n' "$package"
    done <<'TABLE'
/usr/bin/chromium chromium
/usr/share/fonts/truetype/wqy/wqy-microhei.ttc fonts-wqy-microhei
/usr/bin/arecord alsa-utils
/usr/share/asterisk/sounds asterisk-core-sounds-en-wav
/usr/share/asterisk/moh asterisk-moh-opsound-wav
/usr/bin/opusenc opus-tools
/usr/bin/gammu gammu
/usr/bin/gammu-smsd gammu-smsd
/usr/sbin/smsd smstools
/usr/bin/vm mgetty-voice
/usr/bin/shellcheck shellcheck
/usr/lib/*/libatomic.so.1 libatomic1
TABLE
}

# gammu-smsd and smstools bring services that would open serial ports. The tests start the programs themselves,
# so the services are neither started now nor at the next boot.
without_services() {
    local policy=/usr/sbin/policy-rc.d result=0
    if [ -n "$dry_run" ] || [ -e "$policy" ]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    "$@" || result=$?
    as_root rm -f "$policy"
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable smstools gammu-smsd >/dev/null 2>&1 || true
    fi
    return "$result"
}

need_test_packages() {
    local missing=()
    mapfile -t missing < <(test_packages)
    [ "${#missing[@]}" -eq 0 ] && return 0
    if can_install && without_services apt_install "${missing[@]}"; then
        return 0
    fi
    say "could not install: ${missing[*]} (as root: apt-get install ${missing[*]})"
    if [ "${CI:-}" = true ]; then
        stop "CI=true: a test run without them would prove too little"
    fi
    say "going on; the tests that need them are skipped and say so"
}

# --- Python ------------------------------------------------------------------------------------------------------

python_fits() {
    "$1" -I -c 'import sys, venv, ensurepip, sqlite3, ssl
sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

find_python() {
    local candidate
    if [ -n "${HOTLINE_PYTHON:-}" ]; then
        python_fits "$HOTLINE_PYTHON" || return 1
        python=$HOTLINE_PYTHON
        return 0
    fi
    for candidate in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if python_fits "$candidate"; then
            python=$candidate
            return 0
        fi
    done
    return 1
}

need_python() {
    find_python && return 0
    [ -z "${HOTLINE_PYTHON:-}" ] || stop "HOTLINE_PYTHON=$HOTLINE_PYTHON is not a Python 3.11 to 3.13 with venv, sqlite3 and ssl"
    can_install || stop "a Python 3.11 to 3.13 with venv is missing. As root: apt-get install python3 python3-venv"
    apt_install python3 python3-venv ca-certificates || stop "without Python nothing more can be done"
    if [ -n "$dry_run" ]; then
        python=/usr/bin/python3
        return 0
    fi
    find_python || stop "this system's Python is $(/usr/bin/python3 -V 2>&1); 3.11 to 3.13 is needed (Debian 12 or 13)"
}

# One line that changes with whatever makes an old .venv useless: the lock file, the Python, the place.
stamp_for() {
    local sum version
    sum=$(sha256sum "$root/$1")
    version=$("$venv/bin/python" -I -S -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null) || return 1
    printf '%s %s %s\n' "${sum%% *}" "$version" "$root"
}

is_current() {
    local wanted kept
    [ -r "$venv/$1.stamp" ] || return 1
    wanted=$(stamp_for "$1") || return 1
    read -r kept <"$venv/$1.stamp"
    [ "$kept" = "$wanted" ]
}

pip_install() {
    run "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$root/$1"
}

stamp() {
    [ -n "$dry_run" ] || stamp_for "$1" >"$venv/$1.stamp"
}

# The tree itself is not installed: .venv points at it, so a changed file works at once.
point_at_tree() {
    local site
    [ -z "$dry_run" ] || return 0
    site=$("$venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$root" >"$site/hotline-box.pth"
    printf '#!/bin/sh\nexec "%s/bin/python" -P -m appliance "$@"\n' "$venv" >"$venv/bin/hotline"
    chmod 755 "$venv/bin/hotline"
}

# need_venv LOCK: a .venv with exactly what LOCK says. requirements-dev.txt holds all of requirements.txt.
need_venv() {
    local lock=$1
    is_current "$lock" && return 0
    exec 9<"$root/requirements.txt"
    flock 9 # a second start of this script waits here instead of spoiling the same .venv
    if ! is_current "$lock"; then
        need_python
        if ! is_current requirements.txt; then
            say "making .venv with $python ($("$python" -V 2>/dev/null || echo 'not there yet'))"
            run "$python" -m venv --clear "$venv"
            point_at_tree
            say "installing Python packages: requirements.txt"
            pip_install requirements.txt
            stamp requirements.txt
        fi
        if [ "$lock" != requirements.txt ]; then
            say "installing Python packages: $lock"
            pip_install "$lock"
            stamp "$lock"
        fi
    fi
    exec 9<&-
}

# --- Modes -------------------------------------------------------------------------------------------------------

demo() {
    need_venv requirements.txt
    run exec "$venv/bin/python" -P -m appliance demo "$@"
}

run_tests() {
    need_test_packages
    need_venv requirements-dev.txt
    cd "$root"
    if [ $# -gt 0 ]; then
        run exec "$venv/bin/python" -m pytest "$@"
    else
        # Most tests wait for a modem: several share a core. Coverage of the deciding cores is part of the whole run.
        export HOTLINE_COVERAGE=1
        run exec "$venv/bin/python" -m pytest -n 4 --dist worksteal --rerun-show-tracebacks
    fi
}

bench() {
    need_venv requirements-dev.txt
    cd "$root"
    run exec "$venv/bin/python" -m tests.bench "$@"
}

soak() {
    need_test_packages
    need_venv requirements-dev.txt
    cd "$root"
    export HOTLINE_SOAK=1
    run exec "$venv/bin/python" -m pytest -m 'slow and not hardware' "$@"
}

main() {
    set -eu
    local mode='' arguments=()
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
    venv=$root/.venv
    dry_run=''
    while [ $# -gt 0 ]; do
        case $1 in
            --dry-run) dry_run=yes ;;
            *) if [ -z "$mode" ]; then mode=$1; else arguments+=("$1"); fi ;;
        esac
        shift
    done
    set -- ${arguments[@]+"${arguments[@]}"}
    case $mode in
        demo) demo "$@" ;;
        test) run_tests "$@" ;;
        bench) bench "$@" ;;
        soak) soak "$@" ;;
        help | -h | --help) usage ;;
        '' | --offline | --unattended | --uninstall | --purge)
            say "installing the service (and --offline, --unattended, --uninstall) is not in this version; try: ./install.sh demo"
            exit 2
            ;;
        *)
            say "unknown mode: $mode"
            usage >&2
            exit 2
            ;;
    esac
}

main "$@"
