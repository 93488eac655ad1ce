# Adds up the cases of all test programs from CTest's log. A program says how many of its cases passed; one that
# fails without saying so (a crash, a time-out) counts as one failed case. Prints "N passed, N failed".
# Exits 1 when a case failed or CTest itself did (variable `code`).
function close_program() {
  if (!open) return
  if (!counted) { if (ok) passed++; else failed++ }
  else if (!ok && failed_here == 0) failed++
  open = 0
}
/^[0-9]+\/[0-9]+ Testing: / { close_program(); open = 1; ok = 0; counted = 0; failed_here = 0 }
/^Test Passed\.$/ { ok = 1 }
# Catch2, all passed: "All tests passed (12 assertions in 3 test cases)".
match($0, /^All tests passed \(.* in [0-9]+ test case/) {
  n = $0; sub(/^.* in /, "", n); passed += n + 0; counted = 1
}
# Catch2, some failed: "test cases:  5 |  4 passed | 1 failed".
/^test cases: / {
  n = split($0, part, "|")
  for (i = 2; i <= n; i++) {
    if (part[i] ~ /passed/) passed += part[i] + 0
    if (part[i] ~ /failed/ && part[i] !~ /as expected/) { failed += part[i] + 0; failed_here += part[i] + 0 }
  }
  counted = 1
}
# The scripts of tests/e2e: "4 passed, 1 failed".
/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; failed_here += $3; counted = 1 }
END {
  close_program()
  if (code != 0 && failed == 0) failed = 1
  printf "%d passed, %d failed\n", passed, failed
  exit failed > 0
}
