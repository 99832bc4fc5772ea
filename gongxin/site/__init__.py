"""Wiring (装配): settings, urls, asgi, wsgi."""
