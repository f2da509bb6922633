"""Reading pages as people do: words without tags, and tables as rows of cells."""

import html
import re


def read_words(page: str) -> str:
    """Return the words of a page, each run of white space as one space; where a word may break is no space."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", ""))).split())


def read_rows(page: str) -> list[list[str]]:
    """Return the body of a page's table, cell by cell."""
    (body,) = re.findall(r"<tbody.*?</tbody>", page, re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [[read_words(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in rows]
