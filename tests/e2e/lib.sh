# Helpers of the end-to-end scripts, which drive the real binary as a user would. Sourced with the binary as the first
# argument; each script ends with `finish`, which prints "N passed, N failed".
set -uo pipefail

mnrt=$(realpath "${1:?usage: $0 PATH-TO-mnrt}")
shift
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
passed=0 failed=0
pids=()
# No test depends on how fast it runs; this is how long a condition may take before it counts as never.
deadline_s=${E2E_DEADLINE_S:-60}
export NO_COLOR=1
# The environment of whoever runs this must not reach the node.
for name in $(compgen -e | grep -E '^(MNRT|BPCI)_'); do unset "$name"; done
# Nor its proxies and settings curl.
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export CURL_HOME=$scratch
: >"$scratch/.curlrc"

cleanup() {
  local pid
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf "$scratch"
}
trap cleanup EXIT

# ---- Judging -----------------------------------------------------------------------------------------------------

pass() { passed=$((passed + 1)); echo "ok    $1"; }
fail() {
  failed=$((failed + 1))
  echo "FAIL  $1"
  shift
  (( $# )) && printf '%s\n' "$@" | head -c 2000 | sed 's/^/      /'
  return 1
}
# check SENTENCE COMMAND…: the command succeeds.
check() {
  local sentence=$1 code
  shift
  # Not in a subshell: starting and stopping a node changes what this shell knows of it.
  "$@" >"$scratch/said" 2>&1
  code=$?
  (( code == 0 )) && { pass "$sentence"; return 0; }
  fail "$sentence" "exit $code: $*" "$(<"$scratch/said")"
}
# equal SENTENCE EXPECTED ACTUAL
equal() { if [[ $2 == "$3" ]]; then pass "$1"; else fail "$1" "expected: $2" "was:      $3"; fi; }
# matches SENTENCE PATTERN TEXT: an extended regular expression.
matches() { if [[ $3 =~ $2 ]]; then pass "$1"; else fail "$1" "should match: $2" "was: $3"; fi; }
# exits CODE SENTENCE COMMAND…: ends with this exit code; its output is left in $out, its errors in $err.
exits() {
  local expected=$1 sentence=$2 code
  shift 2
  out=$("$@" 2>"$scratch/err")
  code=$?
  err=$(<"$scratch/err")
  (( code == expected )) && { pass "$sentence"; return 0; }
  fail "$sentence" "exit $code, expected $expected: $*" "$out" "$err"
}
# within SECONDS COMMAND…: true as soon as the command is.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    (( SECONDS < end )) || return 1
    sleep 0.005
  done
}
finish() {
  echo "$passed passed, $failed failed"
  (( failed == 0 ))
  exit
}

# ---- A node ------------------------------------------------------------------------------------------------------

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# Five neighbouring ports that nothing listens on, and that no other node of the script has.
free_ports() {
  local base i
  while :; do
    base=$((20000 + RANDOM % 1000 * 10))
    [[ " ${node_port[*]} " == *" $base "* ]] && continue
    for i in 0 1 2 3 4; do port_is_free $((base + i)) || continue 2; done
    echo "$base"
    return
  done
}
# use_node NAME: makes or selects a node: its data directory, ports and logs.
declare -A node_port=() node_pid=()
use_node() {
  node=$1
  data=$scratch/$node/data
  mkdir -p "$scratch/$node"
  [[ -n ${node_port[$node]:-} ]] || node_port[$node]=$(free_ports)
  port=${node_port[$node]}
  url=https://127.0.0.1:$port
  ca=$data/tls/ca.pem
  log=$scratch/$node/log
}
# The node's environment: its ports, and blocks as soon as transactions wait.
exec_in_node_environment() {
  exec env MNRT_BPCI_CORE_PORT="$port" MNRT_BPCI_NOTARY_PORT=$((port + 1)) MNRT_BPCI_VALIDATOR_PORT=$((port + 2)) \
    MNRT_BPCI_REGISTRY_PORT=$((port + 3)) MNRT_MONITORING_METRICS_PORT=$((port + 4)) \
    MNRT_BPCI_CORE_MIN_BLOCK_TIME_MS=50 "$@"
}
# run_node ARGUMENTS…: `mnrt run` in the foreground.
run_node() { (exec_in_node_environment timeout "$deadline_s" "$mnrt" run "$project/configs/owner-4gb.toml" --data-dir "$data" "$@" </dev/null); }
# launch OUTPUT COMMAND…: a command of the node's in the background, its output appended to a file.
launch() {
  local output=$1
  shift
  # exec: signals must reach the node itself, not a shell around it.
  (exec_in_node_environment "$@" </dev/null >>"$output" 2>&1) &
  node_pid[$node]=$!
  pids+=("$!")
}
# begin_node ARGUMENTS…: starts it and doesn't wait.
begin_node() { launch "$log" "$mnrt" run "$project/configs/owner-4gb.toml" --data-dir "$data" "$@"; }
ready() { [[ $(curl -s -o /dev/null -w '%{http_code}' --max-time 2 --cacert "$ca" "$url/readyz") == 200 ]]; }
is_healthy() { [[ $(cli status | field .healthy) == true ]]; }
node_lives() { kill -0 "${node_pid[$node]}" 2>/dev/null; }
ready_or_dead() { ready || ! node_lives; }
start_node() {
  begin_node "$@"
  within "$deadline_s" ready_or_dead && node_lives && return 0
  echo "the node $node isn't ready; its log ends:"
  tail -n 30 "$log"
  return 1
}
# await_node: its exit code; 124 when it doesn't end in time.
await_node() {
  local pid=${node_pid[$node]}
  within "${1:-$deadline_s}" eval "! kill -0 $pid" || return 124
  wait "$pid"
}
stop_node() { kill -TERM "${node_pid[$node]}" 2>/dev/null; await_node; }
kill_node() { kill -KILL "${node_pid[$node]}" 2>/dev/null; wait "${node_pid[$node]}" 2>/dev/null; }

# ---- A client ----------------------------------------------------------------------------------------------------

# cli COMMAND…: a command of mnrt against this node, its answer as JSON.
cli() { "$mnrt" "$@" --data-dir "$data" --api "$url" --json </dev/null; }
# api METHOD PATH CURL-ARGUMENTS…: the body of the answer.
api() { curl -sS --max-time 30 --cacert "$ca" -X "$1" "$url$2" "${@:3}"; }
# status METHOD PATH CURL-ARGUMENTS…: the status code alone.
status() { curl -sS --max-time 30 --cacert "$ca" -o "$scratch/body" -w '%{http_code}' -X "$1" "$url$2" "${@:3}"; }
# notarise TEXT CURL-ARGUMENTS…: posts the text's digest with the operator's token, which has no quota.
notarise() {
  curl -s --max-time 12 --cacert "$ca" -X POST "$url/api/v1/notarizations" -H 'Content-Type: application/json' \
    -H "Authorization: Bearer $(<"$data/api-token")" -d "{\"digest\":\"sha256:$(printf '%s' "$1" | sha256sum | cut -d' ' -f1)\"}" "${@:2}"
}
# crash_role ROLE: prints the milliseconds from the order to the first answer of the restarted role.
crash_role() { "$mnrt" debug crash "$1" --wait --data-dir "$data" --json | jq -e .answers_after_ms; }
over_socket() { curl -sf --max-time 5 --unix-socket "$data/admin.sock" "http://localhost/api/v1/$1" "${@:2}"; }
# field FILTER: of the JSON on stdin.
field() { jq -r "$1"; }
# field_of FILTER TEXT
field_of() { jq -r "$1" <<<"$2" 2>/dev/null; }
digest_of() { sha256sum "$1" | cut -d' ' -f1; }
