"""Addresses of the side door, of customers' own pages, and of the pages that ask for a consent."""

from django.urls import path

from jawort.public import opt_in, own_download, own_page, views, widget

app_name = "public"
urlpatterns = [
    path("side-door/<str:token>/", views.page, name="side-door"),
    path("side-door/<str:token>/files", views.bring, name="bring"),
    path("side-door/<str:token>/files/<uuid:file>", views.take, name="take"),
    path("own/<str:token>/", own_page.start, name="own"),
    path("own/<str:token>/code", own_page.code, name="own-code"),
    path("own/<str:token>/enter", own_page.enter, name="own-enter"),
    path("own/<str:token>/refuse", own_page.refuse, name="own-refuse"),
    path("own/<str:token>/correct", own_page.correct, name="own-correct"),
    path("own/<str:token>/erase", own_page.erase, name="own-erase"),
    path("own/<str:token>/download", own_download.download, name="own-download"),
    path("opt-in/<str:code>.js", widget.script, name="opt-in-script"),
    path("opt-in/<str:code>/slip", widget.slip, name="opt-in-slip"),
    path("opt-in/<str:code>", opt_in.page, name="opt-in"),
]
