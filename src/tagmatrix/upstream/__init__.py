"""Upstream's facts: releases and checksums (`sources`), phases, official-images' manifests."""
