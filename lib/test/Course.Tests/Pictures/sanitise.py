"""Converts notebooks as `jupyter nbconvert --to html --sanitize_html` does: sanitise.py FOLDER writes an .html beside each .ipynb."""
import pathlib
import sys

from nbconvert import HTMLExporter

exporter = HTMLExporter(sanitize_html=True)
for notebook in sorted(pathlib.Path(sys.argv[1]).glob("*.ipynb")):
    html, _ = exporter.from_filename(str(notebook))
    notebook.with_suffix(".html").write_text(html, encoding="utf-8")

import notebook

print(pathlib.Path(notebook.__file__).parent / "static" / "components" / "sanitizer" / "index.js")
