"""OHIF's files as a browser gets them, and how its package is fetched and checked."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
import tarfile
from base64 import b64encode
from hashlib import sha256, sha512
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from metaprov_serve.ohif import OHIF_VERSION, OhifError, app_config, fetched_ohif, ohif_routes
from metaprov_serve.ohif import fetched as fetched_module
from metaprov_serve.ohif.cache_folder import cache_folder

SCRIPT = 'window.PUBLIC_URL="/"'
FILES = {
    "index.html": f"<html><script>{SCRIPT}</script><script defer src='/app.js'></script></html>",
    "app-config.js": "window.config = {name: 'of the package'};",
    "app.bundle.0f6159c501addfe9.js": "start();",
    "app.bundle.css": "body {}",
    "0ddf166f7a343eda.wasm": "\0asm",
    "manifest.json": "{}",
    "customizations/tools/ctPresets.jsonc": "// presets",
    "assets/favicon.ico": "icon",
    "ohif-logo.svg": "<svg/>",
    "a34f9d1faa5f3315.woff2": "font",
    "LICENSE": "words",
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "ohif"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


@pytest.fixture
def ask(folder):
    """Asks for a path, which is sent as it is, without a network."""

    def ask(path, method="GET", **headers):
        return asked(Starlette(routes=ohif_routes(folder)), path, method, headers)

    return ask


def asked(app, path, method="GET", headers=None):
    """The answer of an application to one request."""
    import anyio

    async def request():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers)

    return anyio.run(request)


def policy_of(answer):
    """The lines of its Content-Security-Policy."""
    lines = answer.headers["content-security-policy"].split("; ")
    return dict(line.split(" ", 1) for line in lines)


class TestFiles:
    @pytest.mark.parametrize(
        ("path", "media_type"),
        [
            ("/app.bundle.0f6159c501addfe9.js", "text/javascript; charset=utf-8"),
            ("/app.bundle.css", "text/css; charset=utf-8"),
            ("/0ddf166f7a343eda.wasm", "application/wasm"),
            ("/manifest.json", "application/json"),
            ("/customizations/tools/ctPresets.jsonc", "application/json"),
            ("/assets/favicon.ico", "image/x-icon"),
            ("/ohif-logo.svg", "image/svg+xml"),
            ("/a34f9d1faa5f3315.woff2", "font/woff2"),
            ("/index.html", "text/html; charset=utf-8"),
            ("/LICENSE", "application/octet-stream"),
        ],
    )
    def test_files_have_their_media_type_on_every_machine(self, ask, path, media_type):
        answer = ask(path)
        assert answer.status_code == 200
        assert answer.text == FILES[path[1:]]
        assert answer.headers["content-type"] == media_type
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("path", ["/app.bundle.0f6159c501addfe9.js", "/0ddf166f7a343eda.wasm"])
    def test_files_named_by_their_content_are_kept(self, ask, path):
        assert ask(path).headers["cache-control"] == "private, max-age=31536000, immutable"

    @pytest.mark.parametrize("path", ["/", "/app.bundle.css", "/app-config.js", "/manifest.json"])
    def test_all_others_are_asked_for_again(self, ask, path):
        assert ask(path).headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize(
        "path", ["/", "/viewer?StudyInstanceUIDs=1.2", "/tmtv", "/viewer/dicomweb", "/a/1.2.840.10"]
    )
    def test_pages_are_all_the_index(self, ask, path):
        answer = ask(path)
        assert (answer.status_code, answer.text) == (200, FILES["index.html"])
        assert answer.headers["content-type"] == "text/html; charset=utf-8"

    @pytest.mark.parametrize(
        "path",
        [
            "/missing.js",
            "/assets/missing.png",
            "/viewer/x.wasm",
            "/a.map",
            "/dicomweb/x",
            "/metaprov",
        ],
    )
    def test_a_missing_file_is_no_page(self, ask, path):
        assert ask(path).status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/assets/..%2f..%2fsecret.txt",
            "/..%5csecret.txt",
        ],
    )
    def test_nothing_beside_the_folder_is_answered(self, ask, folder, path):
        folder.with_name("secret.txt").write_text("secret", encoding="utf-8")
        assert "secret" not in ask(path).text

    @pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
    def test_a_link_out_of_the_folder_is_not_followed(self, ask, folder):
        folder.with_name("secret.txt").write_text("secret", encoding="utf-8")
        (folder / "link.txt").symlink_to(folder.with_name("secret.txt"))
        assert ask("/link.txt").status_code == 404

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    @pytest.mark.parametrize("path", ["/", "/app-config.js", "/app.bundle.css"])
    def test_nothing_can_be_written(self, ask, path, method):
        assert ask(path, method).status_code == 405

    def test_head_has_no_body(self, ask):
        answer = ask("/app.bundle.css", "HEAD")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == str(len(FILES["app.bundle.css"]))

    def test_what_a_browser_has_is_not_sent_again(self, ask):
        version = ask("/").headers["etag"]
        again = ask("/", **{"If-None-Match": version})
        assert (again.status_code, again.content) == (304, b"")

    def test_another_version_of_equal_size_and_time_is_sent(self, ask, folder):
        index = folder / "index.html"
        os.utime(index, (499162500, 499162500))
        old = ask("/").headers
        other = folder / "other.html"
        other.write_text(FILES["index.html"].replace("app.js", "new.js"), encoding="utf-8")
        os.utime(other, (499162500, 499162500))
        other.replace(index)
        known = {"If-None-Match": old["etag"], "If-Modified-Since": "Fri, 26 Oct 2040 08:15:00 GMT"}
        answer = ask("/", **known)
        assert answer.status_code == 200
        assert "new.js" in answer.text

    def test_the_policy_lets_the_scripts_of_the_page_run_and_nothing_foreign(self, ask):
        policy = policy_of(ask("/viewer"))
        digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
        assert policy["script-src"] == f"'self' 'wasm-unsafe-eval' blob: 'sha256-{digest}'"
        assert policy["default-src"] == "'self'"
        assert not [line for line in policy.values() if "http" in line or "*" in line]

    def test_workers_alone_may_make_functions_of_text(self, ask):
        assert "'unsafe-eval'" in policy_of(ask("/app.bundle.0f6159c501addfe9.js"))["script-src"]
        assert "'unsafe-eval'" not in policy_of(ask("/"))["script-src"]

    @pytest.mark.parametrize("inner", ["dist", "."])
    def test_the_package_of_npm_may_be_given_as_well(self, folder, tmp_path, inner):
        given = tmp_path / "package"
        (given / inner).parent.mkdir(exist_ok=True)
        folder.rename(given / inner if inner == "dist" else given)
        assert asked(Starlette(routes=ohif_routes(given)), "/app.bundle.css").status_code == 200

    def test_a_folder_that_is_no_ohif_is_said(self, tmp_path):
        with pytest.raises(OhifError, match=r"no built OHIF.*--ohif npm"):
            ohif_routes(tmp_path)


class TestConfiguration:
    def test_it_is_ours_and_not_that_of_the_package(self, ask):
        answer = ask("/app-config.js")
        assert answer.text == app_config()
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"

    def test_this_server_is_the_only_source(self):
        config = json.loads(app_config().removeprefix("window.config = ").removesuffix(";\n"))
        [source] = config["dataSources"]
        assert source["sourceName"] == config["defaultDataSourceName"] == "dicomweb"
        assert source["namespace"].endswith(".dicomweb")
        settings = source["configuration"]
        roots = {settings[root] for root in ("qidoRoot", "wadoRoot", "wadoUriRoot")}
        assert roots == {"/dicomweb"}
        assert settings["imageRendering"] == "wadors"
        assert settings["thumbnailRendering"] == "thumbnailDirect"
        assert settings["omitQuotationForMultipartRequest"] is True
        assert settings["bulkDataURI"] == {"enabled": True, "relativeResolution": "studies"}
        assert config["investigationalUseDialog"] == {"option": "never"}
        assert "://" not in app_config()


def tarball(files, link=None):
    """The bytes of a package as npm packs it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
        if link is not None:
            member = tarfile.TarInfo("package/link")
            member.type, member.linkname = tarfile.SYMTYPE, link
            archive.addfile(member)
    return out.getvalue()


