"""Addresses of the reviews."""

from django.urls import path

from jawort.web.reviews import merging, pair, views

app_name = "reviews"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:pk>/settle", views.settle, name="settle"),
    path("<uuid:pk>/merge", merging.show, name="merge"),
    path("<uuid:pk>/merge/do", merging.do, name="merge-do"),
    path("other/<uuid:pk>", pair.other, name="other"),
    path("pair/<uuid:pk>/<uuid:contact>", pair.pair, name="pair"),
    path("pair/<uuid:pk>/<uuid:contact>/do", pair.do, name="pair-do"),
    path("merges/<uuid:pk>/undo", merging.undo, name="merge-undo"),
]
