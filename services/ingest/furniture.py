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
_DAY = r"(?:\w{3,9}\.?,? )?(?:\w{3,9}\.? \d|\d).{0,60}"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Kind.SOURCE, r"^(?:source|quelle|via)\s*:\s*(?P<value>\S.{0,78})$"),
        (Kind.BYLINE, r"^(?:written )?by:?\s+(?P<value>[^\W\d_][\w.'’ ,&-]{2,118})$"),
        (Kind.BYLINE, r"^(?P<value>(?:[\w.'’-]+ ){1,3}(?<!of )(?:staff|newsroom|desk|editorial team|staff writer))$"),
        (Kind.DATE, rf"^(?:published|posted|updated|last (?:updated|modified))(?: on| at)?\s*:?\s+(?P<value>{_DAY})$"),
        (Kind.TAGS, r"^(?:tags?|topics?|filed under|keywords?)\s*:\s*(?P<value>.{0,300})$"),
        (Kind.INSERT, r"^(?:recommended|related|suggested)(?: (?:article|story|stories|reading|news))?s?\s*:\s*.+$"),
        (
            Kind.INSERT,
            r"^(?:read (?:more|also|next)|see also|also read|don'?t miss|more on this|watch)\s*:\s*.{0,200}$",
        ),
        (Kind.INSERT, r"^(?:read more|continue reading|share (?:this|on|via)\b.{0,40})\W*$"),
        (Kind.INSERT, r"^(?:photo|image|picture|credit|photograph)(?: (?:by|credit))?\s*:\s*.{1,200}$"),
        (Kind.INSERT, r"^\d+ (?:min(?:ute)?s? read|comments?|shares?|views?)$"),
        (Kind.INSERT, r"^(?:[\w&' -]{1,30}\s[>»›]\s*){1,6}[\w&' -]{0,60}$"),
        (Kind.INSERT, r"^(?:[\w&' -]{1,30}\s[/|]\s){2,6}[\w&' -]{0,60}$"),
        (Kind.END, r"^(?:©|\(c\)|copyright\s+(?:©|\(c\)|\d{4})).{0,300}$"),
        (Kind.END, r"^.{0,120}\ball rights reserved\b.{0,120}$"),
        (Kind.END, r"^disclaimer\s*:.*$"),
        (Kind.END, r"^related (?:articles|stories|news|posts)\W*$"),
        (
            Kind.END,
            r"^(?:more (?:stories|news)(?: from .{1,40})?|more from \S.{0,40}|you (?:may|might) also like.{0,40})$",
        ),
        (
            Kind.END,
            r"^(?:leave a (?:comment|reply)|(?:\d+ )?comments?(?: \(\d+\)| below)?|join the discussion)\W*$",
        ),
        (Kind.END, r"^join the (?:conversation|debate)\W*$"),
        (Kind.END, r"^(?:sign up|subscribe)\b.{0,80}\b(?:newsletter|inbox|updates|e-?mail)\b.{0,120}$"),
        (Kind.END, r"^(?:we use|this (?:web)?site uses) cookies.*$"),
        (Kind.END, r"^(?:privacy policy|terms (?:of (?:service|use)|and conditions)|cookie (?:policy|settings))\W*$"),
        (Kind.LIST, rf"^(?:{_LIST_HEADS})\W*$"),
        (Kind.MENU, rf"^(?:{_MENU_WORDS})\W*$"),
    )
)


_LONGEST = 400
_NEVER_SENTENCES = frozenset({Kind.SOURCE, Kind.BYLINE, Kind.DATE})
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


def recognize(line: str) -> tuple[Kind | None, str]:
    """What the line is by its words, and the value in it (a name, a date, tags); (None, line) for ordinary text."""
    if len(line) > _LONGEST:
        return None, line
    for kind, pattern in _PATTERNS:
        if match := pattern.match(line):
            value = (match.groupdict().get("value") or "").strip()
            if kind in _NEVER_SENTENCES and _SENTENCE_END.search(line):
                continue
            if kind is Kind.BYLINE and not _is_capitalized(value):
                continue
            return kind, value
    return None, line


def _is_capitalized(name: str) -> bool:
    """Whether the words begin as names do, small words such as `van` aside."""
    words = [word for word in re.split(r"[\s,&]+", name) if len(word) > 3]
    return name[:1].isupper() and all(word[0].isupper() or word in ("staff", "desk", "newsroom") for word in words)
