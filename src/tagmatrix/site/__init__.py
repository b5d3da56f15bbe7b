"""The site: an image's matrix, tags and history as static pages.

`current_image` reads what there is now, from versions.yaml or from a manifest. `manifest_history`
reads the manifest's revisions in git, and `moves` compares them. `pages`, `timeline`, `feeds`,
`calendar`, `badges` and `index_file` make the files, and `writing` writes them.
"""
