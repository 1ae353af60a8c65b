"""From a Submission to a Draft: an ordered tuple of small steps, pure but for the two tables passed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schemas.dates import parse_instant
from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected
from services.index.acronyms import ambiguous_acronyms
from services.ingest.draft import Draft
from services.ingest.identity import article_id, canonical_url, content_hash
from services.ingest.language import LanguageReader
from services.ingest.page import read_page
from services.ingest.tags import automatic_tags
from services.ingest.text import clean, clean_line
from services.vocabulary.gazetteer import Gazetteer
from services.vocabulary.names import canonical_tag


@dataclass(frozen=True, slots=True)
class Tables:
    """What normalizing looks things up in, loaded once a process."""

    gazetteer: Gazetteer
    language: LanguageReader


def normalize(submission: Submission, publisher: str, tables: Tables, max_text_bytes: int) -> Draft:
    """The article in its canonical form.

    `max_text_bytes` bounds title, summary and body together, as UTF-8. Raises Rejected with a pointer to each field
    that cannot be used.
    """
    draft = _draft(submission, publisher)
    for step in CLEANING:
        step(draft, tables)
    _bound(draft, max_text_bytes)
    for step in UNDERSTANDING:
        step(draft, tables)
    return draft


def _bound(draft: Draft, max_text_bytes: int) -> None:
    """Refuses a large text before the steps that cost time in proportion to it."""
    size = sum(len(text.encode()) for text in (draft.title, draft.summary or "", draft.body))
    if size > max_text_bytes:
        detail = f"title, summary and body are {size} bytes of text; at most {max_text_bytes} are taken"
        raise Rejected(Reason.TOO_LARGE, detail, (FieldError(pointer="/body", detail=detail),))


def _draft(submission: Submission, publisher: str) -> Draft:
    fields = submission.model_dump(exclude={"id", "tags", "version"})
    return Draft(
        publisher=publisher,
        own_id=submission.id,
        labels=submission.tags,
        number=submission.version,
        from_page=submission.from_page,
        **fields,
    )


def clean_texts(draft: Draft, _: Tables) -> None:
    """Every text in one Unicode form, without entities and stray whitespace."""
    draft.title = clean_line(draft.title)
    draft.body = clean(draft.body)
    draft.summary = clean(draft.summary) or None if draft.summary else None
    draft.source = clean_line(draft.source) or None if draft.source else None
    draft.section = clean_line(draft.section) or None if draft.section else None
    draft.authors = _distinct(clean_line(name) for name in draft.authors)
    draft.labels = _distinct(clean_line(label) for label in draft.labels)


def take_page_apart(draft: Draft, _: Tables) -> None:
    """A page's text becomes headline, body and the facts in its furniture; what the publisher said itself wins."""
    if not draft.from_page:
        return
    page = read_page(draft.body, draft.title or None)
    draft.title, draft.body, draft.headings = page.title, page.body, tuple(page.headings)
    draft.source = draft.source or page.source
    draft.authors = draft.authors or tuple(page.authors)
    draft.labels = draft.labels or tuple(page.tags)
    if draft.published_at is None and page.published:
        try:
            draft.published_at = parse_instant(page.published)
        except ValueError:
            draft.warnings.append(FieldWarning(pointer="", detail=f"not read as a date: {page.published}"))


def require_title_and_body(draft: Draft, _: Tables) -> None:
    """Rejects what has no title or no body left."""
    what = "nothing is left of it on this page" if draft.from_page else "must not be empty"
    errors = tuple(
        FieldError(pointer=f"/{name}", detail=what) for name in ("title", "body") if not getattr(draft, name)
    )
    if errors:
        raise Rejected(Reason.INVALID_FIELD, "an article needs a title and a body", errors)


def canonicalize_url(draft: Draft, _: Tables) -> None:
    """The address without tracking parameters."""
    if draft.url is None:
        return
    try:
        draft.url = canonical_url(draft.url)
    except ValueError as problem:
        error = FieldError(pointer="/url", detail=str(problem))
        raise Rejected(Reason.INVALID_FIELD, f"url: {problem}", (error,)) from problem


def identify(draft: Draft, _: Tables) -> None:
    """The id: the publisher's own, else by address, else by content."""
    content = f"{draft.title}\n{draft.body}"
    draft.id, draft.external_id = article_id(draft.publisher, draft.own_id, draft.url, content)


def recognize_language(draft: Draft, tables: Tables) -> None:
    """The publisher's language in BCP 47 form, else the one the text is in."""
    if draft.language:
        draft.language = draft.language.replace("_", "-")
    else:
        draft.language = tables.language.read(f"{draft.title} {draft.body}")


def tag(draft: Draft, tables: Tables) -> None:
    """The publisher's tags in canonical form, then the automatic ones."""
    gazetteer = tables.gazetteer
    own = [canonical_tag(label, gazetteer.aliases, gazetteer.shorts) for label in draft.labels]
    draft.auto_tags = automatic_tags(draft.title, draft.body, gazetteer)
    draft.tags = _distinct([*own, *(auto.slug for auto in draft.auto_tags)])


def note_acronyms(draft: Draft, _: Tables) -> None:
    """Acronyms that only their capitals tell from common words."""
    draft.acronyms = ambiguous_acronyms(f"{draft.title}\n{draft.body}")


def hash_content(draft: Draft, _: Tables) -> None:
    """The hash that tells whether a reader could notice a difference; times of posting are no difference."""
    draft.content_hash = content_hash(
        (
            *(draft.title, draft.body, draft.summary, draft.url, draft.authors, draft.source, draft.section),
            *(draft.language, draft.labels, draft.published_at, draft.embargoed_until, draft.expires_at),
        )
    )


Step = Callable[[Draft, Tables], None]
CLEANING: tuple[Step, ...] = (clean_texts, take_page_apart, require_title_and_body)
UNDERSTANDING: tuple[Step, ...] = (
    canonicalize_url,
    identify,
    recognize_language,
    tag,
    note_acronyms,
    hash_content,
)
STEPS: tuple[Step, ...] = (*CLEANING, *UNDERSTANDING)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))
