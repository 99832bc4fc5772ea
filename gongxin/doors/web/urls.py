"""Addresses of the portal and the workbench (网页路由)."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from gongxin.doors.web import preferences
from gongxin.doors.web.views import (
    checks,
    desk,
    determinations,
    disclosure,
    home,
    identities,
    incomplete,
    intake,
    law,
    looks,
    pages,
    quality,
)

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("language/<str:code>/", preferences.language, name="language"),
    path("elder/<str:state>/", preferences.elder, name="elder"),
    path("favicon.ico", RedirectView.as_view(url="/static/web/seal.svg")),
    # What everybody may read
    path("search", disclosure.search, name="search"),
    path("subjects/<str:code>/", disclosure.subject, name="subject"),
    path("subjects/<str:code>/data.json", disclosure.subject_data, name="subject-data"),
    path("lists/", disclosure.lists, name="lists"),
    path("lists/<str:item>/", disclosure.one_list, name="list"),
    path("promises/", disclosure.promises, name="promises"),
    path("open-data/", disclosure.open_data, name="open-data"),
    path("open-data/<str:item>.<str:kind>", disclosure.download, name="download"),
    path("law/", law.law, name="law"),
    path("law/<str:instrument>/", law.instrument, name="law-instrument"),
    path("law/<str:instrument>/<str:article>/", law.article, name="law-article"),
    path("catalogue/", law.catalogue, name="catalogue"),
    path("catalogue/<str:item>/", law.catalogue_item, name="catalogue-item"),
    path("help/", pages.help_page, name="help"),
    path("help/remedy/", pages.remedy, name="help-remedy"),
    path("help/complaint/", pages.complaint, name="help-complaint"),
    path("help/report/", pages.report, name="help-report"),
    path("help/accessibility/", pages.accessibility, name="accessibility"),
    path("help/privacy/", pages.privacy, name="privacy"),
    path("help/sitemap/", pages.sitemap, name="sitemap"),
    # The workbench
    path("desk/", desk.desk, name="desk"),
    path("desk/account/", desk.account, name="account"),
    path("desk/alive/", desk.alive, name="alive"),
    path("desk/intake/", intake.upload, name="intake"),
    path("desk/intake/open/", intake.open_batches, name="intake-open"),
    path("desk/intake/records/", intake.records, name="intake-records"),
    path("desk/intake/templates/", intake.templates, name="templates"),
    path("desk/intake/templates/<str:item>.xlsx", intake.template, name="template"),
    path("desk/intake/<int:batch>/", intake.batch, name="batch"),
    path("desk/intake/<int:batch>/mapping/", intake.mapping, name="mapping"),
    path("desk/intake/<int:batch>/progress/", intake.progress, name="batch-progress"),
    path("desk/intake/<int:batch>/rows/<int:row>/", intake.fix, name="fix"),
    path("desk/intake/<int:batch>/rejects.xlsx", intake.rejects, name="rejects"),
    path("desk/intake/<int:batch>/<str:act>/", intake.decide, name="batch-act"),
    path("desk/check/", checks.check, name="check"),
    path("desk/checks/", checks.checks, name="checks"),
    path("desk/checks/open/", checks.checks_open, name="checks-open"),
    path("desk/checks/<str:number>/", checks.one_check, name="one-check"),
    path("desk/checks/<str:number>/outcome/", checks.record_outcome, name="record-outcome"),
    path("desk/identities/", identities.identities, name="identities"),
    path("desk/identities/<int:mention>/", identities.identity, name="identity"),
    path("desk/identities/names/", identities.names, name="names"),
    path("desk/identities/judgements/", identities.made, name="judgements"),
    path("desk/identities/judgements/<int:seq>/undo/", identities.undo, name="undo"),
    path("desk/determinations/", determinations.determinations, name="determinations"),
    path("desk/determinations/<int:record>/", determinations.determination, name="determination"),
    path("desk/incomplete/", incomplete.incomplete, name="incomplete"),
    path("desk/incomplete/<int:record>/recheck/", incomplete.recheck, name="recheck"),
    path("desk/quality/", quality.quality, name="quality"),
    path("desk/looks/", looks.looks, name="looks"),
    path("desk/who-looked/", looks.own_looks, name="own-looks"),
]
