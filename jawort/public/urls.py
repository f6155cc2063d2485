"""Addresses of the side door."""

from django.urls import path

from jawort.public import views

app_name = "public"
urlpatterns = [
    path("<str:token>/", views.page, name="side-door"),
    path("<str:token>/files", views.bring, name="bring"),
    path("<str:token>/files/<uuid:file>", views.take, name="take"),
]
