"""Addresses of signing in (登录路由): those of the framework that this platform offers, and no other.

A password is renewed at the counter, face to face, and a contact is kept with one's notices: the framework's ways by
e-mail would promise a letter that nobody sends. Who knows their usual addresses is led to ours.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", RedirectView.as_view(pattern_name="web:renew"), name="account_set_password"),
    path("password/reset/", RedirectView.as_view(pattern_name="web:renew"), name="account_reset_password"),
    path("inactive/", RedirectView.as_view(pattern_name="account_login"), name="account_inactive"),
    path("email/", RedirectView.as_view(pattern_name="web:notices"), name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
]
