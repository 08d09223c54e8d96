"""Executes every chapter through a Jupyter kernel with nbclient: chapters.py KERNEL NOTEBOOKS OUT"""
import pathlib
import sys

import nbformat
from nbclient import NotebookClient

kernel, source, out = sys.argv[1:]
for path in sorted(pathlib.Path(source).glob("[0-9][0-9]-*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name=kernel, timeout=300, startup_timeout=120, resources={"metadata": {"path": source}}).execute()
    nbformat.write(notebook, pathlib.Path(out) / path.name)
    print(path.name, flush=True)
