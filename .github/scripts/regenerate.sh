#!/usr/bin/env bash
# Runs `tagmatrix regenerate` and writes its output to a folder, for propose.py.
# Usage: regenerate.sh FOLDER [OPTION…]; the options go to the command.
set -Eeuo pipefail

folder="$1"
shift
rm -rf "$folder"
mkdir -p "$folder"

set +e
tagmatrix regenerate --push origin --pull-request-body "$folder/body.md" --format json "$@" \
	2>&1 >"$folder/result.json" | tee "$folder/log.txt" >&2
code="${PIPESTATUS[0]}"
set -e

echo "exit=$code" >>"${GITHUB_OUTPUT:-/dev/stdout}"
case "$code" in
0 | 2 | 4 | 5) ;; # propose.py reports these
*) exit "$code" ;;
esac
