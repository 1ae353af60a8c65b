"""Host names: whose is the address that an article stands at?"""

import re
from urllib.parse import unquote

import idna

_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*:[/\\]*([^/\\?#]*)", re.IGNORECASE)
_CONTROLS_AND_SPACE = "".join(map(chr, range(0x21)))
_LEFT_OUT = dict.fromkeys(map(ord, "\t\n\r"))
_DOTS = re.compile("[.。．｡]")
_MAX_LENGTH = 253


def domain(text: str) -> str:
    """The name in lower case and ASCII (IDNA 2008 after UTS #46). Raises ValueError for what is no host name."""
    try:
        name = idna.encode(text.strip().removesuffix("."), uts46=True).decode()
    except UnicodeError as problem:
        raise ValueError("expected a host name alone, such as quay.example") from problem
    return name


def host_of(url: str) -> str | None:
    """The host of an absolute address as a browser finds it, in lower case and ASCII; None where it has none.

    Backslashes are slashes, user and port go, percent signs and full-width letters are undone (WHATWG URL).
    """
    found = _AUTHORITY.match(url.strip(_CONTROLS_AND_SPACE).translate(_LEFT_OUT))
    if found is None:
        return None
    host = found[1].rpartition("@")[2]
    host = host if host.startswith("[") else host.partition(":")[0]
    name = _ascii(unquote(host)).removesuffix(".")
    return name if 0 < len(name) <= _MAX_LENGTH else None


def covers(domains: tuple[str, ...], host: str) -> bool:
    """Whether the host is one of these domains or within one."""
    return any(host == name or host.endswith("." + name) for name in domains)


def _ascii(host: str) -> str:
    """The host in ASCII, whatever it is: what IDNA refuses, such as an emoji, browsers encode all the same."""
    if host.isascii():
        return host.lower()
    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
    except UnicodeError:
        mapped = host.lower()
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in _DOTS.split(mapped)
    )
