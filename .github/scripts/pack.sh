#!/usr/bin/env bash
# Packs the new commits of BRANCH at the remote `staging`, for push.sh in a job that can write:
# FOLDER/branch.bundle has the commits, and FOLDER/packed the commit of the branch at origin (or an
# empty line) and its new one. Without new commits the script writes neither.
# Usage: pack.sh FOLDER, the folder of stage.sh.
set -Eeuo pipefail

folder="$1"
: "${BRANCH:?the branch to pack}"
before="$(git rev-parse --quiet --verify "refs/remotes/origin/$BRANCH" || true)"
after="$(git --git-dir "$folder/staging.git" rev-parse --quiet --verify "refs/heads/$BRANCH" || true)"
if [ -n "$after" ] && [ "$after" != "$before" ]; then
	mapfile -t known < <(git for-each-ref --format="%(objectname)" refs/remotes/origin)
	git --git-dir "$folder/staging.git" bundle create --quiet "$folder/branch.bundle" \
		"refs/heads/$BRANCH" --not "${known[@]}"
	printf '%s\n' "$before" "$after" >"$folder/packed"
fi
rm -rf "$folder/staging.git"
