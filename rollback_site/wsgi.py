"""Django's WSGI handler: the pages. `asgi.py` mounts it in a bounded thread pool behind the streams."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollback_site.settings")

application = get_wsgi_application()
