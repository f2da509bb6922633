"""Where there is no browser nothing passes in silence."""

import pytest

from tests.browser import chromium


@pytest.mark.parametrize(("ci", "stop"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_browser_is_told(monkeypatch: pytest.MonkeyPatch, ci: str, stop: type[BaseException]) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(chromium, "PROGRAM", None)
    with pytest.raises(stop, match="apt-get install chromium"):
        chromium.need_chromium()
