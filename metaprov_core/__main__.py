"""``python -m metaprov_core``: the command line where its script is not on the path."""

from __future__ import annotations

from metaprov_command import main

main()
