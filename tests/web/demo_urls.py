"""The addresses of a demo: what jawort/web/urls.py adds when `settings.DEMO` is set at the start of a process."""

from django.urls import include, path

from jawort.web.demo.views import entrance

urlpatterns = [
    path("", entrance, name="home"),
    path("demo/", include("jawort.web.demo.urls")),
    path("", include("jawort.urls")),
]
