"""Nothing personal is in clear on disk; what was altered or moved does not open; keys are changed."""

from __future__ import annotations

import base64
import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept import DATABASES, KEYS, NAME, NEW_KEYS, NUMBER, SPOKEN, TENANT, YAML, Kept, opened
from sqlalchemy import create_engine, text

from qualify.store import KeyRingError, NotFoundError, Store, StoreError, UnavailableError
from qualify.store.audio_files import CHUNK_BYTES, AudioFiles
from qualify.store.database import url_of
from qualify.store.domain import NewCall
from qualify.store.keyring import configured_keys, new_key, parse_keys

RING = parse_keys(KEYS)
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 150_000]


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    with opened(request.param, tmp_path) as kept:
        yield kept


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_nothing_personal_is_in_clear_on_disk(tmp_path: Path) -> None:
    with opened("sqlite", tmp_path) as kept:
        kept.handled(kept.accept(external_id="pabx-1"))
        call = kept.handled(kept.record(b"spoken words" * 1000))
        secret = kept.store.create_webhook(TENANT, "https://x.example/token", [], who="a")[1]
        key = kept.store.create_key("k", "admin", tenants=None, who="a")[1]
        kept.store.plan_attempt(
            call.id,
            channel="email",
            address="lucie@morel.example",
            idempotency_key="i",
            due_at=kept.clock.now,
        )
        content = on_disk(tmp_path)
    assert b"pabx-1" in content
    personal = (NAME, NUMBER, NUMBER[3:], "lefevre", "saute", "spoken", "lucie@", "x.example", secret, key)
    for words in personal:
        assert words.encode() not in content, words


@pytest.mark.parametrize("size", SIZES)
def test_a_recording_reads_back_in_any_range(tmp_path: Path, size: int) -> None:
    audio = os.urandom(size)
    files = AudioFiles(tmp_path, RING)
    files.write("call_1", io.BytesIO(audio))
    reader = files.open("call_1")
    assert reader.size == size
    assert b"".join(reader.chunks()) == audio
    for start in (0, 1, size // 2, CHUNK_BYTES - 1, CHUNK_BYTES, size - 1, size):
        for end in (0, 1, size // 2, CHUNK_BYTES, CHUNK_BYTES + 1, size, size + 5):
            assert reader.read(max(start, 0), end) == audio[max(start, 0) : end], (start, end)


class _Slow(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 1000))


def test_a_stream_that_comes_in_small_pieces_is_the_same_recording(tmp_path: Path) -> None:
    audio, files = os.urandom(150_000), AudioFiles(tmp_path, RING)
    assert files.write("call_1", _Slow(audio)) == files.write("call_2", io.BytesIO(audio))
    assert files.open("call_1").read(0, 200_000) == audio


@given(at=st.integers(0, 200_000), bit=st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_no_bit_of_a_recording_can_be_changed(altered: AudioFiles, at: int, bit: int) -> None:
    path = altered.path("call_1")
    sealed = path.read_bytes()
    at %= len(sealed)
    path.write_bytes(sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :])
    with pytest.raises(KeyRingError):
        b"".join(altered.open("call_1").chunks())
    path.write_bytes(sealed)


@pytest.fixture(scope="module")
def altered(tmp_path_factory: pytest.TempPathFactory) -> AudioFiles:
    files = AudioFiles(tmp_path_factory.mktemp("altered"), RING)
    files.write("call_1", io.BytesIO(os.urandom(150_000)))
    return files


@pytest.mark.parametrize("left", [0, 10, 56, 57, 80, 56 + CHUNK_BYTES + 16, 100_000])
def test_a_recording_that_was_cut_does_not_open(tmp_path: Path, left: int) -> None:
    files = AudioFiles(tmp_path, RING)
    files.write("call_1", io.BytesIO(os.urandom(150_000)))
    path = files.path("call_1")
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(KeyRingError):
        b"".join(files.open("call_1").chunks())


def test_a_recording_opens_for_its_call_only(tmp_path: Path) -> None:
    files = AudioFiles(tmp_path, RING)
    files.write("call_1", io.BytesIO(b"sound"))
    files.path("call_1").rename(tmp_path / "_1" / "call_2_1")
    with pytest.raises(KeyRingError):
        files.open("call_2_1").read(0, 5)
    with pytest.raises(NotFoundError):
        files.open("call_1")


def test_a_value_opens_at_its_place_only() -> None:
    sealed = RING.seal(b"value", "calls.number:1")
    assert RING.open(sealed, "calls.number:1") == b"value"
    assert sealed != RING.seal(b"value", "calls.number:1")
    for wrong in (
        sealed[:-1],
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
        b"",
        b"\x07",
        b"\x01\x02k9" + sealed[4:],
    ):
        with pytest.raises(KeyRingError):
            RING.open(wrong, "calls.number:1")
    with pytest.raises(KeyRingError):
        RING.open(sealed, "calls.number:2")


@pytest.mark.parametrize(
    ("text_", "told"),
    [
        ("", "n° 1"),
        ("k1", "n° 1"),
        ("k1:AAAA", "n° 1"),
        (KEYS + ",k2:§", "n° 2"),
        (KEYS + " é:" + KEYS[3:], "n° 2"),
        (KEYS + "," + KEYS, "identifiants distincts"),
    ],
)
def test_a_key_ring_that_cannot_be_read_is_refused_without_showing_keys(text_: str, told: str) -> None:
    with pytest.raises(KeyRingError, match=told) as caught:
        parse_keys(text_)
    assert KEYS[3:20] not in str(caught.value)


def test_a_key_is_never_shown() -> None:
    assert "AAAA" not in repr(RING.first)


def test_keys_come_from_the_variable_or_its_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(KEYS, encoding="ascii")
    assert configured_keys({}) is None
    assert configured_keys({"QUALIFY_DATA_KEYS_FILE": str(file)}) == KEYS
    assert configured_keys({"QUALIFY_DATA_KEYS": "x", "QUALIFY_DATA_KEYS_FILE": str(file)}) == "x"
    with pytest.raises(KeyRingError):
        configured_keys({"QUALIFY_DATA_KEYS_FILE": str(tmp_path / "none")})
    assert len(base64.b64decode(new_key("k").partition(":")[2])) == 32


def test_without_keys_sqlite_makes_a_private_file_and_says_so(tmp_path: Path) -> None:
    told: list[str] = []
    url = f"sqlite:///{tmp_path / 'q.db'}"
    for _ in range(2):
        store = Store(url, data_folder=tmp_path, tell=told.append)
        store.put_revision(YAML, who="a")
        call = store.accept(NewCall(tenant=TENANT, transcript=SPOKEN, external_id="e"), who="a").call
        assert store.transcript(call.id) == SPOKEN
        store.close()
    (keys,) = tmp_path.glob("*.keys")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "q.db").stat().st_mode) == 0o600
    assert len(told) == 1
    assert str(keys) in told[0]


