"""All HTTP of tagmatrix: requests, retries, limits and the cache."""
