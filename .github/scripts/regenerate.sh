#!/usr/bin/env bash
# Runs `tagmatrix regenerate` in a job that can only read. FOLDER gets its output, for propose.py, and
# its commits, for push.sh. BRANCH: the branch of the commits.
# Usage: regenerate.sh FOLDER [OPTION…]; the options go to the command.
set -Eeuo pipefail

folder="$1"
shift
here="$(dirname "${BASH_SOURCE[0]}")"
"$here/stage.sh" "$folder"

set +e
tagmatrix regenerate --push staging --branch "$BRANCH" --pull-request-body "$folder/body.md" --format json "$@" \
	2>&1 >"$folder/result.json" | tee "$folder/log.txt" >&2
code="${PIPESTATUS[0]}"
set -e

"$here/pack.sh" "$folder"
echo "exit=$code" >>"${GITHUB_OUTPUT:-/dev/stdout}"
case "$code" in
0 | 2 | 4 | 5) ;; # propose.py reports these
*) exit "$code" ;;
esac
