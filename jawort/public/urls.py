"""Addresses of the side door, and of the pages that ask for a consent."""

from django.urls import path

from jawort.public import opt_in, views, widget

app_name = "public"
urlpatterns = [
    path("side-door/<str:token>/", views.page, name="side-door"),
    path("side-door/<str:token>/files", views.bring, name="bring"),
    path("side-door/<str:token>/files/<uuid:file>", views.take, name="take"),
    path("opt-in/<str:code>.js", widget.script, name="opt-in-script"),
    path("opt-in/<str:code>/slip", widget.slip, name="opt-in-slip"),
    path("opt-in/<str:code>", opt_in.page, name="opt-in"),
]
