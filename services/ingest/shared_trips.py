"""Questions to a server that many ask at the same moment, in few round trips."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")
_AT_ONCE = 256


class SharedTrips(Generic[Question, Answer]):
    """Asks a function that takes many questions: what comes while it is being asked shares the next call.

    `ask` gives one answer a question, in their order; what it raises, everyone in that call hears.
    """

    def __init__(self, ask: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]]) -> None:
        self._ask = ask
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, question: Question) -> Answer:
        """The answer to this question. Raises what `ask` raises."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all())
        return await answer

    async def _ask_all(self) -> None:
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
            try:
                answers = await self._ask([question for question, _ in group])
                told = list(zip(group, answers, strict=True))
            except Exception as problem:
                for _, waiting in group:
                    if not waiting.done():
                        waiting.set_exception(problem)
            except BaseException:
                for _, waiting in (*group, *self._waiting):
                    waiting.cancel()
                self._waiting.clear()
                raise
            else:
                for (_, waiting), answer in told:
                    if not waiting.done():
                        waiting.set_result(answer)
