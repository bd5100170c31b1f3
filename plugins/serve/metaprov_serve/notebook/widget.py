"""The widget: an output of a notebook that images are looked at in."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anywidget
import traitlets

from .application import application
from .channel import Channel

if TYPE_CHECKING:
    from .shown_images import ShownImages

__all__ = ["ImageWidget"]


class ImageWidget(anywidget.AnyWidget):
    """Images as a notebook shows them, where it is the last line of a cell.

    It keeps nothing of them: what is on the screen was asked of the kernel, and a notebook that is
    saved has neither pixels nor names of patients in it.
    """

    _esm = Path(__file__).with_name("widget.js")
    #: What is shared in a page, is among widgets of the same release.
    _release = traitlets.Unicode(version("metaprov-serve")).tag(sync=True)

    def __init__(self, shown: ShownImages) -> None:
        super().__init__()
        self._shown: Final = shown
        self._channel: Final = Channel(application(shown), self.send)
        self.on_msg(lambda _widget, content, _buffers: self._channel.receive(content))

    @property
    def image_ids(self) -> tuple[str, ...]:
        """The images that are shown."""
        return self._shown.image_ids

    def close(self) -> None:
        """Ends the widget, in the notebook too."""
        self._channel.close()
        super().close()

    def __repr__(self) -> str:
        count = len(self.image_ids)
        return f"<ImageWidget: {count:,} image{'' if count == 1 else 's'}, in a notebook>"
