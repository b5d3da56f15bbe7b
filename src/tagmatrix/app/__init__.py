"""From the tag to an application's image: `tagmatrix app`.

`reading/` reads the application's files and never runs them, `decisions/` turns the facts
into decisions, `templates/` has the files that are written, and `engines/` starts builders.
"""
