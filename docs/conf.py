"""The documentation as a site: `make docs` builds it into docs/_build, warnings are errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from site_pages import plain_docstring, write_reference  # noqa: E402

project = "reconcile"
author = "the authors of reconcile"
copyright = "the authors of reconcile; MIT for the code, CC0 for the claims"
release = version = "0.1.0"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
]
napoleon_google_docstring = False
napoleon_use_rtype = False
exclude_patterns = ["_build"]
language = "en"

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "reconcile"
html_copy_source = False
pygments_style = "friendly"


def _docstring(
    _app: Any, _what: str, _name: str, _of: Any, _options: Any, lines: list[str]
) -> None:
    plain_docstring(lines)


def setup(app: Any) -> None:
    """Write the pages that are made from the code before Sphinx looks for pages."""
    write_reference(HERE / "reference")
    app.connect("autodoc-process-docstring", _docstring, priority=100)  # before napoleon
