"""Any telephone recording to 16 kHz samples, one row a channel, in bounded memory.

The file is hashed, opened by PyAV (no ffmpeg program), decoded in blocks of `BLOCK_S` seconds and kept
as 16-bit integers: 32 kB a second and channel, so that three hours of stereo take 690 MB. Nothing in a
file can name another file or an address: only self-contained formats are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import numpy.typing as npt

from qualify.errors import AudioError
from qualify.records import Reason

Float = npt.NDArray[np.float32]
Int16 = npt.NDArray[np.int16]

RATE_HZ = 16_000
"""Sample rate of all decoded audio: what Whisper and the voice activity model take."""
BLOCK_S = 30
"""Seconds decoded before they are packed: bounds the memory beside the result to a few megabytes."""
CUT_SHORT_S = 0.5
"""A recording shorter than its header says by more than this is truncated; codecs pad by less."""
CUT_SHORT_SHARE = 0.01
"""The same as a share of the stated length, for clocks that drift over a long call."""
DUAL_MONO_SHARE = 0.001
"""Channels whose difference holds less than this share of their energy (-30 dB) are one: two parties'
telephone lines never match to that point, lossy coding of one signal twice does."""
MAX_BROKEN_SHARE = 0.01
"""Share of samples that are no numbers beyond which the sound is rubbish rather than scratched."""

_FORMATS = "wav,w64,aiff,au,caf,mp3,aac,flac,ogg,matroska,webm,mov,amr,amrnb,amrwb,gsm,g722,asf,avi,mpegts"
_OPTIONS = {"format_whitelist": _FORMATS}
_WAV_UNKNOWN_SIZE = 0x7FFF0000
"""Recorders that stream write a size from here up because they do not know it."""


@dataclass(frozen=True, kw_only=True)
class AudioLimits:
    """What a recording may be; beyond it an `AudioError` says so before memory or time is spent."""

    max_bytes: int = 3_000_000_000
    """Four hours of 48 kHz 16-bit stereo, the largest that recorders write."""
    max_duration_s: float = 4 * 3600
    max_channels: int = 2
    """One for each party."""
    min_rate_hz: int = 4_000
    max_rate_hz: int = 192_000


DEFAULT_LIMITS = AudioLimits()


@dataclass(frozen=True, kw_only=True)
class AudioInfo:
    """What a file says of its sound."""

    channels: int
    sample_rate_hz: int
    """As recorded, before resampling."""
    duration_s: float
    codec: str
    sha256: str
    """Of the file's bytes."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Free text that the recorder left in the file: lower-case key, text."""


@dataclass(frozen=True, eq=False)
class DecodedAudio:
    """A recording's sound. `pcm` is channels × samples, 16-bit at `RATE_HZ`."""

    info: AudioInfo
    pcm: Int16
    dual_mono: bool = False
    """The file has two channels with the same sound; `pcm` has it once."""
    reasons: tuple[Reason, ...] = ()
    """What is wrong with the sound though it could be decoded: truncated, damaged…"""

    @property
    def duration_s(self) -> float:
        return float(self.pcm.shape[1] / RATE_HZ)

    def channel(self, index: int) -> Float:
        """All of one channel, in [-1, 1]: a copy of 64 kB a second."""
        return as_float(self.pcm[index])

    def clip(self, index: int, start_s: float, end_s: float) -> Float:
        """Seconds [start_s, end_s) of one channel, in [-1, 1], less what lies outside the recording."""
        first, last = (max(0, round(s * RATE_HZ)) for s in (start_s, end_s))
        return as_float(self.pcm[index, first:last])


def as_float(samples: Int16 | Float) -> Float:
    """Samples as contiguous floats: 16-bit ones scaled to [-1, 1), floats as they are."""
    floats = np.ascontiguousarray(samples, dtype=np.float32)
    return floats / np.float32(32768) if samples.dtype == np.int16 else floats


def decode(path: Path | str, *, limits: AudioLimits = DEFAULT_LIMITS) -> DecodedAudio:
    """All of a recording's sound. What can be decoded of a damaged file is kept, with a reason.

    Raises `AudioError` where the file is missing, empty, out of `limits`, or holds no sound.
    """
    with _opened(Path(path), limits) as source:
        info = source.info()
        packed, difference, energy, channels = bytearray(), 0.0, 0.0, info.channels
        for block in _blocks(source, limits):
            channels = block.shape[0]
            packed += _to_int16(block).T.tobytes()
            if channels == 2:
                difference += float(np.sum(np.square(block[0] - block[1]), dtype=np.float64))
                energy += float(np.sum(np.square(block), dtype=np.float64))
        pcm = np.frombuffer(packed, dtype=np.int16).reshape(-1, max(1, channels)).T
        duration_s = source.require_sound(pcm.shape[1]) / RATE_HZ
        dual = channels == 2 and difference <= DUAL_MONO_SHARE * energy
        reasons = source.reasons(duration_s)
    info = replace(info, duration_s=duration_s, channels=channels)
    return DecodedAudio(info, pcm[:1] if dual else pcm, dual_mono=dual, reasons=reasons)


