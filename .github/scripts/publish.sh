#!/usr/bin/env bash
# Commits the manifest on the main branch and pushes it. If the branch moved meanwhile, the script writes
# the manifest again on the new tip: a manifest names commits, so a rebase could make it wrong.
# BRANCH: the main branch (default: main); REMOTE: its remote (default: origin).
set -Eeuo pipefail

branch="${BRANCH:-main}"
remote="${REMOTE:-origin}"
tip="refs/remotes/$remote/$branch"
attempts=5

output() {
	echo "$1" >>"${GITHUB_OUTPUT:-/dev/stdout}"
}

if [ -n "$(git status --porcelain)" ]; then
	echo "error: the work tree has changes; publish from a clean clone" >&2
	exit 2
fi
for ((attempt = 1; attempt <= attempts; attempt++)); do
	git fetch --quiet "$remote" "+refs/heads/$branch:$tip"
	before="$(git rev-parse "$tip")"
	git checkout --quiet --detach "$before"
	tagmatrix generate --commit --only manifest
	if [ "$(git rev-parse HEAD)" = "$before" ]; then
		echo "nothing to publish: the manifest of the main branch is up to date" >&2
		output "before=$before"
		output "changed=false"
		exit 0
	fi
	if git push --quiet "$remote" "HEAD:refs/heads/$branch"; then
		output "before=$before"
		output "changed=true"
		exit 0
	fi
	git fetch --quiet "$remote" "+refs/heads/$branch:$tip"
	if [ "$(git rev-parse "$tip")" = "$before" ]; then
		echo "error: $remote refuses the push although $branch did not move; check that the token has write access" >&2
		exit 2
	fi
	echo "$branch moved while the manifest was written; trying again on its new tip ($attempt of $attempts)" >&2
done
echo "error: $branch moved $attempts times while the manifest was written; run it again" >&2
exit 4
