"""What nbconvert's --sanitize_html leaves. sanitise.py FOLDER: beside each notebook a .json of its text/html outputs as cleaned by the filter that
the templates use; of the first one the whole page as .html. Prints where Jupyter Notebook 6 keeps its own sanitiser."""
import json
import pathlib
import sys

import notebook
from nbconvert import HTMLExporter
from nbconvert.exporters.templateexporter import clean_html

notebooks = sorted(pathlib.Path(sys.argv[1]).glob("*.ipynb"))
for path in notebooks:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output["data"] for cell in cells for output in cell.get("outputs", []) if "data" in output]
    htmls = ["".join(data["text/html"]) for data in outputs if "text/html" in data]
    path.with_suffix(".json").write_text(json.dumps([clean_html(html) for html in htmls]), encoding="utf-8")
page, _ = HTMLExporter(sanitize_html=True).from_filename(str(notebooks[0]))
notebooks[0].with_suffix(".html").write_text(page, encoding="utf-8")
print(pathlib.Path(notebook.__file__).parent / "static" / "components" / "sanitizer" / "index.js")
