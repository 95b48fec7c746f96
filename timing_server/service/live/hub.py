"""Sends what happens to every screen and device that listens; lives in the event loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from timing_server.contract.base import Message
from timing_server.contract.live.messages import ActiveEvent, LivePing
from timing_server.contract.machines.cameras import CameraOrder
from timing_server.contract.machines.devices import HeatOrder, ResendOrder, TripOrder
from timing_server.contract.machines.driving import RENEWAL_PERIOD_S, LeaseRenewal, StopOrder
from timing_server.contract.server.screens import BoardScene, SponsorShown
from timing_server.contract.server.venue import VenueNotice, Verb, WifiShown
from timing_server.rules.units import NS_PER_US
from timing_server.service.live.channel import Channel, Patch
from timing_server.service.live.heats.orders import before_go
from timing_server.service.live.projection import Document
from timing_server.service.live.subscriber import Subscriber, frame_of

PING_PERIOD_S = 2.0
US_PER_S = 1_000_000


class Hub:
    """Channels by event for screens, one stream for devices, the newest of what is no fact."""

    def __init__(self, now_race_ns: Callable[[], int], boot_id: str) -> None:
        self._now_race_ns = now_race_ns
        self._boot_id = boot_id
        self._channels: dict[str, Channel] = {}
        self._devices: set[Subscriber] = set()
        self._newest: dict[str, bytes] = {}
        self._order = self._wanted = HeatOrder(phase="idle")
        self._go: asyncio.TimerHandle | None = None
        self._active_event_id: str | None = None
        self._is_closed = False
        #: What every screen of the venue shows, whichever event it follows.
        self.notice = VenueNotice()

    def now_us(self) -> int:
        """Return the race clock in microseconds, as messages carry it."""
        return self._now_race_ns() // NS_PER_US

    # --- from the writer -----------------------------------------------------------------------

    def open_channel(self, event_id: str, channel: Channel) -> None:
        """Begin to follow an event."""
        self._channels.setdefault(event_id, channel)

    def drop_channel(self, event_id: str) -> None:
        """Stop following an event; its screens come back if they still want it."""
        channel = self._channels.pop(event_id, None)
        for subscriber in list(channel.subscribers) if channel else ():
            subscriber.end()

    def patch(self, event_id: str, patch: Patch, document: Document) -> None:
        """Show one fact."""
        self._channels[event_id].advance(patch, document, self.now_us())

    def rename(self, event_id: str, document: Document) -> None:
        """Show changed names."""
        self._channels[event_id].rename(document, self.now_us())

    def switch(self, event_id: str | None) -> None:
        """Tell every screen which event owns the venue now."""
        self._active_event_id = event_id
        frame = self._switched_frame()
        for channel in self._channels.values():
            channel.broadcast(frame)

    def order(self, order: HeatOrder) -> None:
        """Tell every device what the heat wants of it; where its start lies ahead, then."""
        self._wanted = order
        if self._go is not None:
            self._go.cancel()
            self._go = None
        ahead_us = (order.starts_us or 0) - self.now_us()
        if ahead_us > 0 and order.phase == "running":
            order = before_go(order)
            # Before the event loop runs nobody listens; ``keep_pinging`` asks again.
            with suppress(RuntimeError):
                loop = asyncio.get_running_loop()
                self._go = loop.call_later(ahead_us / US_PER_S, self.order, self._wanted)
        self._order = order
        for device in self._devices:
            device.put(_frame("heat", order))
        self.renew_leases()

    def stop(self, order: StopOrder) -> None:
        """Stop cars at once, before anything is on the disk; orders repeat it once it is."""
        for device in self._devices:
            device.put(_frame("stop", order))

    def renew_leases(self) -> None:
        """Say which leases stand, now; nothing where no car may drive."""
        frame = self._lease_frame()
        for device in self._devices if frame else ():
            device.put_latest("lease", frame)

    # --- from the venue ------------------------------------------------------------------------

    def show_wifi(self, wifi: WifiShown | None) -> None:
        """Show the public's Wi-Fi on every screen of the venue, or show it no more."""
        self._tell(self.notice.model_copy(update={"wifi": wifi}))

    def show_scene(self, scene: BoardScene) -> None:
        """Have every board show a scene, or each its own (``auto``)."""
        self._tell(self.notice.model_copy(update={"scene": scene}))

    def show_sponsors(self, sponsors: tuple[SponsorShown, ...]) -> None:
        """Show these pictures of sponsors on every board."""
        self._tell(self.notice.model_copy(update={"sponsors": sponsors}))

    def tell_going_down(self, verb: Verb | None) -> None:
        """Tell every screen that the machine goes down; None: that it stays after all."""
        self._tell(self.notice.model_copy(update={"going_down": verb}))

    def _tell(self, notice: VenueNotice) -> None:
        self.notice = notice
        frame = _frame("venue", notice)
        for channel in self._channels.values():
            for subscriber in channel.subscribers:
                subscriber.put_latest("venue", frame)

    # --- from devices --------------------------------------------------------------------------

    def report(self, event: str, key: str, message: Message) -> None:
        """Show something that is no fact to whoever watches the active event, the newest only."""
        frame = _frame(event, message)
        self._newest[key] = frame
        channel = self._channels.get(self._active_event_id or "")
        for subscriber in channel.subscribers if channel else ():
            subscriber.put_latest(key, frame)

    def forget(self, event: str, key: str) -> None:
        """Show no more what was reported under a key: whoever watches hears null."""
        if self._newest.pop(key, None) is None:
            return
        frame = frame_of(event, b"null")
        channel = self._channels.get(self._active_event_id or "")
        for subscriber in channel.subscribers if channel else ():
            subscriber.put_latest(key, frame)

    def trip(self, order: TripOrder) -> None:
        """Ask the virtual venue to wave a hand through a beam."""
        for device in self._devices:
            device.put(_frame("trip", order))

    def resend(self, order: ResendOrder) -> None:
        """Ask a node for a part of its journal."""
        for device in self._devices:
            device.put(_frame("resend", order))

    def ask_camera(self, order: CameraOrder) -> None:
        """Ask a camera for a picture, and have it keep its line where one is given."""
        for device in self._devices:
            device.put(_frame("camera", order))

    # --- from screens and devices that connect ---------------------------------------------------

    def has_channel(self, event_id: str) -> bool:
        """Whether the event is followed already."""
        return event_id in self._channels

    def snapshot(self, event_id: str) -> bytes:
        """Return an event's whole document (``LiveSnapshot`` as JSON)."""
        return self._channels[event_id].snapshot(self.now_us())

    def watch(self, event_id: str, last_seq: int | None) -> Subscriber:
        """Let a screen follow an event from what it saw last."""
        channel = self._channels[event_id]
        subscriber = self._joined(Subscriber(), channel.subscribers)
        subscriber.welcome(channel.catch_up(last_seq, self.now_us()))
        subscriber.put_latest("ping", self._ping_frame())
        subscriber.put_latest("venue", _frame("venue", self.notice))
        if event_id == self._active_event_id:
            for key, frame in self._newest.items():
                subscriber.put_latest(key, frame)
        elif self._active_event_id is not None:
            subscriber.put(self._switched_frame())
        return subscriber

    def listen(self) -> Subscriber:
        """Let a device hear orders, beginning with the present one."""
        device = self._joined(Subscriber(), self._devices)
        device.put(_frame("heat", self._order))
        device.put_latest("ping", self._ping_frame())
        if lease := self._lease_frame():
            device.put_latest("lease", lease)
        return device

    def leave(self, subscriber: Subscriber) -> None:
        """Forget a screen or a device that has gone."""
        self._devices.discard(subscriber)
        for channel in self._channels.values():
            channel.subscribers.discard(subscriber)

    # --- life ------------------------------------------------------------------------------------

    async def keep_pinging(self) -> None:
        """Say every two seconds that the feed is alive, until cancelled."""
        self.order(self._wanted)
        while True:
            await asyncio.sleep(PING_PERIOD_S)
            frame = self._ping_frame()
            for subscriber in self._everybody():
                subscriber.put_latest("ping", frame)

    async def keep_leasing(self) -> None:
        """Renew leases until cancelled."""
        while True:
            await asyncio.sleep(RENEWAL_PERIOD_S)
            self.renew_leases()

    def close(self) -> None:
        """Let everybody go: the server ends."""
        self._is_closed = True
        if self._go is not None:
            self._go.cancel()
        for subscriber in self._everybody():
            subscriber.end()

    def _joined(self, subscriber: Subscriber, group: set[Subscriber]) -> Subscriber:
        if self._is_closed:
            subscriber.end()
        group.add(subscriber)
        return subscriber

    def _everybody(self) -> list[Subscriber]:
        groups = [channel.subscribers for channel in self._channels.values()]
        return [subscriber for group in (*groups, self._devices) for subscriber in group]

    def _ping_frame(self) -> bytes:
        return _frame("ping", LivePing(now_us=self.now_us()))

    def _lease_frame(self) -> bytes:
        lease_ids = tuple(each.lease_id for each in self._order.runs if each.lease_id)
        if not lease_ids:
            return b""
        renewal = LeaseRenewal(
            sent_race_ns=self._now_race_ns(), server_boot_id=self._boot_id, lease_ids=lease_ids
        )
        return _frame("lease", renewal)

    def _switched_frame(self) -> bytes:
        return _frame("switched", ActiveEvent(event_id=self._active_event_id))


def _frame(event: str, message: Message) -> bytes:
    return frame_of(event, message.model_dump_json().encode())
