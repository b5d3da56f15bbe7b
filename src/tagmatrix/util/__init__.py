"""Small tools that know nothing of images: files, text, Markdown, diffs, addresses of forges."""
