from serve import segment, serve

import numpy
from faster_whisper import WhisperModel


def load(model, device, compute_type, threads, cache, beams):
    whisper = WhisperModel(model, device=device, compute_type=compute_type, cpu_threads=threads, download_root=cache)

    def recognize(request, audio):
        segments, _ = whisper.transcribe(
            numpy.frombuffer(audio, dtype="float32"),
            language=request["language"],
            task=request["task"],
            initial_prompt=request["prompt"] or None,
            beam_size=beams,
            word_timestamps=True,
        )
        return {
            "segments": [
                segment(
                    one.end,
                    one.no_speech_prob,
                    [(word.start, word.end, word.word, word.probability) for word in one.words or []],
                )
                for one in segments
            ]
        }

    return recognize, {"multilingual": whisper.model.is_multilingual}


serve(load)
