"""The admin site: signing in by cookie, every screen, and writes that go through the actions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from auth_service.accounts import actions, passwords
from auth_service.accounts.models import Factor, Tombstone, User
from auth_service.accounts.tests.factors import code_of
from auth_service.accounts.tests.signing_in import sign_in
from auth_service.journal.models import AuditEntry
from auth_service.login_sessions.models import Session
from auth_service.tests.cast import FROM_DEVICE, OTHER_PASSWORD, PASSWORD, Member
from shared_settings.admin.forms import LONGEST_PASSWORD

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/user/"


def form_of(pages: Client, user: User) -> dict[str, Any]:
    """What a browser would send back unchanged."""
    form = pages.get(f"{LIST}{user.pk}/change/").context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def change(pages: Client, user: User, **changes: Any) -> Any:
    data = form_of(pages, user) | changes
    data = {name: value for name, value in data.items() if value is not False}
    return pages.post(f"{LIST}{user.pk}/change/", data)


def shown_errors(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.context["adminform"].form.errors)


def test_asks_who_is_there() -> None:
    for path in ("/admin", "/admin/"):
        answer = Client().get(path, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/admin/login/")
        assert b'name="password"' in answer.content


@pytest.mark.asvs("3.3.2", "3.3.4")
def test_sets_a_cookie_of_its_own_that_scripts_cannot_read(pages: Client) -> None:
    cookie = pages.cookies["auth_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "sessionid" not in pages.cookies


@pytest.mark.asvs("3.5.1")
def test_a_csrf_token_from_before_the_sign_in_is_worth_nothing(admin: Member) -> None:
    browser = Client(enforce_csrf_checks=True, **FROM_DEVICE)  # type: ignore[arg-type]  # as CGI names them
    planted = str(browser.get("/admin/login/").context["csrf_token"])
    data = {"email": "admin@example.org", "password": PASSWORD, "csrfmiddlewaretoken": planted}
    assert browser.post("/admin/login/", data).status_code == 302
    form = {"full_name": "Ada", "csrfmiddlewaretoken": planted}
    assert browser.post(f"{LIST}{admin.user.pk}/change/", form).status_code == 403
    form["csrfmiddlewaretoken"] = str(browser.get("/admin/").context["csrf_token"])
    assert browser.post(f"{LIST}{admin.user.pk}/change/", form).status_code == 200


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("admin@example.org", OTHER_PASSWORD, "The email, the password or the code is wrong."),
        ("nobody@example.org", PASSWORD, "The email, the password or the code is wrong."),
        ("ada@example.org", PASSWORD, "These pages are for admins."),
    ],
)
def test_lets_in_admins_only(admin: Member, ada: Member, email: str, password: str, sentence: str) -> None:
    client, answer = sign_in(email, password)
    assert sentence in answer.content.decode()
    assert "auth_session" not in client.cookies
    assert client.get(LIST).status_code == 302
    assert Session.objects.live(timezone.now()).count() == 2


def test_takes_the_longest_password_that_there_may_be() -> None:
    assert LONGEST_PASSWORD == passwords.LONGEST


def test_asks_who_has_a_second_factor_for_its_code(admin: Member) -> None:
    secret = actions.enrol_totp(user=admin.user, password=PASSWORD)
    actions.confirm_totp(user_id=admin.user.pk, otp=code_of(secret))
    Factor.objects.update(last_step=0)
    assert b'name="otp"' not in Client().get("/admin/login/").content
    client, answer = sign_in("admin@example.org")
    assert "Type a code of your authenticator app" in answer.content.decode()
    assert b'name="otp"' in answer.content
    client, answer = sign_in("admin@example.org", otp="000000")
    assert "The email, the password or the code is wrong." in answer.content.decode()
    assert b'name="otp"' in answer.content
    client, answer = sign_in("admin@example.org", otp=code_of(secret))
    assert (answer.status_code, client.get(LIST).status_code) == (302, 200)


def test_tells_an_admin_who_needs_a_second_factor(admin: Member, settings: Any) -> None:
    settings.MFA_REQUIRED_FOR_ADMINS = True
    client, answer = sign_in("admin@example.org")
    assert "Admins need a second factor here." in answer.content.decode()
    assert client.get(LIST).status_code == 302


def test_turns_off_a_lost_second_factor(pages: Client, ada: Member) -> None:
    secret = actions.enrol_totp(user=ada.user, password=PASSWORD)
    actions.confirm_totp(user_id=ada.user.pk, otp=code_of(secret))
    chosen = {"action": "turn_off_second_factor", "_selected_action": [ada.user.pk]}
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    assert "This needs a recent sign-in." in pages.post(LIST, chosen, follow=True).content.decode()
    assert ada.row.has_second_factor
    Session.objects.update(auth_time=timezone.now())
    pages.post(LIST, chosen)
    assert not ada.row.has_second_factor


@pytest.mark.parametrize(
    ("action", "verb", "sentence"),
    [
        ("sign_out", "sign_out_user", "Signed out."),
        ("turn_off_second_factor", "remove_second_factor", "Turned off; each of them is told by mail."),
    ],
)
def test_goes_on_with_the_others_when_one_of_the_chosen_is_erased_meanwhile(
    pages: Client, admin: Member, ada: Member, stranger: Member, monkeypatch: Any, action: str, verb: str, sentence: str
) -> None:
    User.objects.exclude(pk=admin.user.pk).update(has_second_factor=True)
    original = getattr(actions, verb)
    done: list[uuid.UUID] = []

    def after_an_erasure(*, user_id: uuid.UUID, actor_id: uuid.UUID) -> None:
        if not done:
            actions.erase_person(user_id=user_id, actor_id=actor_id)
        done.append(user_id)
        original(user_id=user_id, actor_id=actor_id)

    monkeypatch.setattr(actions, verb, after_an_erasure)
    chosen = [ada.user.pk, stranger.user.pk]
    answer = pages.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)
    assert sentence in answer.content.decode()
    assert sorted(done) == sorted(chosen)


def test_calls_things_by_their_names(pages: Client) -> None:
    text = pages.get("/admin/").content.decode()
    for name in ("People", "Sign-ins", "Journal"):
        assert f">{name}</a>" in " ".join(text.split()).replace("> ", ">").replace(" <", "<")
    assert "Login_Sessions" not in text


@pytest.mark.parametrize(
    "change",
    [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}],
    ids=["ended", "idle"],
)
def test_ending_the_session_signs_the_pages_out(pages: Client, change: dict[str, Any]) -> None:
    assert pages.get(LIST).status_code == 200
    Session.objects.update(**change)
    assert pages.get(LIST).status_code == 302


def test_a_demoted_admin_is_out(pages: Client) -> None:
    User.objects.update(is_superuser=False)
    assert pages.get(LIST).status_code == 302


def test_signing_out_ends_the_session(pages: Client, admin: Member) -> None:
    cookie = pages.cookies["auth_session"].value
    pages.post("/admin/logout/")
    pages.cookies["auth_session"] = cookie
    assert pages.get(LIST).status_code == 302
    assert Session.objects.exclude(pk=admin.session.pk).get().revoked_reason == "signed_out"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        LIST,
        LIST + "add/",
        LIST + "?q=ada+lovelace&is_active__exact=1",
        "/admin/login_sessions/session/",
        "/admin/login_sessions/session/?state=live&q=browser",
        "/admin/login_sessions/signingkey/",
        "/admin/journal/event/",
        "/admin/journal/delivery/",
        "/admin/journal/auditentry/",
    ],
)
def test_shows_every_screen(pages: Client, ada: Member, path: str) -> None:
    assert pages.get(path).status_code == 200


def test_a_person_has_a_history_and_what_only_the_service_writes_has_none(pages: Client, ada: Member) -> None:
    change(pages, ada.user, full_name="Ada King")
    history = pages.get(f"{LIST}{ada.user.pk}/history/")
    assert history.status_code == 200
    (entry, *_) = history.context["entries"]
    assert (entry.shown_person, entry.details) == ("admin@example.org", {"fields": ["full_name"]})
    session = f"/admin/login_sessions/session/{ada.session.pk}"
    assert "historylink" in pages.get(f"{LIST}{ada.user.pk}/change/").content.decode()
    assert "historylink" not in pages.get(f"{session}/change/").content.decode()
    assert pages.get(f"{session}/history/").status_code == 404


def test_no_row_has_a_page_of_its_own(pages: Client) -> None:
    kinds = ContentType.objects.all()
    assert kinds
    for kind in kinds:
        assert pages.get(f"/admin/r/{kind.pk}/1/").status_code == 404


def test_shows_no_hash_and_no_key(pages: Client, ada: Member) -> None:
    key_id = pages.get("/admin/login_sessions/signingkey/").context["cl"].result_list[0].pk
    for path in (
        f"{LIST}{ada.user.pk}/change/",
        f"/admin/login_sessions/session/{ada.session.pk}/change/",
        f"/admin/login_sessions/signingkey/{key_id}/change/",
    ):
        answer = pages.get(path)
        assert answer.status_code == 200
        text = answer.content.decode()
        for secret in ("bcrypt", ada.row.password, ada.session.refresh_token, "gAAAA"):
            assert secret not in text


def test_lists_cost_the_same_with_30_people_as_with_one(pages: Client, django_assert_num_queries: Any) -> None:
    for path, queries in ((LIST, 3), ("/admin/login_sessions/session/", 3)):
        with django_assert_num_queries(queries):
            pages.get(path)
    for _ in range(29):
        Member.joins()
    for path, queries in ((LIST, 3), ("/admin/login_sessions/session/", 3)):
        with django_assert_num_queries(queries):
            pages.get(path)


@pytest.mark.asvs("6.4.6")
def test_adds_a_person_who_sets_the_password_by_mail(pages: Client, deliver: Callable[[], list[Any]]) -> None:
    answer = pages.post(LIST + "add/", {"email": "invited@example.org", "full_name": "Invited Person"})
    assert answer.status_code == 302
    user = User.objects.get(email="invited@example.org")
    assert (user.full_name, user.has_usable_password(), user.is_superuser) == ("Invited Person", False, False)
    assert sorted(mail.subject for mail in deliver()) == ["Confirm your email address", "Set a new password"]
    assert AuditEntry.objects.get(action="user.invited").object_id == user.pk


def test_changes_a_person(pages: Client, ada: Member, admin: Member) -> None:
    answer = change(pages, ada.user, full_name="", email="moved@example.org", is_superuser="on")
    assert answer.status_code == 302
    row = ada.row
    assert (row.full_name, row.email, row.is_superuser, row.is_verified) == (None, "moved@example.org", True, False)
    assert set(AuditEntry.objects.exclude(action="user.signed_in").values_list("action", "actor_id")) == {
        ("user.changed", admin.user.pk),
        ("user.admin_granted", admin.user.pk),
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "nonsense"}, "It is not an email address."),
        ({"email": "Stranger@example.org"}, "This email belongs to an account."),
        ({"full_name": "x" * 201}, "at most 200 characters"),
    ],
    ids=str,
)
def test_shows_what_is_wrong_in_the_form(
    pages: Client, ada: Member, stranger: Member, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in shown_errors(change(pages, ada.user, **changes))
    assert ada.row.email == "ada@example.org"


@pytest.mark.parametrize("field", ["is_superuser", "is_active"])
def test_shows_that_the_last_superuser_stays(pages: Client, admin: Member, field: str) -> None:
    answer = change(pages, admin.user, full_name="Changed", **{field: False})
    assert "This is the last active superuser." in shown_errors(answer)
    assert (admin.row.is_admin, admin.row.full_name) == (True, None)


def test_shows_that_somebody_else_has_changed_it(pages: Client, ada: Member) -> None:
    data = form_of(pages, ada.user)
    User.objects.filter(pk=ada.user.pk).update(full_name="Meanwhile")
    answer = pages.post(f"{LIST}{ada.user.pk}/change/", data | {"full_name": "Mine"})
    assert "Somebody else has changed this meanwhile" in shown_errors(answer)
    assert ada.row.full_name == "Meanwhile"


@pytest.mark.asvs("7.5.3")
@pytest.mark.parametrize("changes", [{"is_superuser": "on"}, {"email": "moved@example.org"}], ids=["role", "email"])
def test_giving_the_role_or_another_email_needs_a_recent_sign_in(
    pages: Client, ada: Member, changes: dict[str, str]
) -> None:
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    answer = change(pages, ada.user, full_name="Changed", **changes)
    assert "This needs a recent sign-in." in shown_errors(answer)
    assert (ada.row.is_superuser, ada.row.email, ada.row.full_name) == (False, "ada@example.org", "Ada Lovelace")
    assert change(pages, ada.user, full_name="Changed").status_code == 302


@pytest.mark.asvs("7.5.3")
def test_deleting_needs_a_recent_sign_in(pages: Client, ada: Member) -> None:
    Session.objects.update(auth_time=timezone.now() - timedelta(minutes=16))
    chosen = {"action": "delete_selected", "_selected_action": [ada.user.pk], "post": "yes"}
    for path, data in ((f"{LIST}{ada.user.pk}/delete/", {"post": "yes"}), (LIST, chosen)):
        assert "This needs a recent sign-in." in pages.post(path, data, follow=True).content.decode()
    assert ada.row.email == "ada@example.org"


def test_deleting_erases(pages: Client, ada: Member) -> None:
    path = f"{LIST}{ada.user.pk}/delete/"
    assert b"ada@example.org" in pages.get(path).content
    assert pages.post(path, {"post": "yes"}).status_code == 302
    assert Tombstone.objects.get().pk == ada.user.pk


def test_deletes_no_last_superuser(pages: Client, admin: Member, ada: Member) -> None:
    path = f"{LIST}{admin.user.pk}/delete/"
    assert "last active superuser" in pages.post(path, {"post": "yes"}, follow=True).content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [ada.user.pk, admin.user.pk], "post": "yes"}
    assert "last active superuser" in pages.post(LIST, chosen, follow=True).content.decode()
    assert User.objects.count() == 2


@pytest.mark.asvs("6.4.6")
def test_ends_sessions_and_mails_links(
    pages: Client, admin: Member, ada: Member, deliver: Callable[[], list[Any]]
) -> None:
    phone = ada.again()
    pages.post("/admin/login_sessions/session/", {"action": "end_chosen", "_selected_action": [phone.session.pk]})
    assert [device.client.get("/users/me").status_code for device in (ada, phone)] == [200, 401]
    again = {"action": "end_chosen", "_selected_action": [phone.session.pk]}
    assert b"Sessions ended: 0." in pages.post("/admin/login_sessions/session/", again, follow=True).content
    (entry,) = AuditEntry.objects.filter(action="session.ended")
    assert (entry.actor_id, entry.object_id) == (admin.user.pk, ada.user.pk)
    pages.post(LIST, {"action": "sign_out", "_selected_action": [ada.user.pk]})
    assert ada.client.get("/users/me").status_code == 401
    pages.post(LIST, {"action": "mail_password_reset", "_selected_action": [ada.user.pk]})
    assert [(mail.to, mail.subject) for mail in deliver()] == [(["ada@example.org"], "Set a new password")]
