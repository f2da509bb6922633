"""Watches a browser for what no page of ours may do, whatever a test is about."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Said by Chromium of every answer above 399; `_note_response` judges those.
BAD_ANSWER = "Failed to load resource: the server responded with a status of"


class Watch:
    """Notes faults: a broken content security policy, an error of a script, a request to anyone else, a missing file.

    Args:
        context: whose pages are watched, all of them.
        address: the website's.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.faults: list[str] = []
        self._address = urlsplit(address)
        context.on("console", self._note_message)
        context.on("weberror", self._note_error)
        context.on("request", self._note_request)
        context.on("response", self._note_response)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(BAD_ANSWER):
            self.faults.append(f"{message.type} in the console: {message.text}")

    def _note_error(self, error: WebError) -> None:
        self.faults.append(f"error of a script: {error.error}")

    def _note_request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme != "data" and (asked.scheme, asked.netloc) != self._address[:2]:
            self.faults.append(f"request to {asked.netloc}")

    def _note_response(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= (500 if is_page else 400):
            self.faults.append(f"{urlsplit(response.url).path} answered {response.status}")
