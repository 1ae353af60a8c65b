"""Different articles with natural lengths, the same for the same seed; every word of them is invented here.

About ten names of places or things in 2,000 bytes, as in a news wire; pages as news sites serve them: of 100 kB 3 are
the article, 31 scripts, with 600 elements and 110 links (medians of 181 pages).
"""

from collections.abc import Iterator
from random import Random
from typing import Any

_PLACES = (
    *"Japan Germany France Brazil India Kenya Norway Poland Mexico Vietnam Canada Australia Egypt Chile Turkey".split(),
    *("the United States", "South Korea", "the European Union", "Saudi Arabia", "New Zealand", "the Netherlands"),
)
_CITIES = "Tokyo Berlin Paris Nairobi Oslo Warsaw Hanoi Ottawa Canberra Cairo Santiago Ankara Lisbon Marseille".split()
_PEOPLE = (
    *("Ada Birk", "Jonas Feld", "Mei Arai", "Luis Ortega", "Priya Nair", "Tom Hale", "Sofia Lind", "Omar Said"),
    *("Ines Duarte", "Karl Weber", "Yuki Mori", "Amara Okoye", "Piotr Zielak", "Leila Haddad", "Noah Brandt"),
)
_ROLES = (
    *("minister", "spokeswoman", "union leader", "harbor pilot", "analyst", "mayor", "engineer", "farmer", "judge"),
    *("central bank governor", "researcher", "shipping broker", "grid operator", "customs officer", "teacher"),
)
_THINGS = (
    *("rare earth exports", "semiconductor plants", "wheat prices", "offshore wind farms", "harbor fees", "tariffs"),
    *("the ferry timetable", "interest rates", "flood defenses", "a new rail tunnel", "steel quotas", "gas storage"),
    *("drone patrols", "lithium mines", "the fishing treaty", "hospital waiting lists", "school meals", "data centers"),
)
_ACTS = (
    *("agreed to review", "voted against", "postponed a decision on", "signed an accord about", "warned of cuts to"),
    *("asked for more time to inspect", "published figures on", "rejected a plan for", "opened talks about"),
    *("set aside money for", "was surprised by the cost of", "promised to explain", "withdrew its objections to"),
)
_ENDS = (
    *("after a night of talks", "in a meeting that lasted until morning", "despite protests in the capital"),
    *("as prices rose for a third month", "before the parliament returns in spring", "with the support of two parties"),
    *("while ships waited outside the port", "for the first time in eleven years", "according to three people present"),
    *("because the figures had been wrong", "although nobody expected it", "to the relief of smaller companies"),
)
_ASIDES = (
    "“We have seen this before,” {person} said. “It never ends the way people think.”",
    "The numbers are small, but they have grown in every quarter since the warehouse by the river was closed.",
    "Nobody at the ministry would say how much of the {number} million had been spent.",
    "A second report, which is due within {number} days, is expected to be clearer.",
    "Where the first of the plants was built, about {number} people work now, fewer than in any year before.",
    "What that means for those who depend on it, and for how long, is a question that the report leaves open.",
    "Opposition members called it a step in the right direction that comes much too late to change anything.",
    "“If it takes {number} weeks, it takes {number} weeks,” the {role} said with a shrug.",
)
_TITLES = (
    "{place} {act} {thing}",
    "{thing}: {place} and {other} {act2}",
    "{role} in {city} {act} {thing}",
    "{person} on {thing} and what {place} wants",
)


def articles(count: int, seed: int = 1, median_bytes: int = 2000) -> Iterator[dict[str, Any]]:
    """Articles as publishers post them: half have over `median_bytes` of body, one in a hundred 25 times that."""
    random = Random(seed)
    for number in range(count):
        length = min(60_000, int(median_bytes * random.lognormvariate(0, 0.75)))
        yield article(random, f"{seed}-{number}", length if number % 100 else 25 * median_bytes)


