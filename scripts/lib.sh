# Shared by the scripts beside it: where the project is, and building one preset quietly. Sourced, not run.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { echo "$*" >&2; }

# The folders a program is built from: a change anywhere else needs no build.
sources=(policies messages actors sims runtime cmake CMakeLists.txt CMakePresets.json)

# up_to_date STAMP EXTRA…: nothing among the sources, nor in EXTRA, is newer than STAMP. A removed file shows
# in its folder's own time.
up_to_date() {
  local stamp=$1
  shift
  [[ -e $stamp ]] || return 1
  [[ -z $(cd "$root" && find "${sources[@]}" "$@" -newer "$stamp" -print -quit) ]]
}

# build PRESET TARGET…: configures when needed and builds. Ninja's lines go to the terminal, or else to a log
# that is shown only when the build fails.
build() {
  local preset=$1 folder=$root/build/$1
  shift
  mkdir -p "$folder"
  local log=$folder/build.log
  if [[ ! -e $folder/build.ninja ]]; then
    say "configuring the $preset build"
    if ! (cd "$root" && cmake --preset "$preset") >"$log" 2>&1; then
      cat "$log" >&2
      # A half-configured folder would be taken for a configured one.
      rm -f "$folder/build.ninja"
      return 1
    fi
  fi
  if [[ -t 2 ]]; then
    ninja -C "$folder" "$@" >&2
  else
    say "building the $preset preset (log: build/$preset/build.log)"
    ninja -C "$folder" "$@" >"$log" 2>&1 || { grep -A 30 -m 1 '^FAILED' "$log" >&2 || tail -n 40 "$log" >&2; return 1; }
  fi
}
