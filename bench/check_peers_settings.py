"""Settings of the peer (对照设置): ours, with the one address it serves and no middleware at all, which favours it."""

from gongxin.site.settings import *  # noqa: F403

ROOT_URLCONF = "bench.check_peers"
MIDDLEWARE: list[str] = []
LEFT_OUT = ("allauth", "axes", "csp", "gongxin.doors.web.apps.StaffSettingsConfig")
"""What no check asks for; the staff settings cannot be had without the accounts."""
INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith(LEFT_OUT)]  # noqa: F405
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
DATABASES["default"]["CONN_MAX_AGE"] = 60  # noqa: F405 - the peer keeps its connections, too
