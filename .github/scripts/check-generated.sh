#!/usr/bin/env bash
# Checks that the Dockerfiles match versions.yaml, and that no change harms users of the images.
# BASE: the branch of origin to compare with; if it is empty, the manifest in HEAD.
set -Eeuo pipefail

compare=()
if [ -n "${BASE:-}" ]; then
	compare=(--base "origin/$BASE")
fi

code=0
tagmatrix generate --check --only dockerfiles "${compare[@]}" || code=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
	# Again in Markdown, for the summary of the run. Ignore the exit code: it is the same.
	tagmatrix generate --check --only dockerfiles "${compare[@]}" --format markdown >>"$GITHUB_STEP_SUMMARY" 2>/dev/null || true
fi
exit "$code"
