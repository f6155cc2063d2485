"""Addresses of the notices."""

from django.urls import path

from jawort.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:pk>/original/", views.original, name="original"),
    path("<uuid:pk>/settle", views.settle, name="settle"),
]
