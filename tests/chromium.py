"""Chromium as a clerk's browser: pages opened from disk, clicked and typed into, photographed, printed. Spoken to over a pipe (DevTools).

with Browser(tmp_path) as browser:
    page = browser.open(path)
    page.run("document.title")
    page.requests, page.console, page.errors
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from select import select
from types import TracebackType
from typing import Any, Self

import pytest

PATIENCE = 60
"""Seconds that an answer may take on a busy machine."""


def required() -> bool:
    """Whether a test may not be skipped."""
    return bool(os.environ.get("XLSFORM_REQUIRE_CHROMIUM"))


class Browser:
    """One headless Chromium with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            if required():
                pytest.fail("Chromium is not installed")
            pytest.skip("Chromium is not installed")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # They are 3 and 4 in Chromium; a descriptor that is one of these already must not be overwritten before it is moved.
        script = 'exec "$@" 3<&"$IN" 4>&"$OUT"'
        os.set_inheritable(theirs_in, True)
        os.set_inheritable(theirs_out, True)
        self._process = subprocess.Popen(
            [
                "bash", "-c", script, "chromium", program,
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage",
                "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
                f"--user-data-dir={folder / 'chromium'}", "--remote-debugging-pipe", "about:blank",
            ],
            env={**os.environ, "IN": str(theirs_in), "OUT": str(theirs_out)},
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._numbers = count(1)
        self._buffer = b""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.call("Browser.close")
        else:
            self._process.kill()
        self._process.wait(PATIENCE)
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """What a method of the DevTools protocol answers. Raises RuntimeError for an error, TimeoutError."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") != number:
                self.events.append(answer)
                continue
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            result: dict[str, Any] = answer["result"]
            return result

    def wait_for(self, method: str, session: str) -> None:
        """Waits until an event has come that was not waited for before."""
        while True:
            for event in self.events:
                if event.get("method") == method and event.get("sessionId") == session and not event.get("seen"):
                    event["seen"] = True
                    return
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not select([self._in], [], [], PATIENCE)[0]:
                raise TimeoutError("Chromium says nothing")
            data = os.read(self._in, 1 << 16)
            if not data:
                raise RuntimeError("Chromium has gone")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(
        self, path: Path, *, script: bool = True, dark: bool = False, width: int = 1280, height: int = 900
    ) -> Page:
        """A page from disk, loaded; every request and every message since it was asked for is kept."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            self.call(f"{domain}.enable", session)
        self.call(
            "Emulation.setDeviceMetricsOverride", session, width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia", session, features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Emulation.setScriptExecutionDisabled", session, value=not script)
        self.call("Page.navigate", session, url=path.as_uri())
        self.wait_for("Page.loadEventFired", session)
        return Page(self, session)


class Page:
    """One page of a browser."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def _events(self, *methods: str) -> Iterator[dict[str, Any]]:
        for event in self._browser.events:
            if event.get("sessionId") == self._session and event.get("method") in methods:
                yield event["params"]

    @property
    def requests(self) -> list[str]:
        """All that was asked for, the page itself first."""
        return [event["request"]["url"] for event in self._events("Network.requestWillBeSent")]

    @property
    def said(self) -> list[Any]:
        """Everything on the console: messages, exceptions, warnings of the browser (CSP, fonts…)."""
        return list(self._events("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"))

    def run(self, expression: str) -> Any:
        """What an expression gives, in the page."""
        answer = self._browser.call(
            "Runtime.evaluate", self._session, expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """A real click in the middle of an element."""
        spot = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=spot[0], y=spot[1], button="left", clickCount=1)

    def press(self, key: str) -> None:
        """A key: Tab, Enter…"""
        codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40}
        text = {"Enter": "\r", " ": " "}.get(key, "")
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=codes[key], text=text)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=codes[key])

    def write(self, text: str) -> None:
        """Text typed where the focus is."""
        self._call("Input.insertText", text=text)

    def names(self) -> list[tuple[str, str]]:
        """The accessibility tree: role and name of every node that is not ignored."""
        nodes = self._call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")
        ]

    def photograph(self) -> bytes:
        """The whole page as .png."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        return base64.b64decode(self._call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"])

    def print(self) -> bytes:
        """The page as .pdf, as its own style says."""
        return base64.b64decode(self._call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **params)
