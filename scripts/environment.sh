# Read by ./run, ./test, ./bench and setup.sh (`. scripts/environment.sh`), never called.
# Goes to the root of the clone and decides where cargo builds.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Says what is done, on stderr: stdout belongs to the programs that are called.
say() { printf '== %s\n' "$*" >&2; }

# Ends with what is wrong and what to do about it.
give_up() { printf '!! %s\n' "$*" >&2; exit 1; }

# Whether $2 was last made from what the files and folders $3… say now; if so is written in the stamp $1.
up_to_date() {
  local stamp=$1 made=$2
  shift 2
  [ -e "$made" ] && [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$(digest "$@")" ]
}

# One line for the names and contents of files and folders.
digest() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum; }

# Every clone of a build server shares one folder of compiled dependencies.
if [ "${CI:-}" = true ] && [ -z "${QXE_IN_SCRIPT:-}" ]; then
  export QXE_IN_SCRIPT=1 CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/qianxiaoer-target}"
  mkdir -p "$CARGO_TARGET_DIR"
  exec 9>"$CARGO_TARGET_DIR/.busy"
  flock --nonblock 9 || { say "waiting for another clone that builds in $CARGO_TARGET_DIR"; flock 9; }
  # Cargo knows a source by its time and its path inside the workspace, so it would take another clone's
  # crates for ours if they were compiled after our files were written.
  if [ "$(cat "$CARGO_TARGET_DIR/.clone" 2>/dev/null)" != "$PWD" ]; then
    git ls-files -z | xargs -0 touch --no-create
    pwd >"$CARGO_TARGET_DIR/.clone"
  fi
fi