@dataclass
class _Source:
    """An open file and what was found wrong with it so far."""

    path: Path
    size: int
    sha256: str
    riff_short: bool
    container: Any
    stream: Any
    damaged: int = 0
    """Packets that the decoder refused."""
    broken_samples: int = 0
    """Samples that were no finite number."""

    def error(self, key: str, found: str, expected: str) -> AudioError:
        return AudioError(self.path, key, found, expected)

    def stated_s(self) -> float:
        """The length that the header states, in seconds; 0 where it states none."""
        if self.stream.duration is not None:
            return max(0.0, float(self.stream.duration * self.stream.time_base))
        alone = len(self.container.streams) == 1
        return max(0.0, (self.container.duration or 0) / 1e6) if alone else 0.0

    def info(self) -> AudioInfo:
        codec = self.stream.codec_context
        return AudioInfo(
            channels=codec.channels,
            sample_rate_hz=codec.sample_rate,
            duration_s=self.stated_s(),
            codec=codec.name,
            sha256=self.sha256,
            tags={k.lower(): v for k, v in (*self.container.metadata.items(), *self.stream.metadata.items())},
        )

    def require_sound(self, samples: int) -> int:
        """`samples`, unless there are none or too few are sound."""
        if samples == 0:
            found = "le son n'a pas pu être décodé" if self.damaged else "aucun échantillon sonore"
            raise self.error("son", found, "un enregistrement complet ; l'exporter de nouveau")
        if self.broken_samples > MAX_BROKEN_SHARE * samples:
            found = "échantillons qui ne sont pas des nombres (NaN ou infini)"
            raise self.error("son", found, "un enregistrement intact ; l'exporter de nouveau")
        return samples

    def reasons(self, duration_s: float) -> tuple[Reason, ...]:
        """Why the sound, of which `duration_s` were decoded, may not be the whole call."""
        found = []
        if self.riff_short or self._cut_short(duration_s):
            detail = f"Enregistrement tronqué : {duration_s:.1f} s lisibles, le fichier en annonce davantage."
            found.append(Reason(code="audio_truncated", detail=detail))
        if self.damaged or self.broken_samples:
            detail = "Enregistrement abîmé : des passages n'ont pas pu être décodés."
            found.append(Reason(code="audio_damaged", detail=detail))
        if (others := len(self.container.streams.audio) - 1) > 0:
            detail = f"Le fichier contient {others} autre(s) piste(s) audio, non écoutée(s)."
            found.append(Reason(code="audio_other_tracks", detail=detail))
        return tuple(found)

    def _cut_short(self, duration_s: float) -> bool:
        stated = self.stated_s()
        if self.stream.bit_rate and abs(self.size * 8 / self.stream.bit_rate - stated) < CUT_SHORT_S:
            return False  # the length was only estimated from the size, which proves nothing
        return stated - duration_s > max(CUT_SHORT_S, CUT_SHORT_SHARE * stated)


@contextmanager
def _opened(path: Path, limits: AudioLimits) -> Iterator[_Source]:
    """The file at `path`, with its first audio track, checked against `limits`."""
    size = _checked_size(path, limits)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            riff_short = _riff_short(file, size)
            file.seek(0)
            with av.open(file, options=_OPTIONS, metadata_errors="replace") as container:
                stream = _audio_stream(path, container)
                source = _Source(path, size, sha256, riff_short, container, stream)
                _check_header(source, limits)
                yield source
    except av.FFmpegError as error:
        found = "format audio non reconnu ou en-tête abîmé"
        expected = "un enregistrement WAV, MP3, FLAC, OGG, WebM, M4A, AMR, GSM ou G.722 complet"
        raise AudioError(path, "", found, expected) from error
    except OSError as error:
        raise AudioError(path, "", f"lecture impossible ({error.strerror})", "un fichier lisible") from error


def _checked_size(path: Path, limits: AudioLimits) -> int:
    """The file's size in bytes, from 1 to the limit."""
    if path.is_dir():
        raise AudioError(path, "", "c'est un dossier", "un fichier audio")
    if not path.is_file():
        raise AudioError(path, "", "fichier introuvable", "le chemin d'un enregistrement existant")
    size = path.stat().st_size
    if size == 0:
        raise AudioError(path, "", "fichier vide (0 octet)", "un enregistrement ; vérifier l'export")
    if size > limits.max_bytes:
        expected = f"au plus {limits.max_bytes / 1e6:.0f} Mo ; découper le fichier"
        raise AudioError(path, "taille", f"{size / 1e6:.0f} Mo", expected)
    return size


