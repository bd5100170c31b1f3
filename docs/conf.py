"""Sphinx reads this to build the documentation: `make docs`."""

import sys
from pathlib import Path

from metaprov_core import __version__, errors
from metaprov_core.asking import explanation

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "metaprov"
copyright = "The metaprov developers"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    # Those beside this file: what is generated,
    "answers",
    "command_line",
    "note_codes",
    "package_list",
    # how it is shown,
    "environment_variables",
    "names_as_links",
    "one_line_signatures",
    # and whether anything is missing.
    "nothing_missing",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]

# autodoc reads comments in the module that a class names, and the errors name the public one.
for module in (errors, explanation):
    for value in vars(module).values():
        if getattr(value, "__module__", None) == "metaprov_core":
            value.__module__ = module.__name__

# The docstrings put names in single backticks, as all of the code does; those that are clear become
# links, on pages of Markdown too.
default_role = "code"
# What is shown can be typed.
smartquotes = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
add_module_names = False

# Records have fields called `type`; Python's own would be linked to them.
suppress_warnings = ["ref.python"]

myst_heading_anchors = 3

# Fonts, styles and scripts are all in the theme: a page loads nothing from elsewhere.
html_theme = "furo"
html_title = f"metaprov {release}"
html_copy_source = False
html_show_sphinx = False

# A session is copied without its prompts, and without what it printed.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
