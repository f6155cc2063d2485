"""Address of the data-flow page."""

from django.urls import path

from jawort.web.flows import views

app_name = "flows"
urlpatterns = [path("", views.index, name="index")]
