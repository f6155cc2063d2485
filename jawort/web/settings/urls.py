"""Addresses of a person's own settings."""

from django.urls import path

from jawort.web.settings import views

app_name = "settings"
urlpatterns = [
    path("me", views.me, name="me"),
    path("theme", views.theme, name="theme"),
]
