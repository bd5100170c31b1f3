"""Images in a notebook: what the pages ask a server for goes over the channel of the kernel."""

from .show import show

__all__ = ["show"]
