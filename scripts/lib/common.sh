# Shared by the scripts; sourced, with the repository as working directory.

say() {
  echo "$@" >&2
}

fail() {
  echo "error: $*" >&2
  exit 1
}

# Print the comment at the head of the calling script.
usage() {
  sed -n '2,${/^#/!q;s/^# \{0,1\}//p;}' "$0"
}

# Where interpreters and tools are kept between checkouts.
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/watchpost
