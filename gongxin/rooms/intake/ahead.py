"""Working ahead (预检): the next rows are read and checked while the store takes the ones before.

The examination runs in a thread of its own and never touches the store. What it must know of the store it asks the
caller's thread, which answers between two parts: so every answer stands on the parts before, just as if one came
after the other. Never more than one part waits while another is in hand, so memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Part = TypeVar("Part")


class _Stopped(BaseException):
    """Nobody wants the rest; ends the examining thread, past every `except Exception` on its way."""


class _Examiner:
    def __init__(self) -> None:
        self.told: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._room = Semaphore(1)
        self._stopped = False

    def work(self, parts: Callable[[Callable[[Any], Any]], Iterator[Any]]) -> None:
        """Tell questions, parts, and at last the end or the fault."""
        try:
            for part in parts(self._ask):
                self._room.acquire()
                self._go_on()
                self.told.put(("part", part))
            self.told.put(("end", None))
        except _Stopped:
            self.told.put(("end", None))
        except BaseException as fault:
            self.told.put(("fault", fault))

    def _ask(self, question: Any) -> Any:
        self.told.put(("question", question))
        answer = self._answers.get()
        self._go_on()
        return answer

    def _go_on(self) -> None:
        if self._stopped:
            raise _Stopped

    def answer(self, answer: Any) -> None:
        """Answer the question that was told last."""
        self._answers.put(answer)

    def make_room(self) -> None:
        """Let the next part be told: the one before is done with."""
        self._room.release()

    def stop(self) -> None:
        """Let the thread end wherever it waits."""
        self._stopped = True
        self._answers.put(None)
        self._room.release()


def ahead(
    parts: Callable[[Callable[[Question], Answer]], Iterator[Part]], answer: Callable[[Question], Answer]
) -> Generator[Part, None, None]:
    """Yield what `parts` yields while it prepares the next; its questions are answered here, between two parts."""
    examiner = _Examiner()
    thread = Thread(target=examiner.work, args=(parts,), name="gongxin-examiner", daemon=True)
    thread.start()
    try:
        while True:
            word, what = examiner.told.get()
            if word == "question":
                examiner.answer(answer(what))
            elif word == "part":
                yield what
                examiner.make_room()
            elif word == "fault":
                raise what
            else:
                return
    finally:
        examiner.stop()
        thread.join()
