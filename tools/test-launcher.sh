#!/usr/bin/env bash
# Tests the launcher on a copy of this tree: what it finds, when it builds, what it says.
set -euo pipefail

# A background job of a script is started with Ctrl-C ignored, which no shell can undo for itself or
# for what it starts: begin again with the signal as a terminal's commands have it.
if [ "${1:-}" != --signals-are-default ]; then
  self=("$BASH" "${BASH_SOURCE[0]}" --signals-are-default)
  if env --default-signal=INT true 2>/dev/null; then
    exec env --default-signal=INT "${self[@]}"
  elif command -v perl >/dev/null; then
    exec perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV or die' "${self[@]}"
  elif command -v python3 >/dev/null; then
    exec python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "${self[@]}"
  fi
fi

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
. "$ROOT/tools/toolchain.sh"
find_jdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree="$work/a tree"
mkdir "$tree"
(cd "$ROOT" && find . \( -name target -o -name .git -o -name .quest -o -name .idea \) -prune -o -type f -print0 |
  tar -c --null -T - -f -) | tar -x -C "$tree" -f -
mkdir "$work/elsewhere" "$work/bare"
export QUEST_HOME="$work/store"
count=0

fail() {
  printf 'launcher: %s\n--- standard output\n%s\n--- standard error\n%s\n' \
    "$1" "$(cat "$work/out")" "$(cat "$work/err")" >&2
  exit 1
}

# expect STATUS WHAT COMMAND...: runs the command and checks its exit code.
expect() {
  local wanted=$1 what=$2 status=0
  shift 2
  "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
  [ "$status" -eq "$wanted" ] || fail "$what: exit code $status, not $wanted"
  count=$((count + 1))
}
out() { grep -qE -e "$1" "$work/out" || fail "standard output lacks: $1"; }
err() { grep -qE -e "$1" "$work/err" || fail "standard error lacks: $1"; }
silent() { [ ! -s "$work/err" ] || fail "standard error is not empty"; }
one_line() { [ "$(wc -l <"$work/err")" -eq 1 ] || fail "standard error has not one line"; }
built() { grep -q building "$work/err"; }

# A JDK that states VERSION; java itself is a script that must not be run.
fake_jdk() {
  mkdir -p "$work/jdk-$1/bin"
  printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\n' "$1" >"$work/jdk-$1/release"
  printf '#!/bin/sh\necho "the java of %s ran"\n' "$1" >"$work/jdk-$1/bin/java"
  cp "$work/jdk-$1/bin/java" "$work/jdk-$1/bin/javac"
  chmod +x "$work/jdk-$1/bin/"*
}
# find_jdk on a machine that has the given JAVA_HOME and nothing in the usual folders.
only() {
  env -i HOME="$work/bare" PATH="$work/bare" JAVA_HOME="$1" "$BASH" -c '
    . "$1/tools/toolchain.sh"
    usual_folders() { FOLDERS=("$HOME"); }
    find_jdk && echo "found $JDK"' _ "$tree"
}

for version in 25.0.3 25.0.10 25.0.3.1 25.1 26 26-ea; do
  fake_jdk $version
  expect 0 "JDK $version" only "$work/jdk-$version"
  out "^found $work/jdk-$version$"
done
for version in 25 25.0.1 25.0.2; do
  fake_jdk $version
  expect 1 "JDK $version" only "$work/jdk-$version"
  err "JDK $version in $work/jdk-$version can corrupt arrays .*install JDK 25.0.3 or newer"
  one_line
done
for version in 17.0.15 1.8.0_402 nonsense; do
  fake_jdk $version
  expect 1 "JDK $version" only "$work/jdk-$version"
  err "JDK 25.0.3 or newer is missing \(found $version in .*\): install it, .* set JAVA_HOME"
  one_line
done
expect 1 "no JDK" only "$work/bare"
err 'JDK 25.0.3 or newer is missing: install it'

# No Maven: only a message, nothing half-built.
expect 1 "no Maven" env JAVA_HOME="$JDK" bash -c '
  cd "$1"; ROOT=$1; . tools/toolchain.sh; command() { return 1; }; find_jdk; JDK=/nowhere find_maven' _ "$tree"
