# Shared by the scripts that simulate many seeds: a range of them on all processors. Sourced, not run.

# simulate_part PROGRAM SCENARIO FIRST LAST OUT: one object a seed to OUT. A program that ends in the middle of a seed
# (a check of its own, a sanitizer) fails that seed, and the range goes on behind it.
simulate_part() {
  local program=$1 scenario=$2 first=$3 last=$4 out=$5 child code seed
  trap 'kill "$child" 2>/dev/null; exit 1' TERM
  : >"$out"
  while (( first <= last )); do
    "$program" sim "$scenario" --seeds "$first..$last" --json >>"$out" 2>"$out.err" &
    child=$!
    wait "$child"
    code=$?
    (( code == 0 || code == 1 )) && return
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

# unmet SCENARIO OUT FIRST..LAST: an object like a failed seed's, if some state that so many seeds must come to was never reached.
# The parts of a range can't tell: each has only some of its seeds.
unmet() {
  local file=sims/scenarios/$1.toml out=$2 range=$3
  [[ -f $file ]] || file=$1
  awk '/^\[/ { on = $0 == "[reached_within]"; next } on && $2 == "=" { print $1, $3 }' "$file" |
    jq -Rn '[inputs | split(" ") | {key: .[0], value: (.[1] | tonumber)}] | from_entries' >"$out.demands"
  jq -sc --slurpfile demands "$out.demands" --arg again "scripts/sims $1 $range" '
    length as $seeds |
    (reduce (.[] | (.faults // {}), (.states // {}) | to_entries[]) as $one ({}; .[$one.key] += $one.value)) as $counts |
    [$demands[0] | to_entries[] | select(.value <= $seeds and ($counts[.key] // 0) == 0).key] |
    select(length > 0) |
    {ok: false, violation: "\($seeds) seeds never came to: \(join(", "))", replay: $again}' "$out"
  rm -f "$out.demands"
}

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
  unmet "$scenario" "$out" "$first..$last" >"$out.unmet"
  cat "$out.unmet" >>"$out"
  rm -f "$out.unmet"
}

# failures OUT: what was violated, and the command that does it again.
failures() { jq -r 'select(.ok | not) | "  \(.violation)\n    again: \(.replay)"' "$1"; }
