"""How much one client may ask: requests a minute, bytes a request, seconds a recording.

Rates are counted in each process; with several, each admits as much. Bytes are counted as they arrive, so
that a body without a stated length, or with a false one, is cut off at the limit.
"""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qualify.audio.decode import AudioLimits
from qualify.service import vcon
from qualify.service.problems import ProblemError, refuse, response


@dataclass(frozen=True, kw_only=True)
class ServiceLimits:
    """What one client may ask of the service."""

    requests_per_minute: int = 30_000
    """By one API key; twice the load that the service is built for."""
    refusals_per_minute: int = 30
    """Wrong API keys and links from one address, before it must wait."""
    body_bytes: int = 4_000_000
    """Of any body but an upload: the transcript of a call of many hours."""
    upload_bytes: int = 500_000_000
    """Of a multipart body: four hours of telephone stereo as WAV."""
    vcon_bytes: int = vcon.MAX_BYTES
    idle_s: float = 30.0
    """How long a body may stand still before the request is given up."""
    recording_s: float = 4 * 3600.0
    """Decoded length of a recording."""

    @property
    def audio(self) -> AudioLimits:
        """What a recording may be, for the decoder."""
        return AudioLimits(max_bytes=self.upload_bytes, max_duration_s=self.recording_s)


class RateLimiter:
    """Counts what each key and each address asks, over a sliding minute. Safe in threads."""

    def __init__(self, limits: ServiceLimits) -> None:
        self._requests = RateLimitItemPerMinute(limits.requests_per_minute, namespace="requests")
        self._refusals = RateLimitItemPerMinute(limits.refusals_per_minute, namespace="refusals")
        self._counter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def request(self, key: str) -> None:
        """Count a request of an API key (its id); the problem `too_many_requests` beyond the limit."""
        if not self._counter.hit(self._requests, key):
            raise self._too_many(self._requests, key)

    def guess(self, address: str) -> None:
        """The problem `too_many_requests` where an address has shown too many wrong secrets of late."""
        if not self._counter.test(self._refusals, address):
            raise self._too_many(self._refusals, address)

    def refused(self, address: str) -> None:
        """Count a wrong API key or link from an address."""
        self._counter.hit(self._refusals, address)

    def _too_many(self, item: RateLimitItem, name: str) -> ProblemError:
        wait_s = self._counter.get_window_stats(item, name).reset_time - time.time()
        detail = f"Au plus {item.amount} par minute."
        return refuse("too_many_requests", detail, headers={"Retry-After": str(max(1, math.ceil(wait_s)))})


class BodyLimit:
    """ASGI middleware that cuts off bodies beyond the limits, and those that stand still."""

    def __init__(self, app: ASGIApp, *, limits: ServiceLimits) -> None:
        self.app, self.limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted; refuse one that states too great a length at once."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        body = _Body(receive, most=self._most(headers), idle_s=self.limits.idle_s)
        stated = headers.get("content-length", "")
        if stated.isdecimal() and int(stated) > body.most:
            error = body.too_large()
            return await response(error.problem, headers=error.headers)(scope, receive, send)
        return await self.app(scope, body.receive, send)

    def _most(self, headers: Headers) -> int:
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return self.limits.upload_bytes
        return self.limits.vcon_bytes if kind in vcon.MEDIA_TYPES else self.limits.body_bytes


class _Body:
    """A request's body as it arrives."""

    def __init__(self, receive: Receive, *, most: int, idle_s: float) -> None:
        self._receive, self.most, self._idle_s = receive, most, idle_s
        self._got, self._complete = 0, False

    def too_large(self) -> ProblemError:
        detail = f"Le corps de la requête dépasse {self.most / 1e6:g} Mo."
        return refuse("too_large", detail, headers={"Connection": "close"})

    async def receive(self) -> Message:
        """The next part; after the last one there is no hurry, what comes is the end of the connection."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._idle_s):
                message = await self._receive()
        except TimeoutError as error:
            raise refuse("too_slow", headers={"Connection": "close"}) from error
        self._got += len(message.get("body", b""))
        self._complete = message["type"] != "http.request" or not message.get("more_body", False)
        if self._got > self.most:
            raise self.too_large()
        return message
