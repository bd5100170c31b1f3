"""``metaprov serve SOURCE...``: folders in OHIF, in the inspector, and for Cornerstone3D."""

from __future__ import annotations

import os
import re
import secrets
import socket
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from metaprov_core.cli.arguments import AsJson, Sources
from metaprov_core.cli.as_json import print_json_line
from metaprov_core.cli.failures import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["app"]

app = typer.Typer(add_completion=False)

#: Arguments of a command can be read by every user of a machine, its environment cannot.
_TOKEN: Final = "METAPROV_SERVE_TOKEN"  # noqa: S105 - the name of a variable
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
#: What URLs and cookies have as it is (RFC 3986 2.3).
_FIT_FOR_URLS: Final = re.compile(r"[A-Za-z0-9._~-]+")
_NPM: Final = "npm"
#: How long answers may still be sent after Ctrl-C.
_LAST_SECONDS: Final = 3


@app.command(epilog="Example: metaprov serve scans/ --ohif npm --open")
def serve(
    sources: Sources,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: one that is free.")] = 8042,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    ohif: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            help="Serve OHIF too: the folder of a build of it, or npm to fetch one once.",
        ),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Pages of this origin may read answers."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name by which the server may be asked."),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            help=f"The token of requests, instead of a new one; better set {_TOKEN}, as others see "
            "arguments."
        ),
    ] = None,
    no_token: Annotated[
        bool, typer.Option("--no-token", help="Let every program of this machine ask.")
    ] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve images to browsers: the inspector, OHIF, DICOMweb, and an API for Cornerstone3D.

    Nothing can be changed through it. Prints a line for each page, with the token that it needs.
    """
    _check(sources, host, no_token=no_token)
    built = None if ohif is None else _built(ohif)
    secret = None if no_token else _secret(token or os.environ.get(_TOKEN))
    listening = _listening(host, port)
    import uvicorn

    from .application import app as application
    from .ohif import OhifError

    name = f"[{host}]" if ":" in host else host
    # Others can read the arguments of a browser, too.
    ticket = secrets.token_urlsafe(32) if open_page and secret else None
    try:
        asgi = application(
            sources,
            token=secret,
            ticket=ticket,
            allowed_hosts=[*(allow_host or ()), name],
            origins=origin or (),
            ohif=built,
        )
    except OhifError as error:
        raise typer.BadParameter(str(error), param_hint="--ohif") from error
    root = f"http://{name}:{listening.getsockname()[1]}"
    pages = _pages(root, secret, ohif=built is not None)
    if as_json:
        print_json_line(pages)
    else:
        for page, url in pages.items():
            typer.echo(f"{page:<10} {url}")
    # Whoever reads a pipe waits for it, and the command does not end.
    sys.stdout.flush()
    config = uvicorn.Config(
        asgi,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    if open_page:
        to_open = _pages(root, ticket, ohif=built is not None)
        webbrowser.open(to_open.get("ohif", to_open["inspector"]))
    uvicorn.Server(config).run(sockets=[listening])


def _check(sources: Sequence[str], host: str, *, no_token: bool) -> None:
    from .served import missing

    for source in missing(sources):
        raise typer.BadParameter(f"there is no {source}", param_hint="SOURCE")
    if no_token and host not in _LOOPBACK:
        raise typer.BadParameter(
            f"without a token every machine that reaches {host} could read the images; leave "
            "--no-token out, or listen at 127.0.0.1",
            param_hint="--no-token",
        )


def _secret(given: str | None) -> str:
    """The token: the one that is given, or 32 random bytes."""
    if given and not _FIT_FOR_URLS.fullmatch(given):
        # Not shown: it is a secret.
        raise typer.BadParameter("a token is of letters, digits, . _ ~ and -", param_hint="--token")
    return given or secrets.token_urlsafe(32)


def _built(ohif: str) -> Path:
    """The folder of OHIF."""
    if ohif != _NPM:
        return Path(ohif)
    from .ohif import OhifError, fetched_ohif

    try:
        return fetched_ohif(progress=tell)
    except OhifError as error:
        raise typer.BadParameter(str(error), param_hint="--ohif") from error


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens: whoever is told of the port can ask."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        # Without the protocol asyncio leaves TCP_NODELAY off, and small answers wait for 40 ms.
        listening = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        reason = f"cannot listen at {host} port {port}: {error.strerror or error}"
        raise typer.BadParameter(f"{reason}; --port takes another", param_hint="--port") from error
    return listening


def _pages(root: str, token: str | None, *, ohif: bool) -> dict[str, str]:
    """The URL of each page, by what it is."""
    asked = "" if token is None else f"?token={token}"
    pages = {"inspector": f"{root}/metaprov/{asked}"}
    if ohif:
        pages["ohif"] = f"{root}/{asked}"
    return {**pages, "dicomweb": f"{root}/dicomweb/studies{asked}"}
