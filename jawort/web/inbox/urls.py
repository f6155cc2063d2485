"""Addresses of the inbox."""

from django.urls import path

from jawort.web.inbox import bulk, emojis, files, labels, news, quick_replies, sends, templates, uploads, views

app_name = "inbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("rows/", views.rows, name="rows"),
    path("bulk/assign", bulk.assign, name="bulk-assign"),
    path("bulk/label", bulk.label, name="bulk-label"),
    path("bulk/resolve", bulk.resolve, name="bulk-resolve"),
    path("bulk/snooze", bulk.snooze, name="bulk-snooze"),
    path("emojis/", emojis.index, name="emojis"),
    path("news/", news.news, name="news"),
    path("<uuid:pk>/", views.conversation, name="conversation"),
    path("<uuid:pk>/messages/", views.messages, name="messages"),
    path("<uuid:pk>/messages/<uuid:message>/data/", views.data, name="data"),
    path("<uuid:pk>/messages/<uuid:message>/retry", sends.retry, name="retry"),
    path("<uuid:pk>/messages/<uuid:message>/template/", templates.again, name="template-again"),
    path("<uuid:pk>/files", uploads.upload, name="upload"),
    path("<uuid:pk>/files/<uuid:file>/", files.file, name="file"),
    path("<uuid:pk>/files/<uuid:file>/fetch", files.fetch, name="fetch"),
    path("<uuid:pk>/files/<uuid:file>/<slug:form>", files.file, name="file"),
    path("<uuid:pk>/send", sends.send, name="send"),
    path("<uuid:pk>/quick-replies/", quick_replies.index, name="quick-replies"),
    path("<uuid:pk>/templates/", templates.index, name="templates"),
    path("<uuid:pk>/templates/refresh", templates.refresh, name="templates-refresh"),
    path("<uuid:pk>/templates/<uuid:template>/", templates.form, name="template"),
    path("<uuid:pk>/templates/<uuid:template>/send", templates.send, name="template-send"),
    path("<uuid:pk>/ask", sends.ask, name="ask"),
    path("<uuid:pk>/messages/<uuid:message>/react", sends.react, name="react"),
    path("<uuid:pk>/note", sends.note, name="note"),
    path("<uuid:pk>/assign", views.assign, name="assign"),
    path("<uuid:pk>/resolve", views.resolve, name="resolve"),
    path("<uuid:pk>/reopen", views.reopen, name="reopen"),
    path("<uuid:pk>/snooze", views.snooze, name="snooze"),
    path("<uuid:pk>/wake", views.wake, name="wake"),
    path("<uuid:pk>/label", labels.label, name="label"),
    path("<uuid:pk>/stop", views.stop, name="stop"),
    path("<uuid:pk>/delete-from-contact-book", views.delete_from_book, name="delete-from-book"),
    path("<uuid:pk>/read", views.read, name="read"),
    path("<uuid:pk>/writes", views.writes, name="writes"),
    path("<uuid:pk>/unread", views.unread, name="unread"),
]
