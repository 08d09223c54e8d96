"""Executes every chapter through a Jupyter kernel with nbclient: chapters.py KERNEL NOTEBOOKS OUT

A chapter that has a cell tagged "long" ends before the first of them. Such a cell trains for more than a minute. The
engine executes it in README's first command; between that engine and this kernel there are only messages, which all
other cells exercise as well.
"""
import pathlib
import sys

import nbformat
from nbclient import NotebookClient

kernel, source, out = sys.argv[1:]
for path in sorted(pathlib.Path(source).glob("[0-9][0-9]-*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    long = (i for i, cell in enumerate(notebook.cells) if "long" in cell.metadata.get("tags", []))
    notebook.cells = notebook.cells[:next(long, None)]
    NotebookClient(notebook, kernel_name=kernel, timeout=900, startup_timeout=120, resources={"metadata": {"path": source}}).execute()
    nbformat.write(notebook, pathlib.Path(out) / path.name)
    print(path.name, flush=True)
