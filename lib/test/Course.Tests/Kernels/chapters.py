"""Executes notebooks through a Jupyter kernel with nbclient: chapters.py KERNEL NOTEBOOKS FOLDER OUT

They run in FOLDER, where the chapters' relative paths lead somewhere. A cell that fails does not stop those after it.
"""
import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient

kernel, source, folder, out = sys.argv[1:]
for path in sorted(pathlib.Path(source).glob("*.ipynb")):
    notebook, start = nbformat.read(path, as_version=4), time.monotonic()
    NotebookClient(notebook, kernel_name=kernel, timeout=900, startup_timeout=120, allow_errors=True, resources={"metadata": {"path": folder}}).execute()
    nbformat.write(notebook, pathlib.Path(out) / path.name)
    print(path.name, round(time.monotonic() - start), flush=True)
