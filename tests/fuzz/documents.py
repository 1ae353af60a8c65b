"""Small valid documents of every format, for the damage that has to know what it spoils."""

from random import Random
from typing import Any

_WORDS = "harbor pilots voted tuesday to stop work for three days union said after count in the port rare earth".split()


def words(random: Random, most: int = 12) -> str:
    """Some words that mean nothing."""
    return " ".join(random.choices(_WORDS, k=random.randint(2, most)))


def paragraphs(random: Random) -> str:
    """Enough running text for an article."""
    return "\n\n".join(words(random, 60).capitalize() + "." for _ in range(random.randint(1, 4)))


def native(random: Random) -> dict[str, Any]:
    """A native article."""
    return {
        "title": words(random),
        "body": paragraphs(random),
        "tags": ["Ports"],
        "published_at": "2026-01-31T09:00:00Z",
    }


def schema_org(random: Random) -> dict[str, Any]:
    """A NewsArticle."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": words(random),
        "articleBody": paragraphs(random),
        "author": [{"@type": "Person", "name": "Ada Quay"}],
        "datePublished": "2026-01-31T09:00:00Z",
    }


def ninjs(random: Random) -> dict[str, Any]:
    """A ninjs item, of 1.x or of 3.x."""
    name = f"urn:wire:{random.randrange(10**6)}"
    if random.random() < 0.5:
        return {
            "uri": name,
            "type": "text",
            "pubstatus": "usable",
            "headline": words(random),
            "body_text": words(random),
        }
    return {
        "uri": name,
        "pubStatus": "usable",
        "versionCreated": "2026-01-31T09:00:00Z",
        "headlines": [{"value": words(random)}],
        "bodies": [{"value": paragraphs(random), "contentType": "text/plain"}],
    }


def json_feed(random: Random) -> dict[str, Any]:
    """A JSON Feed of one to three items."""
    items = [
        {"id": f"https://quay.example/{n}", "title": words(random), "content_text": paragraphs(random)}
        for n in range(random.randint(1, 3))
    ]
    return {"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "items": items}


def micropub(random: Random) -> dict[str, Any]:
    """A Micropub post."""
    return {"type": ["h-entry"], "properties": {"name": [words(random)], "content": [paragraphs(random)]}}


def wordpress(random: Random) -> dict[str, Any]:
    """A post as WordPress gives it."""
    return {
        "id": random.randrange(1, 10**6),
        "date_gmt": "2026-01-31T09:00:00",
        "status": "publish",
        "title": {"rendered": words(random)},
        "content": {"rendered": f"<p>{paragraphs(random)}</p>", "protected": False},
    }


JSON = (native, schema_org, ninjs, json_feed, micropub, wordpress)


def newsml_g2(random: Random, inside: str = "", meta: str = "") -> str:
    """A newsItem; `inside` stands in its contentMeta, `meta` in its itemMeta."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:wire:{random.randrange(10**6)}" version="1"
 standard="NewsML-G2" standardversion="2.34" conformance="power" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/><provider literal="Quay Wire"/>
<versionCreated>2026-01-31T09:00:00Z</versionCreated><pubStatus qcode="stat:usable"/>{meta}</itemMeta>
<contentMeta><headline>{words(random)}</headline>{inside}</contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
<p>{words(random, 40)}</p></body></html></inlineXML></contentSet></newsItem>"""


def news_message(random: Random) -> str:
    """A newsMessage of one or two items."""
    items = "".join(newsml_g2(random).partition("?>")[2] for _ in range(random.randint(1, 2)))
    return (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2026-01-31T09:00:00Z</sent></header>'
        f"<itemSet>{items}</itemSet></newsMessage>"
    )


def nitf(random: Random, docdata: str = "") -> str:
    """A NITF document; `docdata` stands in its docdata."""
    return f"""<?xml version="1.0"?>
<nitf><head><title>{words(random)}</title>
<docdata><doc-id id-string="wire-{random.randrange(10**6)}"/>{docdata}</docdata></head>
<body><body.head><hedline><hl1>{words(random)}</hl1></hedline></body.head>
<body.content><p>{words(random, 40)}</p></body.content></body></nitf>"""


def rss(random: Random) -> str:
    """An RSS feed of one to three items."""
    items = "".join(
        f"<item><title>{words(random)}</title><link>https://quay.example/{n}</link><guid>urn:quay:{n}</guid>"
        f"<description>{words(random, 40)}</description><pubDate>Sat, 31 Jan 2026 09:00:00 GMT</pubDate></item>"
        for n in range(random.randint(1, 3))
    )
    head = "<title>Quay</title><link>https://quay.example/</link><description>News</description>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def atom(random: Random) -> str:
    """An Atom feed of one to three entries."""
    entries = "".join(
        f"<entry><id>urn:quay:{n}</id><title>{words(random)}</title><updated>2026-01-31T09:00:00Z</updated>"
        f'<link href="https://quay.example/{n}"/><content type="html">&lt;p&gt;{words(random, 40)}&lt;/p&gt;</content>'
        "</entry>"
        for n in range(random.randint(1, 3))
    )
    head = "<id>urn:quay</id><title>Quay</title><updated>2026-01-31T09:00:00Z</updated>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'


def sitemap(random: Random, inside: str = "") -> str:
    """A news sitemap of one address; `inside` stands in its url."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://quay.example/{random.randrange(10**6)}</loc><news:news><news:publication><news:name>Quay</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2026-01-31</news:publication_date>
<news:title>{words(random)}</news:title></news:news>{inside}</url></urlset>"""


STRICT_XML = (newsml_g2, news_message, nitf, sitemap)
FEEDS = (rss, atom)


def html(random: Random) -> str:
    """A page with an article."""
    text = "".join(f"<p>{words(random, 60)}.</p>" for _ in range(3))
    return (
        f"<!doctype html><html><head><title>{words(random)}</title></head><body><article>{text}</article></body></html>"
    )
