"""Gongxin 公信: an open public credit information platform (公共信用信息平台)."""

__version__ = "0.3.0"
