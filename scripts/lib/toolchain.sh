# Finds or gets uv, Python 3.14 and ffmpeg; sourced, after common.sh.

UV=
PYTHON=

lock_exclusively() { # FILE_DESCRIPTOR
  # macOS has no flock; two set-ups at once are then the user's to avoid.
  command -v flock >/dev/null || return 0
  flock --nonblock "$1" && return
  say "Waiting for another scripts/setup"
  flock --timeout 900 "$1" \
    || fail "Another scripts/setup holds .setup.lock; end it and run this again."
}

# uv reads none of pip's settings; give it those that name another index.
follow_pip_settings() {
  local index certificates
  if [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]]; then
    index=${PIP_INDEX_URL:-$(python3 -m pip config get global.index-url 2>/dev/null || true)}
    [[ -z $index ]] || export UV_DEFAULT_INDEX=$index
  fi
  if [[ -z ${SSL_CERT_FILE:-} ]]; then
    certificates=${PIP_CERT:-$(python3 -m pip config get global.cert 2>/dev/null || true)}
    [[ -z $certificates ]] || export SSL_CERT_FILE=$certificates
  fi
}

# UV: the uv on the path, else one from the package index in the cache.
find_uv() {
  [[ -z $UV ]] || return 0
  follow_pip_settings
  if UV=$(command -v uv); then
    return
  fi
  UV=$CACHE/uv/bin/uv
  if [[ -x $UV ]] && "$UV" --version >/dev/null 2>&1; then
    return
  fi
  command -v python3 >/dev/null \
    || fail "Python 3 is missing; install python3 with its venv module and run scripts/setup again."
  say "  getting uv"
  mkdir -p "$CACHE"
  rm -rf "$CACHE/uv"
  python3 -m venv "$CACHE/uv" >/dev/null 2>&1 \
    || fail "python3 cannot create environments; install its venv module (Debian: python3-venv)."
  "$CACHE/uv/bin/python" -m pip install -qq --disable-pip-version-check uv >&2 \
    || fail "pip could not install uv; check that the package index can be reached."
}

is_new_enough() { # PYTHON
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 14, 2))' 2>/dev/null
}

# PYTHON: 3.14.2 or newer, from the path, from uv, or from a Debian mirror.
find_python() {
  [[ -z $PYTHON ]] || return 0
  local candidate unpacked=$CACHE/python3.14 log
  for candidate in python3.14 python3 python; do
    if PYTHON=$(command -v "$candidate") && is_new_enough "$PYTHON"; then
      return
    fi
  done
  if PYTHON=$(managed_python); then
    return
  fi
  PYTHON=$unpacked/usr/bin/python3.14
  if ! is_new_enough "$PYTHON"; then
    log=$(mktemp)
    say "  getting Python 3.14"
    if UV_HTTP_TIMEOUT=5 UV_HTTP_RETRIES=0 "$UV" python install --quiet 3.14 \
      >"$log" 2>&1 && PYTHON=$(managed_python); then
      rm -f "$log"
      return
    fi
    say "  uv could not download it; unpacking Debian's"
    if ! scripts/lib/debian-python "$unpacked" "$UV" >"$log" 2>&1; then
      say "  $(tail -n 1 "$log")"
      rm -f "$log"
      fail "Python 3.14.2 or newer is missing and could not be downloaded;" \
        "install it as python3.14 and run scripts/setup again."
    fi
    rm -f "$log"
    PYTHON=$unpacked/usr/bin/python3.14
  fi
}

managed_python() {
  local found
  found=$(UV_PYTHON_DOWNLOADS=never "$UV" python find --no-project --managed-python \
    '>=3.14.2,<3.15' 2>/dev/null) && is_new_enough "$found" && echo "$found"
}

install_packages() { # ENVIRONMENT LOCK_FILE
  local log
  log=$(mktemp)
  # Two packages are compiled. The unpacked Python does not know where its own
  # headers are, because they have moved.
  if ! CPATH=$(header_path "$1")${CPATH:+:$CPATH} UV_HTTP_TIMEOUT=120 \
    "$UV" pip sync --quiet --python "$1/bin/python" --require-hashes "$2" \
    >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    if ! command -v cc >/dev/null && ! command -v gcc >/dev/null; then
      fail "Some packages must be compiled; install a C and C++ compiler" \
        "(Debian: build-essential) and run scripts/setup again."
    fi
    fail "The packages of $2 could not be installed; see the lines above," \
      "check that the package index can be reached, and run scripts/setup again."
  fi
  rm -f "$log"
}

# The include folder of the unpacked Python, and nothing for any other.
header_path() { # ENVIRONMENT
  local prefix
  prefix=$("$1/bin/python" -c 'import sys; print(sys.base_prefix)')
  case $prefix in
    "$CACHE"/python3.14/*) echo "$prefix/include" ;;
  esac
}

ffmpeg_works() { # ENVIRONMENT
  [[ -x $1/bin/ffmpeg ]] || command -v ffmpeg >/dev/null
}

# ffmpeg: from the path, from the system's packages, or from the package index.
provide_ffmpeg() { # ENVIRONMENT
  local program
  ffmpeg_works "$1" && return
  say "  getting ffmpeg"
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    if apt_install ffmpeg libturbojpeg0 && command -v ffmpeg >/dev/null; then
      return
    fi
  fi
  rm -rf "$CACHE/ffmpeg"
  if "$UV" venv --quiet --no-project --python "$1/bin/python" "$CACHE/ffmpeg" \
    && "$UV" pip install --quiet --python "$CACHE/ffmpeg/bin/python" \
      --require-hashes --requirements scripts/locks/ffmpeg.txt 2>/dev/null \
    && program=$("$CACHE/ffmpeg/bin/python" -c \
      'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())' 2>/dev/null); then
    ln -sf "$program" "$1/bin/ffmpeg"
    return
  fi
  fail "The program ffmpeg is missing; install it (Debian: apt-get install ffmpeg)" \
    "and run scripts/setup again."
}

apt_install() { # PACKAGE...
  local -x DEBIAN_FRONTEND=noninteractive
  apt-get install -qq --no-install-recommends "$@" >/dev/null 2>&1 \
    || { apt-get update -qq >/dev/null 2>&1 \
      && apt-get install -qq --no-install-recommends "$@" >/dev/null 2>&1; }
}
