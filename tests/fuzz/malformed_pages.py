"""Pages and forms that hold no article, requests of no known type, and bodies that are not what their coding says."""

import gzip
import sys
import zlib
from collections.abc import Callable
from random import Random
from urllib.parse import quote_plus

import brotli  # type: ignore[import-untyped]
import orjson

from tests.fuzz import documents
from tests.fuzz.damage import Case, Damage, of_kind
from tests.fuzz.samples import Samples

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_FURNITURE = (
    *("Home", "World", "Log in", "Subscribe", "© 2026 Quay Wire. All rights reserved.", "Privacy policy", "Menu"),
    *("Share this", "Advertisement", "Related articles", "Leave a comment", "Sign up for our newsletter", "3 min read"),
)
_NO_PAGES = (
    *(b"", b"  \n\t ", b"<!-- x -->", b"<html></html>", b"<html><head></head><body></body></html>", b"<!doctype html>"),
    *(b"<p> </p>", b"<script>var title = 1</script>", b"<style>p{}</style>", b"<img src='https://quay.example/a.png'>"),
    *(b"<svg><path d='M0 0'/></svg>", b"<br><hr>", b"\xef\xbb\xbf", b"<title> </title>", b"<h1></h1><p>&nbsp;</p>"),
    *(b"<meta name=description content=''>", b"<script type='application/ld+json'>{</script>", b"</body></html>"),
)
_NO_FORMS = (
    *("", "h=entry", "h=entry&content=", "h=entry&name=+", "h=event&name=x&content=y", "h=entry&category[]=ports", "="),
    *("action=delete", "action=delete&url=", "action=undelete", "action=update&url=https://quay.example/1", "&&&", "a"),
    *("action=burn&url=https://quay.example/1", "h=entry&content=c&post-status=draft", "url=https://quay.example/1"),
    *("h=entry&name=a%00b&content=c", "h=entry&content=%ff%fe", "h=entry&content=%C3", "h=entry&name=%ED%A0%80", "%"),
    *("h=entry&name=n&published=0001-01-01", "h=entry&name=n&published=2999-01-01", "access_token=x"),
    *("h=entry&name=n&uid=" + "x" * 513, "action=delete&url=nowhere", "h=entry&content=c&visibility=private"),
    "&".join(f"a{n}=b" for n in range(2100)),
)
_TYPES: tuple[str | None, ...] = (
    *(None, "", ";", "json", "application", "application/", "/json", "*/*", "text/*", "application/json/x", "a/b/c"),
    *("image/png", "application/pdf", "video/mp4", "text/csv", "application/octet-stream", "text/markdown", "text/css"),
    *(
        "application/xml-dtd",
        "application/zip",
        "application/javascript",
        "multipart/mixed; boundary=x",
        "message/rfc822",
    ),
    *(
        "application/vnd.ms-excel",
        "audio/mpeg",
        "text/calendar",
        "application/x-yaml",
        "text/x-json",
        "applicationjson",
    ),
    *("application/json+x", "application/xml+", "application/rtf", "font/woff2", "multipart/related", "text/xml-ish"),
)
_CODINGS = (
    *("compress", "exi", "pack200-gzip", "aes128gcm", "gzip;q=1", "*", "lzma", "gz", "bzip2", "xz", "dcb", "dcz", "x"),
    *("gzip, gzip, gzip, gzip", "br, br, br, br", "gzip br", "base64", "identity;q=0", "gzip, unknown", "utf-8"),
)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, 1, mtime=0),
    "deflate": lambda body: zlib.compress(body, 1),
    "br": lambda body: bytes(brotli.compress(body, quality=1)),
    "zstd": lambda body: zstd.compress(body, options={zstd.CompressionParameter.checksum_flag: 1}),
}
_TRAILER = {"gzip": 8, "deflate": 4, "zstd": 4}
_BOMBS: dict[str, bytes] = {}


def _no_text(random: Random, _: Samples) -> Case:
    """A page in plain text that is not text, or nothing but furniture."""
    lines = random.choices(_FURNITURE, k=random.randint(1, 8))
    page = "\n\n".join(lines).encode()
    not_utf_8 = documents.paragraphs(random).encode() + random.choice((b"\xff", b"\xe9 ", b"\xc3", b"\xed\xa0\x80"))
    with_nul = f"{documents.words(random)}\n\n{documents.paragraphs(random)}\0".encode()
    charset = random.choice(("utf-32", "utf-7", "x-harbor", "rot13", "idna", "zlib", "undefined"))
    return random.choice(
        (
            of_kind(random, "text", page),
            of_kind(
                random, "text", random.choice((b"", b" ", b"\n\n\n", b"\xef\xbb\xbf", b"\x07\x08", b"\xe2\x80\x8b"))
            ),
            of_kind(random, "text", not_utf_8),
            of_kind(random, "text", with_nul),
            of_kind(random, "text", documents.paragraphs(random).encode(), charset),
        )
    )


def _no_page(random: Random, _: Samples) -> Case:
    links = "".join(f"<li><a href='/{n}'>{line}</a></li>" for n, line in enumerate(random.choices(_FURNITURE, k=5)))
    page = f"<html><body><nav><ul>{links}</ul></nav><footer>{random.choice(_FURNITURE)}</footer></body></html>"
    return of_kind(random, "html", random.choice((*_NO_PAGES, page.encode())))


