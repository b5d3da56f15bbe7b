"""HTTP, in one place: what is fetched, how often and how long, and what is kept."""
