#!/usr/bin/env bash
# Copies the branches of origin to a bare repository, the remote `staging`. A job that can only read
# pushes there instead of to origin, and pack.sh packs what it pushed.
# BASE: the main branch. Usage: stage.sh FOLDER; the repository is FOLDER/staging.git.
set -Eeuo pipefail

folder="$1"
: "${BASE:?the main branch}"
rm -rf "$folder"
mkdir -p "$folder"
git init --quiet --bare --initial-branch="$BASE" "$folder/staging.git"
git remote add staging "$folder/staging.git"
git push --quiet staging "refs/remotes/origin/*:refs/heads/*" "^refs/remotes/origin/HEAD"
