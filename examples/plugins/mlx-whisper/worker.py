from serve import segment, serve

import mlx_whisper
import numpy


def load(model):
    def hear(audio, **options):
        return mlx_whisper.transcribe(audio, path_or_hf_repo=model, word_timestamps=True, **options)

    def recognize(request, audio):
        heard = hear(
            numpy.frombuffer(audio, dtype="float32"),
            language=request["language"],
            task=request["task"],
            initial_prompt=request["prompt"] or None,
        )
        return {
            "segments": [
                segment(
                    one["end"],
                    one.get("no_speech_prob", 0),
                    [(word["start"], word["end"], word["word"], word["probability"]) for word in one.get("words", [])],
                )
                for one in heard["segments"]
            ]
        }

    # The package keeps the last model in memory: this fetches and loads it.
    hear(numpy.frombuffer(bytes(4 * 16000), dtype="float32"), language="en")
    return recognize, {}


serve(load)
