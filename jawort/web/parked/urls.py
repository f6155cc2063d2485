"""Addresses of what is parked."""

from django.urls import path

from jawort.web.parked import views

app_name = "parked"
urlpatterns = [
    path("", views.index, name="index"),
    path("updates/<int:pk>/replay", views.replay_update, name="replay-update"),
    path("jobs/<int:pk>/replay", views.replay_job, name="replay-job"),
]
