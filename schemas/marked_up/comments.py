"""The comments of a sheet as XlsxWriter writes them, several times as fast: their texts, and the boxes they show in.

Owns that XML. A test holds it to XlsxWriter's own.
"""

from typing import NamedTuple, Protocol, TypeAlias

from xlsxwriter.comments import Comments
from xlsxwriter.vml import Vml

BOX_LOOK = (
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
)


class Comment(NamedTuple):
    """A comment on a cell. XlsxWriter asks for `author`.

    Args:
        row: from 0.
        column: from 0.
        cell: its name, such as "P5".
        text: as XML, escaped already.
        width: of its box, in pixels.
        height: of its box, in pixels.
        author: who wrote it.
    """

    row: int
    column: int
    cell: str
    text: str
    width: int
    height: int
    author: str


# Where a comment's box lies, as XlsxWriter's `_position_object_pixels` says it: first column and row, offsets in their
# cell, last column and row, offsets in theirs, offsets from the sheet's corner; in pixels.
Box: TypeAlias = tuple[int, int, int, int, int, int, int, int, int, int]


class CommentedSheet(Protocol):
    """What a sheet must know for its boxes to be drawn."""

    def place_box(self, comment: Comment) -> Box:
        """Return where a comment's box lies."""


class CommentTexts(Comments):  # type: ignore[misc]
    """The part that holds the texts."""

    def _write_comment(self, comment: Comment, author_id: int) -> None:
        text = comment.text
        space = "" if text == text.strip() else ' xml:space="preserve"'
        self.fh.write(
            f'<comment ref="{comment.cell}" authorId="{author_id}"><text><r><rPr><sz val="8"/><color indexed="81"/>'
            f'<rFont val="Tahoma"/><family val="2"/></rPr><t{space}>{text}</t></r></text></comment>'
        )


class CommentBoxes(Vml):  # type: ignore[misc]
    """The part that holds the boxes.

    Args:
        sheet: with the comments.
    """

    def __init__(self, sheet: CommentedSheet) -> None:
        super().__init__()
        self._sheet = sheet

    def _write_comment_shape(self, shape_id: int, z_index: int, comment: Comment) -> None:
        row, column, _, _, width, height, _ = comment
        first_column, first_row, x1, y1, last_column, last_row, x2, y2, left, top = self._sheet.place_box(comment)
        self.fh.write(
            f'<v:shape id="_x0000_s{shape_id}" type="#_x0000_t202" style="position:absolute;'
            f"margin-left:{left * 0.75:.15g}pt;margin-top:{top * 0.75:.15g}pt;width:{width * 0.75:.15g}pt;"
            f'height:{height * 0.75:.15g}pt;z-index:{z_index};visibility:hidden" fillcolor="#ffffe1" '
            f'o:insetmode="auto">{BOX_LOOK}<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{first_column}, {x1}, {first_row}, {y1}, {last_column}, {x2}, {last_row}, {y2}</x:Anchor>"
            f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
        )
