"""Addresses of the reviews."""

from django.urls import path

from jawort.web.reviews import views

app_name = "reviews"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:pk>/settle", views.settle, name="settle"),
]