err 'Maven 3.8 or newer is missing'

cd "$work/elsewhere"

# Ctrl-C during a build ends it at once and leaves a tree that builds.
set -m
"$tree/quest" --version >"$work/out" 2>"$work/err" </dev/null &
launcher=$!
set +m
for _ in $(seq 600); do grep -qs Compiling "$tree/.quest/build.log" && break || sleep 0.1; done
sleep 1
kill -INT -- -$launcher
status=0
wait $launcher || status=$?
[ $status -eq 130 ] || fail "an interrupted build: exit code $status, not 130"
[ ! -e "$tree/.quest/lock" ] || fail "an interrupted build left its lock"
[ -e "$tree/.quest/unfinished" ] || fail "an interrupted build was not remembered"
count=$((count + 1))
mkdir "$tree/.quest/lock" # and one that died leaves a lock that counts no more
(exec sh -c 'echo $$') >"$tree/.quest/lock/pid"
expect 0 "the first call builds, after an interrupted one" "$tree/quest" --version
built || fail "nothing was said of the build"
out '^Quest4J [0-9].*JDK 25'
expect 0 "the second call does not build" "$tree/quest" --version
silent

best=100000 # of several, since the machine may be busy
for _ in 1 2 3 4 5 6 7; do
  begin=$(date +%s%N)
  "$tree/quest" --version >/dev/null
  millis=$((($(date +%s%N) - begin) / 1000000))
  [ $millis -ge $best ] || best=$millis
done
[ $best -lt 500 ] || fail "--version takes $best ms, more than half a second"
count=$((count + 1))
echo "launcher: --version takes $best ms"

ln -s "$tree/quest" "$work/link"
ln -s link "$work/link-to-link"
expect 0 "through links" "$work/link-to-link" --version
silent
expect 0 "help" "$work/link" --help
out '^Usage: quest'
expect 0 "the list" "$work/link" models list --json
out '"name" : "smollm2"'
silent
expect 2 "an unknown command" "$work/link" modles
err "^quest: unknown command: modles; did you mean .*models"
one_line
expect 1 "an unknown model" "$work/link" models info nothing
err "^quest: unknown model 'nothing': the known names are smollm2"
one_line
expect 1 "a JVM that cannot start tells why" env QUEST_JAVA_OPTS=-XX:+NoSuchFlag "$work/link" nothing
err "Unrecognized VM option"
sleep 0.1
for young in "25165824 run -p x" "268435456 serve"; do
  read -r -a words <<<"$young"
  expect 1 "the young generation of ${words[1]}" \
    env QUEST_JAVA_OPTS=-XX:+PrintFlagsFinal "$work/link" "${words[@]:1}" -m "$work/nothing.gguf"
  out " MaxNewSize += ${words[0]} "
done

# Changed sources are built; of two calls at once one does it and both answer.
sleep 1 # times of files may be whole seconds
touch "$tree/engine/src/main/java/io/github/quest4j/engine/package-info.java"
"$tree/quest" --version >"$work/other" 2>&1 </dev/null &
other=$!
expect 0 "changed sources, two calls at once" "$tree/quest" --version
wait $other || fail "the other of two calls failed"
grep -q '^Quest4J' "$work/other" || fail "the other of two calls said: $(cat "$work/other")"
built || grep -q building "$work/other" || fail "changed sources were not built"

# A moved tree still works, only without its cache.
mv "$tree" "$work/moved"
expect 0 "a moved tree" "$work/moved/quest" models
silent

# A source that does not compile: the compiler's words and where the rest is.
sleep 1
echo 'class {' >>"$work/moved/cli/src/main/java/io/github/quest4j/cli/Main.java"
expect 1 "a source that does not compile" "$work/moved/quest" --version
err 'Main.java'
err '^quest: the build failed; all it said is in .*build.log'
expect 1 "a broken source goes on failing" "$work/moved/quest" --version
echo "launcher: $count passed, 0 failed"
