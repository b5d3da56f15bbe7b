"""Facts of upstream: releases and checksums (`sources`), phases, official-images' manifests."""
