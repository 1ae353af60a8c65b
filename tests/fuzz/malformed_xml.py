"""XML that is certainly no article in any XML format; feeds are read loosely, so less of it can be said of them."""

import re
from random import Random

from tests.fuzz import documents
from tests.fuzz.damage import Case, Damage, of_kind
from tests.fuzz.samples import Samples

_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_END = re.compile(r"</[A-Za-z][\w:.-]*>")
_LOOSE = frozenset({b"html"})
_NOTHING = (
    *(
        b"",
        b" \n",
        b'<?xml version="1.0"?>',
        b"<!-- nothing -->",
        b"<?xml version='1.0'?><!-- x -->\n",
        b"Pilots strike",
    ),
    *(
        b"\xef\xbb\xbf",
        b"{}",
        b'{"title":"t","body":"b"}',
        b"<",
        b"<>",
        b"< rss/>",
        b"</rss>",
        b"<!DOCTYPE rss>",
        b"&amp;",
    ),
)
_ROOTS = (
    *("opml", "Envelope", "svg", "kml", "TEI", "articles", "sitemap", "channel", "item", "url", "NewsML", "book", "r"),
    *("newsitem", "RSS", "Feed", "URLSET", "html5", "rss2", "nitfx", "x-feed", "привет"),
)
_EMPTY = (
    "<rss/>",
    '<rss version="2.0"><channel/></rss>',
    '<rss version="2.0"><channel><title>Quay</title><link>https://quay.example/</link></channel></rss>',
    '<rss version="2.0"><channel><title>Quay</title><item/></channel></rss>',
    '<rss version="2.0"><channel><item><guid>urn:quay:1</guid><link>https://quay.example/1</link></item></channel></rss>',
    '<rss version="2.0"><channel><item><title> </title><description></description></item><item/></channel></rss>',
    '<rss version="2.0"><channel><item><category>ports</category></item></channel></rss>',
    '<feed xmlns="http://www.w3.org/2005/Atom"/>',
    '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:quay</id><title>Quay</title></feed>',
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:quay:1</id><title/></entry></feed>',
    '<entry xmlns="http://www.w3.org/2005/Atom"><id>urn:quay:1</id><updated>2026-01-31T09:00:00Z</updated></entry>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><at:deleted-entry/></feed>',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item/></rdf:RDF>',
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://quay.example/a.xml</loc>'
    "</sitemap></sitemapindex>",
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/><url><loc/></url><url><loc>x</loc></url></urlset>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>ftp://quay.example/1</loc></url></urlset>',
    '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"/>',
    '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><packageItem/><conceptItem/></itemSet></newsMessage>',
    '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem/></itemSet></newsMessage>',
    '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:a"><itemMeta/></newsItem>',
    *(
        f'<{name} xmlns="http://iptc.org/std/nar/2006-10-01/"/>'
        for name in ("packageItem", "knowledgeItem", "catalogItem")
    ),
    '<newsItem><itemMeta><pubStatus qcode="stat:canceled"/></itemMeta></newsItem>',
    '<newsItem guid="urn:a"><itemMeta><pubStatus qcode="stat:odd"/></itemMeta></newsItem>',
    "<nitf/>",
    "<nitf><head/><body><body.head/><body.content> </body.content></body></nitf>",
    '<nitf><head><docdata management-status="canceled"/></head><body/></nitf>',
    '<nitf><head><title>t</title><docdata management-status="embargoed"/></head><body/></nitf>',
)
_ENTITIES = (
    '<!DOCTYPE {root} [<!ENTITY a "b">]>',
    '<!DOCTYPE {root} [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE {root} [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>',
    '<!DOCTYPE {root} [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    '<!DOCTYPE {root} [<!ENTITY a PUBLIC "x" "http://127.0.0.1:9/x">]>',
    "<!DOCTYPE {root} [<!ELEMENT {root} ANY><!ATTLIST {root} a CDATA 'b'>]>",
    '<!DOCTYPE {root} [<!ENTITY a "' + "x" * 20_000 + '">]>',
    '<!DOCTYPE {root} [<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "x.gif" NDATA n>]>',
)
_AROUND = (
    ("<rss><channel><item><title>t</title><description>", "</description></item></channel></rss>"),
    (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><title>t</title><content>',
        "</content></entry></feed>",
    ),
    ("<nitf><head><title>t</title></head><body><body.content>", "</body.content></body></nitf>"),
    ('<newsItem guid="a"><contentMeta><headline>', "</headline></contentMeta></newsItem>"),
    ("<urlset><url><loc>https://quay.example/1</loc>", "</url></urlset>"),
)
_ENCODINGS = "x-harbor utf-7 rot13 hex idna punycode base64 UCS-4 ebcdic-cp-us utf-32 none".split()
_NEVER = ("0001-01-01T00:00:00Z", "1599-12-31T00:00:00Z", "2999-01-01T00:00:00Z")


