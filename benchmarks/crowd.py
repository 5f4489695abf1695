"""Many users of the app, without browsers: each speaks the page's own protocol over a websocket.

They open Explore, stay connected, and change a severity or the length of the list at moments of their own. What comes
back is looked at: when fewer or more cards were drawn than asked for, the run ends, since it would measure nothing.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import dataclass
from typing import Any, Final

USERS: Final = 25
#: How often each user changes something within that time: at ease, and in haste.
PACES: Final = (2, 4)
SINGLE: Final = 20
SPREAD_SECONDS: Final = 20.0
#: How many activities the page lists unless asked otherwise.
USUAL: Final = 8


@dataclass(frozen=True)
class Figures:
    """Milliseconds of each change, those of the processor for one of them, and megabytes of the server.

    Memory is read with one user, with all, and after all they did.
    """

    single: list[float]
    processor: float
    spread: dict[int, list[float]]
    together: list[float]
    alone: float
    joined: float
    worked: float


class User:
    """A browser without a screen: speaks the page's own protocol over a websocket."""

    def __init__(self, address: str, chance: random.Random) -> None:
        self.address, self.chance = address, chance
        self.number, self.cards = USUAL, 0
        self.length = ""
        self.words: dict[str, list[str]] = {}
        self.severities: dict[str, str] = {}

    async def connect(self) -> None:
        from websockets.asyncio.client import connect
        from websockets.typing import Origin, Subprotocol

        url = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket = await connect(
            url, subprotocols=[Subprotocol("streamlit")], origin=Origin(self.address), max_size=None
        )
        await self.ask()

    def change(self) -> None:
        """Another severity, or another length of the list."""
        name = self.chance.choice([self.length, *self.severities])
        if name == self.length:
            self.number = self.chance.choice([number for number in range(5, 13) if number != self.number])
        else:
            others = [word for word in self.words[name][1:] if word != self.severities[name]]
            self.severities[name] = self.chance.choice(others)

    async def ask(self) -> float:
        """Have the page drawn with what is chosen; milliseconds until its script is done."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = "" if self.number == USUAL else f"v_k={self.number}"
        if self.length:
            asked.widget_states.widgets.add(id=self.length).double_array_value.data.append(self.number)
        for name, word in self.severities.items():
            asked.widget_states.widgets.add(id=name).string_array_value.data.append(word)
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await asyncio.wait_for(self._drawn(), 60)
        spent = 1000 * (time.perf_counter() - start)
        if self.cards != self.number:
            sys.exit(f"{self.number} cards were asked for and {self.cards} drawn: this is no measure of Explore")
        return spent

    async def _drawn(self) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        self.cards = 0
        while True:
            answer = ForwardMsg.FromString(await self.socket.recv(decode=False))
            kind = answer.WhichOneof("type")
            if kind == "script_finished":
                return
            if kind == "delta":
                self.cards += "-card_" in answer.delta.add_block.id
                self._note(answer.delta.new_element.slider)

    def _note(self, slider: Any) -> None:
        """Remember a control that the page has, as a browser does."""
        if slider.id.endswith("-v_k"):
            self.length = slider.id
        elif "-p_severity_" in slider.id:
            self.words[slider.id] = list(slider.options)
            usual = slider.raw_value[0] if slider.set_value else slider.options[int(slider.default[0])]
            self.severities.setdefault(slider.id, usual)


def memory(process: int) -> float:
    """Megabytes that a process holds."""
    import psutil

    return float(psutil.Process(process).memory_info().rss) / 1e6


def seconds(process: int) -> float:
    """Seconds that the processor worked for a process."""
    import psutil

    spent = psutil.Process(process).cpu_times()
    return float(spent.user + spent.system)


async def crowd(address: str, process: int) -> Figures:
    """One user, then 25 more, who stay and work; about a minute in all."""
    chance = random.Random(1)  # noqa: S311
    first, *others = [User(address, chance) for _ in range(1 + USERS)]
    await first.connect()
    await first.ask()
    single, worked_for = [], seconds(process)
    for _ in range(SINGLE):
        first.change()
        single.append(await first.ask())
    processor = 1000 * (seconds(process) - worked_for) / SINGLE
    alone = memory(process)
    for user in others:
        await user.connect()
        await user.ask()
    await asyncio.sleep(2)
    joined = memory(process)
    spread = {}
    for pace in PACES:
        found = await asyncio.gather(*(_works(user, pace) for user in others))
        spread[pace] = [one for spent in found for one in spent]
    for user in others:
        user.change()
    together = await asyncio.gather(*(user.ask() for user in others))
    await asyncio.sleep(2)
    worked = memory(process)
    for user in (first, *others):
        await user.socket.close()
    return Figures(single, processor, spread, together, alone, joined, worked)


async def _works(user: User, times: int) -> list[float]:
    """Milliseconds of a few changes, at moments of the user's own."""
    begin, spent = time.perf_counter(), []
    for moment in sorted(user.chance.random() * SPREAD_SECONDS for _ in range(times)):
        await asyncio.sleep(max(0.0, begin + moment - time.perf_counter()))
        user.change()
        spent.append(await user.ask())
    return spent
