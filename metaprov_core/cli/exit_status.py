"""The exit statuses of every command, metaprov's own and those of plugins."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["ExitStatus"]


class ExitStatus(IntEnum):
    """What a program learns of a command; the graver of two has the greater number."""

    #: Everything that was asked for was done.
    DONE = 0
    #: There is no such answer, image or series.
    NOTHING = 1
    #: Wrong usage, a source or an image that cannot be read, or a file that cannot be written.
    UNUSABLE = 2
    #: The command went to its end, but some images failed, or a plugin raised.
    SOME_FAILED = 3
    #: Something is as grave as ``--fail-on`` says, or graver.
    FAIL_ON = 4
    #: Ctrl-C.
    INTERRUPTED = 130
    #: Whoever read the output has read enough, as ``head`` does; what a shell calls SIGPIPE.
    PIPE_CLOSED = 141