PACKAGE = {f"package/dist/{name}": text for name, text in FILES.items()}

#: A program in place of npm: it writes down what it was asked, and does what a file says.
NPM = """#!{python}
import json, pathlib, shutil, sys
here = pathlib.Path({folder!r})
plan = json.loads((here / "plan.json").read_text())
with (here / "asked.txt").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
if plan.get("error"):
    print(json.dumps({{"error": {{"code": plan["error"], "summary": "at http://user:pw@reg"}}}}))
    sys.exit(1)
if sys.argv[1] == "view":
    print(json.dumps(plan["integrity"]))
else:
    into = sys.argv[sys.argv.index("--pack-destination") + 1]
    shutil.copy(here / "package.tgz", pathlib.Path(into) / "ohif-app.tgz")
    print("[]")
"""


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Sets what npm does: its tarball, its error; gives what it was asked."""
    if sys.platform == "win32":
        pytest.skip("a program of Python's is none there")
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "npm"
    program.write_text(NPM.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("METAPROV_CACHE_DIR", str(tmp_path / "cache"))

    def does(package=b"", *, error=None, known=True):
        integrity = f"sha512-{b64encode(sha512(package).digest()).decode()}"
        (folder / "package.tgz").write_bytes(package)
        plan = {"error": error, "integrity": integrity}
        (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        monkeypatch.setattr(
            fetched_module, "_INTEGRITY", {OHIF_VERSION: integrity} if known else {}
        )
        return lambda: (folder / "asked.txt").read_text(encoding="utf-8").splitlines()

    return does


def left(tmp_path):
    """What is in the cache."""
    return [path.name for path in (tmp_path / "cache").glob("ohif/*")]


class TestFetching:
    def test_it_is_fetched_once_and_kept(self, npm, tmp_path):
        asked = npm(tarball(PACKAGE))
        said = []
        folder = fetched_ohif(progress=said.append)
        assert folder == tmp_path / "cache" / "ohif" / OHIF_VERSION / "dist"
        assert (folder / "index.html").read_text(encoding="utf-8") == FILES["index.html"]
        assert fetched_ohif() == folder
        [line] = asked()
        assert line.startswith(f"pack @ohif/app@{OHIF_VERSION} ")
        assert [line.split()[0] for line in said] == ["fetching", "unpacking"]
        assert left(tmp_path) == [OHIF_VERSION]

    def test_what_is_not_the_known_package_is_not_unpacked(self, npm, tmp_path, monkeypatch):
        npm(tarball(PACKAGE))
        monkeypatch.setattr(fetched_module, "_INTEGRITY", {OHIF_VERSION: "sha512-other"})
        with pytest.raises(OhifError, match=r"integrity.*sha512-other.*Try again"):
            fetched_ohif()
        assert left(tmp_path) == []

    def test_of_a_version_that_is_not_known_npm_says_the_integrity(self, npm):
        asked = npm(tarball(PACKAGE), known=False)
        assert (fetched_ohif("3.14.0") / "index.html").is_file()
        assert [line.split()[:2] for line in asked()] == [
            ["pack", "@ohif/app@3.14.0"],
            ["view", "@ohif/app@3.14.0"],
        ]

    @pytest.mark.parametrize("version", ["latest", "^3.13.2", "3.13", "../3.13.2", "3.13.2 --x"])
    def test_a_version_is_exact(self, npm, version):
        npm()
        with pytest.raises(OhifError, match="exact version"):
            fetched_ohif(version)

    @pytest.mark.parametrize(
        ("name", "link"),
        [("../outside.txt", None), ("package/../../outside.txt", None), ("package/a", "/etc")],
        ids=["above", "above-the-package", "a-link-out"],
    )
    def test_a_package_that_writes_elsewhere_is_refused(self, npm, tmp_path, name, link):
        npm(tarball({**PACKAGE, name: "escaped"}, link))
        with pytest.raises(OhifError, match="cannot be unpacked"):
            fetched_ohif()
        assert not list(tmp_path.rglob("outside.txt"))
        assert left(tmp_path) == []

    def test_a_package_that_is_cut_off_is_refused(self, npm, tmp_path):
        npm(tarball(PACKAGE)[:-200])
        with pytest.raises(OhifError, match="cannot be unpacked"):
            fetched_ohif()
        assert left(tmp_path) == []

    def test_a_package_without_a_viewer_is_refused(self, npm, tmp_path):
        npm(tarball({"package/package.json": "{}"}))
        with pytest.raises(OhifError, match="no built viewer"):
            fetched_ohif()
        assert left(tmp_path) == []

    def test_what_is_not_whole_is_replaced(self, npm, tmp_path):
        npm(tarball(PACKAGE))
        broken = tmp_path / "cache" / "ohif" / OHIF_VERSION
        broken.mkdir(parents=True)
        (broken / "half.txt").touch()
        assert (fetched_ohif() / "index.html").is_file()
        assert not (broken / "half.txt").exists()

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("ENOTFOUND", r"cannot reach.*network.*--ohif FOLDER"),
            ("ETIMEDOUT", r"cannot reach.*network"),
            ("ETARGET", "has no @ohif/app"),
            ("EINTEGRITY", r"cannot fetch.*EINTEGRITY.*`npm pack"),
        ],
    )
    def test_errors_of_npm_say_what_to_do_and_no_address(self, npm, tmp_path, code, words):
        npm(error=code)
        with pytest.raises(OhifError, match=words) as raised:
            fetched_ohif()
        assert "http" not in str(raised.value)
        assert left(tmp_path) == []

    def test_without_npm_the_error_says_what_to_install(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("METAPROV_CACHE_DIR", str(tmp_path / "cache"))
        with pytest.raises(OhifError, match=r"npm, which is missing.*Node\.js.*--ohif FOLDER"):
            fetched_ohif()

    def test_a_cache_that_cannot_be_written_is_said(self, npm, tmp_path):
        npm(tarball(PACKAGE))
        (tmp_path / "cache").write_text("a file", encoding="utf-8")
        with pytest.raises(OhifError, match="METAPROV_CACHE_DIR"):
            fetched_ohif()


class TestCacheFolder:
    def test_the_environment_says_where(self, monkeypatch, tmp_path):
        monkeypatch.setenv("METAPROV_CACHE_DIR", str(tmp_path))
        assert cache_folder() == tmp_path

    @pytest.mark.parametrize(
        ("platform", "variables", "wanted"),
        [
            ("linux", {}, ".cache/metaprov"),
            ("linux", {"XDG_CACHE_HOME": "relative"}, ".cache/metaprov"),
            ("darwin", {"XDG_CACHE_HOME": "/ignored"}, "Library/Caches/metaprov"),
            ("win32", {}, "AppData/Local/metaprov"),
        ],
        ids=["linux", "relative", "mac", "windows"],
    )
    def test_else_it_is_among_the_caches_of_the_user(
        self, monkeypatch, tmp_path, platform, variables, wanted
    ):
        for name in ("METAPROV_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(Path, "home", lambda: tmp_path)
        assert cache_folder() == tmp_path / wanted

    def test_an_absolute_one_of_linux_is_taken(self, monkeypatch, tmp_path):
        monkeypatch.delenv("METAPROV_CACHE_DIR", raising=False)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.setattr(sys, "platform", "linux")
        assert cache_folder() == tmp_path / "metaprov"
