"""A connection to Redis that hiredis writes to, and that does not wait for answers which have come already."""

from typing import Any

import hiredis
from redis._parsers.hiredis import NOT_ENOUGH_DATA, _AsyncHiredisParser
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import DataError, ResponseError


class Quick:
    """What goes before a redis-py connection among the bases of a class.

    redis-py itself writes commands in Python, and sets a timer for each of a pipeline's answers, though all come at
    once: together a twentieth of what an article costs ingest.
    """

    def pack_command(self, *args: Any) -> list[bytes]:
        """The command as it is sent; its name may be of several words. Raises DataError for what cannot be sent."""
        name, *rest = args
        words = name.encode().split() if isinstance(name, str) else name.split()
        try:
            return [hiredis.pack_command((*words, *rest))]
        except TypeError as problem:
            raise DataError(str(problem)) from problem

    async def read_response(self, *arguments: Any, **options: Any) -> Any:
        """What the server answered, an error raised."""
        answer = NOT_ENOUGH_DATA if arguments or options else await self._come_already()
        if answer is NOT_ENOUGH_DATA:
            return await super().read_response(*arguments, **options)  # type: ignore[misc]
        first = answer[0] if isinstance(answer, list) and answer else answer
        if isinstance(first, NotConnected):  # the server says that it is not there for anybody
            await self.disconnect(nowait=True)  # type: ignore[attr-defined]
            raise first
        if isinstance(answer, ResponseError):
            raise answer
        return answer

    async def _come_already(self) -> Any:
        """The next answer if all of it is there, else NOT_ENOUGH_DATA; so too where redis-py has more to do with it."""
        parser = self._parser  # type: ignore[attr-defined]
        is_plain = isinstance(parser, _AsyncHiredisParser) and not self.health_check_interval  # type: ignore[attr-defined]
        if not is_plain or not parser._connected:
            return NOT_ENOUGH_DATA
        try:
            answer = parser._reader.gets()
            if isinstance(answer, hiredis.PushNotification):
                await parser.handle_push_response(answer)
                return NOT_ENOUGH_DATA
        except BaseException:  # what comes next would be read wrongly
            await self.disconnect(nowait=True)  # type: ignore[attr-defined]
            raise
        return answer