def test_a_database_whose_key_file_is_gone_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'q.db'}"
    Store(url, data_folder=tmp_path).close()
    (tmp_path / "q.db.keys").unlink()
    with pytest.raises(KeyRingError, match="manque"):
        Store(url, data_folder=tmp_path)
    assert not (tmp_path / "q.db.keys").exists()


def test_without_keys_postgres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="QUALIFY_DATA_KEYS"):
        Store("postgresql://nowhere.invalid/q", data_folder=tmp_path)


@pytest.mark.parametrize("url", ["", "x", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "oracle://h"])
def test_another_database_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match="Attendu"):
        Store(url, data_folder=tmp_path, keys=KEYS)


def test_postgres_without_its_driver_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"qualify\[postgres\]"):
        Store("postgresql://h/d", data_folder=tmp_path, keys=KEYS)


def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        Store("postgresql://127.0.0.1:1/q?connect_timeout=2", data_folder=tmp_path, keys=KEYS)


def test_a_rotation_leaves_nothing_under_the_old_key(kept: Kept) -> None:
    call = kept.handled(kept.record(b"sound" * 50_000, caller_number=NUMBER))
    secret = kept.store.create_webhook(TENANT, "https://x.example", [], who="a")
    kept.reopen(keys=NEW_KEYS)
    late = kept.handled()
    held = kept.store.held_on(number=NUMBER, who="a")
    assert [one.call.id for one in held.calls] == [call.id, late.id]
    assert kept.store.rotate(who="a").audio == 1
    again = kept.store.rotate(who="a")
    assert (again.values, again.audio) == (0, 0)
    kept.reopen(keys=NEW_KEYS.partition(",")[0])
    assert kept.store.held_on(number=NUMBER, who="a") == held
    assert kept.store.open_audio(call.id).read(0, 10) == b"soundsound"
    assert kept.store.webhook_secret(secret[0].id) == secret[1]


def test_a_rotation_goes_past_a_block(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualify.store.rotation.BLOCK", 2)
    ids = [kept.accept().id for _ in range(5)]
    kept.reopen(keys=NEW_KEYS)
    assert kept.store.rotate(who="a").values == 15
    kept.reopen(keys=NEW_KEYS.partition(",")[0])
    assert [kept.store.transcript(call_id) for call_id in ids] == [SPOKEN] * 5


def test_a_store_without_the_old_key_says_which_is_lacking(kept: Kept) -> None:
    call = kept.accept()
    kept.reopen(keys=NEW_KEYS.partition(",")[0])
    with pytest.raises(KeyRingError, match="k1"):
        kept.store.transcript(call.id)


def test_a_decoder_gets_the_recording_as_a_private_file_for_a_while(kept: Kept) -> None:
    call = kept.record(b"sound" * 50_000)
    with kept.store.plain_audio(call.id) as path:
        assert path.read_bytes() == b"sound" * 50_000
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()
    with pytest.raises(NotFoundError), kept.store.plain_audio(kept.accept().id):
        pass


def test_a_process_that_decodes_reads_the_recording_too(kept: Kept) -> None:
    call = kept.record(b"sound" * 50_000)
    count = "import sys; print(len(open(sys.argv[1], 'rb').read()))"
    with kept.store.plain_audio(call.id) as path:
        child = subprocess.run([sys.executable, "-c", count, path], capture_output=True, check=True)
    assert int(child.stdout) == 250_000


def test_a_request_that_makes_no_call_leaves_no_file(kept: Kept) -> None:
    kept.record(b"sound", external_id="e")
    kept.record(b"sound", external_id="e")
    with pytest.raises(NotFoundError):
        kept.record(b"sound", tenant="nobody")
    assert len(list((kept.folder / "audio").glob("*/*"))) == 1


def test_a_full_disk_is_named_and_leaves_no_call(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qualify.store.audio_files.os.fsync", full)
    with pytest.raises(UnavailableError):
        kept.record(b"sound")
    assert kept.store.calls().items == ()
    assert not any((kept.folder / "audio").glob("*/*"))


def test_a_row_that_was_exchanged_with_another_does_not_open(kept: Kept) -> None:
    one, other = kept.accept(), kept.accept()
    engine = create_engine(url_of(kept.url))
    with engine.begin() as connection:
        other_payload = "SELECT payload FROM artefacts WHERE call_id = :o"
        move = f"UPDATE artefacts SET payload = ({other_payload}) WHERE call_id = :t"
        connection.execute(text(move), {"o": other.id, "t": one.id})
    engine.dispose()
    with pytest.raises(KeyRingError, match="altérée"):
        kept.store.transcript(one.id)
