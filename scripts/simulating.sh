# Shared by the scripts that simulate many seeds: a range of them on all processors. Sourced, not run.

# simulate_part PROGRAM SCENARIO FIRST LAST OUT: one object a seed to OUT. A program that ends in the middle of a seed
# (a check of its own, a sanitizer) fails that seed, and the range goes on behind it.
simulate_part() {
  local program=$1 scenario=$2 first=$3 last=$4 out=$5 child code seed why
  trap 'kill "$child" 2>/dev/null; exit 1' TERM
  : >"$out"
  while (( first <= last )); do
    "$program" sim "$scenario" --seeds "$first..$last" --json >>"$out" 2>"$out.err" &
    child=$!
    wait "$child"
    code=$?
    if (( code == 0 || code == 1 )); then
      # Of the whole range, not of a seed: what none of its seeds came to.
      why=$(grep -o '[0-9]* seeds never came to: .*' "$out.err")
      [[ -z $why ]] || jq -nc --arg why "$why" --arg again "mnrt sim $scenario --seeds $first..$last" \
        '{ok: false, violation: $why, replay: $again}' >>"$out"
      return
    fi
    seed=$(tail -n 1 "$out" | jq '.seed // empty')
    seed=$(( ${seed:-first - 1} + 1 ))
    (( seed >= first )) || seed=$first
    jq -nc --argjson seed "$seed" --arg why "the program ended with $code: $(tail -n 1 "$out.err")" \
      --arg again "mnrt sim $scenario --seed $seed" '{seed: $seed, ok: false, violation: $why, replay: $again}' >>"$out"
    first=$((seed + 1))
  done
}

# What still runs when a script ends; for its EXIT trap.
stop_simulating() { local running; running=$(jobs -p); [[ -z $running ]] || kill $running 2>/dev/null; }

# simulate PROGRAM SCENARIO FIRST LAST OUT: as many parts of the range as there are processors, at once.
simulate() {
  local program=$1 scenario=$2 first=$3 last=$4 out=$5 parts part from to
  parts=$(nproc)
  (( parts <= last - first + 1 )) || parts=$((last - first + 1))
  for (( part = 0; part < parts; ++part )); do
    from=$((first + (last - first + 1) * part / parts))
    to=$((first + (last - first + 1) * (part + 1) / parts - 1))
    simulate_part "$program" "$scenario" "$from" "$to" "$out.$part" &
  done
  wait
  for (( part = 0; part < parts; ++part )); do cat "$out.$part"; done >"$out"
  rm -f "$out".[0-9]*
}

# failures OUT: what was violated, and the command that does it again.
failures() { jq -r 'select(.ok | not) | "  \(.violation)\n    again: \(.replay)"' "$1"; }