def _rubbish_page(random: Random, _: Samples) -> Case:
    """What is no page at all: pictures, archives, bytes by chance."""
    start = random.choice(
        (b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\xff\xd8\xff\xe0", b"\x1f\x8b", b"%PDF-1.7\n", b"\x00")
    )
    return of_kind(random, "html", start + random.randbytes(random.randint(400, 4_000)))


def _page_charset(random: Random, _: Samples) -> Case:
    page = documents.html(random).replace("port", "Häfen", 1).replace("</title>", " Häfen</title>")
    charset = random.choice(("utf-8", "utf-32", "utf-7", "x-harbor", "rot13", "us-ascii-7", "hex", "punycode"))
    return of_kind(random, "html", page.encode("latin-1"), charset)


def _deep_page(random: Random, _: Samples) -> Case:
    return of_kind(random, "html", b"<div>" * random.randint(2_000, 20_000) + b"t")


def _huge_page(random: Random, _: Samples) -> Case:
    """Four megabytes of tags, or just as much as a page may have."""
    tag = random.choice((b"<div>", b"<p>", b"<b>", b"<table><tr><td>", b"<a href=x>", b"<li>"))
    return of_kind(random, "html", tag * (random.choice((4_000_000, 2_990_000)) // len(tag)))


def _no_form(random: Random, _: Samples) -> Case:
    raw = random.choice((*_NO_FORMS, "h=entry&content=ä"))
    return of_kind(random, "form", raw.encode("latin-1"))


def _no_multipart(random: Random, _: Samples) -> Case:
    boundary = random.choice(("x", "----quay", "a" * 70))
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    whole = (part % ("h", "entry") + part % ("content", documents.words(random)) + f"--{boundary}--\r\n").encode()
    cut = whole[: random.randrange(len(whole) - len(boundary) - 6)]
    nothing = (part % ("h", "entry") + part % ("category[]", "ports") + f"--{boundary}--\r\n").encode()
    kind = f"multipart/form-data; boundary={boundary}"
    bare = random.choice(
        ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; charset=utf-8")
    )
    return random.choice(
        (
            Case("", whole, bare),
            Case("", cut, kind),
            Case("", nothing, kind),
            Case("", whole, "multipart/form-data; boundary=other"),
            Case("", random.choice((b"", b"\r\n", documents.words(random).encode())), kind),
            Case("", whole.replace(b"form-data; name", b"attachment; x"), kind),
            Case("", whole.replace(b"\r\n\r\n", b"\r\n", 2), kind),
        )
    )


def _unknown_type(random: Random, samples: Samples) -> Case:
    kind = random.choice(("json", "xml", "html", "text"))
    return Case("", samples.any(random, kind), random.choice(_TYPES), header_at_fault=True)


def _unknown_coding(random: Random, _: Samples) -> Case:
    body = orjson.dumps(documents.native(random))
    return Case("", body, coding=random.choice(_CODINGS), header_at_fault=True)


def _corrupt(random: Random, _: Samples) -> Case:
    """A sound article in a coding that is cut, has bytes after its end, a wrong checksum, or is another."""
    article = orjson.dumps(documents.native(random))
    coding = random.choice(tuple(PACK))
    packed = PACK[coding](article)
    damaged = [packed[: random.randrange(len(packed) - 1)], packed + b"\xffrest", b"\xff" + packed, article, b""]
    if (size := _TRAILER.get(coding)) is not None:
        at = len(packed) - random.randint(1, size)
        damaged.append(packed[:at] + bytes([packed[at] ^ (1 << random.randrange(8))]) + packed[at + 1 :])
    return Case("", random.choice(damaged), coding=coding)


def _nested(random: Random, _: Samples) -> Case:
    """Codings on top of each other, the innermost cut or the outermost missing."""
    article = orjson.dumps(documents.native(random))
    inner, outer = random.choice(tuple(PACK)), random.choice(tuple(PACK))
    packed = PACK[inner](article)
    cut = PACK[outer](packed[: random.randrange(len(packed) - 1)])
    return Case("", random.choice((cut, packed)), coding=f"{inner}, {outer}")


def _bomb(random: Random, _: Samples) -> Case:
    """Far more than a body may have, packed to very little."""
    coding = random.choice(tuple(PACK))
    if coding not in _BOMBS:
        _BOMBS[coding] = PACK[coding](b'{"title":"t","body":"' + b" " * 30_000_000)
    if random.random() < 0.3:
        return Case("", PACK["gzip"](_BOMBS[coding]), coding=f"{coding}, gzip")
    return Case("", _BOMBS[coding], coding=coding)


def _long_text(random: Random, _: Samples) -> Case:
    """More text than an article may have, in a form or on a page."""
    sentence = documents.words(random) + ". "
    text = sentence * (1_100_000 // len(sentence))
    form = Case("", ("h=entry&name=n&content=" + quote_plus(text)).encode(), "application/x-www-form-urlencoded")
    return random.choice((form, of_kind(random, "text", f"Pilots strike again today\n\n{text}".encode())))


DAMAGES: dict[str, Damage] = {
    "text: no article": _no_text,
    "html: no article": _no_page,
    "html: rubbish": _rubbish_page,
    "html: wrong charset": _page_charset,
    "html: nested too deep": _deep_page,
    "form: no article": _no_form,
    "multipart: broken": _no_multipart,
    "type: unknown": _unknown_type,
    "coding: unknown": _unknown_coding,
    "coding: corrupt": _corrupt,
    "coding: nested and corrupt": _nested,
}
RARE: dict[str, Damage] = {"html: huge": _huge_page, "coding: bomb": _bomb, "text: too long": _long_text}
