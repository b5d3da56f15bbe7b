#!/usr/bin/env bash
# Compares the manifest with that in official-images, for official-images.sh in a job with a token.
# FOLDER gets `name`, `manifest` and `body.md`, the text of a pull request; or nothing if there is
# nothing to propose. UPSTREAM: owner/name of official-images.
# Usage: compare.sh FOLDER
set -Eeuo pipefail

folder="$1"
: "${UPSTREAM:?owner/name of official-images}"
server="${GITHUB_SERVER_URL:-https://github.com}"
name="$(tagmatrix tags --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["image"])')"
ours="library/$name"

rm -rf "$folder"
mkdir -p "$folder"
git clone --quiet --depth 1 --single-branch -- "$server/$UPSTREAM" "$folder/clone"
theirs="$folder/clone/library/$name"
if [ -f "$theirs" ] && cmp --silent "$theirs" "$ours"; then
	echo "nothing to propose: official-images already has this library/$name" >&2
elif [ -f "$theirs" ]; then
	tagmatrix library diff "$theirs" "$ours" --format markdown >"$folder/body.md"
else
	echo "A new image." >"$folder/body.md"
fi
rm -rf "$folder/clone"
if [ -f "$folder/body.md" ]; then
	cp "$ours" "$folder/manifest"
	echo "$name" >"$folder/name"
	echo "new=true" >>"${GITHUB_OUTPUT:-/dev/stdout}"
fi
