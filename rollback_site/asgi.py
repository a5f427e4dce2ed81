"""The raw ASGI front: streams are answered here, pages go to Django's WSGI handler in a bounded thread pool."""

from a2wsgi import WSGIMiddleware

from rollback_site.wsgi import application as pages

application = WSGIMiddleware(pages, workers=8)
