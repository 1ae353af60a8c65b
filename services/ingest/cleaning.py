"""The first steps of normalizing: what was posted becomes clean text, told apart from what stands around it."""

from collections.abc import Callable, Iterable

from schemas.dates import parse_instant, precision_of
from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from services.errors import Rejected
from services.ingest.credit import credited
from services.ingest.draft import Draft
from services.ingest.pages.page import read_page
from services.ingest.text import clean, clean_line, first_sentence

LINES = ("subtitle", "source", "section", "slugline", "dateline")
TEXTS = ("summary", "rights", "editor_note", "correction")
LISTS = ("authors", "genre", "labels", "headings")


def clean_texts(draft: Draft) -> None:
    """Every text in one Unicode form, without entities and stray whitespace."""
    draft.title = clean_line(draft.title)
    draft.body = clean(draft.body)
    for name in LINES:
        text = getattr(draft, name)
        setattr(draft, name, clean_line(text) or None if text else None)
    for name in TEXTS:
        text = getattr(draft, name)
        setattr(draft, name, clean(text) or None if text else None)
    for name in LISTS:
        setattr(draft, name, distinct(clean_line(text) for text in getattr(draft, name)))


def take_page_apart(draft: Draft) -> None:
    """A page's text becomes headline, body and the facts in its furniture; what the publisher said itself wins."""
    if not draft.from_page:
        return
    page = read_page(draft.body, draft.title or None, draft.repeated)
    draft.title, draft.body, draft.headings = page.title, page.body, tuple(page.headings)
    draft.source = draft.source or page.source
    draft.authors = draft.authors or tuple(page.authors)
    draft.labels = draft.labels or tuple(page.tags)
    draft.removed = page.reasons
    if draft.published_at is None and page.published:
        try:
            draft.published_at = parse_instant(page.published)
            draft.published_precision, draft.published_from = precision_of(page.published), "text"
        except ValueError:
            draft.warnings.append(FieldWarning(pointer="", detail=f"not read as a date: {page.published}"))


def complete(draft: Draft) -> None:
    """What lacks a title gets its first sentence for one; a foreign article without a text its summary."""
    if draft.from_page:
        draft.title = draft.title or first_sentence(draft.body)
    if not draft.is_foreign:
        return
    if not draft.body and draft.summary:
        draft.body, draft.summary = draft.summary, None
    draft.title = draft.title or first_sentence(draft.body)
    if not draft.body:
        draft.warnings.append(FieldWarning(pointer="", detail="it has no text, so only its title can be found"))


def credit_source(draft: Draft) -> None:
    """Whom the text credits, where the publisher names no source; a page's own is only the site's name."""
    if draft.source and "source" not in draft.inferred:
        return
    if source := credited(draft.body):
        draft.source, draft.is_credited = source, True


def require_title_and_body(draft: Draft) -> None:
    """Rejects what has no title or no body left."""
    what = "nothing is left of it on this page" if draft.from_page else "must not be empty"
    required = ("title",) if draft.is_foreign else ("title", "body")
    errors = tuple(FieldError(pointer=f"/{name}", detail=what) for name in required if not getattr(draft, name))
    if errors:
        raise Rejected(Reason.INVALID_FIELD, "an article needs a title and a body", errors)


CLEANING: tuple[Callable[[Draft], None], ...] = (
    clean_texts,
    take_page_apart,
    complete,
    credit_source,
    require_title_and_body,
)


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))
