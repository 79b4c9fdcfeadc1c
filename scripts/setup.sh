#!/usr/bin/env bash
# Brings what is missing: `scripts/setup.sh [console] [tests]`. Asks nothing, and does nothing a second time.
#   always    a C compiler, which the SQLite inside is built with
#   console   the web page that the binary embeds: npm packages, then Vite
#   tests     the real servers and the browser that tests talk to: PostgreSQL, a mail server, nginx, Chromium
#   python    what the tests and the benchmarks have of Python: a mail server, DuckDB
#   spark     Apache Spark, for the long tests
set -euo pipefail
# shellcheck source=scripts/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

# Installs Debian packages, or says which.
install_packages() {
  local as_root=()
  [ $# -gt 0 ] || return 0
  command -v apt-get >/dev/null || give_up "please install what Debian calls: $*"
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || give_up "please run: sudo apt-get install --yes $*"
    as_root=(sudo -n)
  fi
  say "installing the Debian packages $*"
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq "$@" >&2
  # Its package starts it, but nobody asked for a web server: tests start their own.
  [[ " $* " != *nginx* ]] || "${as_root[@]}" sh -c 'service nginx stop; update-rc.d nginx disable' >&2
}

# The Debian packages that bring what is not here, by what they bring.
missing_packages() {
  has cc || echo gcc libc6-dev
  [[ " $* " != *" spark "* ]] || has java || echo openjdk-17-jre-headless
  [[ " $* " != *" python "* ]] || python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  [[ " $* " == *" tests "* ]] || return 0
  { compgen -G '/usr/lib/postgresql/*/bin/initdb' || has initdb; } >/dev/null || echo postgresql
  has chromium || echo chromium
  has openssl || echo openssl
  has systemd-analyze || echo systemd
  PATH=$PATH:/usr/sbin has nginx || echo nginx-light
  # Without letters for Chinese the pictures of pages show boxes.
  [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ] || echo fontconfig fonts-noto-cjk
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
}

has() { command -v "$1" >/dev/null; }

# The npm packages of a folder, exactly those of its lock.
npm_packages() {
  local lock=("$1/package.json" "$1/package-lock.json" "$1/.npmrc") stamp="$1/node_modules/.made-from"
  up_to_date "$stamp" "$1/node_modules" "${lock[@]}" && return
  say "npm packages of $1"
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error >&2)
  digest "${lock[@]}" >"$stamp"
}

console() {
  local sources=(console/{package.json,package-lock.json,tsconfig.json,vite.config.ts,src} console/*.html)
  # The stamp lies outside dist, all of which is embedded and served.
  local stamp=console/node_modules/.dist-made-from
  npm_packages console
  up_to_date "$stamp" console/dist/graphiql.html "${sources[@]}" && return
  say "building the console"
  npm --prefix console run --silent build -- --logLevel warn >&2
  digest "${sources[@]}" >"$stamp"
}

# The Python packages of the list $2 in the environment $1.
python_packages() {
  up_to_date "$1/.made-from" "$1/bin/python" "$2" && return
  say "Python packages of $2"
  python3 -m venv --clear "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$2" >&2
  digest "$2" >"$1/.made-from"
}

has cargo || give_up "please install Rust: https://rustup.rs"
[[ " $* " != *" console "* && " $* " != *" tests "* ]] || has npm || give_up "please install Node.js 20.19, 22.12 or newer: https://nodejs.org"
mapfile -t missing < <(missing_packages "$@" | tr ' ' '\n')
install_packages "${missing[@]}"
for part in "$@"; do
  case $part in
    console) console ;;
    tests) npm_packages tests/conformance; npm_packages tests/e2e; python_packages .venv tests/requirements.txt ;;
    python) python_packages .venv tests/requirements.txt ;;
    spark) python_packages .venv-spark tests/requirements-spark.txt ;;
    *) give_up "setup.sh knows console, tests, python and spark, not $part" ;;
  esac
done