def article(random: Random, own_id: str, length: int) -> dict[str, Any]:
    """One article whose body has about `length` bytes."""
    title = _filled(random, random.choice(_TITLES))
    return {
        "id": own_id,
        "title": title[:1].upper() + title[1:],
        "body": body(random, length),
        "url": f"https://quay.example/news/{own_id}?utm_source=wire&page={random.randrange(9)}",
        "authors": [random.choice(_PEOPLE)],
        "section": random.choice(("World", "Business", "Science", "Local")),
        "tags": random.sample(("Trade", "Energy", "Ports", "Labor", "Climate"), 2),
        "published_at": f"2026-{random.randrange(1, 11):02}-{random.randrange(1, 29):02}T09:15:00Z",
    }


def body(random: Random, length: int) -> str:
    """Paragraphs of about `length` bytes in all."""
    paragraphs: list[str] = []
    size = 0
    while size < length:
        sentences = [sentence(random) for _ in range(random.randrange(2, 6))]
        paragraphs.append(" ".join(sentences))
        size += len(paragraphs[-1].encode()) + 2
    return "\n\n".join(paragraphs)


def sentence(random: Random) -> str:
    """One sentence."""
    if random.random() < 0.4:
        return _filled(random, random.choice(_ASIDES))
    subjects = (
        "{person}, a {role} from {city},",
        "{place}",
        *("The {role}", "{person}", "A {role}", "Another {role}") * 2,
    )
    subject = random.choice(subjects)
    text = _filled(random, f"{subject} {{act}} {{thing}} {random.choice(_ENDS)}.")
    return text[:1].upper() + text[1:]


def _filled(random: Random, pattern: str) -> str:
    return pattern.format(
        place=random.choice(_PLACES),
        other=random.choice(_PLACES),
        city=random.choice(_CITIES),
        person=random.choice(_PEOPLE),
        role=random.choice(_ROLES),
        thing=random.choice(_THINGS),
        act=random.choice(_ACTS),
        act2=random.choice(("look again", "disagree", "ask for time", "meet halfway")),
        number=random.randrange(2, 900),
    )


def page(random: Random, length: int) -> bytes:
    """An HTML page of about `length` bytes as a news site serves it."""
    story = article(random, "page", length // 33)
    paragraphs = "".join(f"<p>{one}</p>\n" for one in story["body"].split("\n\n"))
    head = (
        f'<html lang="en"><head><title>{story["title"]} | Quay News</title>'
        f'<meta property="og:title" content="{story["title"]}"><link rel="canonical" href="{story["url"]}">'
        f'<meta property="article:published_time" content="{story["published_at"]}">'
        f"<script>{_script(random, length // 3)}</script>"
    )
    teasers: list[str] = []
    while sum(map(len, teasers)) + len(paragraphs) + len(head) < length - 1000:
        teasers.append(_teaser(random))
    half = len(teasers) // 2
    return (
        f"{head}</head><body><header><nav><ul>{''.join(teasers[:half])}</ul></nav></header><main><article>"
        f"<h1>{story['title']}</h1><p class='byline'>By {story['authors'][0]}</p>{paragraphs}</article></main>"
        f"<aside><h2>Most read</h2><ul>{''.join(teasers[half:])}</ul></aside>"
        "<footer>© Quay News</footer></body></html>"
    ).encode()


def _teaser(random: Random) -> str:
    """A link to another article, as many stand around one."""
    headline = _filled(random, random.choice(_TITLES))
    number = random.getrandbits(48)
    sizes = ", ".join(f"/img/{number}/{width}x{width // 2}.jpg {width}w" for width in (160, 320, 480, 640))
    return (
        f'<li class="teaser card card--{number % 9} grid__item grid__item--{number % 7}" data-tracking-id="{number:x}">'
        f'<a href="/news/2026/{number}" class="teaser__link js-track" data-position="{number % 50}">'
        f'<img loading="lazy" class="teaser__image" srcset="{sizes}" src="/img/{number}/320x160.jpg" alt="{headline}">'
        f'<span class="teaser__title">{headline}</span></a>'
        f'<time class="teaser__time">{number % 24} hours ago</time></li>'
    )


def _script(random: Random, length: int) -> str:
    """Settings and data as pages carry them inline."""
    pairs = (f'"{random.getrandbits(32):x}":"{random.getrandbits(160):x}"' for _ in range(length // 55))
    return f"window.__STATE__={{{','.join(pairs)}}};"