def _any(random: Random) -> str:
    return random.choice((*documents.STRICT_XML, *documents.FEEDS))(random)


def _case(random: Random, document: str | bytes, charset: str | None = None) -> Case:
    return of_kind(random, "xml", document.encode() if isinstance(document, str) else document, charset)


def _root(document: bytes) -> bytes:
    """The root element's local name, "" where the document does not simply end with its end tag."""
    found = _ROOT.search(document)
    name = found[1] if found else b""
    return name if name and re.search(rb"</(?:[\w.-]+:)?" + re.escape(name) + rb"\s*>\Z", document) else b""


def _cut(random: Random, samples: Samples) -> Case:
    while True:
        whole = samples.any(random, "xml").rstrip()
        if _root(whole) not in (b"", *_LOOSE):
            return _case(random, whole[: random.randrange(len(whole))])


def _mismatched(random: Random, _: Samples) -> Case:
    """Another end tag, in a format that is read strictly."""
    document = random.choice(documents.STRICT_XML)(random)
    end = random.choice(list(_END.finditer(document)))
    other = random.choice(("</x>", "", "<x>", "</ p>", "<//p>", f"{end[0]}{end[0]}"))
    return _case(random, document[: end.start()] + other + document[end.end() :])


def _not_well_formed(random: Random, _: Samples) -> Case:
    """Other faults, in a format that is read strictly."""
    document = random.choice(documents.STRICT_XML)(random)
    found = re.search(r"<([A-Za-z]\w*)", document[60:])
    at = 60 + (found.end() if found else 0)
    fault = random.choice((' a="1" a="2"', " a=1", " a", ' a="<"', ' a="b', " =", ' 1a="b"', "<", ' a="1"b="2"'))
    after = random.choice(("<x/>", "text", "</x>", "<?xml version='1.0'?>", "&amp;", "<![CDATA[x]]>"))
    return _case(random, random.choice((document[:at] + fault + document[at:], document + after)))


def _entities(random: Random, _: Samples) -> Case:
    document = _any(random).partition("?>")
    inside = document[2] or document[0]
    found = _ROOT.search(inside.encode())
    root = found[1].decode() if found else "rss"
    used = inside.replace("port", random.choice(("&a;", "&a;&a;", "port")))
    return _case(random, random.choice(_ENTITIES).replace("{root}", root) + used)


def _laughs(random: Random, _: Samples) -> Case:
    """A billion laughs, in one of their shapes."""
    levels = random.randint(8, 12)
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    if random.random() < 0.3:
        entities, levels = f'<!ENTITY l1 "{"x" * 50_000}">', 2
    content = f"&l{levels - 1};" * random.choice((1, 50))
    item = f"<item><title>t</title><description>{content}</description></item>"
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{entities}]>'
    return _case(random, f'{doctype}<rss version="2.0"><channel>{item}</channel></rss>')


def _nothing(random: Random, _: Samples) -> Case:
    return _case(random, random.choice(_NOTHING))


def _unknown_root(random: Random, _: Samples) -> Case:
    root = random.choice(_ROOTS)
    inside = random.choice(("", "text", "<title>t</title><body>b</body>", "<item><title>t</title></item>"))
    return _case(random, f"<{root}>{inside}</{root}>")


