"""Every address of the desk."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from jawort.web import views
from jawort.web.account.urls import urlpatterns as account
from jawort.web.demo.views import entrance

#: Nobody proves who they are on the stage of a demo: elsewhere it does not exist.
_DEMO: list[URLPattern | URLResolver] = [
    path("", entrance, name="home"),
    path("demo/", include("jawort.web.demo.urls")),
]

urlpatterns = [
    *(_DEMO if settings.DEMO else []),
    path("", views.home, name="home"),
    path("alarms/", include("jawort.web.alarms.urls")),
    path("contacts/", include("jawort.web.contacts.urls")),
    path("flows/", include("jawort.web.flows.urls")),
    path("help/", include("jawort.web.help.urls")),
    path("inbox/", include("jawort.web.inbox.urls")),
    path("ledger/", include("jawort.web.ledger.urls")),
    path("notices/", include("jawort.web.notices.urls")),
    path("parked/", include("jawort.web.parked.urls")),
    path("reviews/", include("jawort.web.reviews.urls")),
    path("settings/", include("jawort.web.settings.urls")),
    path("csp-report", views.csp_report, name="csp-report"),
    *account,
]
