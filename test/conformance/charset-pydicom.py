"""Text as pydicom codes it; one JSON line a text: the values of Specific Character Set, the bytes, and the text.

Every single-byte set with all its characters; every multi-byte set, alone and with code extensions, with generated texts.
"""
import json
import random
import warnings

from pydicom import charset

warnings.simplefilter("error")
chance = random.Random(1)

SINGLE = {
    **{"ISO_IR 100": "latin_1", "ISO_IR 101": "iso8859_2", "ISO_IR 109": "iso8859_3", "ISO_IR 110": "iso8859_4"},
    **{"ISO_IR 144": "iso8859_5", "ISO_IR 127": "iso8859_6", "ISO_IR 126": "iso8859_7", "ISO_IR 138": "iso8859_8"},
    **{"ISO_IR 148": "iso8859_9", "ISO_IR 203": "iso8859_15", "ISO_IR 166": "iso8859_11"},
}


def ranged(first, last):
    return [chr(c) for c in range(first, last + 1)]


def codable(letters, *codecs):
    def fits(letter):
        for codec in codecs:
            try:
                letter.encode(codec)
            except UnicodeError:
                return False
        return True

    return [letter for letter in letters if fits(letter)]


def made(letters):
    return "".join(chance.choice(letters) for _ in range(chance.randint(1, 12)))


def told(terms, coded, text):
    print(json.dumps({"terms": terms, "hex": coded.hex(), "text": text}))


for term, codec in SINGLE.items():
    for value in range(0xA0, 0x100):
        try:
            letter = bytes([value]).decode(codec)
        except UnicodeError:
            continue
        told([term], b"a" + bytes([value]) + b"z", "a" + letter + "z")

ASCII = [c for c in ranged(0x20, 0x7D) if c not in "\\^="]
HAN = ranged(0x4E00, 0x9FA5)
KANA = ranged(0x3041, 0x3093) + ranged(0x30A1, 0x30F6)
HANGUL = ranged(0xAC00, 0xD7A3)
LATIN, GREEK, CYRILLIC = ranged(0xC0, 0xFF), ranged(0x3B1, 0x3C9), ranged(0x410, 0x44F)
JIS = codable(HAN, "iso2022_jp") + KANA
# Characters of JIS X 0212 that JIS X 0208 does not have.
KNOWN = set(JIS)
SUPPLEMENT = [c for c in codable(HAN, "iso2022_jp_2") if c not in KNOWN and b"$(D" in c.encode("iso2022_jp_2")]
KOREAN = codable(HANGUL, "iso2022_kr") + codable(HAN, "iso2022_kr")
CASES = [
    (["ISO_IR 192"], ASCII + HAN + HANGUL + ["\U0001F600"]),
    (["GB18030"], ASCII + HAN + HANGUL + ["\U00020000"]),
    (["GBK"], ASCII + codable(HAN, "gbk")),
    (["", "ISO 2022 IR 87"], ASCII + JIS),
    (["", "ISO 2022 IR 159"], ASCII + SUPPLEMENT),
    (["", "ISO 2022 IR 87", "ISO 2022 IR 159"], ASCII + JIS + SUPPLEMENT),
    (["", "ISO 2022 IR 149"], ASCII + KOREAN),
    (["ISO 2022 IR 100", "ISO 2022 IR 126", "ISO 2022 IR 144"], ASCII + LATIN + GREEK + CYRILLIC),
    (["ISO 2022 IR 6", "ISO 2022 IR 101"], ASCII + codable(ranged(0x100, 0x17E), "iso8859_2")),
]
for terms, letters in CASES:
    done = 0
    for _ in range(200):
        text = made(letters)
        encodings = charset.convert_encodings(terms if len(terms) > 1 else terms[0])
        try:
            coded = charset.encode_string(text, encodings)
        except (UserWarning, UnicodeError):
            continue  # pydicom finds no way to write it
        told(terms, coded, text)
        done += 1
    assert done > 20, terms

# What pydicom reads but does not write.
for _ in range(100):
    text = made(codable(HAN, "gb2312"))
    told(["", "ISO 2022 IR 58"], b"a\x1b$)A" + text.encode("gb2312"), "a" + text)
    kana = made(ranged(0xFF61, 0xFF9F))
    half = bytes(ord(c) - 0xFEC0 for c in kana)
    told(["ISO_IR 13"], half, kana)
    kanji = made(codable(HAN, "iso2022_jp"))
    told(["ISO 2022 IR 13", "ISO 2022 IR 87"], half + kanji.encode("iso2022_jp"), kana + kanji)
