#!/usr/bin/env bash
# Proposes a manifest to official-images: pushes a branch to the fork and opens one pull request.
# FORK: owner/name of the fork; UPSTREAM: owner/name of official-images;
# GH_TOKEN: a token with write access to the fork.
# Usage: official-images.sh FOLDER, the folder of compare.sh.
set -Eeuo pipefail

folder="$1"
: "${FORK:?owner/name of the fork of official-images}"
: "${UPSTREAM:?owner/name of official-images}"
server="${GITHUB_SERVER_URL:-https://github.com}"
name="$(cat "$folder/name")"
if [[ ! "$name" =~ ^[a-z0-9]+([._-][a-z0-9]+)*$ ]]; then
	echo "error: $name is not the name of an image" >&2
	exit 2
fi

git clone --quiet --filter=blob:none --single-branch -- "$server/$UPSTREAM" "$folder/clone"
cp "$folder/manifest" "$folder/clone/library/$name"
cd "$folder/clone"
base="$(git symbolic-ref --short HEAD)"
# git gets the token from gh when it needs it, so that no file and no command line has the token.
git config credential.helper '!gh auth git-credential'
git add "library/$name"
if git diff --cached --quiet; then
	echo "nothing to propose: official-images already has this library/$name" >&2
	exit 0
fi
git commit --quiet --message "Update $name"
git remote add fork "$server/$FORK"
git push --quiet --force fork "HEAD:refs/heads/$name"

open="$(gh pr list --repo "$UPSTREAM" --head "$name" --author "@me" --state open --json number)"
if [ "$open" = "[]" ]; then
	gh pr create --repo "$UPSTREAM" --base "$base" --head "${FORK%%/*}:$name" \
		--title "Update $name" --body-file ../body.md
else
	number="$(python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["number"])' <<<"$open")"
	gh pr edit "$number" --repo "$UPSTREAM" --body-file ../body.md
fi
