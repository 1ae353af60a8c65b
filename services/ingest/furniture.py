"""A page's furniture: what stands around an article on its page and says nothing of it."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """What a line of a page is known as, by its words alone."""

    MENU = "menu"
    LIST = "list"
    INSERT = "insert"
    END = "end"
    SOURCE = "source"
    BYLINE = "byline"
    DATE = "date"
    TAGS = "tags"


_MENU_WORDS = (
    "home|world|politics|business|markets?|economy|tech(?:nology)?|science|health|sports?|culture|opinion|lifestyle|"
    "entertainment|travel|video|photos|podcasts?|newsletters?|menu|search|log ?in|sign ?in|sign ?up|register|subscribe|"
    "(?:my )?account|about(?: us)?|contact(?: us)?|careers|advertise|archive|rss|more|close|share|print|save|listen|"
    "e-?mail|facebook|twitter|x|linkedin|whatsapp|telegram|reddit|copy link|skip to (?:main )?content|live|"
    "breaking(?: news)?|"
    "table of contents?|in this article|contents|advertisement|sponsored(?: content)?|ad|loading\\W*"
)
_LIST_HEADS = (
    "recent news|popular news|latest(?: news| stories)?|top stories|trending(?: now)?|most (?:read|popular|viewed)|"
    "editor'?s picks?|recommended(?: for you)?|(?:recent|popular) (?:posts|articles|stories)"
)
_NAME = r"[^\W\d_][\w.'’ -]{2,60}"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Kind.SOURCE, r"^(?:source|quelle|via)\s*:\s*(?P<value>\S.{0,98})$"),
        (
            Kind.BYLINE,
            r"^(?:written )?by:?\s+(?P<value>[^\W\d_][\w.'’ -]{2,60}(?:(?:,| and| &)\s[^\W\d_][\w.'’ -]{2,40})*)$",
        ),
        (
            Kind.BYLINE,
            r"^(?P<value>(?:[\w.'’-]+ ){1,4}(?:staff|newsroom|desk|editorial team|staff writer|correspondent))$",
        ),
        (Kind.DATE, r"^(?:published|posted|updated|last (?:updated|modified))(?: on| at)?\s*:?\s+(?P<value>.*\d.*)$"),
        (Kind.TAGS, r"^(?:tags?|topics?|filed under|keywords?)\s*:\s*(?P<value>.*)$"),
        (Kind.INSERT, r"^(?:recommended|related|suggested)(?: (?:article|story|stories|reading|news))?s?\s*:\s*.+$"),
        (
            Kind.INSERT,
            r"^(?:read (?:more|also|next)|see also|also read|don'?t miss|more on this|watch)\s*:?\s+.{0,200}$",
        ),
        (Kind.INSERT, r"^share (?:this|on|via)\b.{0,60}$"),
        (Kind.INSERT, r"^(?:photo|image|picture|credit|photograph)(?: (?:by|credit))?\s*:\s*.{1,200}$"),
        (Kind.INSERT, r"^\d+ (?:min(?:ute)?s? read|comments?|shares?|views?)$"),
        (Kind.INSERT, r"^(?:[\w&' -]{1,30}\s*[>»›/|]\s*){1,6}[\w&' -]{0,60}$"),
        (Kind.END, r"^(?:©|\(c\)|copyright\b).{0,300}$"),
        (Kind.END, r"^.{0,120}\ball rights reserved\b.{0,120}$"),
        (Kind.END, r"^disclaimer\s*:.*$"),
        (Kind.END, r"^related (?:articles|stories|news|posts)\W*$"),
        (Kind.END, r"^(?:more (?:stories|news|from)|you (?:may|might) also like)\b.{0,60}$"),
        (Kind.END, r"^(?:leave a (?:comment|reply)|(?:\d+ )?comments?|join the (?:conversation|discussion)).{0,60}$"),
        (Kind.END, r"^(?:sign up|subscribe)\b.{0,80}\b(?:newsletter|inbox|updates|e-?mail)\b.{0,120}$"),
        (Kind.END, r"^(?:we use|this (?:web)?site uses) cookies.*$"),
        (
            Kind.END,
            r"^(?:privacy policy|terms (?:of (?:service|use)|and conditions)|cookie (?:policy|settings)).{0,80}$",
        ),
        (Kind.LIST, rf"^(?:{_LIST_HEADS})\W*$"),
        (Kind.MENU, rf"^(?:{_MENU_WORDS})\W*$"),
    )
)


def recognize(line: str) -> tuple[Kind | None, str]:
    """What the line is by its words, and the value in it (a name, a date, tags); (None, line) for ordinary text."""
    for kind, pattern in _PATTERNS:
        if match := pattern.match(line):
            return kind, (match.groupdict().get("value") or "").strip()
    return None, line
