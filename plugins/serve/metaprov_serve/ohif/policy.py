"""What OHIF may load: nothing from elsewhere (Content-Security-Policy)."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Final

__all__ = ["policy_of_page", "policy_of_worker"]

#: OHIF compiles WebAssembly, starts workers, and writes styles into its elements.
_POLICY: Final = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval' blob:",
    "worker-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
_INLINE: Final = re.compile(r"<script(?:\s+type=[\"']?[\w/]+[\"']?)?\s*>(.*?)</script>", re.DOTALL)


def policy_of_page(page: str) -> str:
    """Of the scripts within a page those that it has now are let run, by their hash."""
    return _policy(*dict.fromkeys(_hash_of(script) for script in _INLINE.findall(page)))


def policy_of_worker() -> str:
    """Of a script that is run as a worker, apart from the page: its decoders make functions."""
    return _policy("'unsafe-eval'")


def _policy(*scripts: str) -> str:
    policy = {**_POLICY, "script-src": " ".join([_POLICY["script-src"], *scripts])}
    return "; ".join(f"{what} {whence}" for what, whence in policy.items())


def _hash_of(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
