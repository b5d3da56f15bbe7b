"""Where facts come from, and what follows from them.

`fetch` is the only module that speaks HTTP; `python_org`, `lifecycle`, `bases`
and `published` read what it gets; `decide` turns their answers into edits and
notes, and asks nobody.
"""
