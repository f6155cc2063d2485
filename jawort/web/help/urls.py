"""Addresses of the help."""

from django.urls import path

from jawort.web.help import views

app_name = "help"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:name>/", views.topic, name="topic"),
]
