"""Wrong usage (用法错误): what is wrong, where, and how to go on, in the language of the terminal.

argparse words its errors through gettext under English sentences; here they are given Chinese ones. It looks them up at
the moment of the error, so that nothing is translated for a command that is used rightly.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NoReturn

from gongxin.doors.cli.language import CHINESE, chosen

SENTENCES = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本说明并退出",
    "the following arguments are required: %s": "缺少必填的 %s",
    "unrecognized arguments: %s": "不认识的参数 %s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "invalid %(type)s value: %(value)r": "%(value)r 不能读作%(type)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可选 %(choices)s",
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)": (
        "没有 %(value)r，是不是 %(closest)r？可选 %(choices)s"
    ),
    "unknown parser %(parser_name)r (choices: %(choices)s)": "没有 %(parser_name)r，可选 %(choices)s",
    "expected one argument": "后面要写一个值",
    "expected at most one argument": "后面最多写一个值",
    "expected at least one argument": "后面至少写一个值",
    "expected %s argument": "后面要写 %s 个值",
    "expected %s arguments": "后面要写 %s 个值",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不够明确，可能是 %(matches)s",
    "ignored explicit argument %r": "后面不能写值 %r",
    "not allowed with argument %s": "不能与 %s 同用",
    "one of the arguments %s is required": "%s 须写其中一个",
    "can't open '%(filename)s': %(error)s": "打不开 %(filename)s：%(error)s",
}
"""argparse's own sentences, as Python 3.11 to 3.14 words them → ours."""

KINDS = {"int": ("整数", "a whole number"), "float": ("数字", "a number")}
SEE = {CHINESE: "全部选项见 {prog} --help", "en": "See {prog} --help for all options"}
CLOSE = {CHINESE: "是不是 {word}？", "en": "Did you mean {word}?"}


def _say(sentence: str) -> str:
    return SENTENCES.get(sentence, sentence) if chosen() == CHINESE else sentence


def _say_number(one: str, many: str, number: int) -> str:
    return _say(one if number == 1 else many)


def give_argparse_our_words() -> None:
    """Let argparse ask here for its sentences (接管用法提示); it has no other place to be told them."""
    argparse._ = _say  # type: ignore[attr-defined]
    argparse.ngettext = _say_number  # type: ignore[attr-defined]


class Parser(argparse.ArgumentParser):
    """A parser whose errors say what, where and how to go on (命令解析), with exit code 2."""

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Take NAME=VALUE wherever it stands (填写内容的位置不限): what follows an option argparse would not know any more."""
        found, rest = self.parse_known_args(args, namespace)
        if rest and isinstance(getattr(found, "fields", None), list) and not any(each.startswith("-") for each in rest):
            found.fields = [*found.fields, *rest]
            return found
        return super().parse_args(args, namespace) if rest else found

    def error(self, message: str) -> NoReturn:
        """Print the fault, a close word where there is one, the usage, and where to read more."""
        language = chosen()
        print(f"{self.prog}: {_plain(message, language)}", file=sys.stderr)
        close = _close(message, self)
        if close:
            print(CLOSE[language].format(word=close), file=sys.stderr)
        self.print_usage(sys.stderr)
        print(SEE[language].format(prog=self.prog), file=sys.stderr)
        raise SystemExit(2)


def _plain(message: str, language: str) -> str:
    """Return the message with the names of Python's types put into words."""
    for name, (chinese, english) in KINDS.items():
        message = message.replace(f"读作{name}", f"读作{chinese}").replace(f"invalid {name} value:", f"not {english}:")
    return message if language == CHINESE else message[:1].upper() + message[1:]


def _close(message: str, parser: argparse.ArgumentParser) -> str:
    """Return the option or command nearest to a word that is none (相近的写法), or nothing."""
    known = [word for action in parser._actions for word in action.option_strings]
    for action in parser._actions:
        if isinstance(action.choices, dict):
            known += list(action.choices)
            known += [word for command in action.choices.values() for word in command._option_string_actions]
    for word in re.findall(r"--?[a-z][a-z-]*|(?<=')[a-z-]+(?=')", message):
        if word not in known:
            found = difflib.get_close_matches(word, known, n=1)
            if found:
                return found[0]
    return ""


def day(text: str) -> date:
    """Read a day of an option (日期选项): 2026-11-22 and nothing else; raises argparse's own error with the reason."""
    from django.utils.translation import gettext as _

    try:
        return date.fromisoformat(text)
    except ValueError:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise argparse.ArgumentTypeError(_("没有 %(day)s 这一天，请核对月和日") % {"day": text}) from None
        raise argparse.ArgumentTypeError(_("“%(day)s”不是日期，请写成 2026-11-22") % {"day": text}) from None


def at_least(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` upward (整数选项)."""

    def read(text: str) -> int:
        from django.utils.translation import gettext as _

        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(_("“%(text)s”不是整数") % {"text": text}) from None
        if number < least:
            raise argparse.ArgumentTypeError(_("%(text)s 太小，至少是 %(least)d") % {"text": text, "least": least})
        return number

    return read
