from __future__ import annotations

import hashlib
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualify.audio.decode import AudioLimits, as_float, decode
from qualify.errors import AudioError


def tone(hz: float = 440, *, seconds: float = 1.0, rate: int = 8000, gain: float = 0.3) -> np.ndarray:
    return (gain * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def encode(
    path: Path,
    channels: list[np.ndarray],
    *,
    container: str = "wav",
    codec: str = "pcm_s16le",
    rate: int = 8000,
    tags: dict[str, str] | None = None,
) -> Path:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    is_float = codec == "pcm_f32le"
    samples = np.stack(channels, axis=1).reshape(1, -1)
    samples = samples.astype(np.float32) if is_float else (samples * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples, format="flt" if is_float else "s16", layout=layout)
    frame.sample_rate = rate
    with av.open(str(path), "w", format=container) as out:
        out.metadata.update(tags or {})
        stream = out.add_stream(codec, rate=rate, layout=layout)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def level(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


FORMATS = [
    ("wav", "pcm_s16le", 8000, 2),
    ("wav", "pcm_alaw", 8000, 2),
    ("wav", "pcm_mulaw", 8000, 1),
    ("wav", "pcm_f32le", 44100, 1),
    ("wav", "adpcm_ms", 8000, 1),
    ("mp3", "libmp3lame", 16000, 2),
    ("flac", "flac", 8000, 2),
    ("ogg", "libopus", 48000, 2),
    ("webm", "libopus", 48000, 1),
    ("mp4", "aac", 16000, 1),
    ("amr", "libopencore_amrnb", 8000, 1),
    ("g722", "g722", 16000, 1),
]


@pytest.mark.parametrize(("container", "codec", "rate", "count"), FORMATS)
def test_any_telephone_format_becomes_16_khz(
    tmp_path: Path, container: str, codec: str, rate: int, count: int
) -> None:
    try:
        av.codec.Codec(codec, "w")
    except av.codec.codec.UnknownCodecError:
        pytest.skip(f"this PyAV has no encoder for {codec}")
    channels = [tone(hz, rate=rate) for hz in (440, 900)[:count]]
    audio = decode(encode(tmp_path / f"a.{container}", channels, container=container, codec=codec, rate=rate))
    assert audio.pcm.shape[0] == audio.info.channels == count
    assert audio.duration_s == pytest.approx(1.0, abs=0.1)
    assert audio.reasons == ()
    for i, hz in enumerate((440, 900)[:count]):
        heard = audio.channel(i)
        assert heard.dtype == np.float32
        spectrum = np.abs(np.fft.rfft(heard[4000:12000]))
        assert np.argmax(spectrum) * 2 == pytest.approx(hz, abs=4)
        assert level(heard[4000:12000]) == pytest.approx(0.3 / np.sqrt(2), rel=0.25)


def test_gsm_without_a_header(tmp_path: Path) -> None:
    silent_frame = b"\xd0" + bytes(32)
    (tmp_path / "a.gsm").write_bytes(silent_frame * 50)
    audio = decode(tmp_path / "a.gsm")
    assert audio.info.codec == "gsm"
    assert audio.duration_s == pytest.approx(1.0)


def test_16_khz_samples_come_through_to_the_bit(tmp_path: Path) -> None:
    samples = np.arange(-16000, 16000, dtype=np.int16)
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes(samples.tobytes())
    assert np.array_equal(decode(tmp_path / "a.wav").pcm[0], samples)


def test_info_says_what_the_file_is(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", [tone(), tone(900)], tags={"comment": "agent_channel=left"})
    info = decode(path).info
    assert (info.channels, info.sample_rate_hz, info.codec) == (2, 8000, "pcm_s16le")
    assert info.duration_s == pytest.approx(1.0)
    assert info.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert info.tags["comment"] == "agent_channel=left"


def test_same_file_same_samples(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp3", [tone()], container="mp3", codec="libmp3lame")
    assert np.array_equal(decode(path).pcm, decode(path).pcm)


def test_clip_is_a_part_of_the_channel_and_stays_within_it(tmp_path: Path) -> None:
    audio = decode(encode(tmp_path / "a.wav", [tone(), tone(900)]))
    assert np.array_equal(audio.clip(1, 0.25, 0.5), audio.channel(1)[4000:8000])
    assert np.array_equal(audio.clip(1, -1, 99), audio.channel(1))
    assert len(audio.clip(1, 5, 6)) == 0


def test_very_short_sound_is_no_error(tmp_path: Path) -> None:
    assert decode(encode(tmp_path / "a.wav", [tone(seconds=0.2)])).duration_s == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("right", "codec", "expected"),
    [
        (tone(), "pcm_s16le", True),
        (tone(), "libmp3lame", True),
        (tone() + tone(900, gain=0.02), "pcm_s16le", False),
        (tone(gain=0.0), "pcm_s16le", False),
    ],
)
def test_two_equal_channels_are_one(tmp_path: Path, right: np.ndarray, codec: str, expected: bool) -> None:
    container = "mp3" if codec == "libmp3lame" else "wav"
    audio = decode(encode(tmp_path / "a", [tone(), right], container=container, codec=codec))
    assert audio.dual_mono is expected
    assert audio.pcm.shape[0] == (1 if expected else 2)
    assert audio.info.channels == 2


@pytest.mark.parametrize(
    ("container", "codec"), [("wav", "pcm_s16le"), ("wav", "pcm_alaw"), ("flac", "flac")]
)
def test_truncated_call_keeps_what_there_is(tmp_path: Path, container: str, codec: str) -> None:
    noise = np.random.default_rng(0).standard_normal(24000).astype(np.float32) * 0.1
    path = encode(tmp_path / "a", [noise], container=container, codec=codec)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    audio = decode(path)
    assert 1.0 < audio.duration_s < 2.0
    assert "audio_truncated" in [r.code for r in audio.reasons]
    assert "tronqué" in audio.reasons[0].detail


def test_recorder_that_never_wrote_the_length_is_not_truncated(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", [tone()])
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert decode(path).reasons == ()


def test_a_length_that_was_only_estimated_proves_nothing(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).standard_normal(320000).astype(np.float32) * 0.1
    samples = np.concatenate([np.zeros(32000, np.float32), noise])  # thin first frames: estimate too long
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate = 16000
    with av.open(str(tmp_path / "a.mp3"), "w", options={"write_xing": "0"}) as out:
        variable = {"global_quality": "118", "flags": "+qscale"}
        stream = out.add_stream("libmp3lame", rate=16000, layout="mono", options=variable)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    audio = decode(tmp_path / "a.mp3")
    assert audio.reasons == ()


def test_damaged_packets_are_skipped_and_said(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.amr", [tone(seconds=2)], container="amr", codec="libopencore_amrnb")
    data = bytearray(path.read_bytes())
    frames = range(6, len(data), (len(data) - 6) // 101)
    for at in (frames[20], frames[50]):
        data[at] = 0xFF
    path.write_bytes(data)
    audio = decode(path)
    assert audio.duration_s > 0.3
    assert "audio_damaged" in [r.code for r in audio.reasons]


def test_a_few_samples_that_are_no_numbers_are_silenced(tmp_path: Path) -> None:
    samples = tone(rate=16000)
    samples[8000] = np.nan
    audio = decode(encode(tmp_path / "a.wav", [samples], codec="pcm_f32le", rate=16000))
    assert audio.pcm[0, 8000] == 0
    assert [r.code for r in audio.reasons] == ["audio_damaged"]
    assert level(audio.channel(0)) == pytest.approx(0.3 / np.sqrt(2), rel=0.01)


def test_too_loud_floats_are_clipped(tmp_path: Path) -> None:
    loud = [tone(gain=1e30), tone(900, gain=1e30)]
    audio = decode(encode(tmp_path / "a.wav", loud, codec="pcm_f32le"))
    assert (audio.pcm.min(), audio.pcm.max()) == (-32768, 32767)
    assert audio.dual_mono is False


def test_video_gives_its_sound(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as out:
        picture = out.add_stream("mpeg4", rate=5, width=16, height=16, pix_fmt="yuv420p")
        sound = out.add_stream("aac", rate=16000, layout="mono")
        for _ in range(5):
            out.mux(
                picture.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24"))
            )
        frame = av.AudioFrame.from_ndarray(tone(rate=16000)[None], format="fltp", layout="mono")
        frame.sample_rate = 16000
        out.mux(sound.encode(frame))
        out.mux([*picture.encode(None), *sound.encode(None)])
    audio = decode(tmp_path / "a.mp4")
    assert audio.duration_s == pytest.approx(1.0, abs=0.1)
    assert audio.reasons == ()


def only_picture(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as out:
        picture = out.add_stream("mpeg4", rate=5, width=16, height=16, pix_fmt="yuv420p")
        out.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")))
        out.mux(picture.encode(None))


def header(rate: int = 8000, channels: int = 1) -> bytes:
    """A WAV header that states `rate` and `channels`, then half a second of sound."""
    data = bytes(8000)
    fields = b"".join(
        value.to_bytes(size, "little")
        for value, size in ((16, 4), (1, 2), (channels, 2), (rate, 4), (rate * 2 % 2**32, 4), (2, 2), (16, 2))
    )
    body = b"WAVEfmt " + fields + b"data" + len(data).to_bytes(4, "little") + data
    return b"RIFF" + len(body).to_bytes(4, "little") + body


UNUSABLE = {
    "missing": (lambda p: None, "introuvable"),
    "folder": (lambda p: p.mkdir(), "dossier"),
    "empty": (lambda p: p.write_bytes(b""), "vide"),
    "text": (lambda p: p.write_text("Bonjour, ceci n'est pas un son.\n" * 50), "non reconnu"),
    "random": (lambda p: p.write_bytes(np.random.default_rng(0).bytes(5000)), "non reconnu"),
    "header only": (lambda p: p.write_bytes(header()[:44]), "aucun échantillon"),
    "half a header": (lambda p: p.write_bytes(header()[:30]), "en-tête abîmé"),
    "no sound": (only_picture, "aucune piste audio"),
    "six channels": (lambda p: encode(p, [tone()] * 6), "6 canaux"),
    "rate too low": (lambda p: p.write_bytes(header(rate=1)), "1 Hz"),
    "rate absurd": (lambda p: p.write_bytes(header(rate=2_000_000_000)), "2000000000 Hz"),
    "no channel": (lambda p: p.write_bytes(header(channels=0)), "0 canaux"),
    "all NaN": (lambda p: encode(p, [tone() * np.nan], codec="pcm_f32le"), "NaN"),
    "playlist": (lambda p: p.write_text("#EXTM3U\n#EXTINF:1,\nautre.wav\n#EXT-X-ENDLIST\n"), "non reconnu"),
    "list of files": (lambda p: p.write_text("ffconcat version 1.0\nfile autre.wav\n"), "non reconnu"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_cannot_be_used_is_named(tmp_path: Path, case: str) -> None:
    encode(tmp_path / "autre.wav", [tone()])
    path = tmp_path / "appel.wav"
    make, found = UNUSABLE[case]
    make(path)
    with pytest.raises(AudioError) as caught:
        decode(path)
    assert str(path) in str(caught.value)
    assert found in str(caught.value)
    assert "Attendu : " in str(caught.value)


def test_six_channels_say_how_to_split(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"2 canaux.*ffmpeg -i"):
        decode(encode(tmp_path / "a.wav", [tone()] * 6))


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (AudioLimits(max_bytes=1000), "taille"),
        (AudioLimits(max_duration_s=0.5), "durée"),
        (AudioLimits(max_channels=1), "canaux"),
        (AudioLimits(min_rate_hz=16000), "fréquence"),
    ],
)
def test_limits(tmp_path: Path, limits: AudioLimits, found: str) -> None:
    path = encode(tmp_path / "a.wav", [tone(), tone(900)])
    with pytest.raises(AudioError, match=found):
        decode(path, limits=limits)


def test_length_is_watched_while_decoding_where_the_header_hides_it(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "a.webm", [tone(rate=48000, seconds=3)], container="webm", codec="libopus", rate=48000
    )
    data = bytearray(path.read_bytes())
    at = data.index(b"\x44\x89\x88") + 3  # the segment's Duration, a double
    data[at : at + 8] = bytes(8)
    path.write_bytes(data)
    with pytest.raises(AudioError, match="durée"):
        decode(path, limits=AudioLimits(max_duration_s=2))


def test_several_tracks_are_not_lost_silently(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mkv"), "w", format="matroska") as out:
        streams = [out.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(2)]
        for stream in streams:
            frame = av.AudioFrame.from_ndarray(np.ones((1, 8000), np.int16), format="s16", layout="mono")
            frame.sample_rate = 8000
            out.mux(stream.encode(frame))
    assert [r.code for r in decode(tmp_path / "a.mkv").reasons] == ["audio_other_tracks"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12), kind=st.integers(0, 3)
)
def test_a_hostile_file_is_decoded_or_refused(
    tmp_path: Path, flips: list[tuple[float, int]], kind: int
) -> None:
    container, codec, rate = [
        ("wav", "pcm_alaw", 8000),
        ("flac", "flac", 8000),
        ("ogg", "libopus", 48000),
        ("mp4", "aac", 16000),
    ][kind]
    path = encode(tmp_path / "a", [tone(seconds=0.3, rate=rate)], container=container, codec=codec, rate=rate)
    data = bytearray(path.read_bytes())
    for where, value in flips:
        data[int(where * len(data))] = value
    path.write_bytes(data)
    try:
        audio = decode(path, limits=AudioLimits(max_duration_s=60))
    except AudioError:
        return
    assert 0 < audio.duration_s <= 60
    assert audio.pcm.dtype == np.int16


def test_floats_pass_and_16_bits_are_scaled() -> None:
    assert as_float(np.array([-32768, 0, 16384], np.int16)).tolist() == [-1.0, 0.0, 0.5]
    assert as_float(np.array([0.25], np.float32)).tolist() == [0.25]
