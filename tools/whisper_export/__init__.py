"""Turns Whisper checkpoints into the graphs that asr-stream runs. See docs/model-export.md."""
