"""The web pages of the reading room: HTML, wholly made here; the modules in static/ only make it quicker to use."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from schemas.reasons import Reason
from services.errors import Rejected, WiredeskError
from services.index.asked import Asked
from services.search.article_view import article_page, version_page
from services.search.asking import Page, read
from services.search.differences import differences
from services.search.messages import message
from services.search.model import ArticleView
from services.search.problems import answer, not_found, status
from services.search.reader import Reader
from services.search.rendering import render
from services.search.search_view import SearchView
from services.search.state import State, while_there, within_rate

_RELATED = 6
Given = ParamSpec("Given")
pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class Static(StaticFiles):
    """Style and modules; a browser asks whether they have changed, so that they fit the page."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """One file, or that it has not changed."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


static = Static(directory=Path(__file__).with_name("static"))


def explained(page: Callable[Given, Awaitable[Response]]) -> Callable[Given, Awaitable[Response]]:
    """The page, or one that says why it cannot be shown."""

    @wraps(page)
    async def shown(*args: Given.args, **kwargs: Given.kwargs) -> Response:
        try:
            return await page(*args, **kwargs)
        except WiredeskError as error:
            return _problem("problem.html", {"message": message(error)}, error)

    return shown


@pages.get("/")
@explained
async def search_page(request: Request, made: State) -> Response:
    """What was found, and what it can be narrowed by; also why nothing can be found now."""
    asked, page, label = Asked(), Page(), made.reader.labels.value
    try:
        await within_rate(request, made)
        asked, page = read(request.query_params.multi_items(), made.reader.labels.canonical)
        found = await while_there(request, made.reader.search(asked, page))
    except WiredeskError as error:
        return _problem("search.html", SearchView(asked, page, label, message=message(error, asked, page)), error)
    return _html(render("search.html", SearchView(asked, page, label, found)))


@pages.get("/articles/{article_id:path}/versions/{revision:int}")
@explained
async def show_version(request: Request, article_id: str, revision: int, made: State, against: str = "") -> Response:
    """One version, or what it changed `against` another, named by its revision."""
    await within_rate(request, made)
    article = await _article(made.reader, article_id)
    text = await _text(made.reader, article, revision)
    if not against:
        return _html(render("version.html", version_page(article, text, revision)))
    other = int(against) if against.isascii() and against.isdigit() and len(against) < 19 else 0
    other_text = await _text(made.reader, article, other)
    (older, before), (newer, after) = sorted([(revision, text), (other, other_text)], key=lambda one: one[0])
    changes = await asyncio.to_thread(differences, before, after)
    return _html(render("version.html", version_page(article, after, newer, older, changes)))


@pages.get("/articles/{article_id:path}")
@explained
async def show_article(request: Request, article_id: str, made: State) -> Response:
    """An article, why it has its tags, its versions, and others like it."""
    await within_rate(request, made)
    article, related = await asyncio.gather(
        _article(made.reader, article_id), made.reader.related(article_id, _RELATED)
    )
    return _html(render("article.html", article_page(article, related or ())))


async def _article(reader: Reader, article_id: str) -> ArticleView:
    article = await reader.article(article_id)
    if article is None:
        raise not_found(article_id)
    return article


async def _text(reader: Reader, article: ArticleView, revision: int) -> dict[str, Any]:
    listed = any(one.revision == revision for one in article.versions)
    text = await reader.version(article.id, revision) if listed else None
    if text is None:
        raise Rejected(Reason.NOT_FOUND, f"no version {revision} of {article.id!r} is shown here")
    return text


def _html(content: str, number: int = 200) -> Response:
    return HTMLResponse(content, number, {"Cache-Control": "no-cache"})


def _problem(template: str, view: Any, error: WiredeskError) -> Response:
    response = _html(render(template, view), status(error.reason))
    if retry := answer(error).headers.get("retry-after"):
        response.headers["Retry-After"] = retry
    return response