def _riff_short(file: BinaryIO, size: int) -> bool:
    """Whether a WAV file is shorter than its own header says."""
    file.seek(0)
    head = file.read(8)
    stated = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and stated < _WAV_UNKNOWN_SIZE and stated + 8 > size + 1


def _audio_stream(path: Path, container: Any) -> Any:
    """The first audio track that can be decoded."""
    streams = [s for s in container.streams.audio if s.codec_context is not None]
    if not streams:
        raise AudioError(path, "", "aucune piste audio décodable", "un fichier qui contient du son")
    return streams[0]


def _check_header(source: _Source, limits: AudioLimits) -> None:
    codec = source.stream.codec_context
    if codec.sample_rate:  # some formats tell neither before the first frame
        _check_sound(source, codec.sample_rate, codec.channels, limits)
    _check_duration(source, source.stated_s(), limits)


def _check_sound(source: _Source, rate_hz: int, channels: int, limits: AudioLimits) -> None:
    if not limits.min_rate_hz <= rate_hz <= limits.max_rate_hz:
        expected = f"de {limits.min_rate_hz} à {limits.max_rate_hz} Hz, en général 8000 Hz"
        raise source.error("fréquence d'échantillonnage", f"{rate_hz} Hz", expected)
    if not 1 <= channels <= limits.max_channels:
        expected = (
            "1 canal, ou 2 canaux (un par interlocuteur) ; extraire les deux voix, par exemple : "
            f'ffmpeg -i "{source.path.name}" -af "pan=stereo|c0=c0|c1=c1" deux-voix.wav'
        )
        raise source.error("canaux", f"{channels} canaux", expected)


def _check_duration(source: _Source, seconds: float, limits: AudioLimits) -> None:
    if seconds > limits.max_duration_s:
        found = f"plus de {min(seconds, 1e7) / 60:.0f} min"
        expected = f"au plus {limits.max_duration_s / 60:.0f} min ; découper l'enregistrement"
        raise source.error("durée", found, expected)


def _blocks(source: _Source, limits: AudioLimits) -> Iterator[Float]:
    """The sound in blocks of about `BLOCK_S` seconds: channels × samples at `RATE_HZ`, all finite."""
    waiting: list[Float] = []
    ready, done = 0, 0
    for piece in _resampled(source, limits):
        waiting.append(piece)
        ready += piece.shape[1]
        _check_duration(source, (done + ready) / RATE_HZ, limits)
        if ready >= BLOCK_S * RATE_HZ:
            yield _finite(source, waiting)
            waiting, ready, done = [], 0, done + ready
    if waiting:
        yield _finite(source, waiting)


def _finite(source: _Source, pieces: list[Float]) -> Float:
    """The pieces joined, within [-1, 1]; samples that are no finite number are silenced and counted."""
    block = np.concatenate(pieces, axis=1)
    broken = ~np.isfinite(block)
    source.broken_samples += int(np.count_nonzero(broken.any(axis=0)))
    block[broken] = 0
    return np.clip(block, -1, 1)


def _resampled(source: _Source, limits: AudioLimits) -> Iterator[Float]:
    """Decoded frames at `RATE_HZ`: channels × samples. Channels may not change within a file."""
    resampler, setup, channels = None, None, 0
    for frame in _frames(source):
        found = len(frame.layout.channels)
        if (frame.sample_rate, frame.format.name, found) != setup:
            _check_sound(source, frame.sample_rate, found, limits)
            if channels not in (0, found):
                raise source.error(
                    "canaux", f"{channels}, puis {found} en cours d'appel", "un nombre constant"
                )
            yield from _pieces(resampler, None, channels)
            resampler = av.AudioResampler(format="flt", rate=RATE_HZ)
            setup, channels = (frame.sample_rate, frame.format.name, found), found
        yield from _pieces(resampler, frame, channels)
    yield from _pieces(resampler, None, channels)


def _pieces(resampler: Any, frame: Any, channels: int) -> Iterator[Float]:
    """What `resampler` gives for `frame`; for None, what it still holds."""
    for resampled in resampler.resample(frame) if resampler else ():
        yield resampled.to_ndarray().reshape(-1, channels).T


def _frames(source: _Source) -> Iterator[Any]:
    """Decoded frames; a packet that cannot be decoded is skipped and counted."""
    packets = source.container.demux(source.stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
        except av.FFmpegError:
            source.damaged += 1
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            source.damaged += 1


def _to_int16(block: Float) -> Int16:
    return np.minimum(np.rint(block * 32768), 32767).astype(np.int16)
