#!/usr/bin/env bash
# Pushes the commits that pack.sh packed to BRANCH at origin, if the branch has not moved meanwhile.
# It does not trust the commits: they may change only PATHS, and nothing in them is run.
# BRANCH: the branch; BASE: the main branch; PATHS: files and folders, separated by blanks;
# GH_TOKEN: a token with write access.
# Usage: push.sh FOLDER, the folder of pack.sh.
set -Eeuo pipefail

folder="$1"
: "${BRANCH:?the branch to push}" "${BASE:?the main branch}" "${PATHS:?the files that may change}"

output() {
	echo "$1" >>"${GITHUB_OUTPUT:-/dev/stdout}"
}

fail() {
	echo "error: $1" >&2
	exit 2
}

if [ ! -e "$folder/packed" ]; then
	echo "nothing to push" >&2
	output "result=unchanged"
	exit 0
fi
mapfile -t packed <"$folder/packed"
before="${packed[0]}" after="${packed[1]}"

# git gets the token from gh when it needs it, so that no file and no command line has the token.
git config credential.helper '!gh auth git-credential'
git fetch --quiet origin "+refs/heads/$BASE:refs/remotes/origin/$BASE"
git fetch --quiet "$folder/branch.bundle" "+refs/heads/$BRANCH:refs/packed"
[ "$(git rev-parse refs/packed)" = "$after" ] || fail "the packed branch is not at $after"

start="$(git merge-base "refs/remotes/origin/$BASE" refs/packed)"
allowed=()
for path in $PATHS; do
	allowed+=(":(exclude,top,literal)$path")
done
changed="$(git diff --name-only --no-renames "$start" refs/packed -- . "${allowed[@]}")"
[ -z "$changed" ] || fail "the packed commits change other files than $PATHS: $changed"

if [ "$BRANCH" = "$BASE" ]; then
	options=() # never rewrite the main branch
else
	options=("--force-with-lease=refs/heads/$BRANCH:$before")
fi
if git push --quiet "${options[@]}" origin "refs/packed:refs/heads/$BRANCH"; then
	output "result=pushed"
	exit 0
fi
now="$(git ls-remote origin "refs/heads/$BRANCH" | cut -f 1)"
[ "$now" != "$before" ] ||
	fail "origin refuses the push although $BRANCH did not move; check that the token has write access"
echo "$BRANCH moved meanwhile: nothing is pushed, and the next run starts from its new tip" >&2
output "result=moved"
