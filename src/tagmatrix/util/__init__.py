"""Small tools that do not depend on images: files, text, Markdown, diffs, links to forges."""
