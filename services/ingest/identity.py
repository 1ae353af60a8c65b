"""What makes an article the same article: its id, its canonical URL, its content."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit
from zlib import crc32

from w3lib.url import canonicalize_url, url_query_cleaner

from services.publishers.hosts import host_of

MAX_ID_BYTES = 200
_SAFE_ID = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_PLAIN = re.compile(
    r"(https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+((?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?))"
    r"(?:\?((?:[A-Za-z0-9._-]+=[A-Za-z0-9._-]+(?:&(?!$|#))?)+))?(?:#[A-Za-z0-9_-]*)?"
)
"""An address with a host, a path and a query in which no character is encoded, or could be."""
_TRACKING = frozenset(
    "utm_source utm_medium utm_campaign utm_term utm_content utm_id utm_name utm_reader utm_social utm_brand "
    "utm_cid gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid "
    "mkt_tok _hsenc _hsmi vero_id oly_anon_id oly_enc_id rb_clickid s_cid cmpid ocid ncid ref_src ref_url ref "
    "smid smtyp partner guccounter guce_referrer guce_referrer_sig spm at_medium at_campaign xtor trk "
    "trkcampaign wt_mc wt.mc_id _ga _gl srsltid li_fat_id epik sc_cid gad_source gad_campaignid fb_action_ids "
    "fb_source".split()
)
_TRACKING_FAMILIES = ("utm_", "mtm_", "pk_", "piwik_", "hsa_")


def canonical_url(url: str) -> str:
    """The URL without tracking parameters and fragment, its query in a fixed order.

    Raises ValueError for what is not an http or https address.
    """
    if plain := _PLAIN.fullmatch(url):
        return _plain_url(plain)
    return canonical_in_full(url)


def _plain_url(url: re.Match[str]) -> str:
    """The same as `canonical_in_full` says of an address in which nothing needs to be encoded, ten times as fast."""
    start, path, query = url.groups()
    start = start if path else start + "/"
    if not query:
        return start
    kept = sorted(pair.split("=") for pair in query.split("&") if not _is_tracking(pair.partition("=")[0]))
    return start + ("?" + "&".join(map("=".join, kept)) if kept else "")


def _is_tracking(name: str) -> bool:
    return name.lower() in _TRACKING or name.lower().startswith(_TRACKING_FAMILIES)


def canonical_in_full(url: str) -> str:
    """What `canonical_url` says, by the library alone."""
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError("expected an http or https address")
    if parts.port == {"http": 80, "https": 443}[parts.scheme.lower()]:
        parts = parts._replace(netloc=parts.netloc.rpartition(":")[0])
    named = parts.netloc.rpartition("@")[2].partition(":")[0]
    if not named.isascii() and (host := host_of(parts.geturl())):
        parts = parts._replace(netloc=parts.netloc.replace(named, host))
    names = {pair.partition("=")[0] for pair in parts.query.split("&")}
    cleaned = url_query_cleaner(parts.geturl(), list(filter(_is_tracking, names)), remove=True, unique=False)
    return str(canonicalize_url(cleaned, keep_fragments=False))


def article_id(publisher: str, own_id: str | None, url: str | None, content: str) -> tuple[str, str | None]:
    """The article's id and, where that had to be hashed, the publisher's own id.

    The publisher's name, `:`, and its own id, else a hash of the canonical URL, else of the content. An own id that is
    not safe in a URL, or makes the whole longer than 200 bytes, is hashed.
    """
    if own_id is None:
        return f"{publisher}:{'u' if url else 'c'}-{_digest(url or content)}", None
    plain = f"{publisher}:{own_id}"
    if _SAFE_ID.fullmatch(own_id) and len(plain) <= MAX_ID_BYTES:
        return plain, None
    return f"{publisher}:h-{_digest(own_id)}", own_id


def content_hashes(fields: Mapping[str, object]) -> tuple[str, str]:
    """A hash over all fields, equal for equal articles in every process, and `name:hash` of each that says something.

    The latter are short, and stand blank-separated.
    """
    written = {name: repr(value).encode() for name, value in fields.items()}
    said = [name for name, value in fields.items() if value not in (None, "", ())]
    each = " ".join([f"{name}:{crc32(written[name]):08x}" for name in said])
    return hashlib.sha256(b"(%b)" % b", ".join(written.values())).hexdigest()[:32], each


def changed_fields(before: str, after: str) -> tuple[str, ...]:
    """The names of the fields in which two `field_hashes` differ, in alphabetical order."""
    one, other = (dict(pair.split(":", 1) for pair in hashes.split()) for hashes in (before, after))
    return tuple(sorted(name for name in {*one, *other} if one.get(name) != other.get(name)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
