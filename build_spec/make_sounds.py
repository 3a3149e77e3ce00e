# ruff: noqa: INP001
"""Make the three sounds of a scan: `python build_spec/make_sounds.py`; equal bytes each time, our own work.

Good rises, unknown falls low and rough, repeated knocks twice on one note: they differ in tune, colour and rhythm,
so that nobody needs good ears for pitch to tell them apart. 16 kHz, 8 bit, mono.
"""

from __future__ import annotations

import math
import wave
from dataclasses import dataclass
from pathlib import Path

RATE = 16_000
FOLDER = Path(__file__).parents[1] / "resources" / "sounds"


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone: pitch in Hz (0 is silence), length in ms, overtones by their strength."""

    pitch: int
    ms: int
    overtones: tuple[float, ...] = (1.0,)


_ROUGH = (1.0, 0.0, 0.7, 0.0, 0.5)
SOUNDS: dict[str, tuple[Tone, ...]] = {
    "good": (Tone(880, 70), Tone(1320, 130)),
    "unknown": (Tone(233, 180, _ROUGH), Tone(0, 40), Tone(165, 320, _ROUGH)),
    "repeated": (Tone(587, 80), Tone(0, 70), Tone(587, 80), Tone(0, 70), Tone(587, 80)),
}


def samples(tone: Tone) -> bytes:
    """Return a tone as unsigned bytes, faded in and out so that no loudspeaker clicks."""
    count = RATE * tone.ms // 1000
    fade = RATE * 6 // 1000
    whole = sum(tone.overtones)
    out = bytearray()
    for at in range(count):
        loud = min(1.0, at / fade, (count - 1 - at) / fade)
        turn = 2 * math.pi * tone.pitch * at / RATE
        value = sum(part * math.sin(turn * number) for number, part in enumerate(tone.overtones, 1)) / whole
        out.append(128 + round(100 * loud * value))
    return bytes(out)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, tones in SOUNDS.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(1)
            out.setframerate(RATE)
            out.writeframes(b"".join(map(samples, tones)))


if __name__ == "__main__":
    main()
