"""Every address of the desk."""

from django.urls import include, path

from jawort.web import views
from jawort.web.account.urls import urlpatterns as account

urlpatterns = [
    path("", views.home, name="home"),
    path("inbox/", include("jawort.web.inbox.urls")),
    path("ledger/", include("jawort.web.ledger.urls")),
    path("parked/", include("jawort.web.parked.urls")),
    path("settings/", include("jawort.web.settings.urls")),
    path("csp-report", views.csp_report, name="csp-report"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    *account,
]
