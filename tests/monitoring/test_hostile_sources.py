"""Sources that answer badly, over real HTTP: each is unhealthy for its own reason, and nobody else is touched by it."""

from __future__ import annotations

import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from decisions.models import Entry, Incident, Sample, Series, Source
from decisions.monitoring import scraping
from tests.factories import make_indicator, make_live_pair, make_source

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024
SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_total"}


def good(scrapes: int) -> bytes:
    labels = b'{version="v2",mode="live"}'
    return b"misread_total%s %d\nlabelled_total%s %d\n" % (labels, scrapes, labels, 50 * scrapes)


class Pages(BaseHTTPRequestHandler):
    """A good page of counters that grow at /good, and what no source should do elsewhere."""

    scrapes = 0

    def do_GET(self) -> None:
        try:
            getattr(self, self.path.strip("/"))()
        except OSError:
            return  # whoever asked has heard enough

    def good(self) -> None:
        type(self).scrapes += 1
        self._begin()
        self.wfile.write(good(self.scrapes))

    def malformed(self) -> None:
        self._begin()
        self.wfile.write(good(1) + b'misread_total{version="v2" 3\n')

    def fifty_megabytes(self) -> None:
        self._begin()
        for _ in range(50):
            self.wfile.write(b"# " + b"x" * (MEGABYTE - 3) + b"\n")

    def unpacked_fifty_megabytes(self) -> None:
        self._begin(("Content-Encoding", "deflate"))
        packer = zlib.compressobj()
        packed = [packer.compress(b"x" * MEGABYTE) for _ in range(50)]
        self.wfile.write(b"".join([*packed, packer.flush()]))

    def million_series(self) -> None:
        self._begin()
        for thousand in range(1000):
            self.wfile.write(b"".join(b's{n="%d"} 1\n' % (1000 * thousand + each) for each in range(1000)))

    def slow(self) -> None:
        self._begin()
        for _ in range(100):
            self.wfile.write(b"#\n")
            time.sleep(0.05)

    def shouting(self) -> None:
        type(self).scrapes += 1
        self._begin(("Content-Encoding", "IDENTITY"))
        self.wfile.write(good(self.scrapes))

    def long(self) -> None:
        type(self).scrapes += 1
        self._begin()
        self.wfile.write(good(self.scrapes) + b"# a remark\n" * 30_000)

    def unprintable(self) -> None:
        self._begin()
        self.wfile.write(b'misread_total{"\x00"="1"} 1\n' + good(1))

    def failing(self) -> None:
        self.send_error(500)

    def _begin(self, *headers: tuple[str, str]) -> None:
        self.send_response(200)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(settings) -> Iterator[str]:
    settings.SCRAPE_TIMEOUT_SECONDS = 2
    Pages.scrapes = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def scraped(address, at):
    """Scrapes a service with this source and a good one twice; answers the source and what the scrapes took.

    The source is a way of `Pages`, or an address.
    """

    def scrape(way: str) -> tuple[Source, float]:
        service = make_live_pair()
        make_indicator(service, query=SHARE, unit="fraction")
        bad = make_source(service, name=way, url=way if ":" in way else f"{address}/{way}", every_seconds=2)
        make_source(service, name="good", url=f"{address}/good", every_seconds=2)
        began = time.monotonic()
        for step in (0, 1):
            Source.objects.update(due_at=at)
            scraping.scrape(at + timedelta(seconds=2 * step))
        bad.refresh_from_db()
        return bad, (time.monotonic() - began) / 2

    return scrape


WAYS = [
    ("malformed", "is not in the Prometheus text format"),
    ("fifty_megabytes", "is larger than 4 MiB"),
    ("unpacked_fifty_megabytes", "answers packed (deflate), which nobody asked for"),
    ("million_series", "is larger than 4 MiB"),
    ("slow", "did not answer within 2 s"),
    ("failing", "answers 500 Internal Server Error"),
    ("unprintable", "has a label that is longer than 100 characters or cannot be printed"),
    ("http://xn--/metrics", "cannot be reached: Malformed A-label"),
]


@pytest.mark.parametrize(("way", "reason"), WAYS)
def test_a_hostile_source_is_unhealthy_with_its_reason_and_touches_no_other(scraped, way, reason):
    bad, seconds = scraped(way)

    assert bad.state == "unhealthy" and reason in bad.reason
    assert not Series.objects.filter(source=bad).exists() and not bad.reading
    neighbour = Source.objects.get(name="good")
    assert neighbour.state == "healthy"
    assert Sample.objects.get(series__source=neighbour).value == pytest.approx(1 / 50)
    assert not Incident.objects.exists()
    assert seconds < 10


def test_a_page_that_says_that_it_is_not_packed_is_read(scraped):
    shouting, _ = scraped("shouting")

    assert (shouting.state, shouting.reason) == ("healthy", "")


def test_a_large_page_is_read_when_all_others_are_stored(scraped):
    large, _ = scraped("long")

    assert Sample.objects.filter(series__source=large).count() == 1
    told = [entry.facts()["source"] for entry in Entry.objects.filter(event="source_healthy")]
    assert told == ["good", "long"]


def test_a_million_series_are_refused_for_their_number_where_bytes_are_allowed(scraped, settings):
    settings.SCRAPE_BYTES, settings.SCRAPE_TIMEOUT_SECONDS = 64 * MEGABYTE, 20

    bad, _ = scraped("million_series")

    assert (bad.state, bad.reason) == ("unhealthy", "exports more than 20,000 series")
    assert not Series.objects.filter(source=bad).exists()


@pytest.mark.parametrize("way", ["fifty_megabytes", "million_series", "unpacked_fifty_megabytes"])
def test_no_page_takes_more_memory_than_the_limit_and_its_copies(scraped, way):
    tracemalloc.start()
    try:
        scraped(way)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * 4 * MEGABYTE
