"""A headless Chromium for tests of pages, spoken to over its DevTools protocol through two pipes: no network at all."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
EXPECTED = "VMLINT_EXPECT_BROWSER"
"""Set where a browser was installed, so that its tests must not be skipped."""
OPTIONS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # nothing leads out of this machine, whatever a page asks for
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
HAND_OVER = """
import os, sys
commands, answers = (os.dup2(int(end), 20 + number) for number, end in enumerate(sys.argv[1:3]))
os.dup2(commands, 3)
os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Starts the browser, which reads commands from descriptor 3 and answers on 4; these may be in use here."""
KEYS = {
    "/": ("Slash", 191, "/"),
    "Tab": ("Tab", 9, ""),
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    " ": ("Space", 32, " "),
}


def program() -> str:
    """Return the browser's path. Skips the test where there is none, unless one is expected."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None or not sys.platform.startswith("linux"):
        assert EXPECTED not in os.environ, f"none of {', '.join(NAMES)} is installed"
        pytest.skip("no Chromium is installed")
    return found


class Page:
    """A tab. It fails for what the page logs as an error, and notes whatever it asks the network for."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self._scripted = True
        self.errors: list[str] = []
        """Exceptions, refusals of the page's policy, and what was logged."""
        self.requests: list[str] = []
        """Addresses that were asked for."""

    def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the protocol and return its result."""
        return self._browser.call(method, parameters, self._session)

    def open(self, file: Path) -> None:
        """Open a file, and wait until it is loaded."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self._browser.forget("Page.loadEventFired")
        assert "errorText" not in self.call("Page.navigate", url=file.as_uri())
        self._browser.wait_for("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """Return the value of an expression of JavaScript, once it is settled."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def settle(self) -> None:
        """Wait until what scripts asked for in the next frame is done."""
        if self._scripted:
            self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def press(self, key: str, shift: bool = False) -> None:
        """Press a key."""
        code, number, text = KEYS[key]
        about = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)
        self.settle()

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)
        self.settle()

    def click(self, selector: str) -> None:
        """Press what a selector finds first."""
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.settle()

    def choose(self, name: str, value: str) -> None:
        """Choose an option of a box, as its user does."""
        self.run(
            f"(box => {{ box.value = {json.dumps(value)}; for (const kind of ['input', 'change']) "
            f"box.dispatchEvent(new Event(kind, {{bubbles: true}})); }})(document.forms[0].elements.{name})"
        )
        self.settle()

    def size(self, width: int, height: int, scale: float = 1) -> None:
        """Set the size of the window, in pixels."""
        about = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **about)

    def media(self, kind: str = "screen", scheme: str = "light") -> None:
        """Show the page as on a screen or on paper, with a colour scheme."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)

    def without_script(self) -> None:
        """Run no script of the pages that are opened from now on."""
        self.call("Emulation.setScriptExecutionDisabled", value=True)
        self._scripted = False

    def picture(self, **how: Any) -> bytes:
        """Return a picture of the page as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **how)["data"])

    def pdf(self) -> bytes:
        """Return the page as it is printed."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])

    def note(self, method: str, about: Mapping[str, Any]) -> None:
        """Take note of an event."""
        if method == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(about["exceptionDetails"]))
        elif method in ("Log.entryAdded", "Runtime.consoleAPICalled"):
            self.errors.append(json.dumps(about))


class Browser:
    """A running browser."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._read = b""
        self._last = 0
        self._events: list[str] = []
        self._pages: dict[str, Page] = {}

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Open an empty tab, and close it at the end."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self._pages[session] = Page(self, session)
        try:
            yield self._pages[session]
        finally:
            self.call("Target.closeTarget", {"targetId": target})

    def call(self, method: str, parameters: Mapping[str, Any], session: str = "") -> Any:
        """Call a method and return its result; note the events that come before it."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        os.write(
            self._commands, json.dumps({**message, **({"sessionId": session} if session else {})}).encode() + b"\0"
        )
        while (answer := self._next()).get("id") != self._last:
            self._note(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def forget(self, event: str) -> None:
        """Wait for an event that comes from now on."""
        self._events = [each for each in self._events if each != event]

    def wait_for(self, event: str) -> None:
        """Wait until an event has come."""
        while event not in self._events:
            self._note(self._next())

    def _note(self, event: Mapping[str, Any]) -> None:
        self._events.append(event.get("method", ""))
        if page := self._pages.get(event.get("sessionId", "")):
            page.note(event["method"], event["params"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            part = os.read(self._answers, 2**20)
            assert part, "the browser ended"
            self._read += part
        message, _, self._read = self._read.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser with an empty profile, and end it."""
    found = program()
    commands, answers = os.pipe(), os.pipe()
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()  # its sandbox refuses to run as root
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [found, *OPTIONS, *as_root, f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", HAND_OVER, str(commands[0]), str(answers[1]), *command],
            pass_fds=(commands[0], answers[1]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": folder},
        )
        os.close(commands[0])
        os.close(answers[1])
        try:
            yield Browser(commands[1], answers[0])
        finally:
            os.close(commands[1])
            os.close(answers[0])
            process.terminate()
            process.wait()
