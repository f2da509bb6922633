"""Emails come out of their templates as one-line subjects, readable text and escaped HTML."""

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from notifications.rendering import EMAILS_FOLDER, render_email, wrap_text
from schemas.visible_text import make_visible

CONTEXT = {
    "import_id": 57,
    "provider_name": "Northfield Sixth Form",
    "ukprn": "10001234",
    "file_name": "learners.xls",
    "requested": "23 November 2026 at 18:55",
    "processed": "23 November 2026 at 18:56",
    "link": "https://imports.example/imports/57",
    "first_import_id": 41,
    "first_processed": "1 November 2026 at 09:00",
    "first_link": "https://imports.example/imports/41",
    "is_stand_in": False,
    "add_contact_command": "learner-imports providers add",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("learners.xls", "learners.xls"),
        ('O\'Brien "new" <b>&amp;.xls', 'O\'Brien "new" <b>&amp;.xls'),
        ("Siân Nguyễn.xls", "Siân Nguyễn.xls"),
        (
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467.xls",
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467.xls",
        ),
        ("\u200fתלמידים.xls", "\u200fתלמידים.xls"),
        ("a\r\nBcc: b@example.org", "a[U+000D][U+000A]Bcc: b@example.org"),
        ("learners\u202eslx.exe", "learners[U+202E]slx.exe"),
        ("a\u2066b\u2069\u2028c\x00\x1b[31m\x85", "a[U+2066]b[U+2069][U+2028]c[U+0000][U+001B][31m[U+0085]"),
        ("half \udcff", "half [U+DCFF]"),
        ("zero\u200bwidth\ufeff", "zero[U+200B]width[U+FEFF]"),
    ],
)
def test_hidden_characters_are_written_out_and_all_others_kept(text: str, shown: str) -> None:
    assert make_visible(text) == shown


@pytest.mark.parametrize(
    "name", ["A\r\nBcc: victim@example.org", "A\nX-Evil: 1", "A\u2028B", "A\x0bB\x1cC", "A\u202eB"]
)
def test_a_subject_is_one_line_without_control_characters_whatever_the_provider_is_called(name: str) -> None:
    subject = render_email("already_imported", CONTEXT | {"provider_name": name}).subject
    assert subject.isprintable()
    assert subject.startswith("Import 57 had been imported already: A")


def test_a_very_long_provider_name_is_cut_in_the_subject_and_kept_in_the_mail() -> None:
    email = render_email("already_imported", CONTEXT | {"provider_name": "\u202e" * 200})
    assert len(email.subject) == 200
    assert email.subject.endswith("…")
    assert email.body_html.count("[U+202E]") == 200


def test_a_file_name_stands_as_itself_in_text_and_escaped_in_html() -> None:
    name = "<script>alert(\"1\")</script> & 'Zoë' 😀.xls"
    email = render_email("already_imported", CONTEXT | {"file_name": name})
    assert name in email.body_text
    assert "<script>" not in email.body_html
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; &#39;Zoë&#39; 😀.xls" in email.body_html


def test_a_line_break_in_a_file_name_adds_no_line_to_the_text() -> None:
    email = render_email("already_imported", CONTEXT | {"file_name": "a.xls\nFrom: the head teacher"})
    assert "From: the head teacher" in email.body_text
    assert not any(line.startswith("From:") for line in email.body_text.splitlines())


def test_what_a_template_shows_must_be_given() -> None:
    context = {key: value for key, value in CONTEXT.items() if key != "first_link"}
    with pytest.raises(UndefinedError, match="first_link"):
        render_email("already_imported", context)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TemplateNotFound):
        render_email("held", CONTEXT)


def test_every_kind_has_its_three_templates() -> None:
    kinds = {
        folder.name: {file.name for file in folder.iterdir()} for folder in EMAILS_FOLDER.iterdir() if folder.is_dir()
    }
    of_imports = {"successful", "unsuccessful", "failed", "already_imported"}
    of_accounts = {"invitation", "reset_password", "password_changed", "details_changed"}
    assert set(kinds) == of_imports | of_accounts | {"alert"}
    assert all(names == {"subject.txt", "body.txt", "body.html"} for names in kinds.values())


def test_text_is_wrapped_at_76_with_bullets_and_facts_set_in() -> None:
    words = "word " * 40
    lines = wrap_text(f"- {words}\n\n\n\nFile        {words}\n1. {words}").splitlines()
    assert max(len(line) for line in lines) <= 76
    leads = [line.partition("word")[0] for line in lines if line]
    assert leads == ["- ", "  ", "  ", "File        ", *[" " * 12] * 3, "1. ", "   ", "   "]
    assert "\n\n\n" not in "\n".join(lines)


def test_links_and_commands_are_never_broken() -> None:
    link = "    https://imports.example/" + "a-b " * 40
    assert link.rstrip() in wrap_text(f"See:\n\n{link}\n")
