"""Addresses of the contacts. None of them ever holds what somebody looked for."""

from django.urls import path

from jawort.web.contacts import attributes, begin, consents, detail, edit, existing, record, views

app_name = "contacts"
urlpatterns = [
    path("", views.index, name="index"),
    path("few", views.few, name="few"),
    path("new", edit.new, name="new"),
    path("<uuid:pk>/", detail.show, name="detail"),
    path("<uuid:pk>/edit", edit.edit, name="edit"),
    path("<uuid:pk>/write", begin.write, name="write"),
    path("<uuid:pk>/stop", detail.stop, name="stop"),
    path("<uuid:pk>/consents", consents.show, name="consents"),
    path("<uuid:pk>/consents/<uuid:contact>/record", record.record, name="record-consent"),
    path("<uuid:pk>/consents/<uuid:contact>/existing", existing.record, name="existing"),
    path("<uuid:pk>/existing/end", existing.end, name="existing-end"),
    path("<uuid:pk>/consents/<uuid:contact>.json", consents.download, name="consent"),
    path("<uuid:pk>/consents/<uuid:contact>.pdf", consents.printed, name="consent-printed"),
    path("<uuid:pk>/attributes", attributes.edit, name="attributes"),
    path("<uuid:pk>/addresses", detail.whole, name="whole"),
]
