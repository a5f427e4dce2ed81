"""Django's WSGI handler: the pages. `asgi.py` mounts it in a bounded thread pool behind the streams."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollback_site.settings")

application = get_wsgi_application()
# What is imported stays for good. Looking through it again and again for garbage cost a page 100 ms now and then.
gc.collect()
gc.freeze()