def _empty(random: Random, _: Samples) -> Case:
    return _case(random, random.choice(_EMPTY))


def _encoding(random: Random, _: Samples) -> Case:
    """Bytes that are not in the encoding that is declared, or in none."""
    document = re.sub(r"\A<\?xml[^>]*\?>", "", _any(random)).replace("port", "Häfen", 1).replace("Quay", "Kaisè", 1)
    document = document.replace("<", "<!-- Häfen -->\n<", 1)
    if random.random() < 0.4:
        return _case(random, f'<?xml version="1.0" encoding="{random.choice(_ENCODINGS)}"?>{document}')
    declared = random.choice(
        ('<?xml version="1.0" encoding="utf-8"?>', "", '<?xml version="1.0" encoding="us-ascii"?>')
    )
    return _case(random, (declared + document).encode(random.choice(("latin-1", "cp1252", "mac-roman"))))


def _charset(random: Random, _: Samples) -> Case:
    """A document whose Content-Type names a charset that is none."""
    return _case(
        random, _any(random), random.choice(("x-harbor", "utf-7", "rot13", "hex", "idna", "zlib", "undefined"))
    )


def _nul(random: Random, _: Samples) -> Case:
    document = _any(random).encode()
    return _case(random, document.replace(b"</", b"\x00</", 1))


def _deep(random: Random, _: Samples) -> Case:
    depth = random.randint(2_000, 6_000)
    before, after = random.choice(_AROUND)
    closing = "</a>" * depth if random.random() < 0.7 else ""
    return _case(random, before + "<a>" * depth + "t" + closing + after)


def _impossible(random: Random, _: Samples) -> Case:
    """An id, an instant or an embargo that no article can have."""
    when, long_id = random.choice(_NEVER), "urn:" + "x" * 509
    item = "<title>t</title><description>d</description>"
    of_rss = f"<guid>{long_id}</guid>", f"<pubDate>{when}</pubDate>", "<pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate>"
    of_atom = f"<id>{long_id}</id>", f"<id>a</id><updated>{when}</updated>"
    documents_ = (
        f'<rss version="2.0"><channel><item>{item}{random.choice(of_rss)}</item></channel></rss>',
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{random.choice(of_atom)}<title>t</title></entry></feed>',
        documents.newsml_g2(random).replace('guid="urn', f'guid="{long_id}'),
        documents.newsml_g2(random).replace("2026-01-31T09:00:00Z", when, 1),
        documents.newsml_g2(random, meta="<embargoed>soon</embargoed>"),
        documents.nitf(random, f'<date.issue norm="{when}"/>'),
        documents.nitf(random, '<date.release norm="soon"/>'),
        documents.nitf(random).replace("wire-", long_id),
    )
    return _case(random, random.choice(documents_))


def _many_tags(random: Random, _: Samples) -> Case:
    root = random.choice(("rss", "nitf", "newsItem", "urlset"))
    return _case(random, f"<{root}>" + "<a/>" * 1_100_000 + f"</{root}>")


def _deep_feed(random: Random, _: Samples) -> Case:
    before, after = random.choice(_AROUND[:2])
    return _case(random, before + random.choice(("<a>", "<p>", "<div>")) * random.choice((190_000, 1_500_000)) + after)


DAMAGES: dict[str, Damage] = {
    "xml: cut off": _cut,
    "xml: tags that do not match": _mismatched,
    "xml: not well-formed": _not_well_formed,
    "xml: entities": _entities,
    "xml: a billion laughs": _laughs,
    "xml: nothing": _nothing,
    "xml: unknown root": _unknown_root,
    "xml: no article": _empty,
    "xml: wrong encoding": _encoding,
    "xml: unknown charset": _charset,
    "xml: NUL": _nul,
    "xml: nested too deep": _deep,
    "xml: impossible id or date": _impossible,
}
RARE: dict[str, Damage] = {"xml: a million tags": _many_tags, "xml: a feed of nested tags": _deep_feed}
