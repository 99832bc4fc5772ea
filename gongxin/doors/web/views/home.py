"""The front page (首页)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """One query box, six things to do, and how the platform itself is doing (首页)."""
    return render(request, "web/home.html")
