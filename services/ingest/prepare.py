"""From an item of a body to what is published of it: a draft, a burial, or nothing but an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from schemas.article import Article
from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected, Unavailable, WiredeskError
from services.ingest.draft import Burial, Draft
from services.ingest.formats.fields import validated
from services.ingest.formats.reading import refusal
from services.ingest.hints import Hints, Told, is_withdrawn, told_by
from services.ingest.identity import article_id, canonical_url
from services.ingest.library import Library
from services.ingest.normalize import Tables, normalize
from services.ingest.order import microseconds
from services.ingest.patch import as_it_was, filled, patched, stated_instant
from services.ingest.posted import Hint, Item, Restore, Update, Withdrawal
from services.ingest.publishers import Caller, check_foreign, foreign
from services.ingest.readers import Readers
from services.ingest.repeated import PageLines, Repeated, short_lines
from services.publishers.model import Registry

_ARTICLES_PATH = "/v1/articles/"
_VISIBLE_WITHIN = 2.0
_LOOK_AGAIN = 0.1


@dataclass(slots=True)
class Prepared:
    """What is to be published for one item; nothing where only a hint was kept, for the article `hint_id`.

    `republish` publishes even what is known, `withdrawn_at` says that its address was withdrawn before it came (µs
    since 1970), so that nothing is published. `lines` are those of a page, to be kept once it is published.
    """

    work: list[Draft] | list[Burial] = field(default_factory=list)
    republish: bool = False
    withdrawn_at: int | None = None
    hint_id: str = ""
    told: tuple[str, Told] | None = None
    lines: PageLines | None = None
    warnings: tuple[FieldWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Preparer:
    """Prepares items of a caller's bodies. `now` is the clock, `newest_accepted` the newest revision that Redis has."""

    tables: Tables
    readers: Readers
    library: Library
    hints: Hints
    repeated: Repeated
    registry: Callable[[], Registry]
    newest_accepted: Callable[[str], Awaitable[int | None]]
    max_text_bytes: int
    now: Callable[[], datetime]

    async def told_of(self, items: Sequence[Item], caller: Caller) -> dict[str, Told]:
        """What was told before of the addresses of these items."""
        urls = [url for item in items if isinstance(item.content, Submission) and (url := _canonical(item.content.url))]
        return await self.hints.find(caller.writes_as(), list(dict.fromkeys(urls)))

    async def prepare(self, item: Item, caller: Caller, told: dict[str, Told]) -> Prepared:
        """What is to be published. Raises Rejected with pointers into the body, or Unavailable."""
        try:
            prepared = await self._prepare(item, caller, told)
        except Rejected as error:
            raise _placed(error, item) from error
        prepared.warnings = item.warnings
        return prepared

    async def _prepare(self, item: Item, caller: Caller, told: dict[str, Told]) -> Prepared:
        match item.content:
            case Submission() as submission:
                return await self._article(submission, caller, told.get(_canonical(submission.url) or "", {}))
            case Withdrawal() as withdrawal:
                return await self._withdrawal(withdrawal, caller)
            case Hint() as hint:
                return await self._hint(hint, caller)
            case Update() as update:
                return await self._update(update, caller)
            case Restore() as restore:
                return await self._restore(restore, caller)
            case error:
                raise error

    def draft(self, submission: Submission, caller: Caller, told: Told, repeated: frozenset[str]) -> Draft:
        """The article in its canonical form. Raises Rejected."""
        own_id = check_foreign(caller, submission.id, submission.url, self.registry())
        missing = {name: value for name, value in told.items() if name != "withdrawn_at" and _lacks(submission, name)}
        whole = submission
        if missing or own_id != submission.id:
            own = {**dict(submission), "id": own_id}
            whole = validated(Submission, {**own, **missing})[0] or Submission.model_validate(own)
        of = (caller.writes_as(), self.tables, self.max_text_bytes, caller.automatic_tags)
        return normalize(whole, *of, repeated)

    async def _article(self, submission: Submission, caller: Caller, told: Told) -> Prepared:
        lines = await self._page_lines(submission, caller) if submission.from_page else None
        repeated = lines.repeated if lines else frozenset()
        draft = await self.readers.aside(len(submission.body), lambda: self.draft(submission, caller, told, repeated))
        if is_withdrawn(told, stated_instant(submission)):
            return Prepared([draft], withdrawn_at=microseconds(self.now()))
        return Prepared([draft], lines=lines)

    async def _page_lines(self, submission: Submission, caller: Caller) -> PageLines | None:
        """What earlier pages of the publisher tell of this page's lines; versions of one article are one page."""
        publisher = caller.writes_as()
        page, _ = article_id(publisher, submission.id, _canonical(submission.url), submission.body)
        lines = await self.readers.aside(len(submission.body), lambda: short_lines(submission.body))
        return await self.repeated.find(publisher, page, lines)

    async def _withdrawal(self, withdrawal: Withdrawal, caller: Caller) -> Prepared:
        publisher = caller.writes_as()
        ids, external_id, url = await self._which(withdrawal, caller)
        at = withdrawal.at or self.now()
        told = None if url is None else (url, {"withdrawn_at": at.isoformat()})
        burials = [Burial(publisher, one, external_id, withdrawal.version, withdrawal.at) for one in ids]
        return Prepared(burials, told=told)

    async def _hint(self, hint: Hint, caller: Caller) -> Prepared:
        check_foreign(caller, None, hint.url, self.registry())
        url = _canonical(hint.url)
        if url is None:
            raise Rejected(
                Reason.INVALID_FIELD,
                "expected an http or https address",
                (FieldError(pointer="/url", detail="not http"),),
            )
        told = told_by(hint)
        drafts = []
        for one in await self.library.ids_at(url, caller.writes_as()):
            article = await self._current(one)
            if article and (whole := filled(article, told)):
                drafts.append(await self._again(whole, article, caller))
        return Prepared(drafts, hint_id=article_id(caller.writes_as(), None, url, "")[0], told=(url, told))

    async def _update(self, update: Update, caller: Caller) -> Prepared:
        drafts = []
        for one in (await self._which(update, caller))[0]:
            article = await self._current(one)
            if article is None:
                raise Rejected(Reason.NOT_FOUND, f"no article {one} stands here to be changed")
            drafts.append(await self._again(patched(article, update), article, caller))
        return Prepared(drafts)

    async def _restore(self, restore: Restore, caller: Caller) -> Prepared:
        drafts = []
        for one in (await self._which(restore, caller))[0]:
            article = await self.library.last_published(one)
            if article is None:
                raise Rejected(Reason.NOT_FOUND, f"no version of {one} is kept here")
            drafts.append(await self._again(as_it_was(article), article, caller))
        return Prepared(drafts, republish=True)

    async def _again(self, submission: Submission, article: Article, caller: Caller) -> Draft:
        """The changed article under the id that it has, whatever that was made of."""
        check_foreign(caller, None, submission.url, self.registry())
        of = (article.publisher, self.tables, self.max_text_bytes, caller.automatic_tags)
        draft = await self.readers.aside(len(submission.body), lambda: normalize(submission, *of))
        draft.id, draft.external_id = article.id, article.external_id
        return draft

    async def _which(
        self, named: Withdrawal | Update | Restore, caller: Caller
    ) -> tuple[list[str], str | None, str | None]:
        """The ids that are meant, the publisher's own where it was hashed, and the address where that named them."""
        own_id = check_foreign(caller, named.id, None, self.registry())
        if own_id is not None:
            full, external_id = article_id(caller.writes_as(), own_id, None, "")
            return [full], external_id, None
        assert named.url is not None  # noqa: S101 - one of them is there, the model says
        path = _path(named.url)
        if path.startswith(_ARTICLES_PATH):  # the Location that posting it was answered with
            full = unquote(path.removeprefix(_ARTICLES_PATH))
            if not caller.may_write(full.partition(":")[0]):
                raise foreign(full)
            return [full], None, None
        check_foreign(caller, None, named.url, self.registry())
        try:
            url = canonical_url(named.url)
        except ValueError as problem:
            raise refusal(Reason.INVALID_FIELD, "/url", str(problem)) from problem
        ids = await self.library.ids_at(url, caller.writes_as())
        plain = article_id(caller.writes_as(), None, url, "")[0]
        return ids or [plain], None, url

    async def _current(self, full_id: str) -> Article | None:
        """The newest accepted version; waits two seconds for one that is still on its way to the index."""
        revision = await self.newest_accepted(full_id) or await self.library.newest_revision(full_id)
        if revision is None:
            return None
        loop = asyncio.get_running_loop()
        until = loop.time() + _VISIBLE_WITHIN
        while loop.time() < until:
            if article := await self.library.article(full_id, revision):
                return article
            if await self.library.is_withdrawn(full_id, revision):
                return None
            await asyncio.sleep(_LOOK_AGAIN)
        raise Unavailable(Reason.STREAM_UNAVAILABLE, f"the last version of {full_id} is not indexed yet")


def _path(url: str) -> str:
    """The path of an address, "" where it cannot be read."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _canonical(url: str | None) -> str | None:
    try:
        return canonical_url(url) if url else None
    except ValueError:
        return None


def _lacks(submission: Submission, name: str) -> bool:
    return getattr(submission, name, "unknown") in (None, (), "")


def _placed(error: Rejected, item: Item) -> Rejected:
    """The error with pointers into the body as it was posted, instead of the native fields'."""
    if isinstance(item.content, WiredeskError) or not (item.places or item.pointer):
        return error
    errors = tuple(
        FieldError(pointer=item.places.get(one.pointer.lstrip("/"), item.pointer + one.pointer), detail=one.detail)
        for one in error.errors
    )
    return Rejected(error.reason, error.detail, errors)
