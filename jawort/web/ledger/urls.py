"""Addresses of the ledger: the page, and the paths of a tile log below it (C2SP tlog-tiles)."""

from django.urls import path

from jawort.web.ledger import serve, views

app_name = "ledger"
urlpatterns = [
    path("", views.index, name="index"),
    path("verify", views.verify, name="verify"),
    path("checkpoint", serve.checkpoint, name="checkpoint"),
    path("vkey", serve.vkey, name="vkey"),
    path("tile/<path:rest>", serve.tile, name="tile"),
]
