# Finds what is needed to build and run: a JDK and Maven. Sourced by quest, check and .ci/run; needs
# bash 3.2 or newer. Nothing is started to find a JDK: its `release` file says what it is.

# Says one sentence and ends.
die() {
  printf 'quest: %s\n' "$1" >&2
  exit "${2:-1}"
}

# release_version FOLDER: sets VERSION to the version that the JDK in FOLDER states.
release_version() {
  VERSION=
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=*)
        line=${line#JAVA_VERSION=}
        VERSION=${line//[\"$'\r']/}
        return 0
        ;;
    esac
  done 2>/dev/null <"$1/release"
  return 1
}

# judge VERSION: 0 a good 25, 1 a good newer one, 2 one of the corrupting releases, 3 too old.
judge() {
  local major minor patch rest
  IFS=. read -r major minor patch rest <<<"${1%%[-+]*}"
  case $major in '' | *[!0-9]*) return 3 ;; esac
  [ "$major" -ge 25 ] || return 3
  [ "$major" -eq 25 ] || return 1
  [ "${minor:-0}" -eq 0 ] && [ "${patch:-0}" -lt 3 ] && return 2
  return 0
}

# real_path FILE: sets REAL to the file behind all links.
real_path() {
  REAL=$1
  local target
  while [ -L "$REAL" ]; do
    target=$(readlink "$REAL")
    case $target in
      /*) REAL=$target ;;
      *) REAL=${REAL%/*}/$target ;;
    esac
  done
}

# consider FOLDER: takes the JDK there if it is better than what was found before.
consider() {
  local home=$1 verdict=0
  [ -f "$home/release" ] || home=$1/Contents/Home # as macOS lays them
  [ -f "$home/release" ] && [ -x "$home/bin/java" ] || return 1
  release_version "$home" || return 1
  judge "$VERSION" || verdict=$?
  if [ "$verdict" -le 1 ] && [ ! -x "$home/bin/javac" ]; then
    SEEN="a Java runtime $VERSION without a compiler in $home"
    return 1
  fi
  case $verdict in
    0)
      JDK=$home
      return 0
      ;;
    1) [ -n "$NEWER" ] || NEWER=$home ;;
    2) BROKEN="$VERSION in $home" ;;
    3) [ -n "$SEEN" ] || SEEN="$VERSION in $home" ;;
  esac
  return 1
}

# Sets FOLDERS to where JDKs are laid.
usual_folders() {
  FOLDERS=(/usr/lib/jvm/* /usr/java/* /usr/local/lib/jvm/* "$HOME"/.sdkman/candidates/java/*
    "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* /opt/*jdk* /opt/*java* /opt/*temurin*
    /Library/Java/JavaVirtualMachines/* "$HOME"/Library/Java/JavaVirtualMachines/*
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk /usr/local/opt/openjdk*/libexec/openjdk.jdk)
}

# Sets JDK to the folder of a JDK of at least 25.0.3, or ends with what is missing. JAVA_HOME goes
# first, whatever its version as long as it will do; then a 25, then a newer one.
find_jdk() {
  local folder
  JDK= NEWER= BROKEN= SEEN=
  if [ -n "${JAVA_HOME:-}" ]; then
    consider "$JAVA_HOME" && return
    if [ -n "$NEWER" ]; then
      JDK=$NEWER
      return
    fi
  fi
  folder=$(command -v java || true)
  if [ -n "$folder" ]; then
    real_path "$folder"
    consider "${REAL%/bin/java}" && return
  fi
  usual_folders
  for folder in "${FOLDERS[@]}"; do
    consider "$folder" && return
  done
  JDK=$NEWER
  [ -z "$JDK" ] || return 0
  [ -z "$BROKEN" ] || die "JDK $BROKEN can corrupt arrays (JDK-8377811, in 25.0.0 to 25.0.2): \
install JDK 25.0.3 or newer, for example from https://adoptium.net, and set JAVA_HOME to it"
  die "JDK 25.0.3 or newer is missing${SEEN:+ (found $SEEN)}: \
install it, for example from https://adoptium.net, and set JAVA_HOME to it"
}

# Sets MAVEN to the command of a Maven of at least 3.8, or ends with what is missing. JDK is set.
find_maven() {
  local candidate version major minor rest seen=
  for candidate in "$(command -v mvn || true)" "${MAVEN_HOME:-}/bin/mvn" "${M2_HOME:-}/bin/mvn" \
    "$HOME"/.sdkman/candidates/maven/current/bin/mvn /usr/share/maven/bin/mvn \
    /opt/*maven*/bin/mvn /opt/homebrew/bin/mvn /usr/local/bin/mvn; do
    [ -n "$candidate" ] && [ -x "$candidate" ] || continue
    version=$(JAVA_HOME=$JDK MAVEN_OPTS= "$candidate" -B --version 2>/dev/null |
      sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p' | head -n 1)
    IFS=. read -r major minor rest <<<"${version:-0.0}"
    if [ "$major" -gt 3 ] || { [ "$major" -eq 3 ] && [ "${minor:-0}" -ge 8 ]; }; then
      MAVEN=$candidate
      return
    fi
    seen=${version:+ (found $version at $candidate)}
  done
  die "Maven 3.8 or newer is missing$seen: install it ('apt install maven', 'brew install maven' \
or from https://maven.apache.org)"
}

# Sets COMMIT to the commit of the tree in ROOT, marked where sources differ from it.
find_commit() {
  COMMIT=unknown
  command -v git >/dev/null || return 0
  [ -e "$ROOT/.git" ] || return 0
  COMMIT=$(git -C "$ROOT" rev-parse --short=10 HEAD 2>/dev/null) || COMMIT=unknown
  if [ "$COMMIT" != unknown ] && ! git -C "$ROOT" diff --quiet HEAD -- 2>/dev/null; then
    COMMIT=$COMMIT-modified
  fi
}

# Waits until no other build runs in ROOT and holds the right to build until release_build.
take_build() {
  local owner told=
  mkdir -p "$ROOT/.quest" 2>/dev/null || die "cannot write to $ROOT: the first build needs to"
  until mkdir "$ROOT/.quest/lock" 2>/dev/null; do
    [ -d "$ROOT/.quest/lock" ] || die "cannot write to $ROOT/.quest"
    owner=$(cat "$ROOT/.quest/lock/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      # Its build died. Of several who see that, only the one that moves the lock away goes on.
      mv "$ROOT/.quest/lock" "$ROOT/.quest/dead.$$" 2>/dev/null || true
      rm -rf "$ROOT/.quest/dead.$$"
      continue
    fi
    [ -n "$told" ] || printf 'quest: another build runs here; waiting for it\n' >&2
    told=yes
    sleep 0.3
  done
  BUILDING=yes
  echo $$ >"$ROOT/.quest/lock/pid"
}

release_build() {
  [ -z "${BUILDING:-}" ] || rm -rf "$ROOT/.quest/lock"
  BUILDING=
}
