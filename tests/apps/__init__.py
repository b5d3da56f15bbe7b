"""Whole applications: what `tagmatrix app` writes for them."""
