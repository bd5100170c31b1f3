"""The page opens wherever its address is followed from."""

from __future__ import annotations

import pytest
from running import running

import metaprov_serve
from metaprov_core import Host

LINK = '<a href="{}">the inspector</a>'
LEADS = '<meta http-equiv="refresh" content="0; url={}">'


@pytest.mark.parametrize("page", [LINK, LEADS, None], ids=["link", "leads", "typed"])
def test_an_address_with_its_token_opens_the_page(browser, tmp_path, page):
    with Host(discover=True) as host:
        app = metaprov_serve.app([tmp_path], token="the-token", host=host)
        with running(app) as address:
            context = browser.new_context()
            tab = context.new_page()
            url = f"{address}/metaprov/?token=the-token"
            if page is None:
                tab.goto(url)
            else:
                # Of another site: a file.
                (tmp_path / "page.html").write_text(page.format(url), encoding="utf-8")
                tab.goto((tmp_path / "page.html").as_uri())
            if page is LINK:
                tab.click("a")
            tab.wait_for_url(f"{address}/metaprov/")
            assert tab.title() == "metaprov inspector"
            (cookie,) = context.cookies()
            assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
            context.close()
