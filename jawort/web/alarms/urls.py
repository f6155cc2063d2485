"""Addresses of the alarms."""

from django.urls import path

from jawort.web.alarms import views

app_name = "alarms"
urlpatterns = [
    path("", views.index, name="index"),
    path("test", views.test, name="test"),
    path("trial", views.trial, name="trial"),
    path("<uuid:pk>/acknowledge", views.acknowledge, name="acknowledge"),
]
