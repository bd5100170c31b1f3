"""What OHIF may load: nothing from elsewhere (Content-Security-Policy)."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Final

__all__ = ["content_security_policy"]

#: OHIF compiles WebAssembly, starts workers from blobs, and writes styles into its elements.
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


def content_security_policy(page: str = "") -> str:
    """The policy of a file; the scripts within a page are let run, and no others, by their hash."""
    hashes = dict.fromkeys(_hash_of(script) for script in _INLINE.findall(page))
    policy = {**_POLICY, "script-src": " ".join([_POLICY["script-src"], *hashes])}
    return "; ".join(f"{what} {whence}" for what, whence in policy.items())


def _hash_of(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
