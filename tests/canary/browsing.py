"""A browser without a window for the website's canaries: it keeps cookies and sends forms with their tokens."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar


class Browser:
    """Asks one website for pages.

    Args:
        address: the website's, such as http://127.0.0.1:8000.
    """

    def __init__(self, address: str) -> None:
        self._address, self.cookies, self.tokens = address, CookieJar(), set[str]()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, data: dict[str, str] | None = None) -> str:
        """Return a page, whatever its status."""
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        try:
            with self._opener.open(self._address + path, body, timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.read().decode()

    def post(self, path: str, data: dict[str, str]) -> str:
        """Send the form that stands on the page itself."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found, path
        self.tokens.add(found.group(1))
        return self.get(path, data | {"csrf_token": found.group(1)})
