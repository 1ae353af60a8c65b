"""Addresses that operators name: which are taken, and what of them may be shown."""

from urllib.parse import urlsplit

MAX_URL_CHARACTERS = 2_000


def web_address(url: str) -> str:
    """The address without its fragment. Raises ValueError, which does not repeat it, unless it is http or https."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or len(url) > MAX_URL_CHARACTERS or not url.isprintable() or " " in url:
        raise ValueError(f"expected an address of http:// or https://, of at most {MAX_URL_CHARACTERS} characters")
    return parts._replace(fragment="").geturl()


def without_credentials(url: str) -> str:
    """The address without the user and password that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def shown(url: str) -> str:
    """The address as logs may have it: without credentials, and without a query, which may hold others."""
    try:
        parts = urlsplit(without_credentials(url))
    except ValueError:
        return "(not an address)"
    return parts._replace(query="…" if parts.query else "", fragment="").geturl()
