#!/usr/bin/env python3
"""Makes the recordings of fixtures/ in other languages than English from voice prompts of Debian packages: audio and text.

    for language in es it ru; do apt-get download asterisk-core-sounds-$language-g722; done
    for package in asterisk-core-sounds-*.deb; do dpkg -x $package sounds; done
    apt-get install ffmpeg
    python tools/make_multilingual_fixtures.py sounds fixtures

The text is that of the packages without -g722 (usr/share/doc), with the spelling put right. There are no word times.
"""

import json
import subprocess
import sys
import wave
from pathlib import Path

SOUNDS = "usr/share/asterisk/sounds"
PACKAGE = "(Debian asterisk-core-sounds-{}-g722 1.6.1-1)"
PROMPTS = (
    (
        "es_echo_test",
        "es_MX_f_Allison/demo-echotest",
        "Está a punto de entrar a la prueba de eco. En este modo, todo lo que diga será repetido tan pronto como sea "
        "recibido por el sistema. El propósito de esta prueba es de darle una idea de la demora del sonido entre usted y "
        "el sistema ejecutando la prueba. Para terminar, cuelgue o presione la tecla de número.",
        "Asterisk voice prompts, read by Allison Smith",
        "CC BY-SA 3.0",
    ),
    (
        "it_echo_test",
        "it_IT_m_Carlo/demo-echotest",
        "Stai per iniziare un test dell'eco. In questa modalità tutto quanto dirai ti verrà ripetuto appena viene ricevuto. "
        "Lo scopo di questo test è di fornirti un'indicazione udibile della latenza fra te e il computer che sta eseguendo "
        "il programma di test dell'eco. Puoi terminare il test appendendo il ricevitore o premendo il tasto cancelletto.",
        "Asterisk voice prompts, read by Carlo Flora",
        "CC BY 3.0",
    ),
    (
        "ru_demo_server",
        "ru_RU_f_IvrvoiceRU/demo-abouttotry",
        "Сейчас будет предпринята попытка подключения телефонного узла Интер-Астериск к демонстрационному серверу, "
        "расположенному в Дигиум. Для начала работы вам необходимо подключиться к интернет. Пожалуйста, подождите, "
        "осуществляется соединение.",
        "Asterisk voice prompts, provided by Maxim Topal",
        "CC BY 3.0",
    ),
)


def main() -> None:
    sounds, out = map(Path, sys.argv[1:3])
    for name, prompt, text, source, license in PROMPTS:
        language = name[:2]
        target = out / f"{name}.wav"
        decode = ["ffmpeg", "-loglevel", "error", "-y", "-f", "g722", "-i", sounds / SOUNDS / f"{prompt}.g722"]
        subprocess.run([*decode, "-bitexact", "-map_metadata", "-1", "-c:a", "pcm_s16le", target], check=True)
        with wave.open(str(target)) as file:
            if (file.getframerate(), file.getnchannels()) != (16000, 1):
                raise SystemExit(f"{target} is not 16 kHz mono")
            duration = file.getnframes() / 16000
        reference = {
            "text": text,
            "language": language,
            "duration": round(duration, 3),
            "words": [],
            "source": f"{source} {PACKAGE.format(language)}",
            "license": license,
            "reference": "text of the package, spelling put right; no word times",
        }
        (out / f"{name}.ref.json").write_text(json.dumps(reference, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
