"""Tests of `tagmatrix app`."""
