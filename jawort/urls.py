"""Every route, by the package that answers it."""

from django.urls import URLPattern, URLResolver, include, path

from jawort.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("jawort.public.urls")),
    path("", include("jawort.web.urls")),
]
