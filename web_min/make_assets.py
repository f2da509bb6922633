"""Makes the design system's style sheet and script in `static/govuk/` from its npm package: `make assets`.

Leaves out what is not allowed off GOV.UK: its typeface (Arial and the like stand in) and its crest. Both files are
govuk-frontend's, Crown Copyright, under the MIT licence that stands beside them.
"""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "govuk"
FONTS = "system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif"
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
CREST = re.compile(r"[^{}]*\{[^{}]*govuk-crest\.svg[^{}]*\}")
MAP = re.compile(r"\n?(?:/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*)\s*$")


def make_assets(package: Path) -> None:
    """Write the files.

    Args:
        package: the unpacked npm package `govuk-frontend`.
    """
    dist = package / "dist" / "govuk"
    style = (dist / "govuk-frontend.min.css").read_text(encoding="utf-8")
    style = CREST.sub("", FONT_FACE.sub("", style)).replace("GDS Transport,arial,sans-serif", FONTS)
    script = (dist / "govuk-frontend.min.js").read_text(encoding="utf-8")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "govuk-frontend.css").write_text(MAP.sub("", style) + "\n", encoding="utf-8")
    (FOLDER / "govuk-frontend.js").write_text(MAP.sub("", script) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make_assets(Path(sys.argv[1]))
