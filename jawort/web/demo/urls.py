"""Addresses of the demo's stage. They exist in a demo only (web/urls.py), and answer this machine only."""

from django.urls import path

from jawort.web.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.stage, name="stage"),
    path("persons/<uuid:pk>", views.choose, name="choose"),
    path("language", views.language, name="language"),
    path("tour", views.tour, name="tour"),
    path("tour/begin", views.begin, name="begin"),
    path("tour/<slug:name>", views.act, name="act"),
]
