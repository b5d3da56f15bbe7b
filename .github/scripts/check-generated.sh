#!/usr/bin/env bash
# Checks that the Dockerfiles are as versions.yaml says, and that nothing moves that would hurt someone.
# BASE: the branch of origin to compare with; without one, the manifest in HEAD.
set -Eeuo pipefail

compare=()
if [ -n "${BASE:-}" ]; then
	compare=(--base "origin/$BASE")
fi

code=0
tagmatrix generate --check --only dockerfiles "${compare[@]}" || code=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
	# The same once more, for people; what it thinks of it is known already.
	tagmatrix generate --check --only dockerfiles "${compare[@]}" --format markdown >>"$GITHUB_STEP_SUMMARY" 2>/dev/null || true
fi
exit "$code"
