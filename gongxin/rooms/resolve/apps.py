"""Resolution (主体识别): identity is a judgement."""

from django.apps import AppConfig


class ResolveConfig(AppConfig):
    """Resolution (主体识别): identity is a judgement."""

    name = "gongxin.rooms.resolve"
    label = "resolve"
    verbose_name = "主体识别"
